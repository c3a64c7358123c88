//! Prints the text that the engine reads in a file.
#![expect(clippy::print_stdout, reason = "an example reports")]
fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        println!("{}", overt_license::text_of(&file, &std::fs::read(&file)?));
    }
    Ok(())
}
