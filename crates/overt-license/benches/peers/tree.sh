#!/usr/bin/env bash
# Assembles a tree of source files of many languages to time detectors on: `tree.sh FOLDER`.
#
# Takes packages of Debian (their sources), PyPI and npm; names of versions are fixed where the registry
# lets one choose. Of each package the files of text stay, at most MOST of them, in the order of paths.
set -euo pipefail
folder=${1:?the folder to make}
MOST=${MOST:-580}
debian=(coreutils curl git libpng1.6 libxml2 tcl8.6 guava-libraries libcommons-lang3-java
  golang-golang-x-tools zstd sqlite3)
pypi=(Django==5.2 transformers==4.57.1 tensorflow-datasets==4.9.9 scikit-learn==1.7.2 networkx==3.5)
npm=(three@0.170.0 rxjs@7.8.1 core-js@3.40.0 lodash@4.17.21)

mkdir -p "$folder"
folder=$(realpath "$folder")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

keep() { # keep NAME: moves up to MOST files of text of ./unpacked to the tree
  (cd unpacked && find . -type f -size -100k | LC_ALL=C sort | while read -r path; do
    if grep -Iq . "$path" 2>/dev/null; then echo "$path"; fi
  done) | awk -v most="$MOST" '{ all[NR] = $0 }
    END { step = NR > most ? NR / most : 1; for (i = 0; int(i * step) < NR && i < most; i++) print all[int(i * step) + 1] }' > names
  mkdir -p "$folder/$1"
  (cd unpacked && tar -c --files-from ../names) | tar -x -C "$folder/$1"
  rm -rf unpacked
  echo "$1: $(wc -l < names) files" >&2
}

for name in "${debian[@]}"; do
  apt-get source --tar-only --download-only -qq "$name" 2>&1 | grep -v unsandboxed >&2 || true
  archive=$(ls | grep -E '\.orig\.tar\.[a-z0-9]+$|^[^ ]*[0-9]\.tar\.xz$' | head -1)
  mkdir unpacked && tar -xf "$archive" -C unpacked
  rm -f ./*.tar.* ./*.dsc
  keep "$name"
done
for name in "${pypi[@]}"; do
  pip download -q --no-deps --only-binary :all: -d . "$name" 1>&2
  mkdir unpacked && python3 -m zipfile -e ./*.whl unpacked
  rm -f ./*.whl
  keep "${name%%=*}"
done
for name in "${npm[@]}"; do
  npm pack --silent "$name" >/dev/null
  mkdir unpacked && tar -xf ./*.tgz -C unpacked
  rm -f ./*.tgz
  keep "${name%@*}"
done
echo "$(find "$folder" -type f | wc -l) files, $(find "$folder" -type f -printf '%s\n' | awk '{ s += $1 } END { printf "%.1f", s / 1e6 }') MB" >&2
