//! What the builder reads: rule collections, license texts, labelled files.

use std::collections::{BTreeMap, BTreeSet};

use overt_core::Expression;
use overt_knowledge::AliasKind;

use super::build::{BuildError, SourceFile};
use super::{flag, zip};

/// One text to recognize, and what it stands for.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Where it comes from; rules are ordered by it.
    pub(super) name: String,
    /// The license expression; empty for what is no license.
    pub(super) expression: String,
    pub(super) flags: u32,
    /// Demanded coverage in percent, 0 if not stated.
    pub(super) minimum_coverage: u16,
    pub(super) text: String,
}

/// Everything that the builder works from.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) rules: Vec<Rule>,
    /// Words of legal texts, with the number that inflections share.
    pub(super) legal_words: BTreeMap<String, u16>,
    /// Words of markup.
    pub(super) markup: Vec<String>,
    /// Words of SPDX ids, known even where no rule holds them.
    pub(super) id_words: Vec<String>,
}

/// Unpacks the license data of a wheel of `scancode-toolkit`: license texts, rules, and the lists
/// of legal and ignored words.
pub fn unpack_wheel(wheel: &[u8]) -> Result<Vec<SourceFile>, BuildError> {
    let mut files = Vec::new();
    zip::members(
        wheel,
        |name| {
            let data = name.starts_with("licensedcode/data/licenses/")
                || name.starts_with("licensedcode/data/rules/");
            data && (has_extension(name, "LICENSE") || has_extension(name, "RULE"))
                || name == "licensedcode/legalese.py"
                || name == "licensedcode/stopwords.py"
        },
        |name, bytes| {
            files.push(SourceFile {
                path: name.to_owned(),
                bytes,
            });
        },
    )?;
    Ok(files)
}

fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

/// Front matter: fields with their values; lists joined by line ends.
struct FrontMatter<'t> {
    fields: BTreeMap<&'t str, String>,
    text: &'t str,
}

impl<'t> FrontMatter<'t> {
    fn parse(content: &'t str) -> Self {
        let bare = Self {
            fields: BTreeMap::new(),
            text: content,
        };
        let Some(rest) = content.strip_prefix("---\n") else {
            return bare;
        };
        let (head, text) = match rest.split_once("\n---\n") {
            Some((head, text)) => (head, text),
            None => match rest.strip_suffix("\n---") {
                Some(head) => (head, ""),
                None => return bare,
            },
        };
        let mut fields: BTreeMap<&str, String> = BTreeMap::new();
        let mut current = None;
        for line in head.lines() {
            let key = line.split_once(':').filter(|(key, _)| {
                !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            });
            if let Some((key, value)) = key {
                fields.insert(key, value.trim().trim_matches(['"', '\'']).to_owned());
                current = Some(key);
            } else if let Some(value) = current.and_then(|key| fields.get_mut(key)) {
                let item = line.trim();
                if let Some(item) = item.strip_prefix("- ") {
                    value.push('\n');
                    value.push_str(item.trim().trim_matches(['"', '\'']));
                } else {
                    value.push(' ');
                    value.push_str(item);
                }
            }
        }
        Self { fields, text }
    }

    fn get(&self, key: &str) -> &str {
        self.fields.get(key).map_or("", String::as_str).trim()
    }

    fn is(&self, key: &str) -> bool {
        matches!(self.get(key), "yes" | "true")
    }
}

