//! `overt check --use`: may the release be used so?

use std::path::Path;

use overt_core::{ComponentKind, LicenseConclusion, LicenseId, Release, Status};
use overt_license::{Circumstances, UseAnswer, UseCase, ask, facts, use_case, use_cases};
use overt_report::ComponentUse;

use crate::cli::CheckArgs;
use crate::message::Failure;

/// The answers for the weights, the architecture and the code that runs them.
pub(crate) fn answers(args: &CheckArgs, release: &Release) -> Result<Vec<ComponentUse>, Failure> {
    let cases: Vec<&UseCase> = args
        .uses
        .iter()
        .map(|id| case(id))
        .collect::<Result<_, _>>()?;
    let circumstances = Circumstances {
        monthly_active_users: number(args.monthly_active_users.as_deref())?,
        revenue_usd: number(args.revenue.as_deref())?,
        regions: args.region.clone(),
        purpose: None,
    };
    let used = [
        ComponentKind::FinalParameters,
        ComponentKind::ModelArchitecture,
        ComponentKind::InferenceCode,
    ];
    let mut answers = Vec::new();
    for case in cases {
        for component in used.into_iter().filter_map(|kind| release.component(kind)) {
            // What is not there needs no license to be used.
            if matches!(component.status, Status::NotFound | Status::Unknown) {
                continue;
            }
            for license in component.license.candidates() {
                let mut answer = ask(&license, case, &circumstances);
                point(&mut answer, &component.license, release);
                answers.push(ComponentUse {
                    component: component.kind,
                    answer,
                    license,
                });
            }
        }
    }
    if !args.uses.is_empty() && answers.is_empty() {
        return Err(Failure::new("no license was found that could answer --use"));
    }
    Ok(answers)
}

/// The most bytes of a license file that are searched for clauses.
const MOST_BYTES: u64 = 1 << 20;

/// Points at the answer's clauses in the files that the component's license was read from.
fn point(answer: &mut UseAnswer, conclusion: &LicenseConclusion, release: &Release) {
    let claims = conclusion
        .decided_by
        .iter()
        .chain(&conclusion.others)
        .chain(&conclusion.inherited);
    let mut places: Vec<(&str, &str)> = claims
        .map(|claim| (claim.evidence.source.as_str(), claim.evidence.path.as_str()))
        .filter(|(_, path)| !path.is_empty())
        .collect();
    places.dedup();
    let mut ids: Vec<LicenseId> = answer.under.clone();
    for id in &answer.under {
        ids.extend(
            facts(id)
                .into_iter()
                .flat_map(|known| known.incorporates.clone()),
        );
    }
    for (label, path) in places {
        let Some(source) = release.sources.iter().find(|one| one.label == label) else {
            continue;
        };
        let Some(text) = read(Path::new(&source.given), path) else {
            continue;
        };
        for known in ids.iter().filter_map(facts) {
            answer.locate(known, path, &text);
        }
    }
}

/// What links may not lead out of: the source, or for a snapshot in a hub's cache the folder of its
/// model, where the files' contents stand.
fn fence(given: &Path) -> &Path {
    match given.parent() {
        Some(parent) if parent.ends_with("snapshots") => parent.parent().unwrap_or(given),
        _ => given,
    }
}

/// A file of a source as text, if it is there and small.
fn read(given: &Path, path: &str) -> Option<String> {
    let whole = if given.is_file() {
        given.to_owned()
    } else {
        given.join(path)
    };
    let inside = whole.canonicalize().ok()?;
    let fence = fence(given).canonicalize().ok()?;
    if !inside.starts_with(&fence) {
        return None;
    }
    let size = std::fs::metadata(&inside).ok()?.len();
    if size > MOST_BYTES {
        return None;
    }
    let bytes = std::fs::read(&inside).ok()?;
    let name = inside.file_name()?.to_string_lossy();
    Some(overt_license::text_of(&name, &bytes))
}

fn case(id: &str) -> Result<&'static UseCase, Failure> {
    use_case(id).ok_or_else(|| {
        let known: Vec<&str> = use_cases().iter().map(|case| case.id.as_str()).collect();
        Failure::new(format!("no use case is called `{id}`"))
            .hint(format!("one of {}", known.join(", ")))
    })
}

/// `800M`, `2.5B`, `700000000`.
fn number(text: Option<&str>) -> Result<Option<u64>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let plain = text.replace(['_', ','], "");
    let (digits, factor) = match plain.to_ascii_uppercase().chars().last() {
        Some('K') => (plain.get(..plain.len() - 1), 1e3),
        Some('M') => (plain.get(..plain.len() - 1), 1e6),
        Some('B' | 'G') => (plain.get(..plain.len() - 1), 1e9),
        _ => (Some(plain.as_str()), 1.0),
    };
    let value = digits
        .and_then(|digits| digits.parse::<f64>().ok())
        .map(|value| value * factor);
    match value {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be in range; a fraction of a user does not matter"
        )]
        Some(value) if (0.0..1e18).contains(&value) => Ok(Some(value as u64)),
        _ => {
            Err(Failure::new(format!("`{text}` is no number"))
                .hint("write 800M, 2.5B or 700000000"))
        }
    }
}
