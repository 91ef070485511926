#!/usr/bin/env bash
# The validation of ngff-zarr stops with an AttributeError at a valid image of OME-Zarr 0.4 that has a
# scale beside the list of resolutions.
#
# Packages: ngff-zarr 0.50.0, zarr 3.1.6, Python 3.11, Linux.
# Input:    an OME-Zarr 0.4 image of 64 x 64 pixels whose `multiscales` has a transformation of its own
#           (scale 0.325) beside the transformations of its datasets, which the specification allows.
# Expected: from_ngff_zarr(path, validate=True) accepts it, or says which rule it breaks.
# Seen:     AttributeError: 'dict' object has no attribute 'type', from structural_validation.py: the
#           outer transformations are still dictionaries when the lengths of the scales are checked.
# Here:     labels are written with the outer scale multiplied into that of every resolution.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check ngff-zarr==0.50.0 zarr==3.1.6
cat >"$folder/show.py" <<'PY'
import sys

import ngff_zarr
import zarr

path = f"{sys.argv[1]}/image.zarr"
group = zarr.open_group(path, mode="w", zarr_format=2)
group.create_array("0", shape=(64, 64), dtype="uint16", chunks=(64, 64))[:] = 1
scale = {"type": "scale", "scale": [1.0, 1.0]}
multiscale = {
    "version": "0.4",
    "name": "image",
    "axes": [{"name": n, "type": "space", "unit": "micrometer"} for n in "yx"],
    "datasets": [{"path": "0", "coordinateTransformations": [scale]}],
}
group.attrs["multiscales"] = [multiscale]
ngff_zarr.from_ngff_zarr(path, validate=True)
print("without an outer scale: accepted")
multiscale["coordinateTransformations"] = [{"type": "scale", "scale": [0.325, 0.325]}]
group.attrs["multiscales"] = [multiscale]
try:
    ngff_zarr.from_ngff_zarr(path, validate=True)
except AttributeError as error:
    print(f"with an outer scale: AttributeError: {error}")
    raise SystemExit("'type'" not in str(error))
raise SystemExit("accepted: the behaviour has changed")
PY
"$folder/env/bin/python" -W ignore "$folder/show.py" "$folder"
