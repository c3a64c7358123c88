#!/usr/bin/env python3
"""Runs overt and other license detectors on the same files; see README.md."""

import argparse
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[4]
NOT_ONE_LICENSE = {"pointer-only", "pointer-or-mixed", "mixed", "notice-multi"}
# Words for classes of licenses, and for not knowing.
GENERIC = re.compile(
    r"unknown|^none$|^noassertion$|proprietary-license|commercial-license|other-permissive"
    r"|other-copyleft|warranty-disclaimer|generic|licenseref-modified-|free-unknown|unrecogni"
)
SPDX_PROGRAM = """\
use spdx::detection::{Store, TextData, scan::Scanner};

fn main() {
    let store = Store::load_inline().expect("the list of licenses");
    let scanner = Scanner::new(&store);
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let text = TextData::from(String::from_utf8_lossy(&bytes).into_owned());
        let found = scanner.scan(&text);
        println!("{path}\\t{}", found.license.map_or("", |license| license.name));
    }
}
"""
SPDX_MANIFEST = """\
[package]
name = "spdx-detect"
version = "0.0.0"
edition = "2024"

[dependencies]
spdx = { version = "0.13.6", features = ["detection-inline-cache"] }

[workspace]
"""


def lines(command, **more):
    """What a command prints, as lines."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", **more)
    return done.stdout.splitlines()


def chunks(files, size=200):
    for start in range(0, len(files), size):
        yield files[start : start + size]


def one_per_line(command, files):
    """Answers of a command that prints `path TAB license` for each file."""
    answers = {}
    for some in chunks(files):
        for line in lines([*command, *some]):
            path, _, name = line.partition("\t")
            answers[path] = [name.strip()] if name.strip() else []
    return answers


class Detector:
    """A detector: its name, its command for a file or a tree, and its answers for files."""

    def __init__(self, name, program, identify, tree, keys=False):
        self.name, self.program, self.identify, self.tree = name, program, identify, tree
        # Whether answers are ScanCode's keys, not SPDX ids.
        self.keys = keys


def overt(program):
    def identify(files):
        answers = {}
        for some in chunks(files):
            text = "\n".join(lines([program, "license", "identify", "--format", "json", *some]))
            for one in json.loads(text):
                matches = [match["license"] for match in one.get("matches", [])]
                answers[one["path"]] = {"whole": one.get("expression"), "parts": matches}
        return answers

    return Detector("overt", program, identify, ["license", "identify", "--format", "json"])


def scancode_like(name, program, arguments):
    """ScanCode, and what prints its JSON."""

    def identify(files):
        answers = {}
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            names = {}
            (folder / "in").mkdir()
            for number, path in enumerate(files):
                # Names of files must not help, and must be unlike.
                names[f"{number}.txt"] = path
                shutil.copyfile(path, folder / "in" / f"{number}.txt")
            out = folder / "out.json"
            subprocess.run(
                [program, *arguments(str(out)), str(folder / "in")],
                capture_output=True,
                check=False,
            )
            for one in json.loads(out.read_text())["files"]:
                path = names.get(pathlib.Path(one["path"]).name)
                if one.get("type") != "file" or path is None:
                    continue
                parts = [
                    match["license_expression"]
                    for detection in one.get("license_detections", [])
                    for match in detection.get("matches", [])
                ]
                answers[path] = {"whole": one.get("detected_license_expression"), "parts": parts}
        return answers

    return Detector(name, program, identify, arguments(os.devnull), keys=True)


def askalono(program):
    def identify(files):
        answers = {}
        for path in files:
            for line in lines([program, "--format", "json", "identify", path]):
                result = json.loads(line).get("result") or {}
                name = (result.get("license") or {}).get("name")
                answers[path] = [name] if name else []
        return answers

    return Detector("askalono", program, identify, ["crawl"])


def detectors(options):
    peers = options.peers
    found = [overt(str(options.overt))]
    candidates = [
        (peers / "cargo/bin/askalono", askalono),
        (
            peers / "cargo/bin/provenant",
            lambda program: scancode_like(
                "provenant", program, lambda out: ["scan", "-n", "2", "--license", "--json", out]
            ),
        ),
        (
            peers / "spdx-detect/target/release/spdx-detect",
            lambda program: Detector(
                "spdx detection", program, lambda files: one_per_line([program], files), None
            ),
        ),
        (
            peers / "venv/bin/scancode",
            lambda program: scancode_like(
                "ScanCode", program, lambda out: ["-n", "2", "--license", "--json", out]
            ),
        ),
        (
            pathlib.Path(shutil.which("licensecheck") or "licensecheck"),
            lambda program: Detector(
                "licensecheck",
                program,
                lambda files: one_per_line(
                    [program, "--shortname-scheme=spdx", "--machine", "--lines=0"], files
                ),
                ["-r", "--machine", "--check=."],
            ),
        ),
    ]
    for program, make in candidates:
        if program.is_file():
            found.append(make(str(program)))
        else:
            print(f"SKIPPED: {program} is absent", file=sys.stderr)
    wanted = set(options.only.split(",")) if options.only else None
    return [one for one in found if wanted is None or one.name in wanted]


def whole(answer):
    """The answer for a file as one expression, or none."""
    if isinstance(answer, dict):
        return answer["whole"]
    return " AND ".join(answer) if answer else None


def parts(answer):
    if isinstance(answer, dict):
        return answer["parts"]
    return answer or []


def normal(expression):
    words = re.sub(r"[()]", "", expression.lower()).split(" and ")
    return " and ".join(sorted(set(word.strip() for word in words)))


def verdict(answer, right):
    """How one answer compares with the names that are right, and whether it names a license."""
    if answer is None:
        return "abstained"
    if normal(answer) in right:
        return "exact"
    named = [
        word
        for word in re.split(r"\s+(?:AND|OR|WITH|and|or)\s+|[()]|,\s*|/", answer)
        if word and word.strip() and not GENERIC.search(word.strip().lower())
    ]
    if not named:
        return "abstained"
    is_open = all(not name.strip().lower().startswith("licenseref-") for name in named)
    return "open" if is_open else "wrong"


def licenses(folder):
    """ScanCode's keys and their SPDX ids."""
    ids = {}
    for path in sorted(folder.glob("src/licensedcode/data/licenses/*.LICENSE")):
        head = path.read_text(errors="replace").split("\n---", 2)[0]
        key = re.search(r"^key: (.+)$", head, re.M)
        spdx = re.search(r"^spdx_license_key: (.+)$", head, re.M)
        if key:
            name = key[1].strip()
            ids[name] = spdx[1].strip() if spdx else f"LicenseRef-scancode-{name}"
    return ids


