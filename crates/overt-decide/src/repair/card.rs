//! The model card: its front matter says license, base models and datasets.

use overt_core::{Expression, Relation, Release};

use super::front_matter::{FrontMatter, Set};
use super::{Edit, Folder, Repair, Wanted, targets};

const PATH: &str = "README.md";

/// Plans the edit of the card.
pub(super) fn edit(
    release: &Release,
    folder: &Folder,
    wanted: &Wanted,
    license: Option<&Expression>,
    repair: &mut Repair,
) {
    let Some(card) = &folder.card else {
        repair.left.push(format!(
            "{PATH}: there is no model card; only you can say what the model is, what it was trained on \
             and how it was evaluated"
        ));
        return;
    };
    let mut front = FrontMatter::new(card);
    let mut why = Vec::new();
    if let Some(license) = license {
        set_license(&mut front, wanted, license, &mut why, repair);
    }
    for (key, said, trained_on) in [
        ("base_model", &wanted.base_models, false),
        ("datasets", &wanted.datasets, true),
    ] {
        let found = targets(release, said, trained_on);
        let names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
        if front.add(key, &names) {
            why.extend(
                found
                    .iter()
                    .map(|(name, shown)| format!("{key} {name}: {shown}")),
            );
        } else if let Some(old) = front.value(key) {
            let missing: Vec<&str> = said
                .iter()
                .map(String::as_str)
                .filter(|name| !card.contains(name))
                .collect();
            if !missing.is_empty() {
                repair.left.push(format!(
                    "{PATH}: `{key}` is there already{}; add {} by hand",
                    if old.is_empty() {
                        String::new()
                    } else {
                        format!(" ({old})")
                    },
                    missing.join(", ")
                ));
            }
        }
    }
    add_relation(release, &mut front, &mut why);
    let after = front.text();
    if !why.is_empty() && after != *card && !front.sound() {
        repair.left.push(format!(
            "{PATH}: its front matter cannot be changed line by line without risk; write by hand: {}",
            why.join("; ")
        ));
    } else if !why.is_empty() && after != *card {
        repair.edits.push(Edit {
            path: PATH.to_owned(),
            before: Some(card.clone()),
            after,
            why,
        });
    }
}

fn set_license(
    front: &mut FrontMatter,
    wanted: &Wanted,
    license: &Expression,
    why: &mut Vec<String>,
    repair: &mut Repair,
) {
    let old = front.value("license").map(str::to_owned);
    if old.is_some() && wanted.license.is_none() {
        return;
    }
    let reason = if wanted.license.is_some() {
        format!("license {license}: as you said")
    } else {
        format!("license {license}: the files agree on it")
    };
    let (tag, named) = match tag(license) {
        Some(tag) => (tag, false),
        None => ("other".to_owned(), true),
    };
    // A tag that stands for the same license already is left as it is.
    let same = old
        .as_deref()
        .is_some_and(|old| overt_license::resolve(old).expression() == Some(license));
    if same {
        return;
    }
    match front.set("license", &tag) {
        Set::Done => why.push(reason),
        Set::Same => {}
        Set::ByHand => {
            repair.left.push(format!(
                "{PATH}: `license` holds more than one value; write `{tag}` by hand"
            ));
            return;
        }
    }
    if named {
        front.set("license_name", &license.to_string().to_ascii_lowercase());
        front.set("license_link", "LICENSE");
        if why.is_empty() {
            why.push(format!("license_name {license}"));
        }
    }
}

/// The tag of the card specification for a license.
fn tag(license: &Expression) -> Option<String> {
    let Expression::License(simple) = license else {
        return None;
    };
    if simple.or_later || simple.exception.is_some() {
        return None;
    }
    overt_license::facts(&simple.id)?
        .aliases
        .hugging_face
        .first()
        .cloned()
}

/// How it was built, where evidence says so of a card that names one base model.
fn add_relation(release: &Release, front: &mut FrontMatter, why: &mut Vec<String>) {
    let mut relations: Vec<&overt_core::LineageEdge> = release
        .lineage
        .iter()
        .filter(|edge| edge.relation != Relation::TrainedOn)
        .collect();
    relations.dedup_by_key(|edge| edge.relation);
    let [edge] = relations.as_slice() else {
        return;
    };
    let word = match edge.relation {
        Relation::Finetune => "finetune",
        Relation::Adapter => "adapter",
        Relation::Quantized => "quantized",
        Relation::Merge => "merge",
        Relation::Distilled | Relation::TrainedOn | Relation::Unspecified => return,
    };
    let shown = edge
        .evidence
        .iter()
        .find(|evidence| !evidence.path.eq_ignore_ascii_case(PATH));
    if let Some(evidence) = shown
        && front.value("base_model").is_some()
        && front.add("base_model_relation", &[word.to_owned()])
    {
        why.push(format!("base_model_relation {word}: {}", evidence.place()));
    }
}
