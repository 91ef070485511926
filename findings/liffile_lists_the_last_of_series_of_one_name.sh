#!/usr/bin/env bash
# Of two series of a LIF file that share a name, only the last is listed, without an error or a warning.
#
# Package:  liffile 2026.2.16 (numpy 2.4.6), Python 3.11, Linux.
# Input:    a LIF file of two series, both called "field", as LAS X writes them when a person names series
#           by hand: the first holds the value 10 in every pixel, the second the value 20.
# Expected: two images, or an error that says that their names are the same.
# Seen:     one image with the value 20. The XML of the file holds both.
# Output seen:
#           series in the XML: 2, images listed: 1, value read: 20
# Here:     the images that are listed are counted against the XML; what is missing is said.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check liffile==2026.2.16 numpy==2.4.6
cat >"$folder/show.py" <<'PY'
import struct
import sys
from pathlib import Path

import liffile
import numpy as np

path = Path(sys.argv[1]) / "two.lif"
elements, blocks = "", b""
for number, value in enumerate((10, 20)):
    pixels = np.full((32, 48), value, np.uint16)
    name, (height, width) = f"MemBlock_{number}", pixels.shape
    sizes = "".join(
        f'<DimensionDescription DimID="{axis}" NumberOfElements="{length}" Origin="0" '
        f'Length="1e-5" Unit="m" BytesInc="{step}" BitInc="0"/>'
        for axis, length, step in ((1, width, 2), (2, height, 2 * width))
    )
    elements += (
        f'<Element Name="field" UniqueID="{number}"><Data><Image><ImageDescription><Channels>'
        '<ChannelDescription DataType="0" ChannelTag="0" Resolution="16" NameOfMeasuredQuantity="" '
        'Min="0" Max="65535" Unit="" IsLUTInverted="0" LUTName="Gray" BytesInc="0" BitInc="0"/>'
        f"</Channels><Dimensions>{sizes}</Dimensions></ImageDescription></Image></Data>"
        f'<Memory Size="{pixels.nbytes}" MemoryBlockID="{name}"/></Element>'
    )
    block = struct.pack("<BQBI", 0x2A, pixels.nbytes, 0x2A, len(name)) + name.encode("utf-16-le")
    blocks += struct.pack("<II", 0x70, len(block)) + block + pixels.tobytes()
xml = (
    '<LMSDataContainerHeader Version="2"><Element Name="drawn" UniqueID="0"><Memory Size="0" '
    f'MemoryBlockID="MemBlock_none"/><Children>{elements}</Children></Element>'
    "</LMSDataContainerHeader>"
)
header = struct.pack("<BI", 0x2A, len(xml)) + xml.encode("utf-16-le")
path.write_bytes(struct.pack("<II", 0x70, len(header)) + header + blocks)
with liffile.LifFile(path) as file:
    n_series = len(list(file.xml_element.iter("Image")))
    n_listed, values = len(file.images), [int(image.asarray().max()) for image in file.images]
print(
    f"series in the XML: {n_series}, images listed: {n_listed}, "
    f"value read: {', '.join(map(str, values))}"
)
raise SystemExit((n_series, n_listed, values) != (2, 1, [20]))
PY
"$folder/env/bin/python" "$folder/show.py" "$folder"
