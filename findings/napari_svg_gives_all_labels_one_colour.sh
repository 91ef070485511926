#!/usr/bin/env bash
# All labels of a layer come out in one colour when it is saved as SVG, and chosen colours cannot be saved.
#
# Package:  napari-svg 0.2.1, the SVG writer that napari installs, with napari 0.9.2, Python 3.11, Linux.
# Input:    a Labels layer with the labels 0, 1, 2 and 3, once with napari's own colours and once with a
#           colour given for each label (DirectLabelColormap, the documented way to colour classes).
# Expected: the picture in the SVG has the colours that the layer shows.
# Seen:     labels go the way of image intensities. A Labels layer has no contrast limits, so 0 and 1 are
#           taken, and every label from 2 on is clipped to 1 before its colour is looked up: 1, 2 and 3
#           share the colour of 1. The intensities are floating point by then, which a map of given
#           colours refuses: TypeError "DirectLabelColormap can only be used with int".
# Output seen:
#           own colours: 3 shown, 1 written
#           given colours: TypeError
# Here:     *Save figure* draws labels from their colours and is recommended instead of saving as SVG.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check napari==0.9.2 napari-svg==0.2.1
cat >"$folder/show.py" <<'PY'
import base64
import io
import re
import sys
from pathlib import Path

import imageio.v3 as iio
import numpy as np
from napari.layers import Labels
from napari_svg import napari_write_labels

values = np.array([[0, 1], [2, 3]])
given = {None: "transparent", 1: "red", 2: "green", 3: "blue"}


def write(layer):
    """The different opaque colours of the picture inside the SVG."""
    path = str(Path(sys.argv[1]) / "labels.svg")
    data, attributes, _ = layer.as_layer_data_tuple()
    napari_write_labels(path, data, attributes)
    inside = re.search(r'base64,([^"]+)"', Path(path).read_text())[1]
    pixels = iio.imread(io.BytesIO(base64.b64decode(inside))).reshape(-1, 4)
    return {tuple(pixel) for pixel in pixels.tolist() if pixel[3]}


own = Labels(values)
shown = {tuple(np.round(own.get_color(value), 2).tolist()) for value in (1, 2, 3)}
written = write(own)
print(f"own colours: {len(shown)} shown, {len(written)} written")
try:
    write(Labels(values, colormap=given))
    said = "written"
except TypeError as error:
    said = type(error).__name__
print(f"given colours: {said}")
raise SystemExit((len(shown), len(written), said) != (3, 1, "TypeError"))
PY
"$folder/env/bin/python" -W ignore "$folder/show.py" "$folder"
