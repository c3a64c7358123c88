//! Named things that people want to do, from `knowledge/use-cases/`.

use std::sync::OnceLock;

use overt_core::Scope;
use serde::Deserialize;

use super::effect::{Act, Purpose};

/// Something that somebody wants to do with a release.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UseCase {
    /// The stable id, for example `commercial-saas`.
    pub id: String,
    /// A few words.
    pub title: String,
    /// The question in one sentence.
    pub question: String,
    /// Its place on a license's page; without one it is not shown there.
    pub order: Option<u32>,
    /// Who uses it, for what.
    pub purpose: Purpose,
    /// What is done.
    pub acts: Vec<Act>,
    /// What is touched.
    pub touches: Vec<Scope>,
    /// Whether it is about what was produced, the running that produced it aside.
    #[serde(default)]
    pub of_outputs: bool,
}

fn read() -> Result<Vec<UseCase>, serde_json::Error> {
    overt_knowledge::under("use-cases/")
        .iter()
        .map(|entry| serde_json::from_str(entry.text))
        .collect()
}

/// Every use case, those of a license's page first in their order, then the others by id.
pub fn use_cases() -> &'static [UseCase] {
    static USE_CASES: OnceLock<Vec<UseCase>> = OnceLock::new();
    USE_CASES.get_or_init(|| {
        let mut all = read().unwrap_or_default();
        all.sort_by_key(|case| (case.order.is_none(), case.order, case.id.clone()));
        all
    })
}

/// The use case with this id.
pub fn use_case(id: &str) -> Option<&'static UseCase> {
    use_cases().iter().find(|case| case.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_named_by_its_id() {
        for (case, entry) in read()
            .expect("every use case is valid")
            .iter()
            .zip(overt_knowledge::under("use-cases/"))
        {
            assert_eq!(entry.path, format!("use-cases/{}.toml", case.id));
        }
        assert!(use_case("commercial-saas").is_some());
    }
}
