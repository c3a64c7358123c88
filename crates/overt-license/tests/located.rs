//! Every clause of a data file is found in the license's own text, in the section that the data file
//! names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use overt_core::{FactDepth, LicenseFacts, LicenseId, Span};
use overt_license::{MatchKind, facts, identify_named, locate, resolve};

/// A license's text and where it is from.
struct Text {
    name: String,
    id: LicenseId,
    content: String,
}

fn shared() -> Option<PathBuf> {
    let shared = std::env::var_os("OVERT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let licenses = shared.join("data/licenses");
    if licenses.is_dir() {
        return Some(licenses);
    }
    eprintln!("SKIPPED: {} is not here", licenses.display());
    None
}

fn id(name: &str) -> Option<LicenseId> {
    let expression = resolve(name).expression()?.clone();
    match expression.licenses().as_slice() {
        [only] => Some(only.id.clone()),
        _ => None,
    }
}

/// Whether the file holds the license's text, and not a pointer to it.
fn is_text_of(id: &LicenseId, file: &str, bytes: &[u8]) -> bool {
    identify_named(file, bytes).matches.iter().any(|found| {
        let is_text = !matches!(
            found.how,
            MatchKind::Header | MatchKind::Mention | MatchKind::Tag
        );
        is_text && found.license.licenses().iter().any(|one| one.id == *id)
    })
}

/// The texts whose license the index names.
fn texts(licenses: &Path) -> Vec<Text> {
    let mut texts = Vec::new();
    let folder = licenses.join("repositories");
    let index = std::fs::read_to_string(folder.join("index.csv")).expect("the index");
    for line in index.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [file, _, _, _, _, _, truly, spdx, tag, scancode, ..] = fields.as_slice() else {
            continue;
        };
        // What is called so by several texts is no name of one.
        let known = [
            *spdx,
            &format!("LicenseRef-{truly}"),
            *tag,
            *scancode,
            *truly,
        ]
        .iter()
        .filter(|name| !name.is_empty())
        .find_map(|name| id(name).filter(|id| facts(id).is_some()));
        let text = std::fs::read(folder.join("files").join(file));
        if let (Some(id), Ok(bytes)) = (known, text)
            && is_text_of(&id, file, &bytes)
        {
            texts.push(Text {
                name: (*file).to_owned(),
                id,
                content: overt_license::text_of(file, &bytes),
            });
        }
    }
    texts.extend(scancode(&licenses.join("scancode")));
    texts.sort_by(|a, b| a.name.cmp(&b.name));
    texts
}

/// The texts of ScanCode's license database, behind their front matter.
fn scancode(folder: &Path) -> Vec<Text> {
    let entries = std::fs::read_dir(folder).expect("the folder");
    entries
        .filter_map(|entry| {
            let path = entry.expect("readable").path();
            let name = path.file_name()?.to_string_lossy().into_owned();
            let key = name.strip_suffix(".LICENSE")?;
            let content = std::fs::read_to_string(&path).expect("UTF-8");
            let (_, text) = content.strip_prefix("---")?.split_once("\n---")?;
            let id = [
                key.to_owned(),
                format!("LicenseRef-{key}"),
                format!("LicenseRef-scancode-{key}"),
            ]
            .iter()
            .find_map(|name| id(name).filter(|id| facts(id).is_some()))?;
            Some(Text {
                name,
                id,
                content: text.to_owned(),
            })
        })
        .collect()
}

/// The words that number sections.
const WORDS: [&str; 6] = [
    "Section ", "SECTION ", "Article ", "ARTICLE ", "Clause ", "§",
];

/// A line that begins with a number.
struct Numbered {
    line: u32,
    indent: usize,
    worded: bool,
    /// Whether a point and another number follow.
    decimal: bool,
    number: usize,
}

/// Which top-level section stands from which line on, in the order of lines; `None` where numbers of
/// sections cannot be told from those of lists. Where sections are called so only these count,
/// otherwise the lines that stand out the furthest; each number follows the one before, and a second
/// language begins again with 1 and goes as far.
fn sections(text: &str) -> Option<Vec<(u32, usize)>> {
    let mut lines: Vec<Numbered> = (1_u32..).zip(text.lines()).filter_map(numbered).collect();
    let worded = lines.iter().filter(|line| line.worded).count() >= 3;
    lines.retain(|line| line.worded == worded);
    let outermost = lines
        .iter()
        .filter(|line| line.number == 1)
        .map(|line| line.indent)
        .min();
    lines.retain(|line| line.decimal || Some(line.indent) <= outermost);
    let mut sections: Vec<(u32, usize)> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    for line in lines {
        let last = sections.last().map_or(0, |(_, number)| *number);
        if line.decimal && line.number == last || line.number == last + 1 {
            sections.push((line.line, line.number));
        } else if line.number == 1 {
            ends.push(last);
            sections.push((line.line, line.number));
        } else if !worded {
            return None;
        }
    }
    ends.extend(sections.last().map(|(_, number)| *number));
    ends.dedup();
    (ends.len() == 1).then_some(sections)
}

