//! Patterns with `*`, compared without case.

/// How many literal characters the best matching pattern has; `None` if none matches.
pub(super) fn best(patterns: &[String], text: &str) -> Option<usize> {
    patterns
        .iter()
        .filter(|pattern| matches(&pattern.to_lowercase(), text))
        .map(|pattern| pattern.bytes().filter(|byte| *byte != b'*').count())
        .max()
}

/// Whether the whole text matches; `*` stands for any characters but `/`.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        if rest.get(..at).is_some_and(|skipped| skipped.contains('/')) {
            return false;
        }
        rest = rest
            .get(at.saturating_add(part.len())..)
            .unwrap_or_default();
    }
    rest.strip_suffix(last)
        .is_some_and(|skipped| !skipped.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_anything_within_a_name() {
        assert!(matches("a/b-*", "a/b-7b"));
        assert!(matches("a/*-b-*", "a/x-b-y"));
        assert!(matches("a/b", "a/b"));
        assert!(matches("*/b", "x/b"));
        assert!(!matches("a/b", "a/bc"));
        assert!(!matches("a/b-*", "a/b"));
        assert!(!matches("a/*", "a/b/c"));
        assert!(!matches("a/*b*b", "a/b"));
    }
}