def in_spdx(expression, ids):
    return re.sub(
        r"[\w.+-]+",
        lambda word: word[0] if word[0].upper() in ("AND", "OR", "WITH") else ids.get(word[0], word[0]),
        expression,
    )


def repository_cases(shared):
    folder = shared / "data/licenses/repositories"
    with open(folder / "index.csv", newline="") as table:
        for row in csv.DictReader(table):
            if row["true_licence"] in NOT_ONE_LICENSE:
                continue
            label = row["true_licence"].replace("++", "-pp").replace("+", "-p")
            right = {normal(f"LicenseRef-{label}"), normal(label)}
            for name in (row["spdx_id"], row["scancode_key_32_5"]):
                if name:
                    right |= {normal(name), normal(f"LicenseRef-scancode-{name}")}
            yield str(folder / "files" / row["file"]), row["ai_specific"] == "1", right


def scancode_cases(folder, ids, step):
    labels = sorted(
        label
        for name in ("lic1", "lic2", "lic3", "lic4")
        for label in (folder / "tests/licensedcode/data/datadriven" / name).rglob("*.yml")
    )
    for label in labels[::step]:
        text = label.read_text(errors="replace")
        path = label.with_suffix("")
        if re.search(r"^expected_failure: (yes|true)", text, re.M) or not path.is_file():
            continue
        block = re.search(r"^license_expressions:((?:\n(?:  )?- .*|\n    .*)*)", text, re.M)
        expected = []
        for line in (block[1] if block else "").splitlines():
            if line.lstrip().startswith("- "):
                expected.append(line.lstrip()[2:].strip().strip("'\""))
            elif line.strip():
                expected[-1] += " " + line.strip()
        yield str(path), {normal(in_spdx(one, ids)) for one in expected}