/// Reads every file into rules.
pub(super) fn read(files: &[SourceFile], standard_texts: bool) -> Result<Sources, BuildError> {
    let mut sources = Sources::default();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut strict_keys: BTreeMap<String, bool> = BTreeMap::new();
    let mut unnamed_keys: BTreeSet<String> = BTreeSet::new();
    let mut reserved_keys: BTreeSet<String> = BTreeSet::new();
    let text_of = |file: &SourceFile| String::from_utf8_lossy(&file.bytes).replace("\r\n", "\n");
    let labels = labels(files);

    // Which key means which license must be known before any rule is read.
    for file in files
        .iter()
        .filter(|file| has_extension(&file.path, "LICENSE"))
    {
        let content = text_of(file);
        let front = FrontMatter::parse(&content);
        let key = front.get("key").to_owned();
        if key.is_empty() {
            continue;
        }
        let spdx = front.get("spdx_license_key");
        for other in [spdx]
            .into_iter()
            .chain(front.get("other_spdx_license_keys").lines())
        {
            sources.id_words.extend(split_words(other));
        }
        let open = matches!(
            front.get("category"),
            "Permissive" | "Copyleft" | "Copyleft Limited" | "Public Domain" | "Patent License"
        );
        let embedded = file.path.starts_with("licensedcode/");
        let strict = strict_keys.entry(key.clone()).or_default();
        *strict |= !embedded;
        if !open {
            reserved_keys.insert(key.clone());
        }
        if front.is("is_unknown") || front.is("is_generic") {
            unnamed_keys.insert(key.clone());
        }
        names.insert(key.clone(), id_of(&key, spdx, &labels));
    }
    let strict_ids: BTreeSet<&String> = strict_keys
        .iter()
        .filter(|(_, strict)| **strict)
        .filter_map(|(key, _)| names.get(key))
        .collect();

    let mut keys_with_text: Vec<String> = Vec::new();
    for file in files {
        let name = file.path.as_str();
        if name.ends_with("legalese.py") {
            read_legal_words(&text_of(file), &mut sources.legal_words);
        } else if name.ends_with("stopwords.py") {
            read_markup(&text_of(file), &mut sources.markup);
        } else if has_extension(name, "LICENSE") && text_of(file).starts_with("---\n") {
            let content = text_of(file);
            let front = FrontMatter::parse(&content);
            let key = front.get("key").to_owned();
            let foreign = matches!(front.get("language"), language if !language.is_empty() && language != "en");
            if key.is_empty()
                || front.is("is_deprecated")
                || foreign
                || front.text.trim().is_empty()
            {
                continue;
            }
            let id = names.get(&key).cloned().unwrap_or_default();
            let mut flags = flag::TEXT | flag::CANONICAL;
            if strict_keys.get(&key).copied().unwrap_or_default() {
                flags |= flag::STRICT;
            }
            if is_policy(&id) || key.contains("-pup-") || key.ends_with("-aup") {
                flags |= flag::POLICY;
            }
            if reserved_keys.contains(&key) {
                flags |= flag::RESERVED;
            }
            if unnamed_keys.contains(&key) {
                flags |= flag::UNNAMED;
            }
            keys_with_text.push(key.clone());
            sources.rules.push(Rule {
                name: rule_name(name),
                expression: id,
                flags,
                minimum_coverage: front.get("minimum_coverage").parse().unwrap_or_default(),
                text: front.text.to_owned(),
            });
        } else if has_extension(name, "RULE") {
            let content = text_of(file);
            let front = FrontMatter::parse(&content);
            if front.is("is_deprecated") {
                continue;
            }
            sources.rules.push(rule(
                name,
                &front,
                &names,
                &strict_keys,
                &unnamed_keys,
                &reserved_keys,
            )?);
        } else if let Some(label) = labels.by_file.get(name) {
            let mut flags = flag::TEXT | flag::CANONICAL | flag::STRICT;
            if is_policy(&label.id) {
                flags |= flag::POLICY;
            }
            sources.rules.push(Rule {
                name: rule_name(name),
                expression: label.id.clone(),
                flags,
                minimum_coverage: 0,
                text: crate::identify::decode_for_index(&file.bytes),
            });
        } else if has_extension(name, "txt") && !name.contains("/files/") {
            let stem = name.rsplit('/').next().unwrap_or(name);
            let stem = stem.strip_suffix(".txt").unwrap_or(stem);
            // What follows tells several texts of one license apart.
            let id = stem.split('@').next().unwrap_or(stem);
            Expression::parse(id).map_err(|error| BuildError::Expression {
                file: name.to_owned(),
                error: error.to_string(),
            })?;
            let policy = if is_policy(id) { flag::POLICY } else { 0 };
            sources.rules.push(Rule {
                name: rule_name(name),
                expression: id.to_owned(),
                flags: flag::TEXT | flag::CANONICAL | flag::STRICT | policy,
                minimum_coverage: 0,
                text: crate::identify::decode_for_index(&file.bytes),
            });
        }
    }
    if standard_texts {
        add_standard_texts(&mut sources, &strict_ids);
    }
    reserve(&mut sources.rules);
    add_names(&mut sources.rules);
    for word in ["spdx", "license", "licence", "identifier", "licenseref"] {
        sources.id_words.push(word.to_owned());
    }
    sources.rules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

fn rule(
    name: &str,
    front: &FrontMatter<'_>,
    names: &BTreeMap<String, String>,
    strict_keys: &BTreeMap<String, bool>,
    unnamed_keys: &BTreeSet<String>,
    reserved_keys: &BTreeSet<String>,
) -> Result<Rule, BuildError> {
    let mut flags = 0;
    for (field, flag) in [
        ("is_license_text", flag::TEXT),
        ("is_license_notice", flag::NOTICE),
        ("is_license_reference", flag::REFERENCE),
        ("is_license_tag", flag::TAG),
        ("is_license_intro", flag::INTRO),
        ("is_license_clue", flag::CLUE),
        ("is_continuous", flag::CONTINUOUS),
        ("is_required_phrase", flag::CONTINUOUS),
        ("is_false_positive", flag::FALSE_POSITIVE),
    ] {
        if front.is(field) {
            flags |= flag;
        }
    }
    let keys = front.get("license_expression");
    let mut unnamed = true;
    let mut strict = false;
    let expression = translate(keys, |key| {
        strict |= strict_keys.get(key).copied().unwrap_or_default();
        if reserved_keys.contains(key) {
            flags |= flag::RESERVED;
        }
        unnamed &= unnamed_keys.contains(key) || key.contains("unknown");
        names
            .get(key)
            .cloned()
            .unwrap_or_else(|| format!("LicenseRef-scancode-{key}"))
    });
    if unnamed {
        flags |= flag::UNNAMED;
    }
    if strict && flags & flag::TEXT != 0 {
        flags |= flag::STRICT;
    }
    if !expression.is_empty() {
        Expression::parse(&expression).map_err(|error| BuildError::Expression {
            file: name.to_owned(),
            error: error.to_string(),
        })?;
    }
    Ok(Rule {
        name: rule_name(name),
        expression,
        flags,
        minimum_coverage: front.get("minimum_coverage").parse().unwrap_or_default(),
        text: front.text.to_owned(),
    })
}

/// Which license each key of ScanCode's license data stands for.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    names: BTreeMap<String, String>,
}

