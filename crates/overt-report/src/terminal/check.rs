//! The report of `overt check`: verdicts, contradictions, what would change them, components.

use overt_core::{
    Component, Contradiction, Evidence, LicenseState, Problem, Release, Remedy, RemedyStep,
    SourceKind, Status, StepKind, Truth, Verdict,
};
use overt_decide::{ComponentFreedoms, Evaluation, FreedomAnswer};
use overt_license::PageClause;
use unicode_width::UnicodeWidthStr;

use super::layout::{bytes, clean, column, count, cut, cut_path, paragraph, shortened};
use super::{
    BOLD, DIM, WIDTH, matrix, nearest, paint, severity_style, verdict_style, verdict_word,
};
use crate::CheckReport;

/// How much is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Verdicts and contradictions.
    Brief,
    /// Also remedies, components, lineage and problems.
    #[default]
    Normal,
    /// Also every reason, every piece of evidence and the freedoms.
    Full,
}

/// The columns of the definition's name and of the verdict.
const NAME: usize = 22;
const VERDICT: usize = 13;
/// How many findings, reasons, files and problems the normal report shows.
const MOST_FINDINGS: usize = 12;
const MOST_PROBLEMS: usize = 8;
/// How many definitions are told one by one; more are shown as a matrix.
const MOST_TOLD: usize = 6;

/// The report as text with ANSI styles.
pub fn check(report: &CheckReport, detail: Detail) -> String {
    let mut out = String::new();
    head(&mut out, report);
    if report.evaluations.len() > MOST_TOLD && detail < Detail::Full {
        matrix::matrix(&mut out, &report.evaluations);
    } else {
        verdicts(&mut out, report, detail);
    }
    super::uses::uses(&mut out, report, detail);
    contradictions(&mut out, &report.release, detail);
    if !report.nearest.is_empty() {
        nearest::nearest(&mut out, report, detail);
    }
    if detail >= Detail::Normal {
        if report.nearest.is_empty() {
            remedies(&mut out, report, detail);
        }
        tolerable(&mut out, report);
        freedoms(&mut out, report);
        components(&mut out, report, detail);
        lineage(&mut out, &report.release);
    }
    problems(&mut out, &report.release, detail);
    foot(&mut out, report);
    out
}

fn head(out: &mut String, report: &CheckReport) {
    let release = &report.release;
    let read = format!(
        "{}, {} read",
        count(report.read.files, "file"),
        bytes(report.read.bytes)
    );
    let name = cut(
        &release.name,
        (WIDTH - 2).saturating_sub(read.len()).min(48),
    );
    out.push_str(&format!("{}  {}\n", paint(BOLD, &name), paint(DIM, &read)));
    if release.sources.len() > 1 {
        for source in &release.sources {
            let kind = match source.kind {
                SourceKind::Directory => "directory",
                SourceKind::HubSnapshot => "hub snapshot",
                SourceKind::GitCheckout => "git checkout",
                SourceKind::File => "file",
                SourceKind::Record => "record",
            };
            let line = format!("{} ({kind}, {})", source.label, count(source.files, "file"));
            out.push_str(&paragraph("  ", 2, 4, &line));
        }
    }
    out.push('\n');
}

