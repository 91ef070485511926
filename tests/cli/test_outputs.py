"""No command writes over what it was given to read, and every output carries its own ending."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import tifffile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path, cells_file, trained_model, monkeypatch) -> Path:
    """A folder of small inputs of every kind, which is the current one."""
    folder = tmp_path / "here"
    (folder / "c" / "one").mkdir(parents=True)
    shutil.copy(cells_file, folder / "s.h5")
    shutil.copy(trained_model, folder / "m.safetensors")
    for name in ("a.tif", "c/one/1.tif"):
        tifffile.imwrite(folder / name, np.ones((16, 16), np.uint16))
    np.savez(folder / "x.npz", pixels=np.ones((4, 1, 8, 8), np.uint8))
    pd.DataFrame({"file": ["a.tif"], "class": ["one"]}).to_csv(folder / "t.csv", index=False)
    (folder / "f.csv").write_text("a table")
    (folder / "genes.bed").write_text("chr1\t0\t100\tG1\t0\t+\n")
    monkeypatch.chdir(folder)
    return folder


def hash_all(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


SAME = (
    "crop a.tif --labels c --out a.tif",
    "segment a.tif --out a.tif",
    "samples import npz x.npz --out x.npz",
    "samples import table t.csv --out t.csv",
    "samples import table t.csv --out a.tif",
    "samples import folders c --out c/one/1.tif",
    "predict m.safetensors s.h5 --out s.h5",
    "predict m.safetensors s.h5 --out m.safetensors",
    "predict m.safetensors t.csv --out t.csv",
    "predict m.safetensors ./t.csv --out link.csv",
    "evaluate m.safetensors s.h5 --html s.h5",
    "evaluate m.safetensors s.h5 --json-file m.safetensors",
    "train s.h5 --out s.h5",
    "train s.h5 --out m.csv",
    "tune s.h5 --study s.h5",
    "tune s.h5 --study x.db --out s.h5",
    "train-segmenter a.tif c --start m.safetensors --out m.safetensors",
    "epigenome import c --out c/pictures.csv",
    "epigenome import c --out c/one/1.tif",
    "epigenome import t.csv --out t.csv",
    "epigenome draw --chromatin a.bw --methylation b.bw --genes genes.bed --out genes.bed",
    "models export m.safetensors m.safetensors --replace",
    "models export m.safetensors s.h5 --format onnx --replace",
    "stain evaluate m.safetensors --html a.tif",
)


@pytest.mark.parametrize("words", SAME)
def test_an_output_is_no_input_and_has_its_own_ending(place, call, words):
    (place / "link.csv").symlink_to(place / "t.csv")
    before = hash_all(place)
    done = call(*words.split())
    assert done.status == 2
    (sentence,) = done.err.splitlines()
    assert sentence.startswith("seewhy: ")
    assert "is an input" in sentence or "does not end in" in sentence
    assert hash_all(place) == before


def test_what_a_batch_names_itself_does_not_replace_an_input(place, call):
    """Beside `a.tif` its labels are given too, which its own labels would replace."""
    shutil.copy(place / "a.tif", place / "a_labels.ome.tif")
    before = hash_all(place)
    done = call("segment", "a.tif", "a_labels.ome.tif", "--out", ".", "--method", "otsu")
    assert done.status == 1
    assert "a_labels.ome.tif is an input, which would be lost" in done.err
    assert hash_all(place).items() >= before.items()


def test_an_older_output_is_replaced(place, call):
    (place / "out.csv").write_text("of yesterday")
    done = call("predict", "m.safetensors", "s.h5", "--out", "out.csv", "--device", "cpu")
    assert done.status == 0
    assert len(pd.read_csv(place / "out.csv")) == 96
