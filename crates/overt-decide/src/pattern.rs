//! Patterns of ids: `CC-BY-*`.

use overt_core::Expression;

/// Whether every license of some alternative is on the list.
pub(crate) fn each_matches(expression: &Expression, patterns: &[String]) -> bool {
    match expression {
        Expression::License(license) => patterns
            .iter()
            .any(|pattern| glob(pattern, license.id.as_str())),
        Expression::And(parts) => parts.iter().all(|part| each_matches(part, patterns)),
        Expression::Or(parts) => parts.iter().any(|part| each_matches(part, patterns)),
    }
}

/// Whether a license that cannot be avoided is on the list.
pub(crate) fn some_matches(expression: &Expression, patterns: &[String]) -> bool {
    match expression {
        Expression::License(license) => patterns
            .iter()
            .any(|pattern| glob(pattern, license.id.as_str())),
        Expression::And(parts) => parts.iter().any(|part| some_matches(part, patterns)),
        Expression::Or(parts) => parts.iter().all(|part| some_matches(part, patterns)),
    }
}

/// Whether a text fits a pattern in which `*` stands for anything; linear in both.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else {
        return false;
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pattern.rsplit('*').next().filter(|_| pattern.contains('*')) else {
        return rest.is_empty();
    };
    let middle: Vec<&str> = parts.collect();
    for part in middle.iter().take(middle.len().saturating_sub(1)) {
        match rest.find(part).and_then(|at| rest.get(at + part.len()..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn patterns_match_whole_ids() {
        assert!(glob("CC-BY-*", "CC-BY-4.0"));
        assert!(glob("*-only", "GPL-3.0-only"));
        assert!(glob("MIT", "MIT"));
        assert!(!glob("MIT", "MIT-0"));
        assert!(glob("a*b*c", "a1b2c"));
        assert!(!glob("a*b*c", "a1c2b"));
    }
}