fn verdicts(out: &mut String, report: &CheckReport, detail: Detail) {
    let inapplicable = report
        .evaluations
        .iter()
        .any(|evaluation| evaluation.applies == Truth::False);
    let width = if inapplicable { VERDICT + 2 } else { VERDICT };
    for (index, evaluation) in report.evaluations.iter().enumerate() {
        let (word, style) = verdict_word(evaluation);
        let first = format!(
            "  {}{} ",
            paint(BOLD, &column(&short_name(evaluation), NAME)),
            paint(style, &column(word, width)),
        );
        let indent = 2 + NAME + width + 1;
        let shown = match detail {
            Detail::Full => usize::MAX,
            _ => 1,
        };
        let mut reasons = evaluation.reasons.iter().take(shown);
        let Some(reason) = reasons.next() else {
            out.push_str(first.trim_end());
            out.push('\n');
            continue;
        };
        // Classes of one framework mostly stand or fall by the same fact: it is told once.
        let told = report
            .evaluations
            .iter()
            .take(index)
            .find(|earlier| {
                let same = earlier.reasons.first().map(|first| &first.because);
                same == Some(&reason.because)
                    && (earlier.verdict, earlier.applies)
                        == (evaluation.verdict, evaluation.applies)
            })
            .filter(|_| detail < Detail::Full);
        let because = told.map_or_else(
            || told_in(detail, &reason.because),
            |earlier| format!("for the same reason as {}", short_name(earlier)),
        );
        out.push_str(&paragraph(&first, indent, indent, &because));
        for reason in reasons {
            let bullet = format!("{}- ", " ".repeat(indent));
            out.push_str(&paragraph(&bullet, indent + 2, indent + 2, &reason.because));
        }
        if let Some(line) = progress(evaluation) {
            let line = paragraph(&" ".repeat(indent), indent, indent, &line);
            out.push_str(&paint(DIM, line.trim_end()));
            out.push('\n');
        }
        let more = evaluation.reasons.len().saturating_sub(shown);
        if more > 0 {
            let what = match evaluation.verdict {
                Verdict::Meets => "more shown with -v",
                Verdict::Fails => "more against it (-v)",
                Verdict::Undetermined => "more open (-v)",
            };
            let line = format!("and {more} {what}");
            out.push_str(&format!("{}{}\n", " ".repeat(indent), paint(DIM, &line)));
        }
    }
    if report
        .evaluations
        .iter()
        .any(|evaluation| !evaluation.reasons.is_empty())
    {
        out.push('\n');
    }
}

/// A sentence as the level of detail shows it: everything only if everything is asked for.
fn told_in(detail: Detail, sentence: &str) -> String {
    if detail == Detail::Full {
        sentence.to_owned()
    } else {
        shortened(sentence)
    }
}

/// Names that fit the column.
fn short_name(evaluation: &Evaluation) -> String {
    let name = evaluation
        .name
        .replace("Open Source AI Definition", "OSAID")
        .replace("Model Openness Framework", "MOF");
    if name.chars().count() > NAME - 1 {
        cut(&evaluation.definition, NAME - 1)
    } else {
        name
    }
}

/// How far it gets in a graded definition, or its score.
fn progress(evaluation: &Evaluation) -> Option<String> {
    if let Some(grade) = &evaluation.grade {
        let steps = grade.progress.iter().map(|step| {
            let (least, most) = (step.percent, step.at_most_percent);
            if most - least < 0.5 {
                format!("{} {least:.0} %", step.grade)
            } else {
                format!("{} {least:.0}-{most:.0} %", step.grade)
            }
        });
        return Some(steps.collect::<Vec<_>>().join(", "));
    }
    let score = evaluation.score?;
    Some(if score.at_most - score.at_least < 0.005 {
        format!("score {:.2}", score.at_least)
    } else {
        format!("score {:.2} to {:.2}", score.at_least, score.at_most)
    })
}

pub(super) fn title(out: &mut String, title: &str) {
    out.push_str(&paint(BOLD, title));
    out.push('\n');
}

fn contradictions(out: &mut String, release: &Release, detail: Detail) {
    if release.contradictions.is_empty() {
        return;
    }
    title(out, "What does not fit together");
    let most = if detail == Detail::Full {
        usize::MAX
    } else {
        MOST_FINDINGS
    };
    for found in release.contradictions.iter().take(most) {
        contradiction(out, found, release);
    }
    let more = release.contradictions.len().saturating_sub(most);
    if more > 0 {
        out.push_str(&format!(
            "  {}\n",
            paint(DIM, &format!("and {more} more (-v)"))
        ));
    }
    out.push('\n');
}

