//! Entries of `overt.toml`: what can be had elsewhere.

use super::{Declared, Edit, Folder, Repair, Wanted};

const PATH: &str = "overt.toml";

/// Plans the entries.
pub(super) fn edit(folder: &Folder, wanted: &Wanted, repair: &mut Repair) {
    let old = folder.manifest.as_deref().unwrap_or_default();
    let known: toml::Table = toml::from_str(old).unwrap_or_default();
    let components = known.get("components").and_then(toml::Value::as_table);
    let mut after = old.to_owned();
    let mut why = Vec::new();
    for declared in &wanted.declared {
        let id = declared.kind.id();
        if components.is_some_and(|components| components.contains_key(id)) {
            repair.left.push(format!(
                "{PATH}: `components.{id}` is there already; change it by hand"
            ));
            continue;
        }
        if !after.is_empty() {
            after.push_str(if after.ends_with('\n') { "\n" } else { "\n\n" });
        }
        after.push_str(&entry(declared));
        why.push(format!("{id} is at {}: as you said", declared.link));
    }
    if !why.is_empty() {
        repair.edits.push(Edit {
            path: PATH.to_owned(),
            before: folder.manifest.clone(),
            after,
            why,
        });
    }
}

fn entry(declared: &Declared) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut entry = format!(
        "[components.{}]\nstatus = \"referenced\"\nlink = {}\n",
        declared.kind.id(),
        quoted(&declared.link)
    );
    if let Some(license) = &declared.license {
        entry.push_str(&format!("license = {}\n", quoted(&license.to_string())));
    }
    entry
}
