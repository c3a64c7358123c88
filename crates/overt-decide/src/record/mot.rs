//! Records of the Model Openness Tool (`lfai/model_openness_tool`): its `models/*.yml` as JSON, or the
//! same flattened, with each component's license resolved.

use overt_core::{ComponentKind, ComponentType, Inventory, Release, Status};
use serde_json::Value;

use super::{RecordError, asserted, empty, license, scalar, undecided};

/// How evidence from such a record was obtained; licenses count in it as they are written.
pub const METHOD: &str = "mot-record";

/// What the tool takes for "no license, and do not look further".
const NO_LICENSE: &str = "unlicensed";

/// The kind with this title, letter for letter, as the tool looks titles up. What it has no component
/// for, which data information is too, it records as datasets: the first in its list
/// (`ComponentManager::getComponentByName`).
fn kind_of(title: &str) -> Option<ComponentKind> {
    ComponentKind::ALL
        .into_iter()
        .find(|kind| kind.name() == title && *kind != ComponentKind::DataInformation)
}

/// The release that a record describes. The tool takes what is not listed for not released, and of a
/// component that is listed twice the last entry counts.
///
/// A component's license is its own; without one, that of its type for the whole release, then that
/// of the distribution. An empty one, or `unlicensed`, means none to the tool; since most of these
/// came from an import of models whose licenses nobody had recorded, it is no evidence that there is
/// none, and other definitions take it for unknown.
pub fn mot(record: &Value) -> Result<Release, RecordError> {
    let raw = record.get("release");
    let body = raw.unwrap_or(record);
    let name = [body.get("name"), record.get("model")]
        .into_iter()
        .flatten()
        .find_map(scalar)
        .ok_or(RecordError::Lacks("name"))?;
    let path = record
        .get("file")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let components = body
        .get("components")
        .and_then(Value::as_array)
        .ok_or(RecordError::Lacks("components"))?;
    let mut release = empty(&name, "mot", Inventory::Complete);
    for listed in components {
        let title = listed
            .get("name")
            .and_then(Value::as_str)
            .ok_or(RecordError::Lacks("components[].name"))?;
        let known = kind_of(title);
        let kind = known.unwrap_or(ComponentKind::Datasets);
        let written = if raw.is_some() {
            effective(body, listed, kind)
        } else {
            listed.get("license").and_then(scalar)
        };
        let written = written.filter(|written| !written.is_empty() && *written != NO_LICENSE);
        // A placeholder says that there is no such component, and a title that the tool does not know
        // says nothing of datasets, though it counts both as listed: other definitions do not.
        let placeholder = listed.get("placeholder_absent").and_then(Value::as_bool) == Some(true);
        let only_listed = placeholder || known.is_none();
        let evidence = asserted("mot", path, METHOD).saying(match &written {
            Some(written) => format!("{title}: {written}"),
            None => format!("{title}: no license"),
        });
        let Some(component) = release
            .components
            .iter_mut()
            .find(|component| component.kind == kind)
        else {
            continue;
        };
        component.status = if only_listed {
            Status::Referenced
        } else {
            Status::Released
        };
        component.evidence = vec![evidence.clone()];
        component.license = match written {
            Some(written) if known.is_none() => undecided(&written, evidence),
            Some(written) => license(&written, &evidence),
            None => undecided(NO_LICENSE, evidence),
        };
    }
    Ok(release)
}

/// The license after the tool's fallbacks.
fn effective(body: &Value, listed: &Value, kind: ComponentKind) -> Option<String> {
    // YAML's null counts as if the key were not there.
    if let Some(own) = listed.get("license").filter(|own| !own.is_null()) {
        return scalar(own);
    }
    let of_release = |key: &str| {
        let name = scalar(body.get("license")?.get(key)?.get("name")?)?;
        (!name.is_empty()).then_some(name)
    };
    let by_type = match kind.component_type() {
        ComponentType::Code => "code",
        ComponentType::Data => "data",
        ComponentType::Document => "document",
    };
    of_release(by_type).or_else(|| of_release("distribution"))
}

#[cfg(test)]
mod tests {
    use overt_core::{ComponentKind, LicenseState};
    use serde_json::json;

    use super::mot;

    #[test]
    fn licenses_fall_back_by_type_and_then_to_the_distribution() {
        let record = json!({
            "framework": {"name": "Model Openness Framework"},
            "release": {
                "name": "Example",
                "license": {"distribution": {"name": "MIT"}, "code": {"name": "Apache-2.0"}},
                "components": [
                    {"name": "Training code"},
                    {"name": "Model card", "license": null},
                    {"name": "Datasets", "license": "unlicensed"},
                    {"name": "Model parameters (Final)", "license": "CC0-1.0"},
                ],
            },
        });
        let release = mot(&record).expect("a record");
        let written = |kind| {
            let component = release.component(kind).expect("every kind is listed");
            component
                .license
                .decided_by
                .as_ref()
                .map(|claim| claim.written.clone())
        };
        assert_eq!(
            written(ComponentKind::TrainingCode).as_deref(),
            Some("Apache-2.0")
        );
        assert_eq!(written(ComponentKind::ModelCard).as_deref(), Some("MIT"));
        assert_eq!(
            written(ComponentKind::FinalParameters).as_deref(),
            Some("CC0-1.0")
        );
        let datasets = release.component(ComponentKind::Datasets).expect("listed");
        assert_eq!(datasets.license.state, LicenseState::Unknown);
        assert_eq!(
            written(ComponentKind::Datasets).as_deref(),
            Some("unlicensed")
        );
        assert_eq!(written(ComponentKind::ResearchPaper), None);
    }
}