impl Keys {
    /// Reads the keys of `*.LICENSE` files.
    pub fn read(files: &[SourceFile]) -> Self {
        let mut names = BTreeMap::new();
        let labels = labels(files);
        for file in files
            .iter()
            .filter(|file| has_extension(&file.path, "LICENSE"))
        {
            let content = String::from_utf8_lossy(&file.bytes);
            let front = FrontMatter::parse(&content);
            let key = front.get("key");
            if !key.is_empty() {
                let spdx = front.get("spdx_license_key");
                names.insert(key.to_owned(), id_of(key, spdx, &labels));
            }
        }
        Self { names }
    }

    /// The expression in ids for an expression in keys.
    pub fn translate(&self, keys: &str) -> String {
        translate(keys, |key| {
            self.names
                .get(key)
                .cloned()
                .unwrap_or_else(|| format!("LicenseRef-scancode-{key}"))
        })
    }
}

/// Puts ids for the keys of an expression.
pub(super) fn translate(keys: &str, mut id_of: impl FnMut(&str) -> String) -> String {
    let spaced = keys.replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<String> = Vec::new();
    for word in spaced.split_whitespace() {
        words.push(match word.to_ascii_uppercase().as_str() {
            operator @ ("AND" | "OR" | "WITH" | "(" | ")") => operator.to_owned(),
            _ => id_of(word),
        });
    }
    let joined = words.join(" ").replace("( ", "(").replace(" )", ")");
    Expression::parse(&joined).map_or(joined, |expression| expression.to_string())
}

fn rule_name(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    if path.starts_with("licensedcode/") {
        file.to_owned()
    } else {
        format!("~{path}")
    }
}

fn split_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '+')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn read_legal_words(code: &str, words: &mut BTreeMap<String, u16>) {
    for line in code.lines() {
        if let Some((word, number)) = line.trim().trim_end_matches(',').split_once(':')
            && let Some(word) = word
                .strip_prefix('\'')
                .and_then(|word| word.strip_suffix('\''))
            && let Ok(number) = number.trim().parse()
        {
            words.entry(word.to_owned()).or_insert(number);
        }
    }
}

