//! Cards and READMEs: declared licenses, lineage, what sections and links show, what prose says.

use overt_artifact::FieldName;
use overt_artifact::card::{Card, CardKind};
use overt_core::{
    ComponentKind, Evidence, Problem, ProblemKind, Relation, Span, Statement, StatementKind,
    Strength,
};

use super::read::Reader;
use super::{Context, all_of, classify, meaning_of};
use crate::claim::{Claim, ClaimKind, Meaning, Subject};
use crate::facts::{CardMatch, FileFacts, LinkedLicense};

/// How much of a card's text is kept for what licenses require to be shown, in bytes.
const KEPT_PROSE: usize = 256 << 10;

pub(super) fn gather(context: &Context<'_>, reader: &mut Reader, facts: &mut FileFacts) {
    let Some(bytes) = reader.whole() else { return };
    let name = facts
        .path
        .rsplit('/')
        .next()
        .unwrap_or(&facts.path)
        .to_owned();
    let is_readme = name.to_ascii_lowercase().starts_with("readme");
    classify(context, facts, None, &bytes);
    if bytes.is_empty() {
        let problem = Problem::new(ProblemKind::Empty, "the card is empty");
        facts.problems.extend(is_readme.then_some(problem));
        return;
    }
    if super::is_binary(&bytes) {
        let problem = Problem::new(ProblemKind::Malformed, "the file is binary, not a card");
        facts.problems.push(problem);
        return;
    }
    let (card, problems) = overt_artifact::card::read(&bytes);
    // The README of a checkout is no card; the one at the root of anything else should be.
    let should_be_card =
        facts.path == "README.md" && context.source.kind != overt_core::SourceKind::GitCheckout;
    if should_be_card && card.front_matter.is_none() && problems.is_empty() {
        let message = "the card has no front matter, so it declares no license or base model";
        let remark = Problem::remark(ProblemKind::Missing, message).at(Span::Lines(1, 1));
        facts.problems.push(remark);
    }
    facts.problems.extend(problems);
    // Any Markdown file may have front matter; only a card or a README speaks for the release.
    let is_card = is_readme
        || facts
            .matches
            .iter()
            .any(|m| m.kind == ComponentKind::ModelCard);
    // Whoever names one Markdown file says that it is the card, whatever it is called.
    let alone = context.source.kind == overt_core::SourceKind::File;
    if !(is_card || alone) {
        return;
    }
    declared_licenses(context, &card, facts);
    // The README of somebody else's code says nothing of this release.
    if !context.signatures.is_elsewhere(&facts.path) {
        lineage(context, &card, facts);
        shown(context, &card, facts);
        statements(context, &card, facts);
    }
    mentions(context, &name, &bytes, &card, facts);
    linked_licenses(context, &bytes, &card, facts);
    let kept = bytes.get(..KEPT_PROSE).unwrap_or(&bytes);
    facts.prose = Some(String::from_utf8_lossy(kept).into_owned());
}

fn declared(context: &Context<'_>, path: &str, says: String, span: Option<Span>) -> Evidence {
    let evidence = context
        .evidence(path, Strength::Declared, "card-front-matter")
        .saying(says);
    super::weights::at(evidence, span)
}

fn declared_licenses(context: &Context<'_>, card: &Card, facts: &mut FileFacts) {
    let claim = |kind, written: &str, meaning, evidence| Claim {
        kind,
        written: written.to_owned(),
        meaning,
        subject: Subject::Anything,
        is_policy: false,
        source: context.index,
        evidence,
    };
    let top = |name| {
        card.all(name)
            .filter(move |field| !field.key.contains('.') && !field.value.trim().is_empty())
    };
    let licenses: Vec<_> = top(FieldName::License).collect();
    if let Some(first) = licenses.first() {
        let written: Vec<&str> = licenses.iter().map(|field| field.value.as_str()).collect();
        let written = written.join(", ");
        let meaning = all_of(
            licenses
                .iter()
                .map(|field| meaning_of(&field.value))
                .collect(),
        );
        let says = format!("license: {written}");
        let evidence = declared(context, &facts.path, says, first.span);
        let meaning = meaning.unwrap_or(Meaning::Nothing);
        facts
            .claims
            .push(claim(ClaimKind::CardLicense, &written, meaning, evidence));
    }
    for field in top(FieldName::LicenseName) {
        let evidence = declared(
            context,
            &facts.path,
            format!("license_name: {}", field.value),
            field.span,
        );
        let meaning = meaning_of(&field.value);
        facts.claims.push(claim(
            ClaimKind::CardLicenseName,
            &field.value,
            meaning,
            evidence,
        ));
    }
    for field in top(FieldName::LicenseLink) {
        let says = format!("license_link: {}", field.value);
        let evidence = declared(context, &facts.path, says, field.span);
        let is_address = field.value.contains("://") || field.value.starts_with("www.");
        if is_address {
            let meaning = match meaning_of(&field.value) {
                Meaning::Unrecognized { .. } => Meaning::Nothing,
                known => known,
            };
            facts.claims.push(claim(
                ClaimKind::CardLicenseLink,
                &field.value,
                meaning,
                evidence,
            ));
        } else {
            facts.linked_path = Some((field.value.clone(), evidence));
        }
    }
}

