//! `OpenVINO` network descriptions: the `.xml` beside a `.bin`.
//!
//! Only start tags and their attributes are looked at; entities of documents are not resolved.

use overt_core::{Budget, Problem, ProblemKind, Span};

use crate::bytes::{read_whole, text};
use crate::document::{Lines, shorten};
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

/// Reads the constants of the network and the notes of the tool that made it.
pub fn read(source: &dyn ReadAt, budget: &Budget) -> (Option<Inspection>, Vec<Problem>) {
    let bytes = match read_whole(source, budget) {
        Ok(bytes) => bytes,
        Err(problem) => return (None, vec![problem]),
    };
    let (text, mut problems) = text(&bytes);
    let lines = Lines::of(&text);
    let mut inspection = Inspection::of(Format::Openvino, source.size());
    let mut tensors = Vec::new();
    let mut constant: Option<String> = None;
    let mut budget = budget.clone();
    let mut found = false;
    for tag in tags(&text) {
        if budget.charge_items(1).is_err() {
            let what = "the network has more parts than are read";
            problems.push(Problem::new(ProblemKind::LimitExceeded, what));
            break;
        }
        let value = |name: &str| attribute(tag.text, name);
        let span = Some(Span::Lines(lines.line(tag.at), lines.line(tag.at)));
        match tag.name {
            "net" => {
                found = true;
                inspection.format_version = value("version").map(str::to_owned);
                if let Some(name) = value("name") {
                    let name = shorten(name, 1024);
                    let field = Field::new(FieldName::ModelName, "net.name", name, span);
                    inspection.fields.push(field);
                }
            }
            "layer" => {
                let is_constant = value("type").is_some_and(|kind| kind == "Const");
                constant = is_constant.then(|| value("name").unwrap_or_default().to_owned());
            }
            "data" => {
                if let Some(name) = constant.take() {
                    tensors.push(tensor(name, value));
                }
            }
            other => {
                // Notes below `rt_info` are `<license value="…"/>`.
                let name = crate::safetensors::metadata_field(other);
                if let Some(value) = value("value").filter(|_| name != FieldName::Other) {
                    let field = Field::new(name, other, shorten(value, 4096), span);
                    inspection.fields.push(field);
                }
            }
        }
    }
    if !found {
        let what = "the file describes no OpenVINO network";
        problems.push(Problem::new(ProblemKind::Malformed, what));
        return (None, problems);
    }
    inspection.header_bytes_read = source.size();
    inspection.intact = problems.is_empty();
    inspection.set_tensors(tensors);
    // The weights are in the file beside this one.
    for tensor in &mut inspection.tensor_list {
        tensor.bytes = None;
    }
    (Some(inspection), problems)
}

fn tensor<'t>(name: String, value: impl Fn(&str) -> Option<&'t str>) -> Tensor {
    const MOST_DIMENSIONS: usize = 64;
    let number = |name: &str| value(name).and_then(|text| text.parse::<u64>().ok());
    let shape = value("shape")
        .unwrap_or_default()
        .split(',')
        .filter_map(|side| side.trim().parse().ok())
        .take(MOST_DIMENSIONS)
        .collect();
    let start = number("offset");
    let end = start
        .zip(number("size"))
        .and_then(|(start, size)| start.checked_add(size));
    Tensor {
        name,
        dtype: shorten(
            &value("element_type").unwrap_or("unknown").to_uppercase(),
            40,
        ),
        shape,
        bytes: start.zip(end),
    }
}

struct Tag<'t> {
    name: &'t str,
    text: &'t str,
    at: usize,
}

/// The start tags of a text, in order.
fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut from = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(from..)?;
            let at = from.saturating_add(rest.find('<')?);
            let inside = text.get(at.saturating_add(1)..)?;
            let length = inside.find('>')?;
            from = at.saturating_add(length).saturating_add(2);
            let tag = inside.get(..length)?;
            if tag.starts_with(['/', '?', '!']) {
                continue;
            }
            let name = tag
                .split(|c: char| c.is_whitespace() || c == '/')
                .next()
                .unwrap_or_default();
            return Some(Tag {
                name,
                text: tag,
                at,
            });
        }
    })
}

/// The value of an attribute in a start tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.match_indices(name).find_map(|(at, _)| {
        let before = tag.get(..at)?;
        let rest = tag
            .get(at.saturating_add(name.len())..)?
            .strip_prefix('=')?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        if !before.ends_with(char::is_whitespace) {
            return None;
        }
        rest.get(1..)?.split(quote).next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_and_notes_are_read() {
        let xml = "<?xml version=\"1.0\"?>\n<net name=\"m\" version=\"11\">\n<layers>\n<layer id=\"1\" name=\"w\" type=\"Const\" version=\"opset1\">\n<data element_type=\"f16\" offset=\"0\" shape=\"2, 3\" size=\"12\" />\n</layer><layer name=\"p\" type=\"Parameter\"><data shape=\"1\" element_type=\"f32\"/></layer></layers>\n<rt_info><license value=\"mit\"/></rt_info></net>";
        let (inspection, problems) = read(&xml.as_bytes().to_vec(), &Budget::TEXT);
        assert_eq!(problems, []);
        let inspection = inspection.unwrap();
        assert_eq!(
            inspection.tensors.unwrap().by_dtype,
            [("F16".to_owned(), 6)]
        );
        let license = inspection
            .fields
            .iter()
            .find(|f| f.name == FieldName::License)
            .unwrap();
        assert_eq!(
            (license.value.as_str(), license.span),
            ("mit", Some(Span::Lines(7, 7)))
        );
        assert!(read(&b"<html>".to_vec(), &Budget::TEXT).0.is_none());
    }
}