fn read_markup(code: &str, words: &mut Vec<String>) {
    let list = code
        .split_once("STOPWORDS = frozenset({")
        .and_then(|(_, rest)| rest.split_once("})"))
        .map_or("", |(list, _)| list);
    for line in list.lines() {
        let line = line.split('#').next().unwrap_or_default();
        words.extend(line.split('\'').skip(1).step_by(2).map(str::to_owned));
    }
}

/// What a labelled file is.
#[derive(Clone, Debug)]
struct Label {
    id: String,
}

/// The labels of files, and the licenses that keys stand for in them.
#[derive(Debug, Default)]
struct Labels {
    by_file: BTreeMap<String, Label>,
    by_key: BTreeMap<String, Vec<String>>,
}

/// Labels that name no single license.
const NO_LICENSE: [&str; 5] = [
    "pointer-only",
    "pointer-or-mixed",
    "mixed",
    "notice-multi",
    "",
];

/// Reads every `index.csv` with the columns `file`, `true_licence` and `ai_specific`.
fn labels(files: &[SourceFile]) -> Labels {
    let mut labels = Labels::default();
    for file in files.iter().filter(|file| file.path.ends_with("index.csv")) {
        let folder = file.path.trim_end_matches("index.csv");
        let text = String::from_utf8_lossy(&file.bytes);
        let mut lines = text.lines();
        let header = csv_fields(lines.next().unwrap_or_default());
        let column = |name: &str| header.iter().position(|field| field == name);
        let (Some(path), Some(truth), Some(special)) = (
            column("file"),
            column("true_licence"),
            column("ai_specific"),
        ) else {
            continue;
        };
        let key = column("scancode_key_32_5");
        for line in lines {
            let fields = csv_fields(line);
            let field = |at: usize| fields.get(at).map_or("", String::as_str);
            if field(special) != "1" || NO_LICENSE.contains(&field(truth)) {
                continue;
            }
            let id = label_id(field(truth));
            labels.by_file.insert(
                format!("{folder}files/{}", field(path)),
                Label { id: id.clone() },
            );
            if let Some(key) = key.map(field).filter(|key| !key.is_empty()) {
                let ids = labels.by_key.entry(key.to_owned()).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
    }
    labels
}

/// Our id for a label of a license that SPDX has no id for.
fn label_id(label: &str) -> String {
    let slug = label.replace("++", "-pp").replace('+', "-p");
    format!("LicenseRef-{slug}")
}

/// The id for a key: as `knowledge/` or the labels say, or else the key's SPDX id.
fn id_of(key: &str, spdx: &str, labels: &Labels) -> String {
    known_id(key, labels).unwrap_or_else(|| {
        if spdx.is_empty() {
            format!("LicenseRef-scancode-{key}")
        } else {
            spdx.to_owned()
        }
    })
}

/// The license that `knowledge/`, or else the labels, give for a key of a rule collection.
fn known_id(key: &str, labels: &Labels) -> Option<String> {
    let known = overt_knowledge::licenses_named(key)
        .iter()
        .find(|alias| alias.kind == AliasKind::Scancode);
    match known {
        Some(alias) => Some(alias.license.to_owned()),
        None => match labels.by_key.get(key).map(Vec::as_slice) {
            Some([id]) => Some(id.clone()),
            _ => None,
        },
    }
}

fn is_policy(id: &str) -> bool {
    id.ends_with("-aup")
        || id.contains("-use-policy")
        || id.contains("-prohibited-use")
        || id == "LicenseRef-aup-other"
}

fn csv_fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => {
                if let Some(field) = fields.last_mut() {
                    field.push(other);
                }
            }
        }
    }
    fields
}

/// Marks the texts of licenses that, by their facts, are not open ones.
fn reserve(rules: &mut [Rule]) {
    #[derive(serde::Deserialize)]
    struct Facts {
        category: String,
    }
    for rule in rules.iter_mut().filter(|rule| {
        rule.flags & flag::TEXT != 0
            && rule.expression.starts_with("LicenseRef-")
            && !rule.expression.contains(' ')
    }) {
        let path = format!("licenses/{}.toml", rule.expression);
        let facts = overt_knowledge::entry(&path)
            .and_then(|entry| serde_json::from_str::<Facts>(entry.text).ok());
        let open = facts.is_none_or(|facts| {
            facts.category == "permissive"
                || facts.category == "public-domain"
                || facts.category.ends_with("-copyleft")
                || facts.category == "share-alike"
        });
        if !open {
            rule.flags |= flag::RESERVED;
        }
    }
}

