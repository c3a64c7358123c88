//! Changes a card's front matter and nothing else of the card.
//!
//! Lines are changed, not a tree that is written anew, so that comments, quotes, order and line ends stay
//! as they are. Whether the result says what was meant, and everything else what it said before, is
//! asked of a parser afterwards: [`FrontMatter::sound`].

use serde_json::{Map, Value};

use crate::yaml;

/// A card's text, split where its front matter begins and ends.
#[derive(Clone, Debug)]
pub(super) struct FrontMatter {
    before: String,
    lines: Vec<String>,
    after: String,
    newline: &'static str,
    /// The lines as they were.
    old: String,
    /// Whether it begins but does not end.
    open: bool,
    /// What was set.
    changed: Map<String, Value>,
}

/// Why a key was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// It is set.
    Done,
    /// It has this value already.
    Same,
    /// It has a value that does not stand on one line.
    ByHand,
}

impl FrontMatter {
    /// Takes a card apart. Without front matter there is an empty one at its begin. Blank lines before
    /// it are taken, as the hub does, and either end of a YAML document ends it.
    pub(super) fn new(card: &str) -> Self {
        let newline = if card.contains("\r\n") { "\r\n" } else { "\n" };
        let (mark, text) = match card.strip_prefix('\u{feff}') {
            Some(rest) => ("\u{feff}", rest),
            None => ("", card),
        };
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let blank = lines
            .iter()
            .take_while(|line| line.trim().is_empty())
            .count();
        let begins = lines
            .get(blank)
            .is_some_and(|line| line.trim_end() == "---");
        let is_end = |line: &&str| matches!(line.trim_end(), "---" | "...");
        let length = lines.iter().skip(blank + 1).position(is_end);
        if let Some(length) = length.filter(|_| begins) {
            let own = |from: usize, count: usize| lines.iter().skip(from).take(count).copied();
            let front: Vec<String> = own(blank + 1, length).map(str::to_owned).collect();
            return Self {
                before: mark
                    .chars()
                    .map(String::from)
                    .chain(own(0, blank + 1).map(str::to_owned))
                    .collect(),
                old: front.concat(),
                lines: front,
                after: own(blank + 1 + length, usize::MAX).collect(),
                newline,
                open: false,
                changed: Map::new(),
            };
        }
        Self {
            before: format!("{mark}---{newline}"),
            lines: Vec::new(),
            after: format!(
                "---{newline}{}{text}",
                if text.is_empty() { "" } else { newline }
            ),
            newline,
            old: String::new(),
            open: begins,
            changed: Map::new(),
        }
    }

    /// Whether a parser reads in it what was set, and everything else as it was before. Where it cannot
    /// tell, the answer is no: a person must make the change.
    pub(super) fn sound(&self) -> bool {
        let read = |text: &str| match yaml::parse(text) {
            Some(Value::Object(map)) => Some(map),
            Some(Value::Null) => Some(Map::new()),
            None if text
                .lines()
                .all(|line| line.trim().is_empty() || line.starts_with('#')) =>
            {
                Some(Map::new())
            }
            _ => None,
        };
        let (Some(mut wanted), Some(found)) = (read(&self.old), read(&self.lines.concat())) else {
            return false;
        };
        wanted.extend(self.changed.clone());
        !self.open && wanted == found
    }

    /// The value of a top-level key as it stands on its line; empty if it stands on lines below.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.place(key)
            .and_then(|at| self.lines.get(at))
            .and_then(|line| line.split_once(':'))
            .map(|(_, value)| value.trim())
    }

    /// Sets a key to a value of one line, where it stands or at the end.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Set {
        let written = scalar(value);
        let Some(at) = self.place(key) else {
            self.push(&format!("{key}: {written}"));
            self.changed.insert(key.to_owned(), value.into());
            return Set::Done;
        };
        let old = self.value(key).unwrap_or_default();
        let plain = old.trim_matches(['"', '\'']);
        if plain == value {
            return Set::Same;
        }
        let continues = self
            .lines
            .get(at + 1)
            .is_some_and(|line| line.starts_with([' ', '\t', '-']));
        if continues || old.starts_with(['[', '{', '|', '>', '&', '*']) || old.contains(" #") {
            return Set::ByHand;
        }
        let newline = self.newline;
        if let Some(line) = self.lines.get_mut(at) {
            let own = line.split(':').next().unwrap_or(key).to_owned();
            *line = format!("{own}: {written}{newline}");
        }
        self.changed.insert(key.to_owned(), value.into());
        Set::Done
    }

    /// Adds a key with one value, or with a list of several, if it is not there.
    pub(super) fn add(&mut self, key: &str, values: &[String]) -> bool {
        if self.place(key).is_some() || values.is_empty() {
            return false;
        }
        if let [value] = values {
            self.push(&format!("{key}: {}", scalar(value)));
        } else {
            self.push(&format!("{key}:"));
            for value in values {
                self.push(&format!("- {}", scalar(value)));
            }
        }
        let added = match values {
            [value] => Value::from(value.as_str()),
            several => Value::from(several),
        };
        self.changed.insert(key.to_owned(), added);
        true
    }

    /// The card again.
    pub(super) fn text(&self) -> String {
        format!("{}{}{}", self.before, self.lines.concat(), self.after)
    }

    fn push(&mut self, line: &str) {
        let newline = self.newline;
        self.lines.push(format!("{line}{newline}"));
    }

    /// The line of a top-level key.
    fn place(&self, key: &str) -> Option<usize> {
        self.lines.iter().position(|line| {
            line.split_once(':')
                .is_some_and(|(own, _)| own.trim_end().trim_matches(['"', '\'']) == key)
        })
    }
}

