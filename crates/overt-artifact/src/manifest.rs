//! What ties model files together: OCI manifests, Ollama's `Modelfile`, `KitOps`' `Kitfile`.

use overt_core::{Budget, Problem, ProblemKind, Span};

use crate::bytes::{read_whole, text};
use crate::document::{Lines, Node, line_span, parse_json, parse_yaml, shorten};
use crate::{Field, FieldName, Format, Inspection, ReadAt};

/// Reads a manifest of one of these formats.
pub fn read(
    source: &dyn ReadAt,
    format: Format,
    budget: &Budget,
) -> (Option<Inspection>, Vec<Problem>) {
    let bytes = match read_whole(source, budget) {
        Ok(bytes) => bytes,
        Err(problem) => return (None, vec![problem]),
    };
    let (text, mut problems) = text(&bytes);
    let mut made = Made {
        lines: Lines::of(&text),
        inspection: Inspection::of(format, source.size()),
    };
    let parsed = match format {
        Format::OciManifest => parse_json(&text, Budget::TEXT).map(|document| {
            oci(&document.root, &mut made);
            document.duplicate_problems(&made.lines)
        }),
        Format::Kitfile => parse_yaml(&text, Budget::TEXT).map(|document| {
            kitfile(&document.root, &mut made);
            document.duplicate_problems(&made.lines)
        }),
        _ => {
            modelfile(&text, &mut made);
            Ok(Vec::new())
        }
    };
    match parsed {
        Ok(further) => problems.extend(further),
        Err(error) => problems.push(error.problem("the manifest", &made.lines)),
    }
    let mut inspection = made.inspection;
    let is_foreign = format == Format::OciManifest
        && inspection.declared_files.is_empty()
        && inspection.fields.is_empty();
    if is_foreign {
        let what = "the file is no OCI manifest";
        problems.push(Problem::remark(ProblemKind::Unsupported, what));
        return (None, problems);
    }
    inspection.header_bytes_read = source.size();
    inspection.intact = problems.is_empty();
    (Some(inspection), problems)
}

struct Made {
    lines: Lines,
    inspection: Inspection,
}

impl Made {
    fn node(&mut self, name: FieldName, key: &str, node: Option<&Node>) {
        for (text, bytes) in node.map(Node::scalars).unwrap_or_default() {
            let span = line_span(&self.lines, &bytes);
            let field = Field::new(name, key, shorten(text.trim(), 8192), span);
            self.inspection.fields.push(field);
        }
    }
}

/// An image manifest (OCI image specification 1.1, Docker schema 2): layers and annotations.
fn oci(root: &Node, made: &mut Made) {
    made.node(FieldName::Other, "mediaType", root.get("mediaType"));
    made.node(FieldName::Other, "artifactType", root.get("artifactType"));
    let schema = root.get("schemaVersion").and_then(Node::scalar);
    made.inspection.format_version = schema.map(str::to_owned);
    let layers = root.get("layers").map(Node::elements).unwrap_or_default();
    for layer in root.get("config").into_iter().chain(layers) {
        let Some(digest) = layer.get("digest").and_then(Node::scalar) else {
            continue;
        };
        made.inspection.declared_files.push(shorten(digest, 256));
        let media = layer
            .get("mediaType")
            .and_then(Node::scalar)
            .unwrap_or_default();
        // Ollama names what a layer is in its media type.
        let name = if media.ends_with(".license") {
            FieldName::LicenseLink
        } else {
            FieldName::Other
        };
        let key = shorten(media, 256);
        made.node(name, &key, layer.get("digest"));
    }
    let annotations = root
        .get("annotations")
        .map(Node::entries)
        .unwrap_or_default();
    for (key, value) in annotations {
        let name = match key.text.rsplit('.').next().unwrap_or_default() {
            "licenses" | "license" => FieldName::License,
            "authors" => FieldName::Author,
            "vendor" => FieldName::Organization,
            "title" => FieldName::ModelName,
            "version" => FieldName::Version,
            "created" => FieldName::Date,
            "url" | "source" | "documentation" => FieldName::Url,
            "name" if key.text.contains("base") => FieldName::BaseModel,
            _ => FieldName::Other,
        };
        let key = key.text.clone();
        made.node(name, &key, Some(value));
    }
}

/// A Kitfile (`KitOps` 1.0): package, model, code, datasets, docs.
fn kitfile(root: &Node, made: &mut Made) {
    let version = root.get("manifestVersion").and_then(Node::scalar);
    made.inspection.format_version = version.map(str::to_owned);
    for (key, name) in [
        ("name", FieldName::ModelName),
        ("version", FieldName::Version),
        ("license", FieldName::License),
        ("authors", FieldName::Author),
    ] {
        made.node(name, &format!("package.{key}"), root.at(&["package", key]));
    }
    for (key, name) in [
        ("name", FieldName::ModelName),
        ("license", FieldName::License),
        ("framework", FieldName::LibraryName),
        ("version", FieldName::Version),
    ] {
        made.node(name, &format!("model.{key}"), root.at(&["model", key]));
    }
    let path = root.at(&["model", "path"]).and_then(Node::scalar);
    made.inspection
        .declared_files
        .extend(path.map(str::to_owned));
    let parts = root.at(&["model", "parts"]);
    let lists = [
        ("model.parts", parts),
        ("code", root.get("code")),
        ("datasets", root.get("datasets")),
        ("docs", root.get("docs")),
    ];
    for (list, node) in lists {
        for element in node.map(Node::elements).unwrap_or_default() {
            made.node(
                FieldName::License,
                &format!("{list}.license"),
                element.get("license"),
            );
            if list == "datasets" {
                made.node(FieldName::Dataset, "datasets.name", element.get("name"));
            }
            let path = element.get("path").and_then(Node::scalar);
            made.inspection
                .declared_files
                .extend(path.map(str::to_owned));
        }
    }
}

