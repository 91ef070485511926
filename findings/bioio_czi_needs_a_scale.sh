#!/usr/bin/env bash
# A CZI whose metadata say nothing of the size of a pixel cannot be read at all.
#
# Package:  bioio-czi 3.0.1 (bioio 3.6.0, pylibCZIrw 6.1.0), Python 3.11, Linux.
# Input:    a CZI of 64 x 64 pixels that pylibCZIrw writes, with and without the element <Scaling> of its
#           metadata. Images of microscopes that were never calibrated lack it.
# Expected: the pixels, and no size of a pixel (None), as of a TIFF without resolution.
# Seen:     the pixels are refused, too: reading raises UnsupportedMetadataError. pylibCZIrw itself reads
#           them.
# Output seen:
#           with <Scaling>: bioio-czi (64, 64), pixels equal
#           without:        bioio-czi UnsupportedMetadataError, pylibCZIrw pixels equal
# Here:     the size of such a pixel is not known; the rest is read.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
    bioio-czi==3.0.1 bioio==3.6.0 pylibCZIrw==6.1.0
cat >"$folder/show.py" <<'PY'
import re
import sys
import warnings
from pathlib import Path

import bioio_czi
import numpy as np
from pylibCZIrw import czi

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
pixels = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
whole, bare = folder / "whole.czi", folder / "bare.czi"
with czi.create_czi(str(whole)) as file:
    file.write(data=pixels[..., None], plane={"C": 0})
    file.write_metadata("field", channel_names={0: "DNA"}, scale_x=5e-7, scale_y=5e-7)
content = whole.read_bytes()
# Blanks between elements mean nothing in XML, and keep every offset in the file.
blanked = re.sub(rb"<Scaling>.*?</Scaling>", lambda m: b" " * len(m[0]), content, flags=re.DOTALL)
assert blanked != content
bare.write_bytes(blanked)


def read(path: Path) -> str:
    try:
        data = bioio_czi.Reader(path).data.squeeze()
    except Exception as error:
        return type(error).__name__
    return f"{data.shape}, pixels {'equal' if np.array_equal(data, pixels) else 'differ'}"


with czi.open_czi(str(bare)) as file:
    is_whole = np.array_equal(file.read()[..., 0], pixels)
said = read(whole), read(bare)
print(f"with <Scaling>: bioio-czi {said[0]}")
print(f"without:        bioio-czi {said[1]}, pylibCZIrw pixels {'equal' if is_whole else 'differ'}")
expected = ("(64, 64), pixels equal", "UnsupportedMetadataError")
raise SystemExit(not (said == expected and is_whole))
PY
"$folder/env/bin/python" "$folder/show.py" "$folder"
