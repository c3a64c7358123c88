//! Model families: which one a hub id belongs to, and the license of its weights.
//!
//! The facts are the files of `knowledge/families/`.

mod adapter;
pub mod architecture;
mod facts;
mod glob;
mod quantized;
mod recognize;
mod spelling;

use std::sync::LazyLock;

use overt_core::Expression;

pub use facts::{FamilyFacts, Size, WeightLicense};
pub use quantized::method as quantization_method;
pub use recognize::{
    ArchitectureMatch, FamilyMatch, Recognition, Sureness, recognize, recognize_shard,
};

/// The family that a model belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// The id, as the file in `knowledge/families/` is named.
    pub id: &'static str,
    /// The name.
    pub name: &'static str,
    /// Who made it.
    pub developer: &'static str,
    /// The license of the model's weights, where every model of this id's pattern has it.
    pub license: Option<Expression>,
    /// The license's version as its text gives it.
    pub license_version: &'static str,
    /// Where the license is stated.
    pub source: &'static str,
}

static FAMILIES: LazyLock<Vec<FamilyFacts>> = LazyLock::new(|| {
    overt_knowledge::under("families/")
        .iter()
        .filter_map(|entry| serde_json::from_str(entry.text).ok())
        .collect()
});

/// Every family, in the order of their ids.
pub fn all() -> &'static [FamilyFacts] {
    &FAMILIES
}

/// The family with this id.
pub fn facts(id: &str) -> Option<&'static FamilyFacts> {
    FAMILIES.iter().find(|family| family.id == id)
}

/// The family of a model named by a hub id (`meta-llama/Llama-3.1-8B`) or by the address of its
/// page. Of several patterns that match, the one with the most literal characters counts.
///
/// The license is that of exactly this id: a family whose sizes have different licenses gives each
/// its own, and an id whose license is not certain gives none.
pub fn family_of_id(id: &str) -> Option<Family> {
    let id = hub_id(id);
    let (_, family) = FAMILIES
        .iter()
        .filter_map(|family| Some((glob::best(&family.hub, &id)?, family)))
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.id.cmp(&a.1.id)))?;
    let license = family
        .weights
        .iter()
        .filter(|weights| glob::best(&weights.except, &id).is_none())
        .filter_map(|weights| Some((glob::best(&weights.hub, &id)?, weights)))
        .max_by_key(|(literal, _)| *literal)
        .map(|(_, weights)| weights);
    Some(Family {
        id: &family.id,
        name: &family.name,
        developer: &family.developer,
        license: license.map(|weights| weights.license.clone()),
        license_version: license.map_or("", |weights| &weights.version),
        source: license.map_or(&family.source, |weights| &weights.source),
    })
}

/// `organization/name` in lower case, from an id or an address, without revision or file.
fn hub_id(written: &str) -> String {
    let lower = written.trim().to_lowercase();
    let bare = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let bare = bare.strip_prefix("hf:").unwrap_or(bare);
    let host_free = [
        "huggingface.co/",
        "www.huggingface.co/",
        "hf.co/",
        "modelscope.cn/models/",
    ]
    .iter()
    .find_map(|host| bare.strip_prefix(host))
    .unwrap_or(bare);
    let cut = host_free
        .split(['?', '#', '@'])
        .next()
        .unwrap_or(host_free)
        .trim_end_matches('/');
    // `organization/name/tree/main` is a page of the same model.
    let mut parts = cut.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(organization), Some(name), Some("tree" | "blob" | "resolve" | "raw" | "summary")) => {
            format!("{organization}/{name}")
        }
        _ => cut.to_owned(),
    }
}

#[cfg(test)]
mod tests;