fn lineage(context: &Context<'_>, card: &Card, facts: &mut FileFacts) {
    let bases: Vec<_> = card
        .all(FieldName::BaseModel)
        .filter(|field| !field.key.contains("model-index"))
        .collect();
    let relation = card.first(FieldName::BaseModelRelation).map_or_else(
        || implied_relation(card, bases.len()),
        |field| relation(&field.value),
    );
    for field in &bases {
        let target = hub_id(&field.value).unwrap_or_else(|| field.value.trim().to_owned());
        let is_itself = context.source.hub_id.as_deref() == Some(target.as_str());
        if target.is_empty() || is_itself {
            continue;
        }
        let says = format!("base_model: {}", field.value);
        let evidence = declared(context, &facts.path, says, field.span);
        facts
            .lineage
            .push(super::weights::edge(target, relation, evidence));
    }
    if card.kind == CardKind::Dataset {
        return;
    }
    for field in card
        .all(FieldName::Dataset)
        .filter(|field| !field.key.contains("model-index"))
    {
        let target = hub_id(&field.value).unwrap_or_else(|| field.value.trim().to_owned());
        let says = format!("datasets: {}", field.value);
        let evidence = declared(context, &facts.path, says, field.span);
        facts.statements.push(Statement {
            kind: StatementKind::References,
            component: ComponentKind::Datasets,
            url: Some(target.clone()),
            evidence: evidence.clone(),
        });
        facts
            .lineage
            .push(super::weights::edge(target, Relation::TrainedOn, evidence));
    }
}

/// The relation that the hub itself infers from tags and library where a card gives none.
fn implied_relation(card: &Card, bases: usize) -> Relation {
    let tagged = |wanted: &[&str]| {
        card.all(FieldName::Tag)
            .chain(card.all(FieldName::LibraryName))
            .any(|field| wanted.contains(&field.value.to_lowercase().as_str()))
    };
    if tagged(&["merge", "mergekit"]) || bases > 1 {
        Relation::Merge
    } else if tagged(&["lora", "peft", "adapter"]) {
        Relation::Adapter
    } else if tagged(&[
        "gguf",
        "gptq",
        "awq",
        "exl2",
        "quantized",
        "mlx",
        "bitsandbytes",
    ]) {
        Relation::Quantized
    } else if tagged(&["distillation", "distilled"]) {
        Relation::Distilled
    } else if bases == 1 {
        Relation::Finetune
    } else {
        Relation::Unspecified
    }
}

fn relation(written: &str) -> Relation {
    match written.trim().to_lowercase().as_str() {
        "finetune" | "fine-tune" | "finetuned" => Relation::Finetune,
        "adapter" => Relation::Adapter,
        "quantized" => Relation::Quantized,
        "merge" => Relation::Merge,
        "distilled" | "distillation" => Relation::Distilled,
        _ => Relation::Unspecified,
    }
}

/// `organization/name`, from an id or from an address of the hub; `None` for paths and names.
pub(super) fn hub_id(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let id = [
        "https://huggingface.co/",
        "http://huggingface.co/",
        "huggingface.co/",
        "https://hf.co/",
    ]
    .iter()
    .find_map(|host| text.strip_prefix(host));
    let id = match id {
        Some(rest) => rest.strip_prefix("datasets/").unwrap_or(rest),
        None if text.contains("://") => return None,
        None => text.strip_prefix("datasets/").unwrap_or(text),
    };
    let parts: Vec<&str> = id.split('/').take(2).collect();
    let valid = |part: &&str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let whole = id.split('/').count() == 2 || text.contains("huggingface.co/");
    (parts.len() == 2 && whole && parts.iter().all(valid)).then(|| parts.join("/"))
}

