//! Verdicts on assembled releases. The aim: 10,000 releases against all shipped definitions in one
//! second on one core.

#![expect(
    clippy::format_push_string,
    clippy::expect_used,
    reason = "a bench makes its own small input and stops if it cannot"
)]

use divan::{Bencher, counter::ItemsCount};
use overt_core::{ComponentKind, Inventory, Release, Status};
use overt_decide::{EmbeddedLicenses, Plan, definition, definitions, evaluate, record};

fn main() {
    divan::main();
}

const LICENSES: [&str; 12] = [
    "Apache-2.0",
    "MIT",
    "llama3.1",
    "cc-by-nc-4.0",
    "CC-BY-4.0",
    "openrail",
    "gemma",
    "GPL-3.0-only",
    "MIT OR Apache-2.0",
    "none",
    "something of their own",
    "CDLA-Permissive-2.0",
];
const STATUSES: [Status; 5] = [
    Status::Released,
    Status::PartlyReleased,
    Status::Withheld,
    Status::NotFound,
    Status::Released,
];

/// Releases that differ in statuses and licenses, without chance.
fn releases(count: usize) -> Vec<Release> {
    (0..count)
        .map(|index| {
            let mut facts = format!(
                "name = \"release {index}\"\ncomplete = {}\n",
                index % 3 == 0
            );
            for (place, kind) in ComponentKind::ALL.into_iter().enumerate() {
                let mix = index
                    .wrapping_mul(2_654_435_761)
                    .wrapping_add(place * 40_503)
                    >> 4;
                let status = STATUSES[mix % STATUSES.len()].as_str().replace(' ', "-");
                let license = LICENSES[(mix / 7) % LICENSES.len()];
                facts.push_str(&format!(
                    "[components.{}]\nstatus = \"{status}\"\nlicense = \"{license}\"\n",
                    kind.id()
                ));
            }
            let mut release = record::facts(&facts, "bench.toml").expect("facts");
            if index % 4 == 0 {
                release.inventory = Inventory::Open;
            }
            release
        })
        .collect()
}

#[divan::bench]
fn ten_thousand_releases_against_all_definitions(bencher: Bencher<'_, '_>) {
    let releases = releases(10_000);
    bencher
        .counter(ItemsCount::new(releases.len()))
        .bench_local(|| {
            let mut plan = Plan::new(definitions(), &EmbeddedLicenses);
            let mut sum = 0;
            for release in &releases {
                sum += plan.verdicts(release).len();
            }
            sum
        });
}

#[divan::bench]
fn one_release_with_proof_and_remedies(bencher: Bencher<'_, '_>) {
    let releases = releases(8);
    let osaid = definition("osaid-1.0").expect("the definition is shipped");
    bencher
        .counter(ItemsCount::new(releases.len()))
        .bench_local(|| {
            releases
                .iter()
                .map(|release| evaluate(release, osaid, &EmbeddedLicenses).reasons.len())
                .sum::<usize>()
        });
}
