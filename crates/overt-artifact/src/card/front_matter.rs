//! The YAML between the dashes at a card's beginning.

use std::ops::Range;

use overt_core::{Budget, Problem, ProblemKind, Span};

use crate::document::{Lines, Node, Value, line_span, parse_yaml, shorten};
use crate::{Field, FieldName};

/// The most fields that are kept.
const MOST_FIELDS: usize = 8192;

/// The front matter's text and place.
#[derive(Clone, Debug)]
pub(super) struct Yaml<'t> {
    /// The text between the dashes.
    pub text: &'t str,
    /// How many lines stand before it.
    pub lines_before: u32,
    /// The line of the closing dashes.
    pub last_line: u32,
}

/// Whether there is front matter.
#[derive(Clone, Debug)]
pub(super) enum Found<'t> {
    /// There is.
    Complete(Yaml<'t>),
    /// It begins but does not end.
    Unclosed(Problem),
    /// There is none.
    None,
}

/// A card, cut into its two parts.
#[derive(Clone, Debug)]
pub(super) struct Split<'t> {
    /// The front matter.
    pub front_matter: Found<'t>,
    /// The Markdown.
    pub body: &'t str,
    /// How many lines stand before the Markdown.
    pub body_line: u32,
}

/// Cuts a card in two. Blank lines before the first dashes are taken, as the hub does.
pub(super) fn split(text: &str) -> Split<'_> {
    let whole = |front_matter| Split {
        front_matter,
        body: text,
        body_line: 0,
    };
    let mut at = 0_usize;
    let mut line = 0_u32;
    let mut opened: Option<(usize, u32)> = None;
    for row in text.split_inclusive('\n') {
        let start = at;
        at = at.saturating_add(row.len());
        line = line.saturating_add(1);
        let content = row.trim_end();
        match opened {
            None if content.is_empty() => {}
            None if content == "---" => opened = Some((at, line)),
            None => return whole(Found::None),
            Some((yaml_start, lines_before)) if content == "---" || content == "..." => {
                let yaml = Yaml {
                    text: text.get(yaml_start..start).unwrap_or_default(),
                    lines_before,
                    last_line: line,
                };
                // Prose between two Markdown rules is not front matter.
                if !looks_like_yaml(yaml.text) {
                    return whole(Found::None);
                }
                return Split {
                    front_matter: Found::Complete(yaml),
                    body: text.get(at..).unwrap_or_default(),
                    body_line: line,
                };
            }
            Some(_) => {}
        }
    }
    match opened {
        Some((start, line)) if looks_like_fields(text.get(start..).unwrap_or_default()) => {
            let problem = Problem::new(
                ProblemKind::Malformed,
                "the front matter begins with `---` but does not end",
            );
            whole(Found::Unclosed(problem.at(Span::Lines(line, line))))
        }
        _ => whole(Found::None),
    }
}

/// The first line that is no comment.
fn first_line(yaml: &str) -> Option<&str> {
    yaml.lines()
        .map(str::trim_end)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether the first line that is no comment is `key: …`.
fn looks_like_fields(yaml: &str) -> bool {
    first_line(yaml).is_some_and(|line| {
        line.split_once(':').is_some_and(|(key, rest)| {
            !key.contains(' ') && (rest.is_empty() || rest.starts_with([' ', '\t']))
        })
    })
}

/// Whether it is blank, fields, or a collection in another style.
fn looks_like_yaml(text: &str) -> bool {
    looks_like_fields(text)
        || first_line(text).is_none_or(|line| line.starts_with(['-', '{', '[', '"', '\'', '&']))
}

/// The fields of the front matter.
pub(super) fn read(yaml: &Yaml<'_>) -> (Vec<Field>, Vec<Problem>) {
    let lines = Lines::after(yaml.text, yaml.lines_before);
    match parse_yaml(yaml.text, Budget::TEXT) {
        Ok(document) => {
            let mut problems = document.duplicate_problems(&lines);
            let mut collect = Collect {
                lines: &lines,
                fields: Vec::new(),
            };
            match &document.root.value {
                Value::Map(_) => collect.entries(&document.root, "", 0),
                Value::Null => {}
                _ => problems.push(
                    Problem::new(
                        ProblemKind::Malformed,
                        "the front matter is no list of fields",
                    )
                    .at(lines.span(&document.root.bytes)),
                ),
            }
            (collect.fields, problems)
        }
        Err(error) => {
            let mut problem = error.problem("the front matter", &lines);
            // The fields that can be read line by line are better than none.
            let fields = salvage(yaml.text, &lines);
            if !fields.is_empty() {
                problem
                    .message
                    .push_str("; single-line fields were read nevertheless");
            }
            (fields, vec![problem])
        }
    }
}

/// `key: value` lines at the left margin of YAML that breaks its grammar elsewhere.
fn salvage(yaml: &str, lines: &Lines) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut at = 0_usize;
    let mut open = String::new();
    for row in yaml.split_inclusive('\n') {
        let bytes = at..at.saturating_add(row.trim_end().len()).max(at);
        at = at.saturating_add(row.len());
        let content = row.trim_end();
        let (key, value) = if let Some(element) = content.trim_start().strip_prefix("- ") {
            (open.clone(), element)
        } else if let Some((key, value)) = content.split_once(':') {
            let plain = key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
            if !plain || key.is_empty() {
                open.clear();
                continue;
            }
            key.clone_into(&mut open);
            (open.clone(), value)
        } else {
            open.clear();
            continue;
        };
        let value = value
            .split(" #")
            .next()
            .unwrap_or_default()
            .trim()
            .trim_matches(['"', '\'']);
        let known = meaning(&key) != FieldName::Other;
        if !known || value.is_empty() || value.starts_with(['[', '{', '|', '>', '&', '*']) {
            continue;
        }
        let span = line_span(lines, &bytes);
        fields.push(Field::new(meaning(&key), key, shorten(value, 4096), span));
    }
    fields
}

