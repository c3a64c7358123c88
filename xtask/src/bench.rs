//! Measures `overt check` and `overt license identify` on small, wide and deep inputs: wall time, peak
//! memory, bytes read. `OVERT_TREE` may name a folder of real source files to identify as well, such
//! as `crates/overt-license/benches/peers/tree.sh` makes.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often each input is checked; the best wall time counts.
const RUNS: usize = 5;
const CHECK: [&str; 1] = ["check"];
const IDENTIFY: [&str; 2] = ["license", "identify"];

pub(crate) fn run() -> Result<()> {
    let root = super::root();
    let build = Command::new(env!("CARGO"))
        .args(["build", "--release", "--package", "overt", "--quiet"])
        .current_dir(&root)
        .status()?;
    if !build.success() {
        bail!("the release build failed");
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let overt = target.join("release/overt");
    let work = std::env::temp_dir().join(format!("overt-bench-{}", std::process::id()));
    fs::create_dir_all(&work)?;
    let result = table(&overt, &root, &work);
    fs::remove_dir_all(&work)?;
    println!("{}", result?);
    Ok(())
}

fn table(overt: &Path, root: &Path, work: &Path) -> Result<String> {
    let mut table = String::from(
        "| command | input | files | wall (best of 5) | peak memory | bytes read |\n\
         |---|---|--:|--:|--:|--:|\n",
    );
    let mut line = |verb: &[&str], name: &str, files: usize, inputs: &[PathBuf]| -> Result<()> {
        let measured = measure(overt, verb, inputs)?;
        let verb = verb.join(" ");
        writeln!(
            table,
            "| `{verb}` | {name} | {files} | {:.1} ms | {}.{} MB | {} kB |",
            measured.wall.as_secs_f64() * 1e3,
            measured.peak / 1000,
            measured.peak % 1000 / 100,
            measured.read / 1000
        )?;
        Ok(())
    };
    line(
        &CHECK,
        "the bundled example",
        5,
        &[root.join("examples/contradictory-model")],
    )?;

    let shared =
        std::env::var_os("OVERT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let cards = shared.join("data/cards/files");
    if cards.is_dir() {
        let cards: Vec<PathBuf> = fs::read_dir(&cards)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        line(
            &CHECK,
            "every card of shared/data/cards, as one release",
            cards.len(),
            &cards,
        )?;
    } else {
        println!("SKIPPED: {} is not here", cards.display());
    }

    let shards = work.join("shards");
    sharded_model(&shards, 200, 5_000_000_000)?;
    line(&CHECK, "200 shards of 5 GB each (sparse)", 202, &[shards])?;

    let tree = work.join("tree");
    source_tree(&tree, 10_000)?;
    let files = [tree];
    line(&CHECK, "a source tree of 10,000 files", 10_000, &files)?;
    line(&IDENTIFY, "the same tree", 10_000, &files)?;

    let silent = work.join("silent.txt");
    fs::write(
        &silent,
        "a line of words without meaning\n".repeat(3_276_800),
    )?;
    line(&IDENTIFY, "100 MB that name no license", 1, &[silent])?;
    line(
        &IDENTIFY,
        "one license file",
        1,
        &[root.join("LICENSE-APACHE")],
    )?;
    if let Some(tree) = std::env::var_os("OVERT_TREE").map(PathBuf::from) {
        let files = count(&tree)?;
        line(&IDENTIFY, "the tree of `OVERT_TREE`", files, &[tree])?;
    }
    Ok(table)
}

/// How many files lie below a folder.
fn count(folder: &Path) -> Result<usize> {
    let mut files = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            files += count(&entry.path())?;
        } else {
            files += usize::from(kind.is_file());
        }
    }
    Ok(files)
}

/// A hub snapshot of so many shards; the payloads are holes.
fn sharded_model(folder: &Path, shards: u64, bytes: u64) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut index = String::from("{\"metadata\":{\"total_size\":");
    write!(index, "{}}},\"weight_map\":{{", shards * bytes)?;
    for shard in 0..shards {
        let name = format!("model-{:05}-of-{shards:05}.safetensors", shard + 1);
        let tensor = format!("model.layers.{shard}.mlp.down_proj.weight");
        let header = format!(
            "{{\"__metadata__\":{{\"format\":\"pt\"}},\"{tensor}\":{{\"dtype\":\"BF16\",\
             \"shape\":[{}],\"data_offsets\":[0,{bytes}]}}}}",
            bytes / 2
        );
        let mut file = File::create(folder.join(&name))?;
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(header.as_bytes())?;
        file.set_len(8 + header.len() as u64 + bytes)?;
        let comma = if shard == 0 { "" } else { "," };
        write!(index, "{comma}\"{tensor}\":\"{name}\"")?;
    }
    index.push_str("}}");
    fs::write(folder.join("model.safetensors.index.json"), index)?;
    fs::write(
        folder.join("README.md"),
        "---\nlicense: apache-2.0\n---\n# A large model\n",
    )?;
    Ok(())
}

/// Python files with a header each, in folders of a hundred.
fn source_tree(folder: &Path, files: usize) -> Result<()> {
    let body = "import torch\n\n\ndef step(model, batch, optimizer):\n    \
                optimizer.zero_grad()\n    loss = model(batch)\n    loss.backward()\n    \
                optimizer.step()\n    return loss.item()\n\n\n";
    for number in 0..files {
        let folder = folder.join(format!("part{:03}", number / 100));
        if number % 100 == 0 {
            fs::create_dir_all(&folder)?;
        }
        let mut text = String::from("# SPDX-License-Identifier: Apache-2.0\n");
        for _ in 0..10 {
            text.push_str(body);
        }
        fs::write(folder.join(format!("module{number:05}.py")), text)?;
    }
    fs::write(
        folder.join("pyproject.toml"),
        "[project]\nname = \"x\"\nlicense = \"Apache-2.0\"\n",
    )?;
    Ok(())
}

/// What checking one input took.
struct Measured {
    /// The best wall time.
    wall: Duration,
    /// The highest peak of resident memory, in kilobytes.
    peak: u64,
    /// The bytes that the process read by system calls.
    read: u64,
}

fn measure(overt: &Path, verb: &[&str], inputs: &[PathBuf]) -> Result<Measured> {
    let mut measured = Measured {
        wall: Duration::MAX,
        peak: 0,
        read: 0,
    };
    for _ in 0..RUNS {
        let start = Instant::now();
        let mut child = Command::new(overt)
            .args(verb)
            .args(inputs)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run overt")?;
        let process = PathBuf::from(format!("/proc/{}", child.id()));
        // Until it has ended but was not yet waited for: then its counters are final.
        while field(&process.join("status"), "State:").is_some_and(|state| state != "Z") {
            measured.peak = measured.peak.max(number(&process.join("status"), "VmHWM:"));
            std::thread::sleep(Duration::from_micros(200));
        }
        let wall = start.elapsed();
        measured.read = measured.read.max(number(&process.join("io"), "rchar:"));
        let status = child.wait()?;
        if !status.success() {
            bail!("overt {} ended with {status}", verb.join(" "));
        }
        measured.wall = measured.wall.min(wall);
    }
    Ok(measured)
}

/// The first word after `name` in a file of `/proc`.
fn field(file: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next().map(str::to_owned)
}

fn number(file: &Path, name: &str) -> u64 {
    field(file, name)
        .and_then(|word| word.parse().ok())
        .unwrap_or(0)
}
