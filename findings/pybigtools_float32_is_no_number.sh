#!/usr/bin/env bash
# A bigWig written from NumPy's float32 values cannot be opened, and the writer returns as usual.
#
# Package:  pybigtools 0.3.0 (numpy 2.4.6), Python 3.11, Linux.
# Input:    one interval, ("chr1", 0, 100, value), with the value 1.5 as float, numpy.float64 and
#           numpy.float32: the type in which a network returns a predicted track.
# Expected: three files that read back 1.5, or an exception for a type that is not accepted.
# Seen:     float and numpy.float64 read back 1.5. With numpy.float32 `write` returns None as always,
#           one line goes to the standard output, and the file on the disk has no index: opening it
#           raises BBIReadError. A program that looks only for exceptions reports success.
# Output seen:
#           float: opens
#           float64: opens
#           Error occurred: Invalid iterator value. Must a tuple of type (String, int, int, float)
#           float32: BBIReadError
# Here:     values are converted with `.tolist()`, and each written bigWig is opened again before it
#           gets its name.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pybigtools==0.3.0 numpy==2.4.6
cat >"$folder/show.py" <<'PY'
import sys

import numpy as np
import pybigtools

found = {}
for type_ in (float, np.float64, np.float32):
    path = f"{sys.argv[1]}/{type_.__name__}.bw"
    writer = pybigtools.open(path, "w")
    answer = writer.write({"chr1": 1000}, iter([("chr1", 0, 100, type_(1.5))]))
    writer.close()
    assert answer is None
    try:
        values = pybigtools.open(path).values("chr1", 0, 100, fillna=0.0)
        found[type_.__name__] = "opens" if (values == 1.5).all() else "other values"
    except pybigtools.BBIReadError as error:
        found[type_.__name__] = type(error).__name__
    print(f"{type_.__name__}: {found[type_.__name__]}", flush=True)
raise SystemExit(found != {"float": "opens", "float64": "opens", "float32": "BBIReadError"})
PY
"$folder/env/bin/python" "$folder/show.py" "$folder"
