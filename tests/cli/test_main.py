from __future__ import annotations

import subprocess
import sys

import pytest

from napari_seewhy import __version__

HEAVY = {
    "numpy",
    "pandas",
    "skimage",
    "scipy",
    "pydantic",
    "tifffile",
    "dask",
    "h5py",
    "napari",
    "qtpy",
}


def test_help_lists_every_command(seewhy):
    done = seewhy("--help")
    assert done.status == 0
    for command in (
        *("segment", "crop", "samples", "doctor", "demo"),
        *("train", "tune", "evaluate", "predict", "classify", "models"),
    ):
        assert command in done.out


def test_version_is_that_of_the_package(seewhy):
    assert seewhy("--version").out.strip() == __version__


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_loads_nothing_heavy(word):
    script = (
        "import sys\n"
        "from napari_seewhy.cli.main import main\n"
        f"main([{word!r}])\n"
        "print('loaded', *{m.partition('.')[0] for m in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "cyclopts" in loaded
    assert not loaded & HEAVY


def test_an_unknown_command_ends_with_status_2_and_one_sentence(seewhy):
    done = seewhy("segmnt", "x.tif")
    assert done.status == 2
    assert done.out == ""
    assert done.err.startswith("seewhy: ")
    assert "segmnt" in done.err
    assert "Traceback" not in done.err


def test_with_json_an_unusable_argument_is_an_object_too(call):
    done = call("doctor", "--nonsense", "--json")
    assert done.status == 2
    assert done.document["status"] == 2
    assert "--nonsense" in done.document["error"]


def test_a_terminal_that_knows_ascii_alone_shows_foreign_names(seewhy, tmp_path):
    (tmp_path / "画像").mkdir()
    done = seewhy("segment", "画像", "--out", "out", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.status == 2
    assert "\\u753b\\u50cf" in done.err
    done = seewhy("doctor", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert "Python" in done.out
