#!/usr/bin/env bash
# A series of an OME-TIFF set that lies in another file is read from the opened file.
#
# Package:  tifffile 2026.3.3 (numpy 2.4.6), Python 3.11, Linux.
# Input:    two uncompressed OME-TIFF files of one set, as acquisition programs write them: one file per
#           stage position, each with the OME-XML of both positions and a UUID per plane. Position 0
#           holds the value 10 in every pixel, position 1 the value 20.
# Expected: series[1].asarray() of the first file is 20 everywhere, or an error.
# Seen:     series[1].asarray() is 10 everywhere: the pixels of position 0, without an error or a
#           warning. The page of the same series knows the right file and reads 20. The reason is the
#           short cut for contiguous series: the offset of the data is right for the second file, and is
#           applied to the file handle of the first. Files that are compressed do not take the short cut.
# Output seen:
#           series 0: wanted 10, asarray 10, pages 10
#           series 1: wanted 20, asarray 10, pages 20
# Here:     the reader of file sets reads each page through its own file.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check tifffile==2026.3.3 numpy==2.4.6
cat >"$folder/show.py" <<'PY'
import sys
import uuid
import warnings
from pathlib import Path

import numpy as np
import tifffile

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
names = ["site_0.ome.tif", "site_1.ome.tif"]
ids = [f"urn:uuid:{uuid.UUID(int=1 + i)}" for i in range(2)]
images = "".join(
    f'<Image ID="Image:{i}" Name="site {i}"><Pixels ID="Pixels:{i}" DimensionOrder="XYCZT" '
    f'Type="uint16" SizeX="64" SizeY="64" SizeC="1" SizeZ="1" SizeT="1">'
    f'<Channel ID="Channel:{i}:0" SamplesPerPixel="1"/><TiffData IFD="0" PlaneCount="1">'
    f'<UUID FileName="{name}">{id_}</UUID></TiffData></Pixels></Image>'
    for i, (name, id_) in enumerate(zip(names, ids, strict=True))
)
schema = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
for i, (name, id_) in enumerate(zip(names, ids, strict=True)):
    xml = f'<?xml version="1.0" encoding="UTF-8"?><OME xmlns="{schema}" UUID="{id_}">{images}</OME>'
    plane = np.full((64, 64), 10 * (i + 1), np.uint16)
    tifffile.imwrite(folder / name, plane, description=xml, metadata=None)
found = []
with tifffile.TiffFile(folder / names[0]) as file:
    for i, series in enumerate(file.series):
        whole, page = int(series.asarray()[0, 0]), int(series.pages[0].asarray()[0, 0])
        found.append((whole, page))
        print(f"series {i}: wanted {10 * (i + 1)}, asarray {whole}, pages {page}")
raise SystemExit(found != [(10, 10), (10, 20)])
PY
"$folder/env/bin/python" "$folder/show.py" "$folder"
