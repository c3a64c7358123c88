use super::*;

fn file(header: &str, payload: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.resize(bytes.len() + payload, 0);
    bytes
}

fn kinds(bytes: &[u8]) -> Vec<ProblemKind> {
    let (_, problems) = read(&bytes.to_vec(), Budget::HEADER);
    problems.iter().map(|problem| problem.kind).collect()
}

const GOOD: &str = r#"{"__metadata__":{"license":"cc-by-nc-4.0","format":"pt"},"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},"b":{"dtype":"I64","shape":[],"data_offsets":[12,20]}}"#;

#[test]
fn a_header_gives_tensors_and_fields_with_their_bytes() {
    let bytes = file(GOOD, 20);
    let (inspection, problems) = read(&bytes, Budget::HEADER);
    assert_eq!(problems, []);
    let inspection = inspection.unwrap();
    assert!(inspection.intact);
    let tensors = inspection.tensors.unwrap();
    assert_eq!((tensors.count, tensors.parameters), (2, 7));
    assert_eq!(
        tensors.by_dtype,
        [("F16".to_owned(), 6), ("I64".to_owned(), 1)]
    );
    assert_eq!(tensors.bytes, Some(20));
    let license = &inspection.fields[0];
    assert_eq!(license.name, FieldName::License);
    let Some(Span::Bytes(start, end)) = license.span else {
        panic!("a span")
    };
    assert_eq!(&bytes[start as usize..end as usize], b"cc-by-nc-4.0");
}

#[test]
fn places_that_do_not_fit_are_named() {
    let tensor = |start: u64, end: u64| {
        format!(r#"{{"dtype":"U8","shape":[4],"data_offsets":[{start},{end}]}}"#)
    };
    let two = |a: String, b: String| format!(r#"{{"a":{a},"b":{b}}}"#);
    assert_eq!(kinds(&file(&two(tensor(0, 4), tensor(4, 8)), 8)), []);
    for (header, payload, expected) in [
        (
            two(tensor(0, 4), tensor(2, 6)),
            6,
            ProblemKind::Inconsistent,
        ),
        (
            two(tensor(0, 4), tensor(6, 10)),
            10,
            ProblemKind::Inconsistent,
        ),
        (two(tensor(0, 4), tensor(4, 8)), 7, ProblemKind::Truncated),
        (
            two(tensor(0, 4), tensor(4, 8)),
            9,
            ProblemKind::Inconsistent,
        ),
        (
            two(tensor(0, 4), tensor(4, 9)),
            9,
            ProblemKind::Inconsistent,
        ),
        (two(tensor(4, 0), tensor(0, 4)), 4, ProblemKind::Malformed),
        (
            two(tensor(0, 4), tensor(4, u64::MAX)),
            8,
            ProblemKind::Inconsistent,
        ),
    ] {
        assert!(
            kinds(&file(&header, payload)).contains(&expected),
            "{header}"
        );
    }
}

#[test]
fn hostile_lengths_and_headers_are_refused() {
    assert_eq!(kinds(b"\x01\x02"), [ProblemKind::Truncated]);
    assert_eq!(kinds(&u64::MAX.to_le_bytes()), [ProblemKind::Malformed]);
    assert_eq!(kinds(&1000_u64.to_le_bytes()), [ProblemKind::Truncated]);
    assert_eq!(kinds(&file("{\"a\":", 0)), [ProblemKind::Malformed]);
    assert_eq!(
        kinds(&file(&"{\"a\":".repeat(9999), 0)),
        [ProblemKind::LimitExceeded]
    );
    let huge = r#"{"a":{"dtype":"F32","shape":[18446744073709551615,2],"data_offsets":[0,4]}}"#;
    assert_eq!(kinds(&file(huge, 4)), [ProblemKind::Inconsistent]);
    let many = format!(
        r#"{{"a":{{"dtype":"F32","shape":[{}1],"data_offsets":[0,4]}}}}"#,
        "1,".repeat(99)
    );
    assert!(kinds(&file(&many, 4)).contains(&ProblemKind::Malformed));
}

#[test]
fn what_stands_before_a_broken_place_is_kept() {
    let broken = GOOD.replace("\"b\":{", "\"b\":{{");
    let (inspection, problems) = read(&file(&broken, 20), Budget::HEADER);
    let inspection = inspection.unwrap();
    assert_eq!(inspection.fields.len(), 2);
    assert!(!inspection.intact);
    assert_eq!(problems[0].kind, ProblemKind::Malformed);
}

#[test]
fn repeated_names_are_reported() {
    let header = r#"{"__metadata__":{"license":"mit","license":"other"},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#;
    let found = kinds(&file(header, 0));
    assert_eq!(
        found,
        [ProblemKind::DuplicateKey, ProblemKind::DuplicateKey]
    );
    // Nor is the overlap of the two told as well.
    let header = r#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#;
    assert_eq!(kinds(&file(header, 2)), [ProblemKind::DuplicateKey]);
}

#[test]
fn an_empty_model_is_read() {
    let (inspection, problems) = read(&file("{}", 0), Budget::HEADER);
    assert_eq!(problems, []);
    assert_eq!(inspection.unwrap().tensors.unwrap().count, 0);
}
