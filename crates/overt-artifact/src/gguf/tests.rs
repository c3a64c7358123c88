use super::*;

/// Writes GGUF files in any version and byte order.
pub(crate) struct Writer {
    bytes: Vec<u8>,
    version: u32,
    big: bool,
}

impl Writer {
    pub(crate) fn new(version: u32, big: bool, tensors: u64, pairs: u64) -> Self {
        let mut writer = Self {
            bytes: b"GGUF".to_vec(),
            version,
            big,
        };
        writer.u32(version);
        writer.count(tensors);
        writer.count(pairs);
        writer
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        let bytes = if self.big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        self.bytes.extend(bytes);
        self
    }

    fn u64(&mut self, value: u64) -> &mut Self {
        let bytes = if self.big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        self.bytes.extend(bytes);
        self
    }

    fn count(&mut self, value: u64) -> &mut Self {
        if self.version == 1 {
            self.u32(value as u32)
        } else {
            self.u64(value)
        }
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.count(text.len() as u64);
        self.bytes.extend(text.as_bytes());
        self
    }

    fn pair(&mut self, key: &str, value: &str) -> &mut Self {
        self.text(key).u32(8).text(value)
    }

    pub(crate) fn tensor(
        &mut self,
        name: &str,
        shape: &[u64],
        kind: u32,
        offset: u64,
    ) -> &mut Self {
        self.text(name).u32(shape.len() as u32);
        for side in shape {
            self.count(*side);
        }
        self.u32(kind).u64(offset)
    }

    pub(crate) fn data(&mut self, bytes: usize) -> Vec<u8> {
        let start = self.bytes.len().next_multiple_of(32);
        self.bytes.resize(start + bytes, 0);
        std::mem::take(&mut self.bytes)
    }
}

fn whole(version: u32, big: bool) -> Vec<u8> {
    let mut writer = Writer::new(version, big, 2, 7);
    writer
        .pair("general.architecture", "llama")
        .pair("general.license", "cc-by-nc-4.0")
        .pair("general.base_model.0.name", "Llama 3.1 8B")
        .pair(
            "general.base_model.0.repo_url",
            "https://huggingface.co/meta-llama/Llama-3.1-8B",
        );
    writer.text("general.file_type").u32(4).u32(15);
    writer
        .text("general.tags")
        .u32(9)
        .u32(8)
        .count(2)
        .text("a")
        .text("b");
    writer.text("tokenizer.ggml.scores").u32(9).u32(6).count(3);
    for _ in 0..3 {
        writer.u32(0);
    }
    writer.tensor("token_embd.weight", &[256, 4], 14, 0);
    writer.tensor("output_norm.weight", &[8], 0, 864);
    writer.data(864 + 32)
}

#[test]
fn every_version_and_byte_order_gives_the_same() {
    for (version, big) in [(1, false), (2, false), (3, false), (3, true)] {
        let bytes = whole(version, big);
        let (inspection, problems) = read(&bytes, Budget::HEADER);
        assert_eq!(problems, [], "version {version}");
        let inspection = inspection.unwrap();
        assert_eq!(inspection.format_version, Some(version.to_string()));
        assert_eq!(inspection.architecture.as_deref(), Some("llama"));
        assert_eq!(inspection.quantization.as_deref(), Some("Q4_K_M"));
        let tensors = inspection.tensors.unwrap();
        assert_eq!((tensors.count, tensors.parameters), (2, 1032));
        assert_eq!(inspection.tensor_list[0].shape, [4, 256]);
        let license = inspection
            .fields
            .iter()
            .find(|f| f.name == FieldName::License)
            .unwrap();
        let Some(Span::Bytes(start, end)) = license.span else {
            panic!("a span")
        };
        assert_eq!(&bytes[start as usize..end as usize], b"cc-by-nc-4.0");
        let bases: Vec<_> = inspection
            .fields
            .iter()
            .filter(|field| field.name == FieldName::BaseModel)
            .map(|field| field.value.as_str())
            .collect();
        assert_eq!(bases, ["https://huggingface.co/meta-llama/Llama-3.1-8B"]);
        let tags = inspection
            .fields
            .iter()
            .filter(|f| f.name == FieldName::Tag)
            .count();
        assert_eq!(tags, 2);
    }
}

#[test]
fn every_cut_is_reported_and_keeps_what_stood_before() {
    let bytes = whole(3, false);
    for end in 8..bytes.len() {
        let (inspection, problems) = read(&bytes[..end].to_vec(), Budget::HEADER);
        assert!(!problems.is_empty(), "cut at {end}");
        assert!(
            problems.iter().all(|problem| problem.loses_facts),
            "cut at {end}"
        );
        assert!(inspection.is_some_and(|inspection| !inspection.intact));
    }
}

#[test]
fn absurd_counts_are_refused_before_anything_is_allocated() {
    for (tensors, pairs) in [(u64::MAX, 0), (0, u64::MAX), (1 << 40, 1 << 40)] {
        let bytes = Writer::new(3, false, tensors, pairs).data(64);
        let (_, problems) = read(&bytes, Budget::HEADER);
        assert_eq!(problems[0].kind, ProblemKind::Malformed);
    }
    let mut writer = Writer::new(3, false, 0, 1);
    writer.text("a").u32(9).u32(8).u64(u64::MAX);
    let (_, problems) = read(&writer.data(64), Budget::HEADER);
    assert_eq!(problems[0].kind, ProblemKind::Malformed);
    let mut writer = Writer::new(3, false, 0, 1);
    writer.text("a").u32(9).u32(10).u64(u64::MAX);
    let (_, problems) = read(&writer.data(64), Budget::HEADER);
    assert_eq!(problems[0].kind, ProblemKind::Truncated);
}

#[test]
fn nested_arrays_are_bounded() {
    let mut writer = Writer::new(3, false, 0, 1);
    writer.text("a").u32(9);
    for _ in 0..100_000 {
        writer.u32(9).u64(1);
    }
    let (_, problems) = read(&writer.data(64), Budget::HEADER);
    assert_eq!(problems[0].kind, ProblemKind::LimitExceeded);
}

#[test]
fn tensors_beyond_the_file_or_over_each_other_are_named() {
    let mut writer = Writer::new(3, false, 1, 0);
    writer.tensor("a", &[1 << 62, 8], 0, 0);
    let (_, problems) = read(&writer.data(64), Budget::HEADER);
    assert_eq!(problems[0].kind, ProblemKind::Inconsistent);
    let mut writer = Writer::new(3, false, 2, 0);
    writer.tensor("a", &[8], 0, 0).tensor("b", &[8], 0, 16);
    let (_, problems) = read(&writer.data(64), Budget::HEADER);
    assert_eq!(problems[0].kind, ProblemKind::Inconsistent);
    let mut writer = Writer::new(3, false, 1, 0);
    writer.tensor("a", &[100], 0, 0);
    let (_, problems) = read(&writer.data(64), Budget::HEADER);
    assert_eq!(problems[0].kind, ProblemKind::Truncated);
}

#[test]
fn an_unknown_version_is_said_so() {
    let bytes = Writer::new(9, false, 0, 0).data(0);
    let (inspection, problems) = read(&bytes, Budget::HEADER);
    assert!(inspection.is_some());
    assert_eq!(problems[0].kind, ProblemKind::Unsupported);
}