fn numbered((number, line): (u32, &str)) -> Option<Numbered> {
    const CHINESE: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    if let Some((first, _)) = line.split_once('、')
        && let Some(at) = CHINESE.iter().position(|digit| *digit == first.trim())
    {
        return Some(Numbered {
            line: number,
            indent: 0,
            worded: true,
            decimal: false,
            number: at + 1,
        });
    }
    let marks = [' ', '\t', '#', '*', '>', '"', '\u{3000}', '\u{feff}'];
    let rest = line.trim_start_matches(marks);
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let unworded = WORDS.iter().find_map(|word| rest.strip_prefix(word));
    let rest = unworded.unwrap_or(rest);
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let after = rest.get(digits.len()..).unwrap_or_default();
    let ends = [
        '.', ')', ':', ' ', '\u{3001}', '\u{ff0e}', '*', '\t', '\u{2013}', '-', '\\',
    ];
    let ends = after.is_empty() || after.starts_with(ends);
    let decimal = after
        .trim_start_matches('.')
        .starts_with(|c: char| c.is_ascii_digit());
    Some(Numbered {
        line: number,
        indent,
        worded: unworded.is_some(),
        decimal,
        number: digits.parse().ok().filter(|_| ends)?,
    })
}

/// The section that a place names, if it begins with a number.
fn section_of(place: &str) -> Option<usize> {
    if ["Attachment", "Annex", "Appendix"]
        .iter()
        .any(|word| place.contains(word))
    {
        return None;
    }
    let place = place
        .trim_start_matches("Section ")
        .trim_start_matches("section ")
        .trim_start_matches('§');
    let digits: String = place.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[derive(Default)]
struct Count {
    clauses: usize,
    located: usize,
    placed: usize,
    checkable: usize,
}

#[test]
fn every_clause_stands_where_its_data_file_says() {
    let Some(licenses) = shared() else { return };
    let mut count = Count::default();
    let mut missing: Vec<String> = Vec::new();
    let mut misplaced: Vec<String> = Vec::new();
    let mut seen: BTreeMap<LicenseId, usize> = BTreeMap::new();
    for text in texts(&licenses) {
        let Some(known) = facts(&text.id).filter(|facts| facts.depth == FactDepth::Full) else {
            continue;
        };
        *seen.entry(text.id.clone()).or_default() += 1;
        check(known, &text, &mut count, &mut missing, &mut misplaced);
    }
    eprintln!(
        "{} licenses, {} clauses: {} located; {} of {} in the section named",
        seen.len(),
        count.clauses,
        count.located,
        count.placed,
        count.checkable,
    );
    assert!(seen.len() > 40, "{} licenses", seen.len());
    assert!(missing.is_empty(), "not found:\n{}", missing.join("\n"));
    assert!(misplaced.is_empty(), "elsewhere:\n{}", misplaced.join("\n"));
    assert!(count.checkable * 2 > count.clauses);
}

fn check(
    known: &LicenseFacts,
    text: &Text,
    count: &mut Count,
    missing: &mut Vec<String>,
    misplaced: &mut Vec<String>,
) {
    let sections = sections(&text.content).unwrap_or_default();
    for clause in locate(known, &text.content) {
        let what = format!("{}: {} {}", text.name, clause.place, clause.plain);
        count.clauses += 1;
        let Some(Span::Lines(first, last)) = clause.lines else {
            missing.push(what);
            continue;
        };
        count.located += 1;
        let named = section_of(&clause.place)
            .filter(|named| sections.iter().any(|(_, number)| number == named));
        let Some(named) = named.filter(|_| sections.len() >= 3) else {
            continue;
        };
        count.checkable += 1;
        let at = |line: u32| {
            let before = sections.iter().take_while(|(start, _)| *start <= line);
            before.last().map_or(0, |(_, number)| *number)
        };
        if (at(first)..=at(last)).contains(&named) {
            count.placed += 1;
        } else {
            misplaced.push(format!("{what} (line {first} is in section {})", at(first)));
        }
    }
}
