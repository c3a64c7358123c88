//! Changes a card's front matter and nothing else of the card.

/// A card's text, split where its front matter begins and ends.
#[derive(Clone, Debug)]
pub(super) struct FrontMatter {
    before: String,
    lines: Vec<String>,
    after: String,
    newline: &'static str,
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
    /// Takes a card apart. Without front matter there is an empty one at its begin.
    pub(super) fn new(card: &str) -> Self {
        let newline = if card.contains("\r\n") { "\r\n" } else { "\n" };
        let (mark, text) = match card.strip_prefix('\u{feff}') {
            Some(rest) => ("\u{feff}", rest),
            None => ("", card),
        };
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let is_fence = |line: &&str| line.trim_end() == "---";
        let end = lines
            .first()
            .filter(|line| is_fence(line))
            .and_then(|_| lines.iter().skip(1).position(is_fence));
        match (lines.first(), end) {
            (Some(first), Some(length)) => Self {
                before: format!("{mark}{first}"),
                lines: lines
                    .iter()
                    .skip(1)
                    .take(length)
                    .map(ToString::to_string)
                    .collect(),
                after: lines.iter().skip(1 + length).copied().collect(),
                newline,
            },
            _ => Self {
                before: format!("{mark}---{newline}"),
                lines: Vec::new(),
                after: format!(
                    "---{newline}{}{text}",
                    if text.is_empty() { "" } else { newline }
                ),
                newline,
            },
        }
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
            *line = format!("{key}: {written}{newline}");
        }
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
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start().starts_with(':'))
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
        assert_eq!(FrontMatter::new("---\nno end\n").lines.len(), 0);
    }

    #[test]
    fn a_list_is_left_to_people() {
        let card = "---\nlicense:\n- mit\n- apache-2.0\ntags: [a]\n---\n";
        let mut front = FrontMatter::new(card);
        assert_eq!(front.set("license", "mit"), Set::ByHand);
        assert_eq!(front.set("tags", "b"), Set::ByHand);
        assert_eq!(front.text(), card);
    }
}