fn contradiction(out: &mut String, found: &Contradiction, release: &Release) {
    let (word, style) = severity_style(found.severity);
    let label = format!("{word}[{}]", found.code);
    let first = format!("  {} ", paint(style, &label));
    out.push_str(&paragraph(&first, 3 + label.len(), 4, &found.message));
    let places: Vec<String> = found
        .evidence
        .iter()
        .take(6)
        .map(|e| place(e, release))
        .collect();
    let mut line = places.join(", ");
    if found.evidence.len() > places.len() {
        line.push_str(", …");
    }
    if !line.is_empty() {
        out.push_str(&paint(DIM, paragraph("    at ", 7, 7, &line).trim_end()));
        out.push('\n');
    }
}

/// A place; with its source where there are several.
fn place(evidence: &Evidence, release: &Release) -> String {
    if release.sources.len() > 1 && !evidence.path.is_empty() {
        format!("{}/{}", evidence.source, evidence.place())
    } else {
        evidence.place()
    }
}

fn remedies(out: &mut String, report: &CheckReport, detail: Detail) {
    // The definition that was asked for, else the first that is not met.
    let wanted = |evaluation: &&Evaluation| {
        evaluation.verdict != Verdict::Meets
            && evaluation.applies != Truth::False
            && (report.asked.require.is_empty()
                || report.asked.require.contains(&evaluation.definition))
    };
    let most = if detail == Detail::Full {
        usize::MAX
    } else {
        1
    };
    for evaluation in report.evaluations.iter().filter(wanted).take(most) {
        let name = short_name(evaluation);
        if evaluation.remedies.is_empty() {
            let line =
                format!("Nothing that anybody downstream could do would make it meet {name}.");
            out.push_str(&paragraph("", 0, 2, &line));
            out.push('\n');
            continue;
        }
        let decided = evaluation.verdict == Verdict::Fails;
        title(
            out,
            &if decided {
                format!("What would make it meet {name}")
            } else {
                format!("What would decide {name}, and make it meet it")
            },
        );
        if evaluation.applies == Truth::Unknown
            && let Some(open) = evaluation
                .reasons
                .iter()
                .find(|reason| reason.requirement.ends_with("/applies"))
        {
            let line = format!("first, whether it applies at all: {}", open.needs);
            out.push_str(&paragraph("  - ", 4, 4, &line));
        }
        let short = |remedy: &&Remedy| remedy.steps.len() <= SHORT;
        let shown = match evaluation.remedies.first() {
            _ if detail == Detail::Full => usize::MAX,
            Some(first) if short(&first) => evaluation.remedies.iter().take_while(short).count(),
            _ => 1,
        };
        for (index, remedy) in evaluation.remedies.iter().take(shown).enumerate() {
            if index > 0 {
                out.push_str("  or\n");
            }
            nearest::steps(out, remedy, 2, usize::MAX);
        }
        let missing = |about: fn(&RemedyStep) -> bool| {
            let mut steps = evaluation.remedies.iter().flat_map(|one| &one.steps);
            steps.find(|step| step.kind == StepKind::Show && about(step))
        };
        let mut how = Vec::new();
        if let Some(component) =
            missing(|step| step.component.is_some()).and_then(|step| step.component)
        {
            how.push(format!(
                "What is elsewhere is shown by giving it as well (`overt check A B ...`), or in \
                 overt.toml: [components.{}] with its status, license and link.",
                component.id()
            ));
        }
        let fact = missing(|step| step.component.is_none() && step.action.contains('`'));
        if let Some(fact) = fact.and_then(|step| step.action.split('`').nth(1)) {
            how.push(format!(
                "A fact in overt.toml: facts.{fact} = {{ value = ..., link = \"...\" }}"
            ));
        }
        for line in how {
            out.push_str(&paint(DIM, paragraph("  ", 2, 2, &line).trim_end()));
            out.push('\n');
        }
        out.push('\n');
    }
}

