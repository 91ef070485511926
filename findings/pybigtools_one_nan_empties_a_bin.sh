#!/usr/bin/env bash
# One base whose value is NaN removes the mean of its whole bin, and the sum of the whole file.
#
# Package:  pybigtools 0.3.0 (numpy 2.4.6), Python 3.11, Linux.
# Input:    a bigWig with the value 4 over the bases 0 to 100, except base 50, which is NaN (a ratio of
#           two zeros, as programs that divide tracks leave it), and 2 over the bases 100 to 200.
# Expected: the mean of the bin 0 to 100 is 4, over the 99 bases that have a value; or NaN, so that it
#           can be told apart from a measured zero.
# Seen:     with `fillna=0` the mean of that bin is 0.0: 99 measured bases are reported as none. Single
#           bases are read correctly (one NaN, the others 4). The summary of the file has sum and mean
#           NaN, while min and max pass over the NaN.
# Output seen:
#           means of two bins: [0. 2.]
#           bases: 1 NaN, mean of the others 4.0
#           summary: sum nan, max 4.0
# Here:     bins are averaged from single bases wherever a track holds values that are no numbers.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pybigtools==0.3.0 numpy==2.4.6
cat >"$folder/show.py" <<'PY'
import math
import sys

import numpy as np
import pybigtools

path = f"{sys.argv[1]}/ratio.bw"
rows = [("chr1", 0, 50, 4.0), ("chr1", 50, 51, math.nan), ("chr1", 51, 100, 4.0)]
writer = pybigtools.open(path, "w")
writer.write({"chr1": 1000}, iter([*rows, ("chr1", 100, 200, 2.0)]))
writer.close()
track = pybigtools.open(path)
means = track.values("chr1", 0, 200, bins=2, uncovered=0.0, exact=True, fillna=0.0)
bases = track.values("chr1", 0, 100, fillna=None)
summary = track.info()["summary"]
print("means of two bins:", means)
print(f"bases: {np.isnan(bases).sum()} NaN, mean of the others {np.nanmean(bases)}")
print(f"summary: sum {summary['sum']}, max {summary['max']}")
is_as_seen = means.tolist() == [0.0, 2.0] and np.isnan(bases).sum() == 1
raise SystemExit(not (is_as_seen and math.isnan(summary["sum"]) and summary["max"] == 4.0))
PY
"$folder/env/bin/python" "$folder/show.py" "$folder"