struct Collect<'c> {
    lines: &'c Lines,
    fields: Vec<Field>,
}

impl Collect<'_> {
    fn entries(&mut self, node: &Node, prefix: &str, depth: usize) {
        for (key, value) in node.entries() {
            let path = if prefix.is_empty() {
                key.text.clone()
            } else {
                format!("{prefix}.{}", key.text)
            };
            self.value(&path, value, &key.bytes, depth);
        }
    }

    fn value(&mut self, path: &str, node: &Node, key_bytes: &Range<usize>, depth: usize) {
        /// Results of a `model-index` lie seven deep.
        const DEEPEST: usize = 12;
        if self.fields.len() >= MOST_FIELDS || depth > DEEPEST {
            return;
        }
        match &node.value {
            Value::Map(_) => self.entries(node, path, depth.saturating_add(1)),
            Value::List(elements) => {
                let plain = elements.iter().all(|element| element.scalar().is_some());
                for (index, element) in elements.iter().enumerate() {
                    // Lists of values repeat their key; lists of mappings number their elements.
                    if plain {
                        self.value(path, element, &element.bytes, depth);
                    } else {
                        let path = format!("{path}[{index}]");
                        self.value(&path, element, &element.bytes, depth.saturating_add(1));
                    }
                }
            }
            Value::Null => {}
            Value::Scalar(text) | Value::Text(text) => {
                let bytes = key_bytes.start.min(node.bytes.start)..node.bytes.end;
                // An alias stands far from its value; the value's place counts.
                let bytes = if node.bytes.start < key_bytes.start {
                    node.bytes.clone()
                } else {
                    bytes
                };
                let span = line_span(self.lines, &bytes);
                let value = shorten(text.trim(), 8192);
                self.fields
                    .push(Field::new(meaning(path), path, value, span));
            }
        }
    }
}

/// What a key of the card specification means.
///
/// Keys in capitals are no keys of the specification, but mean the same to a reader.
fn meaning(path: &str) -> FieldName {
    let path = path.to_ascii_lowercase();
    match path.as_str() {
        "license" | "licence" | "licenses" => FieldName::License,
        "license_name" => FieldName::LicenseName,
        "license_link" | "license_url" => FieldName::LicenseLink,
        "base_model" | "base_models" => FieldName::BaseModel,
        "base_model_relation" => FieldName::BaseModelRelation,
        "datasets" | "dataset" | "train-eval-index.dataset" => FieldName::Dataset,
        "author" | "authors" | "model_creator" | "quantized_by" => FieldName::Author,
        "organization" => FieldName::Organization,
        "model_name" | "pretty_name" | "title" => FieldName::ModelName,
        "version" => FieldName::Version,
        "language" | "languages" => FieldName::Language,
        "tags" => FieldName::Tag,
        "pipeline_tag" => FieldName::PipelineTag,
        "library_name" => FieldName::LibraryName,
        "paper" | "arxiv" | "url" | "repo" | "thumbnail" => FieldName::Url,
        "doi" => FieldName::Doi,
        "model_type" => FieldName::Architecture,
        "date" | "release_date" => FieldName::Date,
        _ if path.starts_with("co2_eq_emissions") => FieldName::TrainingCompute,
        // An object with a name, as some cards write it.
        "license.name" | "license[0].name" => FieldName::LicenseName,
        "license.url" | "license.link" => FieldName::LicenseLink,
        _ => FieldName::Other,
    }
}