/// A remedy of so few steps is shown with those that do as well.
const SHORT: usize = 3;

/// What a policy's exceptions would be, to be pasted.
fn tolerable(out: &mut String, report: &CheckReport) {
    for evaluation in &report.evaluations {
        if evaluation.tolerable.is_empty() {
            continue;
        }
        let heading = format!(
            "To tolerate what {} does not allow, give a reason and paste",
            short_name(evaluation)
        );
        title(out, &heading);
        for one in &evaluation.tolerable {
            // The pin fits the line only if it is not indented.
            out.push_str(&format!(
                "[[exception]]\nrequirement = \"{}\"\ncomponent = \"{}\"\npin = \"{}\"\nreason = \"\"\n\n",
                one.requirement,
                one.component.id(),
                one.pin
            ));
        }
    }
}

/// Use, study, modify, share: of everything that is there, with the reason that decides. What is so for
/// the same reason is told once.
fn freedoms(out: &mut String, report: &CheckReport) {
    if report.freedoms.is_empty() || report.freedoms_of_all.is_empty() {
        return;
    }
    title(out, "What one may do with everything that is there");
    let mut groups: Vec<(String, Vec<&FreedomAnswer>)> = Vec::new();
    for answer in &report.freedoms_of_all {
        // The reason in the same words, whichever verb it has.
        let reason = answer.because.replace(answer.freedom.verb(), "");
        match groups.last_mut() {
            Some((known, group))
                if group
                    .iter()
                    .all(|one| one.granted == answer.granted && one.price == answer.price)
                    && (*known == reason || answer.granted == Verdict::Meets) =>
            {
                group.push(answer);
            }
            _ => groups.push((reason, vec![answer])),
        }
    }
    for (_, group) in &groups {
        let Some(first) = group.first() else { continue };
        let word = match first.granted {
            Verdict::Meets if first.price.is_empty() => "yes",
            Verdict::Meets => "yes, if",
            Verdict::Fails => "no, or limited",
            Verdict::Undetermined => "undetermined",
        };
        let verbs: Vec<&str> = group.iter().map(|answer| answer.freedom.verb()).collect();
        out.push_str(&format!(
            "  {}: {}\n",
            verbs.join(", "),
            paint(verdict_style(first.granted), word)
        ));
        if first.granted == Verdict::Meets {
            for asked in &first.price {
                out.push_str(&paragraph("    ", 4, 4, &price(asked)));
            }
        } else {
            out.push_str(&paragraph("    ", 4, 4, &first.because));
        }
    }
    out.push('\n');
}

/// What is asked in return, with the license and the place that ask it.
fn price(asked: &PageClause) -> String {
    let license = asked.license.as_str().replace("LicenseRef-", "");
    format!("{license}, {}: {}", asked.place, asked.plain)
}

