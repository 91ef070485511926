#!/usr/bin/env bash
# `values(..., bins=, uncovered=0)` of a sparse bigWig returns means that are too high, by a factor that
# depends on the width of the bins.
#
# Package:  pybigtools 0.3.0 (numpy 2.4.6), Python 3.11, Linux.
# Input:    a track of 1 Mb with the value 8 over the first 100 bases of every kilobase, and nothing
#           elsewhere, as narrow peaks of ChIP-seq are stored. The mean over all bases is 0.8 in every
#           bin whose width is a multiple of 1 kb.
# Expected: 0.8 in every bin, since uncovered bases are to count as 0.
# Seen:     0.8 with 1,000 bins of 1 kb. With 10 bins of 100 kb the values are about 2.1, 2.6 times
#           too high. `exact=True`, which leaves the zoom levels of the file aside, gives 0.8 for both.
# Output seen:
#           1000 bins: mean 0.800, exact 0.800
#           10 bins: mean 2.069, exact 0.800
# Here:     coverage is read with uncovered=0, exact=True and fillna=0 together.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pybigtools==0.3.0 numpy==2.4.6
cat >"$folder/show.py" <<'PY'
import sys

import pybigtools

path = f"{sys.argv[1]}/sparse.bw"
writer = pybigtools.open(path, "w")
writer.write({"chr1": 1_000_000}, (("chr1", s, s + 100, 8.0) for s in range(0, 1_000_000, 1000)))
writer.close()
track = pybigtools.open(path)
asked = {"uncovered": 0.0, "fillna": 0.0}
is_as_seen = True
for n_bins, is_right in ((1000, True), (10, False)):
    mean = track.values("chr1", 0, 1_000_000, bins=n_bins, **asked).mean()
    exact = track.values("chr1", 0, 1_000_000, bins=n_bins, exact=True, **asked).mean()
    print(f"{n_bins} bins: mean {mean:.3f}, exact {exact:.3f}")
    is_as_seen &= abs(exact - 0.8) < 1e-6 and (abs(mean - 0.8) < 1e-6) == is_right
    is_as_seen &= is_right or mean > 1.6
raise SystemExit(not is_as_seen)
PY
"$folder/env/bin/python" "$folder/show.py" "$folder"
