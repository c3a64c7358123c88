//! What one file says of a license, before it is decided what it governs.

use overt_core::{AttributionRule, ComponentKind, Evidence, Expression, LicenseClaim};

/// By what sort of statement a license is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ClaimKind {
    /// The `license` field of a card.
    CardLicense,
    /// The `license_name` field of a card.
    CardLicenseName,
    /// The `license_link` field of a card.
    CardLicenseLink,
    /// The text of a license file.
    Text,
    /// The metadata of a weight file.
    WeightHeader,
    /// A tag or notice at the head of a source file.
    FileHeader,
    /// The license field of package metadata.
    Package,
    /// A sentence of a README or card.
    Mention,
    /// `overt.toml` or a record.
    Assertion,
}

/// How much a claim says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It names this license.
    Known(Expression),
    /// It names one of these.
    OneOf(Vec<Expression>),
    /// It names terms that overt does not know, perhaps changed from a known license.
    Unrecognized {
        /// The known license that the text comes nearest to.
        nearest: Option<Expression>,
    },
    /// It says nothing (`other`, `unknown`).
    Nothing,
    /// It says that there is no license.
    Unlicensed,
}

impl Meaning {
    /// The expression, if it names exactly one license.
    pub(crate) fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Known(expression) => Some(expression),
            _ => None,
        }
    }

    /// Whether the claim may mean this license.
    pub(crate) fn allows(&self, other: &Expression) -> bool {
        match self {
            Self::Known(expression) => expression.is_equivalent(other),
            Self::OneOf(candidates) => candidates.iter().any(|c| c.is_equivalent(other)),
            Self::Unrecognized { .. } | Self::Unlicensed => false,
            Self::Nothing => true,
        }
    }
}

/// What a claim is about, apart from the folder it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Whatever stands in its folder.
    Anything,
    /// The file itself.
    ItsFile,
    /// These components, wherever they stand.
    Components(Vec<ComponentKind>),
}

/// One claim of a license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// By what sort of statement.
    pub(crate) kind: ClaimKind,
    /// As written.
    pub(crate) written: String,
    /// How much it says.
    pub(crate) meaning: Meaning,
    /// What it is about.
    pub(crate) subject: Subject,
    /// Whether the text is a policy that goes with a license.
    pub(crate) is_policy: bool,
    /// The source's place in the release.
    pub(crate) source: usize,
    /// Where it was seen.
    pub(crate) evidence: Evidence,
}

impl Claim {
    /// The folder that the claim stands in: empty for the root, else ending in a slash.
    ///
    /// The metadata folder of an installed Python package speaks for the folder it stands in.
    pub(crate) fn folder(&self) -> &str {
        let path = &self.evidence.path;
        let metadata = [".dist-info/", ".egg-info/"]
            .iter()
            .filter_map(|ending| path.get(..path.find(ending)?))
            .min_by_key(|before| before.len());
        folder_of(metadata.unwrap_or(path))
    }

    /// The claim as a report shows it, chosen by `rule`.
    pub(crate) fn shown(&self, rule: AttributionRule) -> LicenseClaim {
        LicenseClaim {
            expression: self.meaning.expression().cloned(),
            written: self.written.clone(),
            rule,
            evidence: self.evidence.clone(),
        }
    }
}

/// The folder of a path: empty for the root, else ending in a slash.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rfind('/')
        .and_then(|slash| path.get(..=slash))
        .unwrap_or("")
}

/// A relative path from a folder, without `./`.
pub(crate) fn join(folder: &str, target: &str) -> String {
    let target = target.split(['#', '?']).next().unwrap_or(target);
    if let Some(rooted) = target.strip_prefix('/') {
        return rooted.to_owned();
    }
    let mut path = folder.to_owned();
    let mut rest = target;
    loop {
        if let Some(inner) = rest.strip_prefix("./") {
            rest = inner;
        } else if let Some(outer) = rest.strip_prefix("../") {
            let parent = path.trim_end_matches('/');
            path.truncate(folder_of(parent).len());
            rest = outer;
        } else {
            break path + rest;
        }
    }
}
