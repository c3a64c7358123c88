//! What it costs to name, explain and compare licenses.

use overt_core::{Expression, LicenseId};
use overt_license::{How, compat, page, resolve, suggest};

fn main() {
    divan::main();
}

#[divan::bench(args = ["apache-2.0", "Apache License, Version 2.0", "GPL-2.0+ WITH Classpath-exception-2.0", "no such license"])]
fn names(name: &str) -> overt_license::Resolution {
    resolve(divan::black_box(name))
}

#[divan::bench(args = ["MPL-1.1", "CC-BY-NC-SA-2.5", "Elastic-2.0"])]
fn explain(id: &str) -> Option<overt_license::LicensePage> {
    page(&LicenseId::new(divan::black_box(id)))
}

#[divan::bench]
fn compatibility() -> Option<overt_license::Compatibility> {
    let from = Expression::parse("(MPL-1.1 OR Apache-1.1) AND CC-BY-NC-SA-2.5").ok()?;
    let to = Expression::parse("GPL-3.0-or-later").ok()?;
    Some(compat(&[from], &to, How::Merge))
}

#[divan::bench]
fn suggestions() -> Option<Vec<overt_license::Suggestion>> {
    let from = Expression::parse("MPL-1.1 AND CDDL-1.1").ok()?;
    Some(suggest(&[from], How::Merge))
}
