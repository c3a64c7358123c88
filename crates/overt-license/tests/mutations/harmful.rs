//! Changes after which a text is not its license any more.

use super::{Changed, choose};

/// Sentences that take away what a license gives.
const RESTRICTIONS: [&str; 26] = [
    "The Software may be used for non-commercial purposes only.",
    "Commercial use requires a separate written agreement with the authors.",
    "You may not use the Software to train machine learning models.",
    "Use is permitted for academic research purposes only.",
    "Companies with more than 50 employees need a paid license.",
    "You shall not use the Software for any military purpose.",
    "The Software may not be used by competitors of the Licensor.",
    "This license terminates one year after the date of download.",
    "You must send every modification to the authors within ten days.",
    "Redistribution of modified versions is forbidden.",
    "The Software shall be used for Good, not Evil, as judged by the authors.",
    "(c) any use by a government needs prior approval;",
    "Copyright 2024 Jane Doe. For evaluation only, not for production.",
    "d) the Software is not used together with products of others.",
    "Users in Utopia are excluded from all rights granted above.",
    "Any product that uses the Software must prominently display the name of its authors.",
    "You must give credit to the authors in every publication that uses this software.",
    "Commercial users must pay a license fee.",
    "Die kommerzielle Nutzung ist untersagt.",
    "L'utilisation commerciale est interdite.",
    "Queda prohibido el uso comercial de este software.",
    "Коммерческое использование этого программного обеспечения запрещено.",
    "本软件不得用于商业目的。",
    "本ソフトウェアの商用利用を禁止します。",
    "상업적 이용을 금지합니다.",
    "Our only modification is that products with more than a million users shall show our name.",
];

/// More of them, in plain speech.
const PLAIN_SPEECH: [&str; 20] = [
    "Only registered members may install this program.",
    "Anyone offering the work as a paid service has to buy a support contract first.",
    "Schools and hospitals are welcome; everyone else should ask us before deploying it.",
    "Resale is out of the question.",
    "You agree to delete all copies upon our demand.",
    "Deployment on more than three machines costs extra.",
    "Government agencies are kept from using it.",
    "The grant above ends on 31 December 2027.",
    "Derived models inherit this name and carry a link to our site.",
    "Benchmark results must not be published without our approval.",
    "Use in China and Russia is not covered.",
    "Persons under 18 are barred.",
    "This permission does not extend to robots or crawlers.",
    "Whoever earns money with it owes us ten percent.",
    "We may withdraw these rights at any time.",
    "The code stays our property and cannot be given to third parties.",
    "For hobbyists only.",
    "Academic users: fine. Commercial users: contact sales.",
    "Do not feed it to large language models.",
    "Access is granted for a trial period of thirty days.",
];

/// More of them, written down before the engine was asked about them; no word list was changed for them:
/// how well sentences are understood that nobody had in mind.
const UNSEEN: [&str; 20] = [
    "Installation on vehicles is ruled out.",
    "Firms above a turnover of one million pay us yearly.",
    "Keep this copy to yourself.",
    "No part may leave the European Union.",
    "Teachers can use it freely, students too, the rest upon request.",
    "The vendor reserves the option to charge for later versions.",
    "Running it in the cloud needs a subscription.",
    "You consent to being named as a reference customer.",
    "Bug fixes belong to Example Corp.",
    "After the beta phase this offer lapses.",
    "Medical devices are outside the scope of this grant.",
    "Display our logo on the start page.",
    "Forks have to be announced on the mailing list.",
    "It is meant for study, never for trade.",
    "Each seat is billed separately.",
    "Do not compare it with rival products in public.",
    "Advertisers and data brokers get no rights here.",
    "Please buy a copy if you like it, otherwise remove it within a week.",
    "Any dispute costs are borne by the recipient.",
    "Sharing it outside your organization breaks this contract.",
];

/// Operative words and what turns their meaning round.
const TURNED: [(&str, &str); 14] = [
    ("without restriction", "without commerce"),
    ("permitted", "prohibited"),
    ("free of charge", "for a fee"),
    ("royalty-free", "royalty-bearing"),
    ("irrevocable", "revocable"),
    ("perpetual", "temporary"),
    ("worldwide", "domestic"),
    ("non-exclusive", "exclusive"),
    ("commercial", "private"),
    ("modify", "inspect"),
    ("sublicense", "quote"),
    ("distribute", "display"),
    ("any person", "any student"),
    ("for any purpose", "for private purposes"),
];

/// Words before which or after which a `not` stands or can stand.
const NEGATED: [(&str, &str); 10] = [
    ("is hereby granted", "is not hereby granted"),
    (" are permitted", " are not permitted"),
    (" may ", " may not "),
    (" shall ", " shall not "),
    (" must ", " must not "),
    (" shall not ", " shall "),
    (" may not ", " may "),
    (" must not ", " must "),
    (" not be used", " be used"),
    ("hereby grants", "hereby does not grant"),
];

