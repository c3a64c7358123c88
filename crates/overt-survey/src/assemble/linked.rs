//! Sentences that put components under the license in another file of the release.

use crate::claim::{Claim, ClaimKind, Subject, folder_of, join};
use crate::facts::FileFacts;

/// For each such sentence, what the license file that it links to says, as a claim about the
/// components that the sentence is about. A link to a file that is no license text claims nothing.
pub(super) fn claims(claims: &[Claim], files: &[FileFacts]) -> Vec<Claim> {
    let mut found = Vec::new();
    for file in files {
        for linked in &file.linked_licenses {
            let path = join(folder_of(&file.path), &linked.target);
            let text = claims.iter().find(|claim| {
                claim.kind == ClaimKind::Text
                    && !claim.is_policy
                    && claim.source == file.source
                    && claim.evidence.path == path
            });
            if let Some(text) = text {
                found.push(Claim {
                    kind: ClaimKind::Mention,
                    written: linked.target.clone(),
                    meaning: text.meaning.clone(),
                    subject: Subject::Components(linked.components.clone()),
                    is_policy: false,
                    source: file.source,
                    evidence: linked.evidence.clone(),
                });
            }
        }
    }
    found
}
