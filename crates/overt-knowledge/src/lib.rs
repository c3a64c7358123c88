//! The facts under `knowledge/`, embedded at build time.
//!
//! A fact file is added by putting it into its folder; nothing registers it. TOML files arrive here
//! as compact JSON, so that reading one at run time costs microseconds; each room deserializes the
//! files of its own folder into its own types:
//!
//! | folder | holds | typed by |
//! |---|---|---|
//! | `licenses/<id>.toml` | what a license says | `overt_core::LicenseFacts` |
//! | `tags/<registry>.toml` | tags of a registry that name no single license | `overt-license` |
//! | `compat/<table>.toml` | how clauses bear on acts, what copyleft admits | `overt-license` |
//! | `use-cases/<id>.toml` | something people want to do, as a question | `overt-license` |
//! | `definitions/<id>/<version>/definition.toml` | a definition of openness | `overt-decide` |
//! | `components/<id>.toml` | how a component shows in files | `overt-survey` |
//! | `families/<id>.toml` | a model family: its signature, its license | `overt-artifact` |
//! | `architectures/<id>.toml` | tensor names of an architecture | `overt-artifact` |
//! | `wordings/*.toml` | headings, links, statements and imports by their wording | `overt-artifact` |
//! | `attribution/*.toml` | names of license files, folders of others' work | `overt-survey` |
//! | `clauses/*.toml` | wordings of clause kinds in unknown terms | `overt-license` |
//! | `findings/<code>.md` | a finding's page | `overt-survey` |
//!
//! ```
//! for entry in overt_knowledge::under("findings/") {
//!     assert!(entry.path.ends_with(".md"));
//! }
//! ```

/// One file of `knowledge/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path below `knowledge/`, `/`-separated.
    pub path: &'static str,
    /// Compact JSON for TOML files, the text itself for Markdown files.
    pub text: &'static str,
}

/// Where a name for a license comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AliasKind {
    /// The license's own id.
    Id,
    /// A tag or `license_name` of Hugging Face.
    HuggingFace,
    /// A key of the ScanCode license database.
    Scancode,
    /// Another spelling of the SPDX id.
    Spdx,
    /// A title or usual name.
    Name,
    /// An address of the text.
    Url,
}

/// One name of one license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The name in normal form.
    pub key: &'static str,
    /// Where the name comes from.
    pub kind: AliasKind,
    /// The license's id.
    pub license: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));
include!("normalize.rs");

/// Every file, in path order.
pub fn entries() -> &'static [Entry] {
    ENTRIES
}

/// The files whose paths begin with `prefix` (a folder with its slash), in path order.
pub fn under(prefix: &str) -> &'static [Entry] {
    let start = ENTRIES.partition_point(|entry| entry.path < prefix);
    let rest = ENTRIES.get(start..).unwrap_or_default();
    let length = rest.partition_point(|entry| entry.path.starts_with(prefix));
    rest.get(..length).unwrap_or_default()
}

/// The file at this path.
pub fn entry(path: &str) -> Option<&'static Entry> {
    let index = ENTRIES
        .binary_search_by(|entry| entry.path.cmp(path))
        .ok()?;
    ENTRIES.get(index)
}

/// Every license that goes by this name (id, tag, key, title or address; case, scheme and spaces do
/// not matter). More than one means that the name is ambiguous.
pub fn licenses_named(name: &str) -> &'static [Alias] {
    let key = normalize(name);
    let start = ALIASES.partition_point(|alias| alias.key < key.as_str());
    let rest = ALIASES.get(start..).unwrap_or_default();
    let length = rest.partition_point(|alias| alias.key == key);
    rest.get(..length).unwrap_or_default()
}

/// Every name of every license, in the order of their normal forms.
pub fn license_names() -> &'static [Alias] {
    ALIASES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_by_its_path_and_under_its_folder() {
        for found in entries() {
            assert_eq!(entry(found.path), Some(found));
            let folder = &found.path[..=found.path.find('/').expect("files stand in folders")];
            assert!(under(folder).contains(found));
        }
    }

    #[test]
    fn every_name_leads_to_its_license() {
        for alias in license_names() {
            assert!(licenses_named(alias.key).contains(alias), "{alias:?}");
        }
    }

    #[test]
    fn names_are_compared_without_scheme_case_and_spacing() {
        assert_eq!(normalize(" HTTPS://www.Example.org/a/ "), "example.org/a");
        assert_eq!(normalize("Apache  License\n2.0"), "apache license 2.0");
    }
}
