//! Bad input: each bad file gets one diagnostic with its path and place, and the rest goes on.

mod support;

use std::fs;
use std::path::Path;

use support::overt;

/// What `overt check` says of a release of one good card and one bad file.
struct Checked {
    problems: Vec<(String, String, Option<String>)>,
    report: serde_json::Value,
    terminal: String,
}

fn check(prepare: impl FnOnce(&Path)) -> Checked {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("release");
    fs::create_dir(&root).expect("a folder");
    let card = "# Card\n\n## Model details\n\nA model.\n";
    fs::write(root.join("MODEL_CARD.md"), card).expect("written");
    prepare(&root);
    let json = overt(&["check".as_ref(), "--format=json".as_ref(), root.as_os_str()]);
    assert_eq!(
        json.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&json.stderr)
    );
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let terminal = overt(&["check".as_ref(), root.as_os_str()]);
    let problems = report["release"]["problems"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Checked {
        problems: problems
            .iter()
            .map(|p| {
                (
                    text(&p["path"]),
                    text(&p["kind"]),
                    p.get("span").map(ToString::to_string),
                )
            })
            .collect(),
        report,
        terminal: String::from_utf8_lossy(&terminal.stdout).into_owned(),
    }
}

impl Checked {
    /// Exactly one problem, of this kind, in this file; and the card beside it was read.
    fn one(&self, path: &str, kind: &str) -> &Self {
        let found: Vec<_> = self
            .problems
            .iter()
            .map(|(p, k, _)| (p.as_str(), k.as_str()))
            .collect();
        assert_eq!(
            found,
            [(path, kind)],
            "{}",
            self.report["release"]["problems"]
        );
        let card = self.report["release"]["components"]
            .as_array()
            .and_then(|all| all.iter().find(|c| c["kind"] == "model-card"))
            .expect("every kind is listed");
        assert_eq!(card["status"], "released", "the rest goes on");
        self
    }

    fn only(&self) -> &Self {
        assert_eq!(
            self.problems.len(),
            1,
            "{}",
            self.report["release"]["problems"]
        );
        self
    }

    fn with_place(&self) -> &Self {
        assert!(
            self.problems.iter().all(|(_, _, span)| span.is_some()),
            "{:?}",
            self.problems
        );
        self
    }

    /// The report says what could not be read, and no verdict rests on its absence.
    fn undetermined(&self) -> &Self {
        assert!(
            self.terminal.contains("What could not be read"),
            "{}",
            self.terminal
        );
        for evaluation in self.report["evaluations"].as_array().into_iter().flatten() {
            assert_eq!(evaluation["verdict"], "undetermined", "{evaluation}");
        }
        self
    }
}

fn write(root: &Path, name: &str, bytes: &[u8]) {
    fs::write(root.join(name), bytes).expect("written");
}

#[test]
fn an_empty_card() {
    check(|root| write(root, "README.md", b""))
        .one("README.md", "empty")
        .undetermined();
}

#[test]
fn an_empty_license_file() {
    check(|root| write(root, "LICENSE", b""))
        .one("LICENSE", "empty")
        .undetermined();
}

#[test]
fn an_empty_weight_file() {
    check(|root| write(root, "model.safetensors", b""))
        .one("model.safetensors", "empty")
        .undetermined();
}

#[test]
fn a_binary_card() {
    let bytes = [0, 159, 146, 150, 0, 1, 2];
    check(|root| write(root, "README.md", &bytes)).one("README.md", "malformed");
}