/// The components that the card shows by its kind, fields, sections and links.
fn shown(context: &Context<'_>, card: &Card, facts: &mut FileFacts) {
    for (kind, signature) in context.signatures.of_cards() {
        if let Some(wanted) = &signature.card {
            let fits = match wanted.as_str() {
                "model" => card.kind == CardKind::Model && !context.source.is_dataset,
                "dataset" => card.kind == CardKind::Dataset || context.source.is_dataset,
                _ => false,
            };
            if !fits {
                continue;
            }
        }
        let places = if let Some(wanted) = &signature.card_field {
            let field = card.fields.iter().find(|field| {
                let root = field.key.split(['.', '[']).next().unwrap_or(&field.key);
                wanted == "*" || root == wanted
            });
            field
                .map(|field| (field.span, field.key.clone()))
                .into_iter()
                .collect()
        } else if let Some(wanted) = &signature.section {
            card.sections
                .iter()
                .filter(|section| {
                    section.words >= FEWEST_WORDS
                        && section.kinds.iter().any(|kind| serialized(kind) == *wanted)
                })
                .map(|section| (Some(section.span), section.title.clone()))
                .take(MOST_PLACES)
                .collect()
        } else if let Some(wanted) = &signature.link {
            card.links
                .iter()
                .filter(|link| {
                    let words = format!("{} {}", link.text, link.url).to_lowercase();
                    serialized(&link.kind) == *wanted
                        && (signature.link_words.is_empty()
                            || signature
                                .link_words
                                .iter()
                                .any(|word| words.contains(word.as_str())))
                        && (signature.in_sections.is_empty()
                            || stands_in(card, link.span, &signature.in_sections))
                })
                .map(|link| (Some(link.span), link.url.clone()))
                .take(MOST_PLACES)
                .collect()
        } else {
            vec![(None, String::new())]
        };
        for (span, says) in places {
            let strength = if signature.link.is_some() || signature.card_field.is_some() {
                Strength::Declared
            } else {
                Strength::Observed
            };
            let evidence = context.evidence(&facts.path, strength, "card").saying(says);
            facts.card_matches.push(CardMatch {
                kind,
                role: &signature.role,
                status: signature.status,
                evidence: super::weights::at(evidence, span),
            });
        }
    }
    weights_elsewhere(context, card, facts);
}

/// Whether a section of one of the kinds holds a place.
fn stands_in(card: &Card, place: Span, kinds: &[String]) -> bool {
    let Span::Lines(line, _) = place else {
        return false;
    };
    card.sections.iter().any(|section| {
        matches!(section.span, Span::Lines(first, last) if (first..=last).contains(&line))
            && kinds
                .iter()
                .any(|kind| serialized_contains(&section.kinds, kind))
    })
}

/// The fewest words of a section that says something.
const FEWEST_WORDS: u64 = 8;
/// How many links or sections of one kind are kept per card.
const MOST_PLACES: usize = 3;

/// Links to weights on a hub show that the weights are said to be there.
fn weights_elsewhere(context: &Context<'_>, card: &Card, facts: &mut FileFacts) {
    let links = card
        .links
        .iter()
        .filter(|link| serialized(&link.kind) == "model");
    for link in links.take(MOST_PLACES) {
        let evidence = context
            .evidence(&facts.path, Strength::Declared, "link")
            .at(link.span)
            .saying(&link.url);
        facts.statements.push(Statement {
            kind: StatementKind::References,
            component: ComponentKind::FinalParameters,
            url: Some(link.url.clone()),
            evidence,
        });
    }
}

fn statements(context: &Context<'_>, card: &Card, facts: &mut FileFacts) {
    for said in &card.statements {
        let evidence = context
            .evidence(&facts.path, Strength::Declared, "statement")
            .at(said.span)
            .saying(&said.says);
        facts.statements.push(Statement {
            kind: said.kind,
            component: said.component,
            url: None,
            evidence,
        });
    }
}

/// Sentences of the card that name a license of the release.
fn mentions(context: &Context<'_>, name: &str, bytes: &[u8], card: &Card, facts: &mut FileFacts) {
    let found = overt_license::identify_named(name, bytes);
    let front = match card.front_matter {
        Some(Span::Lines(_, last)) => last,
        _ => 0,
    };
    let text = String::from_utf8_lossy(bytes);
    let mut before = 0_usize;
    for one in &found.matches {
        let (Ok(start), Ok(end)) = (usize::try_from(one.bytes.0), usize::try_from(one.bytes.1))
        else {
            continue;
        };
        if one.lines.0 <= front || !names_terms(&one.license) {
            continue;
        }
        let sentence = sentence_before(&text, before.min(start), start, end);
        before = end;
        let subjects = context.names.subjects(sentence);
        let in_section = stands_in(
            card,
            Span::Lines(one.lines.0, one.lines.1),
            &["license".to_owned()],
        );
        if !in_section && (!context.names.grants_itself(sentence) || subjects.is_empty()) {
            continue;
        }
        let evidence = context
            .evidence(&facts.path, Strength::Declared, "prose")
            .at(Span::Lines(one.lines.0, one.lines.1))
            .saying(sentence);
        facts.claims.push(Claim {
            kind: ClaimKind::Mention,
            written: one.license.to_string(),
            meaning: super::license_file::recognized(&one.license),
            subject: if subjects.is_empty() {
                Subject::Anything
            } else {
                Subject::Components(subjects)
            },
            is_policy: super::license_file::is_policy(&one.license),
            source: context.index,
            evidence,
        });
    }
}