def correctness(options):
    ids = licenses(options.scancode)
    repositories = list(repository_cases(options.shared))
    tests = list(scancode_cases(options.scancode, ids, options.step))
    special = sum(1 for case in repositories if case[1])
    print(
        f"| detector | {special} AI texts: exact | wrong name | of these, restricted as open | "
        f"abstained | {len(repositories) - special} standard texts: exact | "
        f"{len(tests)} ScanCode tests: same set |\n|---|--:|--:|--:|--:|--:|--:|"
    )
    for detector in detectors(options):
        answers = detector.identify([case[0] for case in repositories])
        counts = {"exact": 0, "wrong": 0, "open": 0, "abstained": 0}
        standard = 0
        for path, is_special, right in repositories:
            answer = whole(answers.get(path))
            if answer and detector.keys:
                answer = in_spdx(answer, ids)
                right = right | {normal(in_spdx(name, ids)) for name in right}
            said = verdict(answer, right)
            if is_special:
                counts[said] += 1
            else:
                standard += said == "exact"
            if options.failures and said != "exact":
                print(f"{detector.name} {said} {path} <- {answer}", file=sys.stderr)
        answers = detector.identify([case[0] for case in tests])
        same = 0
        for path, expected in tests:
            found = parts(answers.get(path))
            if detector.keys:
                found = [in_spdx(one, ids) for one in found]
            same += {normal(one) for one in found if one != "UNKNOWN"} == expected
        print(
            f"| {detector.name} | {counts['exact']} | {counts['wrong'] + counts['open']} | "
            f"{counts['open']} | {counts['abstained']} | {standard} | {same} |",
            flush=True,
        )


def measured(command):
    """The best of three wall times in seconds, and the highest peak of resident memory in MB."""
    best, peak = float("inf"), 0
    for _ in range(3):
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(child.pid, 0)
        child.returncode = 0
        best = min(best, time.monotonic() - start)
        peak = max(peak, usage.ru_maxrss / 1000)
        if best > 60:
            break
    return best, peak


def timing(options):
    tree, file = str(options.tree), str(options.file)
    sizes = [path.stat().st_size for path in options.tree.rglob("*") if path.is_file()]
    print(
        f"| command | tree of {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB | peak memory | "
        "one file | peak memory |\n|---|--:|--:|--:|--:|"
    )

    def row(name, of_tree, of_file):
        cells = []
        for command in (of_tree, of_file):
            if command is None:
                cells += ["–", "–"]
            else:
                seconds, peak = measured(command)
                cells += [f"{seconds:.3f} s", f"{peak:.0f} MB"]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)

    rg = shutil.which("rg")
    if rg:
        command = [rg, "-c", "-uuu", "--text", "ZyxwvutRareString"]
        row("rg, one rare word", [*command, tree], [*command, file])
    for detector in detectors(options):
        if detector.tree is None:
            row(detector.name, None, [detector.program, file])
            continue
        arguments = detector.tree
        of_file = ["identify"] if detector.name == "askalono" else arguments
        slow = detector.name == "ScanCode" and not options.slow
        row(
            detector.name,
            None if slow else [detector.program, *arguments, tree],
            [detector.program, *of_file, file],
        )


def spdx_program(options):
    (options.folder / "src").mkdir(parents=True, exist_ok=True)
    (options.folder / "Cargo.toml").write_text(SPDX_MANIFEST)
    (options.folder / "src/main.rs").write_text(SPDX_PROGRAM)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(required=True)
    for run in (correctness, timing):
        verb = verbs.add_parser(run.__name__)
        verb.set_defaults(run=run)
        verb.add_argument("--overt", type=pathlib.Path, default=ROOT / "target/release/overt")
        verb.add_argument("--peers", type=pathlib.Path, default=ROOT.parent / "peers")
        verb.add_argument("--only", help="names of detectors, with commas between")
        verb.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared")
        verb.add_argument("--scancode", type=pathlib.Path, default=ROOT.parent / "scancode-toolkit")
        if run is correctness:
            verb.add_argument("--step", type=int, default=4, help="each so manieth ScanCode test")
            verb.add_argument("--failures", action="store_true")
        else:
            verb.add_argument("--tree", type=pathlib.Path, required=True)
            verb.add_argument("--file", type=pathlib.Path, default=ROOT / "LICENSE-APACHE")
            verb.add_argument("--slow", action="store_true", help="ScanCode on the tree as well")
    verb = verbs.add_parser("spdx-program")
    verb.set_defaults(run=spdx_program)
    verb.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
