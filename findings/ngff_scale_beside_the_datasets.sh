#!/usr/bin/env bash
# Three readers of OME-Zarr disagree about the pixel size of a valid image by the scale that stands
# beside the list of resolutions.
#
# Packages: ome-zarr 0.18.0, ngff-zarr 0.50.0, bioio-ome-zarr 3.8.1, ome-zarr-models 1.7, zarr 3.1.6,
#           Python 3.11, Linux.
# Input:    an OME-Zarr 0.4 image of 64 x 64 pixels whose `multiscales` has a transformation of its own
#           (scale 0.325, in micrometres) beside the transformations of its datasets (scale 1, one per
#           resolution). The specification allows it: the outer one applies to all resolutions after
#           the inner one. ome-zarr-models accepts the metadata as valid.
# Expected: a pixel size of 0.325 micrometres from every reader.
# Seen:     bioio-ome-zarr multiplies both and returns 0.325. ngff-zarr returns 1.0, and the node of
#           ome-zarr carries the inner scale alone, 1.0. An area measured through one of the latter two
#           is 9.5 times too large, and the pixel size is lost where such a reader's image is written.
# Output seen:
#           ome-zarr-models: valid
#           bioio-ome-zarr: 0.325
#           ngff-zarr: 1.0
#           ome-zarr: 1.0
# Here:     a reader of OME-Zarr must multiply both, and tests must hold a file with an outer scale.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check ome-zarr==0.18.0 ngff-zarr==0.50.0 \
    bioio-ome-zarr==3.8.1 ome-zarr-models==1.7 zarr==3.1.6
cat >"$folder/show.py" <<'PY'
import sys

import ngff_zarr
import zarr
from bioio_ome_zarr import Reader as BioioReader
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader
from ome_zarr_models.v04 import Image

path = f"{sys.argv[1]}/image.zarr"
group = zarr.open_group(path, mode="w", zarr_format=2)
group.create_array("0", shape=(64, 64), dtype="uint16", chunks=(64, 64))[:] = 1
group.attrs["multiscales"] = [
    {
        "version": "0.4",
        "name": "image",
        "axes": [{"name": n, "type": "space", "unit": "micrometer"} for n in "yx"],
        "datasets": [
            {
                "path": "0",
                "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0]}],
            }
        ],
        "coordinateTransformations": [{"type": "scale", "scale": [0.325, 0.325]}],
    }
]
Image.from_zarr(zarr.open_group(path, mode="r"))
print("ome-zarr-models: valid")
node = next(iter(Reader(parse_url(path))()))
found = {
    "bioio-ome-zarr": BioioReader(path).physical_pixel_sizes.X,
    "ngff-zarr": ngff_zarr.from_ngff_zarr(path).images[0].scale["x"],
    "ome-zarr": node.metadata["coordinateTransformations"][0][0]["scale"][-1],
}
for name, size in found.items():
    print(f"{name}: {size}")
raise SystemExit(found != {"bioio-ome-zarr": 0.325, "ngff-zarr": 1.0, "ome-zarr": 1.0})
PY
"$folder/env/bin/python" -W ignore "$folder/show.py" "$folder"
