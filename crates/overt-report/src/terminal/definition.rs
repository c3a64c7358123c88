//! Definitions for people.

use overt_decide::{Confidence, Definition};

use super::layout::{column, cut, paragraph};
use super::{BOLD, DIM, WIDTH, paint};

/// Every definition in a line.
pub fn definitions(definitions: &[Definition]) -> String {
    const ID: usize = 28;
    const VERSION: usize = 12;
    const STATUS: usize = 12;
    let mut out = String::new();
    for definition in definitions {
        out.push_str(&format!(
            "{}{}{}{}\n",
            paint(BOLD, &column(&definition.id, ID)),
            column(&definition.version, VERSION),
            column(definition.status.as_str(), STATUS),
            cut(&definition.name, WIDTH - ID - VERSION - STATUS),
        ));
    }
    out
}

/// One definition with its requirements, or with one of them.
pub fn definition(definition: &Definition, requirement: Option<&str>) -> String {
    let mut out = format!("{}\n", paint(BOLD, &cut(&definition.name, WIDTH)));
    let confidence = match definition.confidence {
        Confidence::High => "rules read in the source",
        Confidence::Medium => "rules read in a secondary text",
        Confidence::Low => "rules partly from memory",
    };
    let line = format!(
        "{} {}, {}, {}; {confidence}",
        definition.id,
        definition.version,
        definition.steward,
        definition.status.as_str()
    );
    out.push_str(&paint(DIM, paragraph("", 0, 0, &line).trim_end()));
    out.push('\n');
    out.push_str(&paint(
        DIM,
        paragraph("", 0, 0, &definition.source).trim_end(),
    ));
    out.push_str("\n\n");
    if requirement.is_none() {
        // The file breaks its lines where it likes.
        let about = definition.about.split_whitespace().collect::<Vec<_>>();
        out.push_str(&paragraph("", 0, 0, &about.join(" ")));
        if let Some(base) = &definition.extends {
            out.push_str(&paragraph("", 0, 0, &format!("It contains {base}.")));
        }
        out.push('\n');
    }
    for one in &definition.requirements {
        if requirement.is_some_and(|wanted| wanted != one.id) {
            continue;
        }
        out.push_str(&format!("{}/{}\n", definition.id, paint(BOLD, &one.id)));
        out.push_str(&paragraph("  ", 2, 2, &one.plain));
        let line = format!("{}; effort to mend: {}", one.source, one.effort);
        out.push_str(&paint(DIM, paragraph("  ", 2, 2, &line).trim_end()));
        out.push('\n');
    }
    out
}
