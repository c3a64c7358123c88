//! What was examined, as plain lines for people.

use std::fmt::Write as _;

use overt_core::Span;

use crate::document::shorten;
use crate::family::{Recognition, Sureness};
use crate::pickle::ImportSafety;
use crate::same::Comparison;
use crate::{Examined, Field, FieldName, Inspection};

/// The longest value in a line, in characters.
const LONGEST: usize = 100;
/// The most fields that mean nothing in particular; the others are always shown.
const MOST_OTHERS: usize = 12;

/// The most families that share a shape which are told one by one.
const MOST_FAMILIES: usize = 6;

/// What was examined, as plain text: no colors, lines end in `\n`, the same input gives the same
/// text.
pub fn describe(examined: &Examined) -> String {
    let mut text = String::new();
    if let Some(inspection) = &examined.inspection {
        header(&mut text, inspection);
    }
    if let Some(recognition) = &examined.recognition {
        recognized(&mut text, recognition);
    }
    if let Some(fingerprint) = &examined.fingerprint {
        line(&mut text, "content", &fingerprint.content);
        line(&mut text, "shapes", &fingerprint.shape);
    }
    if let Some(inspection) = &examined.inspection {
        fields(&mut text, &inspection.fields);
        for import in &inspection.imports {
            let word = match import.safety {
                ImportSafety::Expected => continue,
                ImportSafety::Unknown => "unknown",
                ImportSafety::Unsafe => "unsafe",
            };
            line(
                &mut text,
                "import",
                &format!("{} ({word})", shorten(&import.name, LONGEST)),
            );
        }
    }
    fields(&mut text, &examined.fields);
    if let Some(card) = &examined.card {
        line(
            &mut text,
            "card",
            &format!("{:?}", card.kind).to_lowercase(),
        );
        fields(&mut text, &card.fields);
        for section in card
            .sections
            .iter()
            .filter(|section| !section.kinds.is_empty())
        {
            let kinds: Vec<String> = section.kinds.iter().map(kebab).collect();
            let what = format!(
                "{} [{}] {} words, {}",
                shorten(&section.title, 60),
                kinds.join(", "),
                section.words,
                place(Some(section.span))
            );
            line(&mut text, "section", &what);
        }
        for statement in &card.statements {
            let what = format!(
                "{} {}: {} ({})",
                kebab(&statement.kind),
                statement.component,
                statement.says,
                place(Some(statement.span))
            );
            line(&mut text, "statement", &what);
        }
    }
    for problem in &examined.problems {
        let at = problem.span.map(|span| format!(" ({})", place(Some(span))));
        line(
            &mut text,
            "problem",
            &format!("{}{}", problem.message, at.unwrap_or_default()),
        );
    }
    text
}

/// A comparison of two models as plain text: counts first, then the names.
pub fn describe_comparison(comparison: &Comparison) -> String {
    /// The most names of one list.
    const MOST: usize = 20;
    let mut text = String::new();
    let answer = if comparison.is_same() {
        let names = !comparison.renamed.is_empty()
            || comparison
                .converted
                .iter()
                .any(|one| one.first != one.second);
        match (names, comparison.converted.is_empty()) {
            (false, true) => "the same tensors",
            (true, true) => "the same tensors under other names",
            (false, false) => "the same values in other types",
            (true, false) => "the same values in other types, under other names",
        }
    } else if comparison.is_conversion() {
        "one is the other, rounded to another type"
    } else if comparison.has_same_shapes() {
        "different values, the same names and shapes"
    } else {
        "different"
    };
    line(&mut text, "answer", answer);
    let differing: Vec<String> = comparison
        .differ
        .iter()
        .map(|(name, why)| format!("{} ({})", shorten(name, LONGEST), kebab(why)))
        .collect();
    let renamed: Vec<String> = comparison
        .renamed
        .iter()
        .map(|(first, second)| {
            format!(
                "{} is {}",
                shorten(first, LONGEST),
                shorten(second, LONGEST)
            )
        })
        .collect();
    let conversions = |exact: bool| -> Vec<String> {
        let wanted = comparison.converted.iter().filter(|one| one.exact == exact);
        wanted
            .map(|one| {
                let (first, second) = (&one.first, &one.second);
                let names = if first == second {
                    shorten(first, LONGEST)
                } else {
                    format!(
                        "{} is {}",
                        shorten(first, LONGEST),
                        shorten(second, LONGEST)
                    )
                };
                format!("{names} ({} to {})", one.from, one.to)
            })
            .collect()
    };
    let (converted, rounded) = (conversions(true), conversions(false));
    for (title, names) in [
        ("identical", &comparison.identical),
        ("renamed", &renamed),
        ("converted", &converted),
        ("rounded", &rounded),
        ("differ", &differing),
        ("only in the first", &comparison.only_first),
        ("only in the second", &comparison.only_second),
    ] {
        line(&mut text, title, &grouped(names.len() as u64));
        let shown = if title == "identical" { 0 } else { MOST };
        for name in names.iter().take(shown) {
            line(&mut text, "", &shorten(name, LONGEST));
        }
        let more = names.len().saturating_sub(shown);
        if shown > 0 && more > 0 {
            line(&mut text, "", &format!("and {more} more"));
        }
    }
    text
}