/// Sentences that put a part of the release under the license in another of its files, by a link:
/// "the weights are under the [model license](MODEL_LICENSE)".
fn linked_licenses(context: &Context<'_>, bytes: &[u8], card: &Card, facts: &mut FileFacts) {
    /// More links to licenses say nothing more.
    const MOST: usize = 32;
    let text = String::from_utf8_lossy(bytes);
    let candidates = card.links.iter().filter(|link| {
        matches!(serialized(&link.kind).as_str(), "license" | "file")
            && !link.url.contains("://")
            && !link.url.starts_with('/')
    });
    let lines = LineStarts::new(&text);
    for link in candidates.take(MOST) {
        let Span::Lines(first, _) = link.span else {
            continue;
        };
        let start = lines.of(first);
        let Some(end) = text
            .get(start..)
            .and_then(|rest| rest.find(link.url.as_str()))
            .map(|at| start + at)
        else {
            continue;
        };
        let sentence = sentence_before(&text, start, end, end);
        let components = context.names.subjects(sentence);
        if components.is_empty() || !context.names.grants(sentence) {
            continue;
        }
        facts.linked_licenses.push(LinkedLicense {
            target: link.url.clone(),
            components,
            evidence: context
                .evidence(&facts.path, Strength::Declared, "license-link-in-prose")
                .at(link.span)
                .saying(sentence),
        });
    }
}

/// Where the lines of a text begin; asked in any order, counted once.
struct LineStarts(Vec<usize>);

impl LineStarts {
    fn new(text: &str) -> Self {
        let after = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self(std::iter::once(0).chain(after).collect())
    }

    /// Where a line (from 1 on) begins; the end of the text for a line that it lacks.
    fn of(&self, line: u32) -> usize {
        let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        self.0.get(index).or(self.0.last()).copied().unwrap_or(0)
    }
}

/// Whether a mention names terms that can be looked up, and not only that there are some
/// ("proprietary", "see the license").
fn names_terms(license: &overt_core::Expression) -> bool {
    license.licenses().iter().all(|license| {
        !license.id.is_reference()
            || license
                .id
                .as_str()
                .starts_with(overt_license::MODIFIED_PREFIX)
            || overt_license::facts(&license.id).is_some()
    })
}

/// The part of the sentence that ends with a match: from the last full stop, blank line or earlier
/// match on.
fn sentence_before(text: &str, from: usize, start: usize, end: usize) -> &str {
    let floor = |mut at: usize| {
        while at > 0 && !text.is_char_boundary(at) {
            at -= 1;
        }
        at.min(text.len())
    };
    let (from, start, end) = (floor(from), floor(start), floor(end));
    let head = text.get(from..start).unwrap_or_default();
    let begin = [". ", "\n\n", ".\n", "\n#", "\n-", "\n*", "; ", "。", "；"]
        .iter()
        .filter_map(|mark| head.rfind(mark).map(|at| at + mark.len()))
        .max()
        .unwrap_or(0);
    text.get(from + begin..end).unwrap_or_default()
}

/// The stable id of a serializable kind.
fn serialized(kind: &impl serde::Serialize) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn serialized_contains(kinds: &[impl serde::Serialize], wanted: &str) -> bool {
    kinds.iter().any(|kind| serialized(kind) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_from_addresses_and_paths_are_not_ids() {
        assert_eq!(
            hub_id("meta-llama/Llama-3.1-8B").as_deref(),
            Some("meta-llama/Llama-3.1-8B")
        );
        assert_eq!(
            hub_id("https://huggingface.co/google/gemma-2b/tree/main").as_deref(),
            Some("google/gemma-2b")
        );
        for path in [
            "/mnt/models/x",
            "./out/checkpoint",
            "gpt2",
            "a/b/c",
            "C:\\models\\x",
        ] {
            assert_eq!(hub_id(path), None, "{path}");
        }
    }

    #[test]
    fn the_words_before_a_license_say_what_it_is_for() {
        let text = "Intro. The code is under MIT, the weights under CC-BY-NC-4.0.";
        let mit = text.find("MIT").expect("there");
        let cc = text.find("CC-BY").expect("there");
        assert_eq!(
            sentence_before(text, 0, mit, mit + 3),
            "The code is under MIT"
        );
        assert_eq!(
            sentence_before(text, mit + 3, cc, cc + 12),
            ", the weights under CC-BY-NC-4.0"
        );
    }
}
