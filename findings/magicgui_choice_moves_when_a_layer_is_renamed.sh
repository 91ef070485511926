#!/usr/bin/env bash
# Renaming the chosen object of a ComboBox chooses another one, without a warning.
#
# Package:  magicgui 0.10.2 (PyQt5 5.15.11, qtpy 2.4.3), Python 3.11, Linux.
# Input:    a ComboBox whose choices are three objects with a name, as layers of a viewer are. The second
#           is chosen and then renamed, and `reset_choices` is called, as napari does after a rename.
# Expected: the second object is still chosen, under its new name.
# Seen:     the first is chosen; of a nullable box, nothing. Choices are compared by their texts, so that a
#           new name counts as another object. A dock then works on a layer that nobody chose.
# Output seen:
#           plain: chosen b, after its rename a
#           nullable: chosen b, after its rename None
# Here:     lists of layers keep the layer itself, not its name.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
    magicgui==0.10.2 PyQt5==5.15.11 qtpy==2.4.3
cat >"$folder/show.py" <<'PY'
from magicgui.widgets import ComboBox
from qtpy.QtWidgets import QApplication


class Layer:
    def __init__(self, name):
        self.name = name

    def __str__(self):
        return self.name


app = QApplication([])
found = []
for nullable in (False, True):
    layers = [Layer(name) for name in "abc"]
    box = ComboBox(choices=lambda widget, layers=layers: layers, nullable=nullable)
    box.value = layers[1]
    before = box.value
    layers[1].name = "renamed"
    box.reset_choices()
    found.append(None if box.value is None else layers.index(box.value))
    print(f"{'nullable' if nullable else 'plain'}: chosen b, after its rename {box.value}")
    assert before is layers[1]
raise SystemExit(found != [0, None])
PY
QT_QPA_PLATFORM=offscreen "$folder/env/bin/python" "$folder/show.py"
