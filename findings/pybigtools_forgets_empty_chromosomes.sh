#!/usr/bin/env bash
# A chromosome that was declared when a bigWig was written is unknown when it is read, if it has no value.
#
# Package:  pybigtools 0.3.0 (numpy 2.4.6), Python 3.11, Linux.
# Input:    a bigWig written with the chromosomes chr1 (1,000 bp) and chr2 (500 bp) and one value on chr1.
# Expected: chroms() lists both with their lengths, and values on chr2 are all missing; so that a track of
#           which one chromosome is empty fits another one of the same genome.
# Seen:     chroms() lists chr1 alone, and values("chr2") raises KeyError. Nothing is said when it is
#           written.
# Output seen:
#           declared {'chr1': 1000, 'chr2': 500}, listed {'chr1': 1000}
#           values of chr2: KeyError
# Here:     genes on a chromosome that a track does not list are left out and reported.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pybigtools==0.3.0 numpy==2.4.6
cat >"$folder/show.py" <<'PY'
import sys

import pybigtools

path, declared = f"{sys.argv[1]}/sparse.bw", {"chr1": 1000, "chr2": 500}
writer = pybigtools.open(path, "w")
writer.write(declared, iter([("chr1", 0, 10, 1.0)]))
writer.close()
track = pybigtools.open(path)
listed = track.chroms()
print(f"declared {declared}, listed {listed}")
try:
    track.values("chr2", 0, 10, fillna=None)
    said = "read"
except KeyError as error:
    said = type(error).__name__
print(f"values of chr2: {said}")
raise SystemExit(not (listed == {"chr1": 1000} and said == "KeyError"))
PY
"$folder/env/bin/python" "$folder/show.py" "$folder"