#[test]
fn a_card_that_is_not_utf8() {
    check(|root| write(root, "README.md", b"---\nlicense: mit\n---\n# Mod\xe8le\n"))
        .one("README.md", "encoding");
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_are_no_trouble() {
    let text = b"\xef\xbb\xbf---\r\nlanguage: en\r\nlicense: mit\r\n---\r\n# M\r\n";
    let checked = check(|root| write(root, "README.md", text));
    assert_eq!(checked.problems, []);
    let claims = &checked.report["release"]["license_claims"];
    assert_eq!(claims[0]["expression"], "MIT");
    assert_eq!(
        claims[0]["evidence"]["span"]["lines"],
        serde_json::json!([3, 3])
    );
}

#[test]
fn a_card_without_front_matter() {
    check(|root| write(root, "README.md", b"# A model\n"))
        .one("README.md", "missing")
        .with_place();
}

#[test]
fn a_key_that_is_given_twice() {
    check(|root| {
        write(
            root,
            "README.md",
            b"---\nlicense: mit\nlicense: apache-2.0\n---\n",
        );
    })
    .one("README.md", "duplicate-key")
    .with_place();
}

#[test]
fn a_bomb_of_aliases() {
    let mut yaml = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let row = vec![format!("*a{}", level - 1); 9].join(", ");
        yaml.push_str(&format!("a{level}: &a{level} [{row}]\n"));
    }
    yaml.push_str("license: mit\n---\n# A model\n");
    check(|root| write(root, "README.md", yaml.as_bytes())).only();
}

#[test]
fn deeply_nested_front_matter() {
    let deep = format!(
        "---\nlicense: {}mit{}\n---\n",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    check(|root| write(root, "README.md", deep.as_bytes())).only();
}

#[test]
fn a_header_that_is_longer_than_the_file() {
    let mut bytes = 5000_u64.to_le_bytes().to_vec();
    bytes.extend_from_slice(b"{\"a\":1}");
    check(|root| write(root, "model.safetensors", &bytes))
        .one("model.safetensors", "truncated")
        .with_place()
        .undetermined();
}

#[test]
fn a_header_above_the_limit() {
    let mut bytes = u64::MAX.to_le_bytes().to_vec();
    bytes.extend_from_slice(&[b'{'; 64]);
    check(|root| write(root, "model.safetensors", &bytes))
        .only()
        .with_place()
        .undetermined();
}

#[test]
fn tensors_that_overlap() {
    let header = concat!(
        r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#,
        r#""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#
    );
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&[0; 12]);
    check(|root| write(root, "model.safetensors", &bytes)).one("model.safetensors", "inconsistent");
}

#[test]
fn a_gguf_file_with_absurd_counts() {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend_from_slice(&3_u32.to_le_bytes());
    bytes.extend_from_slice(&u64::MAX.to_le_bytes());
    bytes.extend_from_slice(&u64::MAX.to_le_bytes());
    check(|root| write(root, "model.gguf", &bytes))
        .only()
        .undetermined();
}

#[test]
fn a_huge_card() {
    check(|root| {
        let file = fs::File::create(root.join("README.md")).expect("created");
        file.set_len(40 << 20).expect("grown");
    })
    .one("README.md", "too-large")
    .undetermined();
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_in_circles_or_out() {
    use std::os::unix::fs::symlink;
    let checked = check(|root| {
        symlink("nowhere", root.join("a")).expect("linked");
        symlink("b", root.join("b")).expect("linked");
        symlink("/etc/hostname", root.join("c")).expect("linked");
        symlink("..", root.join("d")).expect("linked");
    });
    let found: Vec<_> = checked
        .problems
        .iter()
        .map(|(p, k, _)| (p.as_str(), k.as_str()))
        .collect();
    let expected = ["a", "b", "c", "d"].map(|path| (path, "unsafe-link"));
    assert_eq!(found, expected);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut refused = true;
    let checked = check(|root| {
        write(root, "LICENSE", b"some terms");
        let path = root.join("LICENSE");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("changed");
        refused = fs::read(&path).is_err();
    });
    if refused {
        checked.one("LICENSE", "unreadable").undetermined();
    } else {
        eprintln!("SKIPPED: this user may read every file");
    }
}

#[test]
fn one_missing_path_does_not_sink_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("README.md"), "---\nlicense: mit\n---\n").expect("written");
    let output = overt(&[
        "check".as_ref(),
        "--format=json".as_ref(),
        folder.path().as_os_str(),
        "/no/such/path".as_ref(),
    ]);
    assert_eq!(output.status.code(), Some(0));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["release"]["problems"][0]["kind"], "missing");
    assert_eq!(report["release"]["problems"][0]["source"], "/no/such/path");
}
