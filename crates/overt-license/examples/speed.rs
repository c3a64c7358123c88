//! Times the engine over a tree with two threads: `speed FOLDER`.

#![expect(clippy::print_stdout, reason = "an example reports")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(&entry.path(), files),
            Ok(kind) if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
}

fn main() {
    let mut files = Vec::new();
    for folder in std::env::args().skip(1) {
        let path = PathBuf::from(folder);
        if path.is_file() {
            files.push(path);
        } else {
            collect(&path, &mut files);
        }
    }
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let (bytes, found) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let slow = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Ok(content) = std::fs::read(path) else {
                        continue;
                    };
                    let begin = Instant::now();
                    bytes.fetch_add(content.len(), Ordering::Relaxed);
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    let result = overt_license::identify_named(&name, &content);
                    found.fetch_add(usize::from(!result.matches.is_empty()), Ordering::Relaxed);
                    if let Ok(mut slow) = slow.lock() {
                        slow.push((begin.elapsed(), content.len(), path.clone()));
                    }
                }
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let bytes = bytes.into_inner();
    println!(
        "{} files, {bytes} bytes, {} with licenses, {seconds:.3} s, {:.1} MB/s",
        files.len(),
        found.into_inner(),
        f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / seconds / 1e3
    );
    if let Ok(mut slow) = slow.into_inner() {
        slow.sort_unstable_by(|a, b| b.cmp(a));
        for (time, size, path) in slow.iter().take(12) {
            println!("{time:?} {size} {}", path.display());
        }
    }
}
