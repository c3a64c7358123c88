//! Package metadata and configurations: declared licenses and base models.

use overt_artifact::{Field, FieldName};
use overt_core::{Relation, Strength};

use super::read::Reader;
use super::{Context, all_of, classify, meaning_of};
use crate::claim::{Claim, ClaimKind, Meaning, Subject};
use crate::facts::FileFacts;

pub(super) fn gather(
    context: &Context<'_>,
    reader: &mut Reader,
    name: &str,
    facts: &mut FileFacts,
) {
    let Some(bytes) = reader.whole() else { return };
    classify(context, facts, None, &bytes);
    let (fields, problems) = overt_artifact::package::read(name, &bytes);
    facts.problems.extend(problems);
    facts.claims.extend(claim(context, &facts.path, &fields));
}

/// One claim for all that the metadata says of the license: a field decides before classifiers.
fn claim(context: &Context<'_>, path: &str, fields: &[Field]) -> Option<Claim> {
    let mut licenses: Vec<&Field> = fields
        .iter()
        .filter(|field| field.name == FieldName::License && !field.value.trim().is_empty())
        .collect();
    let plain = |field: &&Field| !field.value.starts_with("License ::");
    // A whole text in the field is identified as a text.
    let meaning = |field: &Field| {
        if field.value.len() > LONGEST_NAME || field.value.contains('\n') {
            overt_license::identify(field.value.as_bytes())
                .expression
                .map_or(Meaning::Unrecognized { nearest: None }, |found| {
                    super::license_file::recognized(&found)
                })
        } else {
            meaning_of(&field.value)
        }
    };
    if licenses
        .iter()
        .any(|field| plain(field) && meaning(field).expression().is_some())
    {
        licenses.retain(plain);
    }
    let first = licenses.first()?;
    // `License :: OSI Approved` alone says nothing.
    let says: Vec<Meaning> = licenses
        .iter()
        .filter(|field| field.value.trim() != "License :: OSI Approved")
        .map(|field| meaning(field))
        .collect();
    let evidence = context
        .evidence(path, Strength::Declared, "package-metadata")
        .saying(format!("{} = {}", first.key, first.value));
    Some(Claim {
        kind: ClaimKind::Package,
        written: first.value.chars().take(LONGEST_NAME).collect(),
        meaning: all_of(says).unwrap_or(Meaning::Nothing),
        subject: Subject::Anything,
        is_policy: false,
        source: context.index,
        evidence: super::weights::at(evidence, first.span),
    })
}

/// The longest text that is taken for a license's name, in bytes.
const LONGEST_NAME: usize = 200;

pub(super) fn gather_config(
    context: &Context<'_>,
    reader: &mut Reader,
    name: &str,
    facts: &mut FileFacts,
) {
    let Some(bytes) = reader.whole() else { return };
    classify(context, facts, None, &bytes);
    if bytes.is_empty() {
        let problem =
            overt_core::Problem::new(overt_core::ProblemKind::Empty, "the configuration is empty");
        facts.problems.push(problem);
        return;
    }
    let (config, problems) = overt_artifact::config::read(&bytes);
    facts.problems.extend(problems);
    // Only an adapter says reliably what it belongs to; `_name_or_path` is often the model itself or
    // a folder on somebody's disk.
    if name != "adapter_config.json" {
        return;
    }
    for field in &config.fields {
        if field.key == "base_model_name_or_path"
            && let Some(target) = super::card::hub_id(&field.value)
        {
            let evidence = context
                .evidence(&facts.path, Strength::Declared, "adapter-configuration")
                .saying(format!("{} = {}", field.key, field.value));
            let evidence = super::weights::at(evidence, field.span);
            facts
                .lineage
                .push(super::weights::edge(target, Relation::Adapter, evidence));
        }
    }
}
