//! What is compared: a file or a license.

use std::path::Path;

use overt_core::{Expression, LicenseId};
use overt_license::canonical_text;

use crate::message::Failure;

/// The largest file that is compared, in bytes.
const LARGEST: u64 = 32 << 20;

/// One side of a comparison.
pub(super) enum Subject {
    /// A file that is there.
    File {
        /// As it was given.
        name: String,
        /// The file's text, decoded.
        text: String,
        /// The licenses in it, if any is known.
        expression: Option<Expression>,
    },
    /// A license by its id or name.
    License(LicenseId),
}

impl Subject {
    /// The file of this name, or else the license that is called so.
    pub(super) fn read(subject: &str) -> Result<Self, Failure> {
        let path = Path::new(subject);
        if !path.is_file() {
            return Ok(Self::License(one(subject, &super::super::named(subject)?)?));
        }
        let failed = |error: std::io::Error| Failure::new(format!("{subject}: {error}"));
        let size = std::fs::metadata(path).map_err(failed)?.len();
        if size > LARGEST {
            return Err(Failure::new(format!(
                "{subject}: {size} bytes is more than is compared ({LARGEST})"
            )));
        }
        let bytes = std::fs::read(path).map_err(failed)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self::File {
            name: subject.to_owned(),
            text: overt_license::text_of(&name, &bytes),
            expression: overt_license::identify_named(&name, &bytes).expression,
        })
    }

    /// What the subject is called.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::File { name, .. } => name,
            Self::License(id) => id.as_str(),
        }
    }

    /// The text: a file's own, a license's as SPDX lists it, or none.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::File { text, .. } => text,
            Self::License(id) => canonical_text(id).unwrap_or_default(),
        }
    }

    /// The one license that this is.
    pub(super) fn license(&self) -> Result<LicenseId, Failure> {
        match self {
            Self::License(id) => Ok(id.clone()),
            Self::File {
                name, expression, ..
            } => {
                let expression = expression
                    .as_ref()
                    .ok_or_else(|| Failure::new(format!("{name}: no license that overt knows")))?;
                one(name, expression)
            }
        }
    }
}

/// The only license of an expression.
fn one(subject: &str, expression: &Expression) -> Result<LicenseId, Failure> {
    match expression.licenses().as_slice() {
        [one] => Ok(one.id.clone()),
        _ => Err(Failure::new(format!(
            "{subject} is more than one license: {expression}"
        ))),
    }
}
