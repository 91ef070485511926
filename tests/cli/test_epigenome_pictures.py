"""`seewhy epigenome split` and `import` on pictures of another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from napari_seewhy.samples import SampleSet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def pictures(tmp_path) -> Path:
    """Five genes: a hill above a gap of ten rows, dots below it."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(5):
        image = Image.new("RGB", (100, 80), "white")
        draw = ImageDraw.Draw(image)
        draw.polygon([(5, 34), (40 + 4 * i, 4), (95, 34)], fill=(70, 130, 180))
        for y in range(45, 76, 2):
            draw.rectangle([(10 + y + i, y), (12 + y + i, y + 2)], fill=(200, 0, 40))
            draw.rectangle([(5, y), (7, y + 2)], fill=(0, 0, 250))
        image.save(folder / f"BPA_gene{i}.png")
    return folder


def test_pictures_are_split_and_a_second_run_does_nothing_again(call, pictures, tmp_path) -> None:
    out = tmp_path / "halves"
    words = ["epigenome", "split", pictures, "--out", out, "--names", "{compound}_{gene}"]
    first = call(*words)
    assert first.status == 0
    assert "5 pictures split, 0 were split before" in first.out
    assert len(list(out.glob("*/*.png"))) == 10
    assert "0 pictures split, 5 were split before" in call(*words).out


def test_pictures_are_imported_with_classes_of_a_table(call, pictures, tmp_path) -> None:
    labels = tmp_path / "classes.csv"
    labels.write_text("gene,class\ngene0,induction\ngene1,suppression\n")
    out = tmp_path / "genes.h5"
    done = call(
        *("epigenome", "import", pictures, "--out", out, "--names", "{compound}_{gene}"),
        *("--class-table", labels, "--input", "methylation", "--json"),
    )
    assert done.status == 0
    assert done.document["samples"]["classes"] == {"induction": 1, "suppression": 1}
    with SampleSet(out) as samples:
        assert samples.pixels.shape[0] == 5
        assert samples.origin["compound"].tolist() == ["BPA"] * 5


def test_a_line_that_is_not_found_is_asked_for(call, tmp_path) -> None:
    folder = tmp_path / "cells"
    folder.mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    Image.fromarray(noise).save(folder / "cells.png")
    words = ["epigenome", "split", folder, "--out", tmp_path / "out"]
    refused = call(*words)
    assert refused.status == 1
    assert "No dividing line was found in cells.png" in refused.err
    assert "--divide-at" in refused.err
    assert call(*words, "--divide-at", 30).status == 0
    assert "1 were split before" in call(*words).out


def test_pictures_unlike_those_of_a_tree_are_refused_if_asked_for(call, pictures, tmp_path) -> None:
    out = tmp_path / "classes"
    words = ["epigenome", "classify", pictures, "--tree", "genes-simulated", "--out", out]
    refused = call(*words, "--strict")
    assert refused.status == 1
    assert "do not look like those of the training" in refused.err
    assert "of the colours are those of the training" in refused.err
    assert not out.exists()
