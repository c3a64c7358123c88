//! Which definition is nearest, and what it takes.

use overt_core::{Mender, Remedy, RemedyStep, Truth, Verdict};

use super::layout::{count, paragraph};
use super::{BOLD, DIM, Detail, paint};
use crate::{CheckReport, Near};

/// How many groups of definitions, and how many steps of each, the normal report shows.
const MOST_GROUPS: usize = 4;
const MOST_STEPS: usize = 6;

/// The definitions that are not met, the nearest first; those that take the same are told together.
pub(super) fn nearest(out: &mut String, report: &CheckReport, detail: Detail) {
    let mut groups: Vec<Vec<&Near>> = Vec::new();
    for near in &report.nearest {
        let actions = |near: &Near| -> Vec<String> {
            let steps = near.remedy.steps.iter();
            steps.map(|step| step.action.clone()).collect()
        };
        match groups.iter_mut().find(|group| {
            group.first().is_some_and(|first| {
                actions(first) == actions(near) && first.remedy.effort == near.remedy.effort
            })
        }) {
            Some(group) => group.push(near),
            None => groups.push(vec![near]),
        }
    }
    out.push_str(&paint(BOLD, "What is nearest, and what it takes"));
    out.push('\n');
    let all = detail == Detail::Full;
    let most = if all { usize::MAX } else { MOST_GROUPS };
    for group in groups.iter().take(most) {
        let Some(first) = group.first() else { continue };
        let names: Vec<&str> = group.iter().map(|near| near.definition.as_str()).collect();
        let steps_taken = count(first.remedy.steps.len() as u64, "step");
        let line = format!(
            "{} ({steps_taken}, effort {})",
            names.join(", "),
            first.remedy.effort
        );
        out.push_str(&paragraph("  ", 2, 4, &line));
        let most = if all { usize::MAX } else { MOST_STEPS };
        steps(out, &first.remedy, 4, most);
    }
    if let Some(left) = groups.get(most.min(groups.len())..)
        && !left.is_empty()
    {
        let names: Vec<String> = left
            .iter()
            .flatten()
            .map(|near| format!("{} ({})", near.definition, near.remedy.effort))
            .collect();
        let line = format!("further, with their effort: {}", names.join(", "));
        out.push_str(&paragraph("  ", 2, 4, &line));
    }
    let beyond: Vec<&str> = report
        .evaluations
        .iter()
        .filter(|one| one.verdict != Verdict::Meets && one.applies != Truth::False)
        .filter(|one| one.remedies.is_empty())
        .map(|one| one.definition.as_str())
        .collect();
    if !beyond.is_empty() {
        let line = format!("out of reach for anybody downstream: {}", beyond.join(", "));
        out.push_str(&paragraph("  ", 2, 4, &line));
    }
    out.push('\n');
}

/// The steps of a remedy, what the publisher cannot do alone first: without it the rest is in vain.
/// Steps that do the same to several components are told together.
pub(super) fn steps(out: &mut String, remedy: &Remedy, indent: usize, most: usize) {
    let (own, others): (Vec<_>, Vec<_>) = remedy
        .steps
        .iter()
        .partition(|step| step.by == Mender::Publisher);
    let mut alike: Vec<(String, Vec<&RemedyStep>)> = Vec::new();
    for step in others.into_iter().chain(own) {
        let form = form(step);
        match alike
            .iter_mut()
            .find(|(known, steps)| *known == form && steps.iter().all(|one| one.by == step.by))
        {
            Some((_, steps)) => steps.push(step),
            None => alike.push((form, vec![step])),
        }
    }
    let spaces = " ".repeat(indent);
    for (form, steps) in alike.iter().take(most) {
        let Some(first) = steps.first() else { continue };
        let action = if steps.len() == 1 {
            first.action.clone()
        } else {
            let names: Vec<String> = steps.iter().filter_map(|step| name(step)).collect();
            let action = form
                .replace(&format!("any {HERE}"), "any of these")
                .replace(&format!("the {HERE}"), "each of these");
            format!("{action}: {}", names.join(", "))
        };
        let who = match first.by {
            Mender::Publisher => "",
            Mender::BaseLicensor => " (only the base model's licensor can)",
            Mender::Nobody => " (nobody downstream can)",
        };
        out.push_str(&paragraph(
            &format!("{spaces}- "),
            indent + 2,
            indent + 2,
            &format!("{action}{who}"),
        ));
    }
    let told: usize = alike.iter().take(most).map(|(_, steps)| steps.len()).sum();
    let more = remedy.steps.len().saturating_sub(told);
    if more > 0 {
        out.push_str(&format!(
            "{spaces}{}\n",
            paint(DIM, &format!("and {more} more (-v)"))
        ));
    }
}

/// Stands for a component's name in what a step does.
const HERE: char = '\u{0}';

/// What a step does, whatever the component or the fact.
fn form(step: &RemedyStep) -> String {
    let Some(name) = name(step) else {
        return step.action.clone();
    };
    let action = &step.action;
    let before = if step.component.is_none() {
        action.replacen(&name, &format!("the {HERE}"), 1)
    } else {
        action.replace(&format!("the {name}"), &format!("the {HERE}"))
    };
    before.replacen(&format!("any {name}"), &format!("any {HERE}"), 1)
}

/// What a step is about: a component, or a fact, which stands between backticks.
fn name(step: &RemedyStep) -> Option<String> {
    match step.component {
        Some(kind) => Some(kind.name().to_lowercase()),
        None => step
            .action
            .split('`')
            .nth(1)
            .map(|fact| format!("`{fact}`")),
    }
}
