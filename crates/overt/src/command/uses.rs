//! `overt check --use`: may the release be used so?

use overt_core::{ComponentKind, Release, Status};
use overt_license::{Circumstances, UseCase, ask, use_case, use_cases};
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
                answers.push(ComponentUse {
                    component: component.kind,
                    answer: ask(&license, case, &circumstances),
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
