"""The installed command, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SEEWHY = Path(sys.executable).parent / "seewhy"


@dataclass(frozen=True)
class Finished:
    """A run of the command that has ended."""

    status: int
    out: str
    err: str

    @cached_property
    def document(self) -> dict[str, Any]:
        """What `--json` wrote: one object in one line."""
        (line,) = self.out.splitlines()
        return json.loads(line)


@pytest.fixture
def seewhy(tmp_path) -> Callable[..., Finished]:
    """Run the installed `seewhy` in `tmp_path`."""

    def run(*words: object, **environment: str) -> Finished:
        done = subprocess.run(
            [SEEWHY, *map(str, words)],
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=os.environ | {"PYTHONUTF8": "1"} | environment,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def call(capsys) -> Callable[..., Finished]:
    """Run the command in this process, which is quicker."""
    from napari_seewhy.cli.main import main

    def run(*words: object) -> Finished:
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Finished(status, captured.out, captured.err)

    return run


QUICK = (
    *("--epochs", 3, "--width", 4, "--n-stages", 1, "--batch-size", 16, "--learning-rate", 0.02),
    *("--device", "cpu", "--precision", "fp32"),
)
"""A training of a second or two that repeats itself."""


def draw_cells(n: int = 96, size_px: int = 16) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Discs that are dim, bright or wide in DNA, and an empty channel: pixels, target, group."""
    rng = np.random.default_rng(0)
    target = np.arange(n) % 3
    group = np.array([f"day {i}" for i in np.arange(n) // 3 % 4], object)
    y, x = np.indices((size_px, size_px)) - size_px / 2
    radius = np.where(target == 2, 6, 4)[:, None, None]
    height = np.array([60, 160, 60])[target][:, None, None]
    dna = 100 + (y**2 + x**2 <= radius**2) * height
    pixels = np.stack([dna, np.full_like(dna, 100)], 1) + rng.normal(0, 5, (n, 2, size_px, size_px))
    return pixels.round().astype(np.uint16), target, group


@pytest.fixture(scope="session")
def cells_file(tmp_path_factory) -> Path:
    """Ninety-six samples of the classes G1, S and G2 from four days."""
    from napari_seewhy.samples import SampleWriter

    path = tmp_path_factory.mktemp("cells") / "cells.h5"
    pixels, target, group = draw_cells()
    origin = pd.DataFrame({"source": "field.tif", "label": np.arange(len(target)) + 1})
    with SampleWriter(
        path,
        channels=("DNA", "empty"),
        size_px=(16, 16),
        dtype=np.uint16,
        classes=("G1", "S", "G2"),
        pixel_size_um=0.5,
    ) as writer:
        writer.append(pixels, target, group, origin)
    return path


@pytest.fixture
def write_samples(tmp_path) -> Callable[..., Path]:
    """Write the samples of `cells_file`, or some of them, with a change."""
    from napari_seewhy.samples import SampleWriter

    def write(name: str = "some.h5", keep=slice(None), **changed) -> Path:
        pixels, target, group = (values[keep] for values in draw_cells())
        pixels = changed.pop("pixels", pixels)
        target, group = changed.pop("target", target), changed.pop("group", group)
        fields = {
            "channels": ("DNA", "empty"),
            "size_px": pixels.shape[2:],
            "dtype": pixels.dtype,
            "classes": ("G1", "S", "G2"),
            "pixel_size_um": 0.5,
        }
        with SampleWriter(tmp_path / name, **fields | changed) as writer:
            writer.append(pixels, target, group)
        return tmp_path / name

    return write


@pytest.fixture(scope="session")
def trained_model(cells_file, tmp_path_factory) -> Path:
    """A model that `seewhy train` made of `cells_file`, G1 and S together; to be read alone."""
    from napari_seewhy.cli.main import main

    out = tmp_path_factory.mktemp("model") / "phase.safetensors"
    words = ["train", cells_file, "--out", out, "--classes", "early=G1,S; late=G2", "--quiet"]
    assert main([str(word) for word in (*words, *QUICK)]) == 0
    return out


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Keep imports and models of the tests out of the folders of the person who runs them."""
    monkeypatch.setenv("SEEWHY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SEEWHY_MODELS", str(tmp_path / "library"))