fn header(text: &mut String, inspection: &Inspection) {
    let version = inspection.format_version.as_deref().unwrap_or_default();
    let format = format!("{} {version}", inspection.format);
    line(text, "format", format.trim_end());
    // What runs on loading is told before anything else.
    let calls: Vec<String> = inspection
        .imports
        .iter()
        .filter(|import| import.safety == ImportSafety::Unsafe)
        .map(|import| shorten(&import.name, 60))
        .collect();
    if !calls.is_empty() {
        let what = format!("loading it as a pickle would call {}", calls.join(", "));
        line(text, "UNSAFE", &shorten(&what, LONGEST));
    }
    // What is read twice, in an archive and by itself, counts twice.
    let read = format!(
        "{} of {} bytes",
        inspection.header_bytes_read.min(inspection.file_bytes),
        inspection.file_bytes
    );
    line(text, "read", &read);
    if let Some(tensors) = inspection
        .tensors
        .as_ref()
        .filter(|tensors| tensors.count > 0)
    {
        line(text, "parameters", &grouped(tensors.parameters));
        line(text, "tensors", &grouped(tensors.count));
        let types: Vec<String> = tensors
            .by_dtype
            .iter()
            .map(|(dtype, count)| format!("{dtype} {}", grouped(*count)))
            .collect();
        line(text, "types", &types.join(", "));
    }
    if let Some(architecture) = &inspection.architecture {
        line(text, "architecture", &shorten(architecture, LONGEST));
    }
    if let Some(quantization) = &inspection.quantization {
        line(text, "quantized", quantization);
    }
    if !inspection.declared_files.is_empty() {
        let shown: Vec<String> = inspection
            .declared_files
            .iter()
            .take(3)
            .map(|file| shorten(file, 60))
            .collect();
        let more = inspection.declared_files.len().saturating_sub(shown.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        line(text, "files", &format!("{}{more}", shown.join(", ")));
    }
    line(text, "intact", if inspection.intact { "yes" } else { "no" });
}

fn recognized(text: &mut String, recognition: &Recognition) {
    let sure = |sureness: Sureness| match sureness {
        Sureness::Named => "named",
        Sureness::Likely => "likely",
        Sureness::Possible => "possible",
    };
    for found in &recognition.architectures {
        let what = format!(
            "{} ({}: {})",
            found.name,
            sure(found.sureness),
            found.because
        );
        line(text, "architecture", &what);
    }
    let families = &recognition.families;
    for found in families.iter().take(MOST_FAMILIES) {
        let name = format!("{} {}", found.name, found.size);
        let what = format!(
            "{} ({}: {})",
            name.trim_end(),
            sure(found.sureness),
            found.because
        );
        line(text, "built like", &what);
    }
    let more = families.len().saturating_sub(MOST_FAMILIES);
    if more > 0 {
        line(
            text,
            "built like",
            &format!("and {more} more that are possible"),
        );
    }
}

fn fields(text: &mut String, fields: &[Field]) {
    let mut others = 0_usize;
    for field in fields {
        if field.name == FieldName::Other {
            others = others.saturating_add(1);
            if others > MOST_OTHERS {
                continue;
            }
        }
        let value: Vec<&str> = field.value.split_whitespace().collect();
        let value = shorten(&value.join(" "), LONGEST);
        let what = format!(
            "{} = {value} ({})",
            shorten(&field.key, 60),
            place(field.span)
        );
        let what = what.strip_suffix(" ()").unwrap_or(&what);
        line(text, &kebab(&field.name), what);
    }
    let hidden = others.saturating_sub(MOST_OTHERS);
    if hidden > 0 {
        line(text, "other", &format!("and {hidden} more fields"));
    }
}

fn place(span: Option<Span>) -> String {
    match span {
        Some(span @ Span::Lines(first, last)) if first == last => format!("line {span}"),
        Some(span @ Span::Lines(..)) => format!("lines {span}"),
        Some(span @ Span::Bytes(..)) => span.to_string(),
        None => String::new(),
    }
}

fn line(text: &mut String, name: &str, value: &str) {
    // Control characters of a hostile file must not reach a terminal.
    let clean: String = value.chars().filter(|c| !c.is_control()).collect();
    let _ = writeln!(text, "{name:<20} {clean}");
}

/// The word that serde writes for a value.
fn kebab(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value)
        .unwrap_or_default()
        .trim_matches('"')
        .to_owned()
}

/// A count with its thousands apart.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(index);
        if index > 0 && left.is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_told_in_lines() {
        let header = r#"{"__metadata__":{"license":"cc-by-nc-4.0\u001b[31m"},"w":{"dtype":"F16","shape":[1000,2],"data_offsets":[0,4000]}}"#;
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.resize(bytes.len() + 4000, 0);
        let text = describe(&crate::examine_bytes(&bytes, "m.safetensors"));
        assert!(text.contains("parameters           2,000\n"), "{text}");
        assert!(
            text.contains("license = cc-by-nc-4.0[31m (bytes "),
            "{text}"
        );
        assert!(text.contains("intact               yes\n"), "{text}");
    }

    #[test]
    fn a_card_is_told_in_lines() {
        let card =
            b"---\nlicense: mit\n---\n## Training data\n\nWe do not release the training data.\n"
                .to_vec();
        let text = describe(&crate::examine_bytes(&card, "README.md"));
        assert!(text.contains("license = mit (line 2)"), "{text}");
        assert!(text.contains("withholds datasets: We do not"), "{text}");
    }
}
