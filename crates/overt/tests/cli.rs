//! The command line, case by case: `tests/cmd/*.toml`.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
