"""The wheel in an environment of its own, away from the repository, as a user gets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import napari_seewhy

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.wheel, pytest.mark.timeout(1200)]


def run(*command: object, cwd: Path) -> str:
    """Run a command that knows nothing of this repository; return what it prints."""
    ours = ("PYTHON", "PYTEST", "QT_API", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=kept, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    """Folder of the programs of a fresh environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", ROOT, "-w", folder, cwd=folder)
    (wheel,) = folder.glob("napari_seewhy-*.whl")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    programs = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    run(
        programs / "python",
        "-m",
        "pip",
        "install",
        "-q",
        "--no-compile",
        f"{wheel}[pyqt5]",
        cwd=folder,
    )
    return programs


def test_napari_lists_the_plugin_and_every_widget_and_sample_opens(clean, tmp_path):
    script = Path(__file__).with_name("open_everything.py")
    said = json.loads(run(clean / "python", script, cwd=tmp_path).splitlines()[-1])
    assert said["version"] == napari_seewhy.__version__
    assert said["widgets"] == {
        "Segment cells": "SegmentWidget",
        "Tidy cells": "TidyWidget",
        "Measure cells": "MeasureWidget",
        "Crop cells": "CropWidget",
        "Annotate samples": "AnnotateWidget",
        "Train classifier": "TrainWidget",
        "Classify cells": "ClassifyWidget",
        "Explain cells": "ExplainWidget",
        "Plot cells": "PlotWidget",
        "Train virtual staining": "TrainStainWidget",
        "Virtual immunostaining": "StainWidget",
        "Inspect gene pictures": "InspectWidget",
        "Train on DNA": "TrainDnaWidget",
        "Read DNA": "ReadDnaWidget",
        "Gene lists": "GeneListsWidget",
        "Conserved motifs": "ConservedMotifsWidget",
    }
    assert said["models"] == [
        "cell-cycle-label-free",
        "cell-cycle-simulated",
        "dna-painted",
        "ecoli-k12",
        "nuclei",
        "stain-neurons-map2",
        "stain-simulated-dishes",
    ]
    assert said["trees"] == {
        "genes-simulated": ["non-significant", "suppression", "induction"],
    }
    assert said["samples"]
    for layers in said["samples"].values():
        assert "Image" in layers


def test_the_command_of_the_wheel_runs_the_demo(clean, tmp_path):
    run(clean / "seewhy", "demo", "--out", tmp_path / "demo", cwd=tmp_path)
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert {
        "segment.png",
        "measure.png",
        "crop.png",
        "stain.png",
        "genes_explained.png",
        "dna.png",
    } <= names
    assert any(name.endswith("_cells.csv") for name in names)
    assert any(name.endswith(".h5") for name in names)
