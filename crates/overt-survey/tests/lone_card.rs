//! A Markdown file that is given by itself is the card, whatever it is called; beside others, only a
//! file that is named or written as one is.

use std::fs;

use overt_core::{ComponentKind, Release, Status};
use overt_survey::{Options, survey};

const TEXT: &str =
    "# Herbal\n\n## License\n\nThe model weights are released under the MIT License.\n";

fn parameters(release: &Release) -> (Status, Option<String>) {
    let parameters = release
        .component(ComponentKind::FinalParameters)
        .expect("every component is listed");
    let license = parameters.license.expression.as_ref();
    (parameters.status, license.map(ToString::to_string))
}

#[test]
fn a_card_by_any_name_is_read_when_it_is_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = folder.path().join("acme__Herbal__notes.md");
    fs::write(&card, TEXT).expect("written");
    let read = |path: &std::path::Path| {
        survey(&[path.display().to_string()], &Options::default())
            .expect("found")
            .release
    };
    assert_eq!(
        parameters(&read(&card)),
        (Status::Referenced, Some("MIT".to_owned()))
    );
    let beside_others = parameters(&read(folder.path()));
    assert_eq!(beside_others, (Status::NotFound, None));
}
