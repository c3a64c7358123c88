//! What copyleft licenses may become and what they refuse, from `knowledge/compat/software.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use overt_core::{Expression, LicenseId};
use serde::Deserialize;

use crate::LicenseChoice;
use crate::facts;

/// A statement of the file with the clause it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ground {
    pub(crate) place: String,
    pub(crate) plain: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
    group: Vec<Group>,
    clash: Vec<Clash>,
    notices_only: Vec<Listed>,
    read: Vec<Listed>,
    accepts: Vec<Accepts>,
    may_accept: Vec<Accepts>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    id: String,
    licenses: Vec<String>,
    place: String,
    plain: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clash {
    licenses: Vec<String>,
    with: Vec<String>,
    plain: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    licenses: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepts {
    licenses: Vec<String>,
    under: Vec<Expression>,
    place: String,
    plain: String,
}

#[derive(Default)]
struct Index {
    groups: Vec<Group>,
    clashes: BTreeMap<String, Vec<(Vec<String>, String)>>,
    read: BTreeSet<String>,
    accepts: BTreeMap<String, Vec<(Expression, Ground)>>,
    may_accept: BTreeMap<String, Vec<(Expression, Ground)>>,
}

fn read() -> Result<File, String> {
    let entry = overt_knowledge::entry("compat/software.toml").ok_or("the file is missing")?;
    serde_json::from_str(entry.text).map_err(|error| error.to_string())
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let Ok(file) = read() else {
            return Index::default();
        };
        let mut index = Index {
            groups: file.group,
            ..Index::default()
        };
        for clash in file.clash {
            for license in clash.licenses {
                let clashes = index.clashes.entry(license).or_default();
                clashes.push((clash.with.clone(), clash.plain.clone()));
            }
        }
        let lists = file.notices_only.into_iter().chain(file.read);
        index.read = lists.flat_map(|list| list.licenses).collect();
        index.accepts = by_license(file.accepts);
        index.may_accept = by_license(file.may_accept);
        index
    })
}

fn by_license(all: Vec<Accepts>) -> BTreeMap<String, Vec<(Expression, Ground)>> {
    let mut by_license: BTreeMap<String, Vec<(Expression, Ground)>> = BTreeMap::new();
    for accepts in all {
        let ground = Ground {
            place: accepts.place,
            plain: accepts.plain,
        };
        for license in accepts.licenses {
            let entry = by_license.entry(license).or_default();
            entry.extend(
                accepts
                    .under
                    .iter()
                    .map(|under| (under.clone(), ground.clone())),
            );
        }
    }
    by_license
}

/// Whether the license was read with a view to what it may be combined with.
pub(crate) fn is_read(id: &LicenseId) -> bool {
    index().read.contains(id.as_str()) || index().clashes.contains_key(id.as_str())
}

/// The group of licenses that refuse further conditions to which this one belongs.
pub(crate) fn refuses_further(id: &LicenseId) -> Option<Ground> {
    index()
        .groups
        .iter()
        .find(|group| group.licenses.iter().any(|license| license == id.as_str()))
        .map(|group| Ground {
            place: group.place.clone(),
            plain: group.plain.clone(),
        })
}

/// Why `outbound` does not admit a condition of `inbound`.
pub(crate) fn clash(inbound: &LicenseId, outbound: &LicenseId) -> Option<String> {
    let in_group = |id: &String| {
        index().groups.iter().any(|group| {
            group.id == *id
                && group
                    .licenses
                    .iter()
                    .any(|license| license == outbound.as_str())
        })
    };
    let clashes = index().clashes.get(inbound.as_str())?;
    clashes
        .iter()
        .find(|(with, _)| with.iter().any(in_group))
        .map(|(_, plain)| plain.clone())
}

/// How a copyleft license may be met under another license.
pub(crate) enum Admission {
    /// It is the same license, or its own words admit the other.
    Admitted(Option<Ground>),
    /// Only if the licensor said so.
    IfNamed(Ground),
    /// It does not admit the other.
    Refused,
}

/// Whether a work under copyleft license `inbound` may be passed on under `outbound`.
pub(crate) fn admits(inbound: &LicenseChoice, outbound: &LicenseChoice) -> Admission {
    if inbound.id == outbound.id
        && (outbound.exception.is_none() || outbound.exception == inbound.exception)
        && (inbound.or_later || !outbound.or_later)
    {
        return Admission::Admitted(None);
    }
    let listed = |table: &BTreeMap<String, Vec<(Expression, Ground)>>| {
        let entries = table.get(inbound.id.as_str())?;
        entries
            .iter()
            .find(|(under, _)| match under {
                Expression::License(under) => LicenseChoice::from(under) == *outbound,
                _ => false,
            })
            .map(|(_, ground)| ground.clone())
    };
    if let Some(ground) = listed(&index().accepts) {
        return Admission::Admitted(Some(ground));
    }
    if is_later(inbound, outbound) {
        return Admission::Admitted(Some(Ground {
            place: "the notice that names the license".to_owned(),
            plain: "The licensor allows any later version.".to_owned(),
        }));
    }
    // What a later version that may be chosen admits is admitted too.
    if let Some(ground) = listed(&index().may_accept) {
        return Admission::IfNamed(ground);
    }
    Admission::Refused
}

/// Whether `outbound` is the same license in the same or a later version, and `inbound` allows that.
fn is_later(inbound: &LicenseChoice, outbound: &LicenseChoice) -> bool {
    if !inbound.or_later || outbound.exception.is_some() {
        return false;
    }
    match (versioned(&inbound.id), versioned(&outbound.id)) {
        (Some((from, older)), Some((to, newer))) => {
            from == to && (newer > older || (newer == older && !outbound.or_later))
        }
        _ => false,
    }
}

/// The license's family and its place in it.
fn versioned(id: &LicenseId) -> Option<(String, Vec<u32>)> {
    let base = id.as_str();
    let base = base
        .strip_suffix("-only")
        .or_else(|| base.strip_suffix("-or-later"))
        .unwrap_or(base);
    let (name, version) = base.rsplit_once('-')?;
    let numbers: Result<Vec<u32>, _> = version.split('.').map(str::parse).collect();
    if let Ok(numbers) = numbers {
        return Some((name.to_owned(), numbers));
    }
    let facts = facts(id)?;
    Some((facts.family.clone(), vec![facts.order?])).filter(|(family, _)| !family.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_that_is_named_exists() {
        let file = read().expect("the file is valid");
        let known: BTreeSet<&str> = file.group.iter().map(|group| group.id.as_str()).collect();
        for clash in &file.clash {
            for with in &clash.with {
                assert!(known.contains(with.as_str()), "no group `{with}`");
            }
        }
    }

    #[test]
    fn every_license_that_is_named_exists() {
        let file = read().expect("the file is valid");
        let named = file
            .group
            .iter()
            .flat_map(|group| &group.licenses)
            .chain(file.clash.iter().flat_map(|clash| &clash.licenses))
            .chain(file.accepts.iter().flat_map(|accepts| &accepts.licenses))
            .filter(|id| !id.starts_with("LicenseRef-"));
        for id in named {
            assert!(spdx::license_id(id).is_some(), "`{id}` is no SPDX id");
        }
    }
}
