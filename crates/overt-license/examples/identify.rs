//! Prints what the engine says of files as JSON: `identify FILE…`, or `identify --index INDEX
//! [--leave-out ID] FILE…`.

#![expect(clippy::print_stdout, reason = "an example reports")]

use overt_license::identify_with;
use overt_license::index::{IndexBuffer, embedded};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    let mut buffer: Option<IndexBuffer> = None;
    let mut hidden: Vec<String> = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--index" => {
                let path = arguments.next().ok_or("an index is missing")?;
                buffer = Some(IndexBuffer::new(&std::fs::read(path)?));
            }
            "--leave-out" => hidden.extend(arguments.next()),
            _ => files.push(argument),
        }
    }
    if let Some(buffer) = &mut buffer {
        let hidden: Vec<&str> = hidden.iter().map(String::as_str).collect();
        buffer.leave_out(&hidden)?;
    }
    let index = match &buffer {
        Some(buffer) => buffer.open()?,
        None => *embedded()?,
    };
    for file in files {
        let found = identify_with(&index, &file, &std::fs::read(&file)?);
        println!("{}", serde_json::to_string_pretty(&found)?);
    }
    Ok(())
}