fn components(out: &mut String, report: &CheckReport, detail: Detail) {
    const KIND: usize = 24;
    const STATUS: usize = 16;
    const LICENSE: usize = 19;
    /// What stands before a license, and before the details of a component.
    const BEFORE: usize = 2 + KIND + STATUS;
    const PLACE: usize = WIDTH - BEFORE - LICENSE;
    const DETAIL: usize = 6;
    title(out, "Components");
    let release = &report.release;
    let mut absent = Vec::new();
    let (mut disputed, mut inherited) = (false, false);
    for component in &release.components {
        if matches!(component.status, Status::NotFound | Status::Unknown) && detail < Detail::Full {
            absent.push(component.kind.name().to_lowercase());
            continue;
        }
        let decided = component
            .license
            .decided_by
            .as_ref()
            .map(|claim| &claim.evidence);
        let seen = component
            .artifacts
            .first()
            .map(|artifact| &artifact.evidence);
        let at = decided.or(seen).or(component.evidence.first());
        let at = at
            .map(|evidence| clean(&short_place(evidence, PLACE)))
            .unwrap_or_default();
        disputed |= component.license.disputed;
        inherited |= !component.license.inherited.is_empty();
        let kind = column(&short_kind(component), KIND);
        let status = column(component.status.as_str(), STATUS);
        let license = marked_license(component);
        if license.width() < LICENSE && at.width() <= PLACE {
            let license = column(&license, LICENSE);
            out.push_str(&format!("  {kind}{status}{license}{}\n", paint(DIM, &at)));
        } else {
            // Neither a license nor the place that shows it is cut while a line can hold it.
            let first = format!("  {kind}{status}");
            out.push_str(&paragraph(&first, BEFORE, BEFORE, &license));
            if !at.is_empty() {
                let room = WIDTH - DETAIL;
                let indent = BEFORE.min(WIDTH - at.width().min(room));
                out.extend(std::iter::repeat_n(' ', indent));
                out.push_str(&format!("{}\n", paint(DIM, &cut_path(&at, room))));
            }
        }
        if detail == Detail::Full {
            details(out, component, &report.freedoms, release);
        }
    }
    let legend = [
        (disputed, "?! claims of this license disagree"),
        (inherited, "+ the base model's terms apply as well"),
    ];
    for (_, line) in legend.into_iter().filter(|(shown, _)| *shown) {
        out.push_str(&format!("  {}\n", paint(DIM, line)));
    }
    if !absent.is_empty() {
        let line = format!("not found in what was given: {}", absent.join(", "));
        out.push_str(&paint(DIM, paragraph("  ", 2, 4, &line).trim_end()));
        out.push('\n');
    }
    out.push('\n');
}

fn short_kind(component: &Component) -> String {
    component
        .kind
        .name()
        .replace("Model parameters", "Parameters")
        .replace(" and tools", "")
}

/// The license with its marks.
fn marked_license(component: &Component) -> String {
    let mut marked = license(component);
    if component.license.disputed {
        marked.push_str("?!");
    }
    if !component.license.inherited.is_empty() {
        marked.push('+');
    }
    shortened(&marked)
}

/// A place; without its bytes where they do not fit.
fn short_place(evidence: &Evidence, width: usize) -> String {
    let place = evidence.place();
    match place.rsplit_once(" (bytes ") {
        Some((path, _)) if place.chars().count() > width => path.to_owned(),
        _ => place,
    }
}

fn license(component: &Component) -> String {
    let license = &component.license;
    match (&license.expression, license.state) {
        (Some(expression), _) => expression.to_string().replace("LicenseRef-", ""),
        (None, LicenseState::Unlicensed) => "none".to_owned(),
        (None, LicenseState::Unrecognized) => "unknown terms".to_owned(),
        (None, LicenseState::Licensed) => "ambiguous".to_owned(),
        (None, LicenseState::Unknown) => "-".to_owned(),
    }
}

fn details(
    out: &mut String,
    component: &Component,
    freedoms: &[ComponentFreedoms],
    release: &Release,
) {
    for artifact in &component.artifacts {
        let line = format!(
            "{}: {} ({}, {})",
            artifact.role,
            place(&artifact.evidence, release),
            count(artifact.files, "file"),
            artifact.evidence.strength.as_str()
        );
        out.push_str(&paragraph("      ", 6, 8, &line));
    }
    for evidence in &component.evidence {
        let line = format!(
            "{}: {} ({})",
            place(evidence, release),
            evidence.says,
            evidence.strength.as_str()
        );
        out.push_str(&paragraph("      ", 6, 8, &line));
    }
    let license = &component.license;
    let claims = license
        .decided_by
        .iter()
        .chain(&license.inherited)
        .chain(&license.others);
    for claim in claims {
        let line = format!(
            "license `{}`: {} ({})",
            claim.written,
            place(&claim.evidence, release),
            claim.evidence.strength.as_str()
        );
        out.push_str(&paragraph("      ", 6, 8, &line));
    }
    let own = freedoms
        .iter()
        .find(|freedoms| freedoms.component == component.kind);
    for answer in own.into_iter().flat_map(|own| &own.freedoms) {
        let line = format!(
            "{}: {}; {}",
            answer.freedom.verb(),
            answer.granted,
            answer.because
        );
        out.push_str(&paragraph("      ", 6, 8, &line));
        for asked in &answer.price {
            out.push_str(&paragraph("        ", 8, 8, &price(asked)));
        }
    }
}

