//! The text of a license as its steward publishes it, where a dependency carries it.

use overt_core::LicenseId;

/// The text of a license on the SPDX list, from the crate `spdx`; `None` for every other license:
/// this crate carries no texts of its own.
pub fn canonical_text(license: &LicenseId) -> Option<&'static str> {
    if license.is_reference() {
        return None;
    }
    spdx::license_id(license.as_str()).map(spdx::LicenseId::text)
}