/// Adds the titles and addresses by which a text refers to a license that SPDX has no id for, and the
/// usual ways to put something under it.
fn add_names(rules: &mut Vec<Rule>) {
    /// Ways to put something under a license.
    const NOTICES: [&str; 9] = [
        "licensed under",
        "licensed under the terms of",
        "released under",
        "distributed under",
        "available under",
        "governed by",
        "provided under and subject to",
        "use is governed by",
        "subject to the terms of",
    ];
    /// The kinds of text that a title names.
    const TITLES: [&str; 6] = [
        "license",
        "licence",
        "agreement",
        "terms",
        "policy",
        "licenses",
    ];
    let with_text: BTreeSet<String> = rules
        .iter()
        .filter(|rule| rule.flags & flag::TEXT != 0)
        .map(|rule| rule.expression.clone())
        .collect();
    for alias in overt_knowledge::license_names() {
        let claims = overt_knowledge::licenses_named(alias.key);
        let ambiguous = claims.iter().any(|claim| claim.license != alias.license);
        if ambiguous
            || !alias.license.starts_with("LicenseRef-")
            || !with_text.contains(alias.license)
        {
            continue;
        }
        let words = split_words(alias.key);
        let is_title = alias.kind == AliasKind::Name
            && words.len() >= 3
            && words.iter().any(|word| TITLES.contains(&word.as_str()));
        let is_address = alias.kind == AliasKind::Url && alias.key.contains('/');
        if !is_title && !is_address {
            continue;
        }
        let mut add = |number: usize, flags: u32, text: String| {
            rules.push(Rule {
                name: format!("~names/{}/{}/{number}", alias.license, alias.key),
                expression: alias.license.to_owned(),
                flags: flags | flag::CONTINUOUS,
                minimum_coverage: 100,
                text,
            });
        };
        add(0, flag::REFERENCE, alias.key.to_owned());
        if is_title {
            for (notice, number) in NOTICES.iter().zip((1..).step_by(2)) {
                add(number, flag::NOTICE, format!("{notice} {}", alias.key));
                add(
                    number + 1,
                    flag::NOTICE,
                    format!("{notice} the {}", alias.key),
                );
            }
        }
    }
}

/// SPDX's own texts, where they differ from what the other sources gave.
fn add_standard_texts(sources: &mut Sources, strict_ids: &BTreeSet<&String>) {
    for (id, text) in spdx::text::LICENSE_TEXTS {
        let deprecated = spdx::license_id(id).is_none_or(spdx::LicenseId::is_deprecated);
        // These share their text with the plain id, which stands for it.
        let shared = id.ends_with("-or-later") || id.contains("invariants") || id.ends_with("RFN");
        if deprecated || shared {
            continue;
        }
        sources.rules.push(Rule {
            name: format!("~spdx/{id}"),
            expression: (*id).to_owned(),
            flags: if strict_ids.contains(&(*id).to_owned()) {
                flag::TEXT | flag::STRICT
            } else {
                flag::TEXT
            },
            minimum_coverage: 0,
            text: (*text).to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_gives_fields_lists_and_text() {
        let front = FrontMatter::parse(
            "---\nlicense_expression: gpl-2.0 AND\n  mit\nis_license_text: yes\nurls:\n  - a\n  - b\n---\nText\n",
        );
        assert_eq!(front.get("license_expression"), "gpl-2.0 AND mit");
        assert!(front.is("is_license_text"));
        assert_eq!(front.get("urls"), "a\nb");
        assert_eq!(front.text, "Text\n");
    }

    #[test]
    fn keys_become_ids_and_operators_stay() {
        let id = |key: &str| key.to_uppercase();
        assert_eq!(
            translate("(mit or bsd) AND gpl with cp", id),
            "(MIT OR BSD) AND GPL WITH CP"
        );
    }

    #[test]
    fn plus_signs_leave_no_trace_in_our_ids() {
        assert_eq!(label_id("openrail++-m"), "LicenseRef-openrail-pp-m");
    }
}