/// A value as YAML reads it back.
fn scalar(value: &str) -> String {
    let plain = value
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/' | '+'))
        && value.starts_with(|c: char| c.is_ascii_alphabetic())
        && !matches!(
            value.to_ascii_lowercase().as_str(),
            "true" | "false" | "yes" | "no" | "on" | "off" | "null"
        );
    if plain {
        value.to_owned()
    } else {
        // A string in JSON's double quotes is one in YAML.
        serde_json::Value::from(value).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_changes() {
        let card = "\u{feff}---\r\nlanguage: en # English\r\nlicense: other\r\n---\r\n# Title\r\n";
        let mut front = FrontMatter::new(card);
        assert_eq!(front.set("license", "mit"), Set::Done);
        assert_eq!(front.set("license", "mit"), Set::Same);
        assert!(front.add("base_model", &["a/b".to_owned()]));
        assert!(!front.add("language", &["de".to_owned()]));
        assert_eq!(
            front.text(),
            "\u{feff}---\r\nlanguage: en # English\r\nlicense: mit\r\nbase_model: a/b\r\n---\r\n# Title\r\n"
        );
    }

    #[test]
    fn a_card_without_front_matter_gets_one() {
        let mut front = FrontMatter::new("# Title\n");
        front.set("license", "mit");
        front.add("datasets", &["a/b".to_owned(), "yes".to_owned()]);
        assert_eq!(
            front.text(),
            "---\nlicense: mit\ndatasets:\n- a/b\n- \"yes\"\n---\n\n# Title\n"
        );
    }

    #[test]
    fn a_list_is_left_to_people() {
        let card = "---\nlicense:\n- mit\n- apache-2.0\ntags: [a]\n---\n";
        let mut front = FrontMatter::new(card);
        assert_eq!(front.set("license", "mit"), Set::ByHand);
        assert_eq!(front.set("tags", "b"), Set::ByHand);
        assert_eq!(front.text(), card);
    }

    #[test]
    fn quoted_keys_blank_lines_and_other_ends_are_front_matter() {
        let mut front = FrontMatter::new("\n\n---\n\"license\": 'other' \nx: 1\n...\n# T\n");
        assert_eq!(front.set("license", "mit"), Set::Done);
        assert!(front.sound());
        assert_eq!(front.text(), "\n\n---\n\"license\": mit\nx: 1\n...\n# T\n");
    }

    #[test]
    fn what_a_parser_reads_differently_is_not_sound() {
        for card in [
            // It does not end.
            "---\nlanguage: en\n",
            // Prose between two rules.
            "---\nSome words.\n---\n# T\n",
            // A flow mapping cannot get another line.
            "---\n{language: en}\n---\n",
            // Twice; the second one would still be read.
            "---\nlicense: other\nlicense: gpl\n---\n",
            // The key stands inside of a text.
            "---\ntitle: \"a\nlicense: x\nb\"\n---\n",
            // What is shared cannot be compared.
            "---\na: &x 1\nb: *x\n---\n",
            // No YAML at all.
            "---\na: [\n---\n",
        ] {
            let mut front = FrontMatter::new(card);
            front.set("license", "mit");
            assert!(!front.sound(), "{card:?} {:?}", front.text());
        }
    }

    /// Lines as cards have them, the usual and the unusual.
    const LINES: [&str; 16] = [
        "license: other",
        "license: \"gpl-3.0\" # yes",
        "license:",
        "- mit",
        "'license' : x",
        "tags: [a, b]",
        "tags:",
        "  - c",
        "model-index:",
        "- name: x",
        "# a comment",
        "",
        "title: 'it''s'",
        "text: |",
        "  license: not this",
        "datasets: a/b",
    ];

    proptest::proptest! {
        #[test]
        fn nothing_else_changes_and_twice_is_once(
            picked in proptest::collection::vec(0..LINES.len(), 0..8),
            crlf: bool,
            mark: bool,
            blank in 0_usize..2,
        ) {
            let newline = if crlf { "\r\n" } else { "\n" };
            let lines: Vec<&str> = picked.iter().map(|index| LINES[*index]).collect();
            let body = ["# Title", "", "license: none of this", "---", ""].join(newline);
            let mut text: Vec<&str> = vec![""; blank];
            text.push("---");
            text.extend(&lines);
            text.push("---");
            text.push(&body);
            let mark = if mark { "\u{feff}" } else { "" };
            let card = format!("{mark}{}", text.join(newline));
            let mut front = FrontMatter::new(&card);
            proptest::prop_assert_eq!(front.text(), card.clone());
            let set = front.set("license", "mit");
            if set == Set::ByHand {
                proptest::prop_assert_eq!(front.text(), card);
                return Ok(());
            }
            let after = front.text();
            proptest::prop_assert!(after.starts_with(mark) && after.ends_with(&body));
            // Every line that is not the license's is there, in its place among the others.
            let others = |text: &str| -> Vec<String> {
                let lines = text.split_inclusive('\n');
                let own = |line: &&str| line.trim_matches(['"', '\'']).starts_with("license");
                lines.filter(|line| !own(line)).map(str::to_owned).collect()
            };
            proptest::prop_assert_eq!(others(&after), others(&card));
            if front.sound() {
                let mut again = FrontMatter::new(&after);
                proptest::prop_assert_eq!(again.set("license", "mit"), Set::Same);
                proptest::prop_assert!(again.sound());
                proptest::prop_assert_eq!(again.text(), after);
            }
        }
    }
}