fn lineage(out: &mut String, release: &Release) {
    const MOST: usize = 10;
    if release.lineage.is_empty() {
        return;
    }
    title(out, "Built from");
    for edge in release.lineage.iter().take(MOST) {
        let relation = serde_json::to_value(edge.relation)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default();
        let license = edge.license.as_ref().map_or_else(String::new, |license| {
            format!(", {}", license.to_string().replace("LicenseRef-", ""))
        });
        let at = edge
            .evidence
            .first()
            .map(|e| place(e, release))
            .unwrap_or_default();
        let line = format!("{} ({relation}{license}) {at}", edge.target);
        out.push_str(&paragraph("  ", 2, 4, &line));
    }
    if release.lineage.len() > MOST {
        let more = format!("and {} more", release.lineage.len() - MOST);
        out.push_str(&format!("  {}\n", paint(DIM, &more)));
    }
    out.push('\n');
}

fn problems(out: &mut String, release: &Release, detail: Detail) {
    let shown: Vec<&Problem> = release
        .problems
        .iter()
        .filter(|problem| problem.loses_facts || detail == Detail::Full)
        .collect();
    if shown.is_empty() {
        return;
    }
    title(out, "What could not be read");
    let most = if detail == Detail::Full {
        usize::MAX
    } else {
        MOST_PROBLEMS
    };
    for problem in shown.iter().take(most) {
        out.push_str(&paragraph("  ", 2, 4, &problem_line(problem, release)));
    }
    if shown.len() > most {
        let more = format!("and {} more (-v)", shown.len() - most);
        out.push_str(&format!("  {}\n", paint(DIM, &more)));
    }
    out.push_str(&paint(
        DIM,
        "  Verdicts that rest on what these files may hold are undetermined.\n\n",
    ));
}

/// `path:line: what is wrong`.
fn problem_line(problem: &Problem, release: &Release) -> String {
    let path = if problem.path.is_empty() {
        &problem.source
    } else {
        &problem.path
    };
    let path = if release.sources.len() > 1 && !problem.path.is_empty() {
        format!("{}/{path}", problem.source)
    } else {
        path.clone()
    };
    let span = problem
        .span
        .map(|span| format!(":{span}"))
        .unwrap_or_default();
    format!("{path}{span}: {}", problem.message)
}

fn foot(out: &mut String, report: &CheckReport) {
    let tally = |wanted: Verdict| {
        report
            .evaluations
            .iter()
            .filter(|evaluation| evaluation.applies == Truth::True && evaluation.verdict == wanted)
            .count()
    };
    let mut line = format!(
        "{} met, {} not met, {} undetermined; {}",
        tally(Verdict::Meets),
        tally(Verdict::Fails),
        tally(Verdict::Undetermined),
        count(report.release.contradictions.len() as u64, "finding"),
    );
    for (truth, what) in [
        (Truth::Unknown, "may not apply"),
        (Truth::False, "not applicable"),
    ] {
        let open = report.evaluations.iter().filter(|one| one.applies == truth);
        match open.count() {
            0 => {}
            open => line.push_str(&format!("; {open} {what}")),
        }
    }
    if let Some(first) = report.release.contradictions.first() {
        line.push_str(&format!(" (overt explain {})", first.code));
    }
    out.push_str(&paint(DIM, paragraph("", 0, 2, &line).trim_end()));
    out.push('\n');
}