/// Every harmful change of `text`, which is the text of `id`; `other` is another license's text.
pub(crate) fn changes(id: &str, text: &str, other: &str) -> Vec<Changed> {
    let mut all = Vec::new();
    let mut add = |kind, text: String| all.push(Changed::text(kind, text));
    let paragraphs: Vec<&str> = text.split("\n\n").collect();

    for (round, place) in [1, paragraphs.len().div_ceil(2), paragraphs.len()]
        .into_iter()
        .enumerate()
    {
        let sentence =
            RESTRICTIONS[choose(&[id, "sentence", &round.to_string()], RESTRICTIONS.len())];
        let mut changed = paragraphs.clone();
        changed.insert(place.min(changed.len()), sentence);
        add("sentence added as a paragraph", changed.join("\n\n"));
    }
    let sentence = RESTRICTIONS[choose(&[id, "inside"], RESTRICTIONS.len())];
    if let Some(changed) = inside(id, text, sentence) {
        add("sentence added inside a paragraph", changed);
    }
    let plain = PLAIN_SPEECH[choose(&[id, "unseen"], PLAIN_SPEECH.len())];
    let unseen = UNSEEN[choose(&[id, "fresh"], UNSEEN.len())];
    for (kind, inside_kind, sentence) in [
        (
            "plain speech at the end",
            "plain speech inside a paragraph",
            plain,
        ),
        (
            "unseen sentence at the end",
            "unseen sentence inside a paragraph",
            unseen,
        ),
    ] {
        add(kind, format!("{text}\n\n{sentence}\n"));
        if let Some(changed) = inside(id, text, sentence) {
            add(inside_kind, changed);
        }
    }
    for round in ["first", "second"] {
        if let Some(changed) = without_clause(id, round, &paragraphs) {
            add("clause removed", changed);
        }
    }
    for (from, to) in NEGATED {
        if text.contains(from) {
            let kind = if to.len() > from.len() {
                "not inserted"
            } else {
                "not removed"
            };
            add(kind, replace_one(id, text, from, to));
        }
    }
    for (from, to) in TURNED {
        if text.contains(from) {
            add("operative word turned", replace_one(id, text, from, to));
        }
    }
    if let Some(changed) = version(text) {
        add("version of the title changed", changed);
    }
    if let Some(changed) = other_title(text) {
        add("title changed", changed);
    }
    if let Some(changed) = number(text) {
        add("number changed", changed);
    }
    for share in [40, 70, 90] {
        add("truncated", cut(text, share).0.to_owned());
    }
    add("beginning missing", cut(text, 30).1.to_owned());
    add(
        "spliced with another license",
        format!("{}\n{}", cut(text, 50).0, cut(other, 50).1),
    );
    all
}

/// A sentence after a full stop that is chosen, if the text has one inside a paragraph.
fn inside(id: &str, text: &str, sentence: &str) -> Option<String> {
    let stops: Vec<usize> = text
        .match_indices(". ")
        .map(|(at, _)| at)
        .filter(|at| {
            let before = &text[..*at];
            before.len() > 80 && before.ends_with(|c: char| c.is_lowercase())
        })
        .collect();
    let at = *stops.get(choose(&[id, "stop"], stops.len()))?;
    Some(format!("{} {sentence}{}", &text[..=at], &text[at + 1..]))
}

/// The text without one of its clauses: a paragraph of some length that is no copyright notice.
fn without_clause(id: &str, round: &str, paragraphs: &[&str]) -> Option<String> {
    let clauses: Vec<usize> = paragraphs
        .iter()
        .enumerate()
        .filter(|(_, paragraph)| {
            paragraph.split_whitespace().count() >= 15
                && !paragraph.to_lowercase().contains("copyright (c)")
        })
        .map(|(at, _)| at)
        .collect();
    if clauses.len() < 3 {
        return None;
    }
    let gone = clauses[choose(&[id, round, "clause"], clauses.len())];
    let left: Vec<&str> = paragraphs
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != gone)
        .map(|(_, paragraph)| *paragraph)
        .collect();
    Some(left.join("\n\n"))
}

/// Replaces one occurrence, which one being chosen by the license.
fn replace_one(id: &str, text: &str, from: &str, to: &str) -> String {
    let places: Vec<usize> = text.match_indices(from).map(|(at, _)| at).collect();
    let at = places[choose(&[id, from], places.len())];
    format!("{}{to}{}", &text[..at], &text[at + from.len()..])
}

/// The version that the first lines give, raised to one that nobody published.
fn version(text: &str) -> Option<String> {
    let head = text
        .char_indices()
        .nth(300)
        .map_or(text.len(), |(at, _)| at);
    let lower = text[..head].to_ascii_lowercase();
    let at = lower.find("version ")? + "version ".len();
    let number: String = text[at..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let number = number.trim_end_matches('.');
    (!number.is_empty()).then(|| format!("{}7.9{}", &text[..at], &text[at + number.len()..]))
}

/// Another name in a short first line that calls itself a license.
fn other_title(text: &str) -> Option<String> {
    let (title, rest) = text.trim_start().split_once('\n')?;
    let words = title.split_whitespace().count();
    ((2..=8).contains(&words) && title.to_lowercase().contains("license"))
        .then(|| format!("Acme Widgets Community Agreement\n{rest}"))
}

/// A number of days, months or percent that is another one.
fn number(text: &str) -> Option<String> {
    for unit in [" days", " months", " years", "%"] {
        for (at, _) in text.match_indices(unit) {
            let digits = text[..at]
                .trim_end_matches(')')
                .bytes()
                .rev()
                .take_while(u8::is_ascii_digit)
                .count();
            let end = text[..at].trim_end_matches(')').len();
            if digits > 0 {
                return Some(format!("{}7{}", &text[..end - digits], &text[end..]));
            }
        }
    }
    None
}

/// The text in two parts, the first of so many percent of its words.
fn cut(text: &str, percent: usize) -> (&str, &str) {
    let words: Vec<usize> = text
        .split_whitespace()
        .map(|word| word.as_ptr() as usize - text.as_ptr() as usize)
        .collect();
    let at = words
        .get(words.len() * percent / 100)
        .copied()
        .unwrap_or(text.len());
    text.split_at(at)
}
