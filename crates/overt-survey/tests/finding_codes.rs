//! The codes and ids of findings are promises: this list only grows.

#[test]
fn codes_and_ids_of_findings_never_change() {
    let mut now = String::new();
    for finding in overt_survey::findings() {
        now.push_str(&format!("{} {}\n", finding.code, finding.id));
    }
    // Others refer to these in scripts and reports. A new finding adds a line at the end; a finding
    // that is given up keeps its line and its page.
    assert_eq!(now, include_str!("finding-codes.txt"));
}