/// An Ollama Modelfile: instructions, whose arguments may go on between `"""`.
fn modelfile(text: &str, made: &mut Made) {
    let mut open: Option<(FieldName, String, u32, String)> = None;
    for (index, row) in text.lines().enumerate() {
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        if let Some((name, key, first, mut value)) = open.take() {
            if let Some((last, _)) = row.split_once("\"\"\"") {
                value.push_str(last);
                instruction(made, name, &key, value.trim(), Span::Lines(first, number));
            } else {
                value.push_str(row);
                value.push('\n');
                open = Some((name, key, first, value));
            }
            continue;
        }
        let row = row.trim();
        let Some((word, rest)) = row.split_once(char::is_whitespace) else {
            continue;
        };
        let rest = rest.trim();
        let key = word.to_ascii_uppercase();
        let name = match key.as_str() {
            "FROM" | "ADAPTER" => FieldName::BaseModel,
            "LICENSE" => FieldName::License,
            "SYSTEM" | "TEMPLATE" | "PARAMETER" | "MESSAGE" => FieldName::Other,
            _ => continue,
        };
        let here = Span::Lines(number, number);
        let Some(inside) = rest.strip_prefix("\"\"\"") else {
            instruction(made, name, &key, rest.trim_matches('"'), here);
            continue;
        };
        match inside.split_once("\"\"\"") {
            Some((value, _)) => instruction(made, name, &key, value, here),
            None => open = Some((name, key, number, format!("{inside}\n"))),
        }
    }
    // An argument that does not end goes on to the end of the file.
    if let Some((name, key, first, value)) = open {
        instruction(made, name, &key, value.trim(), Span::Lines(first, first));
    }
}

fn instruction(made: &mut Made, name: FieldName, key: &str, value: &str, span: Span) {
    // A base that is a file beside this one is no model's name.
    let is_file = name == FieldName::BaseModel
        && (value.starts_with(['.', '/', '~'])
            || [".gguf", ".safetensors"]
                .iter()
                .any(|end| value.ends_with(end)));
    let name = if is_file {
        made.inspection.declared_files.push(shorten(value, 1024));
        FieldName::Other
    } else {
        name
    };
    let field = Field::new(name, key, shorten(value, 65_536), Some(span));
    made.inspection.fields.push(field);
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (FieldName, String, Option<Span>);

    fn fields(name: &str, text: &str) -> (Vec<Told>, Vec<String>) {
        let (inspection, problems) = crate::inspect(&text.as_bytes().to_vec(), name, Budget::TEXT);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        let fields = inspection
            .fields
            .into_iter()
            .map(|f| (f.name, f.value, f.span));
        (fields.collect(), inspection.declared_files)
    }

    #[test]
    fn a_modelfile_names_base_and_license() {
        let text = "# comment\nFROM llama3.1:8b\nADAPTER ./a.gguf\nLICENSE \"\"\"\nMIT\nmore\"\"\"\nPARAMETER temperature 1\n";
        let (found, files) = fields("Modelfile", text);
        assert_eq!(
            found[0],
            (
                FieldName::BaseModel,
                "llama3.1:8b".to_owned(),
                Some(Span::Lines(2, 2))
            )
        );
        assert_eq!(
            found[2],
            (
                FieldName::License,
                "MIT\nmore".to_owned(),
                Some(Span::Lines(4, 6))
            )
        );
        assert_eq!(files, ["./a.gguf"]);
    }

    #[test]
    fn a_kitfile_licenses_each_part() {
        let text = "manifestVersion: 1.0.0\npackage:\n  license: MIT\nmodel:\n  path: ./m.safetensors\n  license: Apache-2.0\ndatasets:\n- name: d\n  path: ./d\n  license: CC-BY-4.0\n";
        let (found, files) = fields("Kitfile", text);
        let licenses: Vec<_> = found
            .iter()
            .filter(|f| f.0 == FieldName::License)
            .map(|f| f.1.as_str())
            .collect();
        assert_eq!(licenses, ["MIT", "Apache-2.0", "CC-BY-4.0"]);
        assert_eq!(files, ["./m.safetensors", "./d"]);
    }

    #[test]
    fn an_oci_manifest_lists_layers_and_annotations() {
        let text = r#"{"schemaVersion":2,"config":{"digest":"sha256:c"},"layers":[{"mediaType":"application/vnd.ollama.image.license","digest":"sha256:l"}],"annotations":{"org.opencontainers.image.licenses":"MIT"}}"#;
        let (found, files) = fields("manifest.json", text);
        assert_eq!(files, ["sha256:c", "sha256:l"]);
        assert!(
            found
                .iter()
                .any(|f| f.0 == FieldName::LicenseLink && f.1 == "sha256:l")
        );
        assert!(
            found
                .iter()
                .any(|f| f.0 == FieldName::License && f.1 == "MIT")
        );
        let (inspection, _) = crate::inspect(
            &br#"{"name":"app"}"#.to_vec(),
            "manifest.json",
            Budget::TEXT,
        );
        assert!(inspection.is_none());
    }
}
