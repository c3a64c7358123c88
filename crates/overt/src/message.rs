//! What goes to the standard error stream and how output is written.

use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use overt_core::Problem;

/// Why a command could not run, with a hint where there is one.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What is wrong, one line each.
    pub(crate) lines: Vec<String>,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// A failure of one line.
    pub(crate) fn new(line: impl Into<String>) -> Self {
        Self {
            lines: vec![line.into()],
            hint: None,
        }
    }

    /// The same with a hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Prints why the command could not run.
pub(crate) fn error(failure: &Failure) {
    const RED: Style = AnsiColor::Red.on_default().bold();
    const CYAN: Style = AnsiColor::Cyan.on_default().bold();
    let mut stderr = anstream::stderr().lock();
    for line in &failure.lines {
        // Nobody is left to tell if the stream is closed.
        let _ = writeln!(stderr, "{RED}error{RED:#}: {line}");
    }
    if let Some(hint) = &failure.hint {
        let _ = writeln!(stderr, "\n{CYAN}hint{CYAN:#}: {hint}");
    }
}

/// Prints a remark.
pub(crate) fn note(line: &str) {
    const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
    let _ = writeln!(anstream::stderr().lock(), "{YELLOW}note{YELLOW:#}: {line}");
}

fn write(stream: &mut impl io::Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// Writes the answer. A reader that has seen enough and closed the stream is no error.
pub(crate) fn answer(text: &str) -> Result<(), Failure> {
    is_written(if text.contains('\x1b') {
        write(&mut anstream::stdout().lock(), text)
    } else {
        // Without colors there is nothing to take out, which takes its time in a long answer.
        write(&mut io::stdout().lock(), text)
    })
}

/// The same with a long answer without colors, part by part.
pub(crate) fn answer_in_parts<'p>(parts: impl IntoIterator<Item = &'p str>) -> Result<(), Failure> {
    const ROOM: usize = 64 << 10;
    let mut stream = io::BufWriter::with_capacity(ROOM, io::stdout().lock());
    let written = parts
        .into_iter()
        .try_for_each(|part| stream.write_all(part.as_bytes()))
        .and_then(|()| stream.flush());
    is_written(written)
}

fn is_written(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::new(format!("cannot write the answer: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// A problem as one line: `path:place: message`.
pub(crate) fn problem_line(problem: &Problem) -> String {
    let path = match (problem.source.as_str(), problem.path.as_str()) {
        (source, "") => source.to_owned(),
        ("", path) => path.to_owned(),
        (source, path) => format!("{source}/{path}"),
    };
    let place = problem
        .span
        .map(|span| format!(":{span}"))
        .unwrap_or_default();
    format!("{path}{place}: {}", problem.message)
}
