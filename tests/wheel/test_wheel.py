"""The wheel in an environment of its own, away from the repository, as a user gets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

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


def link_requirements(site: Path) -> None:
    """Link what the wheel requires, and nothing else, from the environment of this test.

    It is what pip would install, and takes no network. An import that `pyproject.toml` does not
    declare fails in the wheel, and a version that it does not allow fails here.
    """
    (wheel,) = distributions(path=[str(site)])
    waiting: list[tuple[Distribution, set[str]]] = [(wheel, {"", "pyqt5"})]
    known: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        package, extras = waiting.pop()
        for line in package.requires or ():
            wanted = Requirement(line)
            marker, key = wanted.marker, (wanted.name, frozenset(wanted.extras))
            if key in known or not (
                marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)
            ):
                continue
            known.add(key)
            found = distribution(wanted.name)
            assert found.version in wanted.specifier, f"{package.name}: {line}"
            waiting.append((found, {"", *wanted.extras}))
            for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
                if not (site / top).exists():
                    (site / top).symlink_to(found.locate_file(top))


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    """Folder of the programs of a fresh environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", ROOT, "-w", folder, cwd=folder)
    (wheel,) = folder.glob("napari_seewhy-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    programs = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    alone = ("-q", "--no-deps", "--no-index", "--no-compile")
    pip = (sys.executable, "-m", "pip", "--python", programs / "python", "install")
    run(*pip, *alone, wheel, cwd=folder)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    link_requirements(Path(run(programs / "python", "-c", where, cwd=folder).strip()))
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


def test_the_command_of_the_wheel_runs_the_demo(clean, tmp_path, check_demo):
    run(clean / "seewhy", "demo", "--out", tmp_path / "demo", cwd=tmp_path)
    check_demo(tmp_path / "demo")
