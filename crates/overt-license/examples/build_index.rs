//! Builds the embedded index: `build_index OUT DIR… [--scancode-wheel FILE]`.

use std::path::{Path, PathBuf};

use overt_license::index::{Contents, SourceFile, build, unpack_wheel};

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read_folder(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path);
            files.push(SourceFile {
                path: name.to_string_lossy().replace('\\', "/"),
                bytes: std::fs::read(&path)?,
            });
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments
        .next()
        .ok_or("usage: build_index OUT DIR… [--scancode-wheel FILE]")?;
    let mut contents = Contents {
        standard_texts: true,
        ..Contents::default()
    };
    while let Some(argument) = arguments.next() {
        if argument == "--scancode-wheel" {
            let wheel = std::fs::read(arguments.next().ok_or("a wheel is missing")?)?;
            contents.files.extend(unpack_wheel(&wheel)?);
        } else if argument == "--leave-out" {
            contents.leave_out.extend(arguments.next());
        } else {
            read_folder(
                Path::new(&argument),
                Path::new(&argument),
                &mut contents.files,
            )?;
        }
    }
    let built = build(&contents)?;
    std::fs::write(&out, &built.bytes)?;
    std::fs::write(format!("{out}.rules"), built.rules.join("\n"))?;
    #[expect(clippy::print_stdout, reason = "an example reports")]
    {
        println!("{} rules, {} bytes", built.rules.len(), built.bytes.len());
    }
    Ok(())
}
