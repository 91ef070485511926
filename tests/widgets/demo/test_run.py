from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from skimage.io import imread

from napari_seewhy.images import read_labels
from napari_seewhy.samples import SampleSet

pytestmark = pytest.mark.widgets


def test_the_demo_leaves_tables_crops_and_pictures_that_agree(tmp_path):
    seewhy = Path(sys.executable).with_name("seewhy")
    done = subprocess.run(
        [str(seewhy), "demo", "--out", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr

    labels = read_labels(tmp_path / "field_typical_labels.ome.tif")
    cells = pd.read_csv(tmp_path / "field_typical_cells.csv")
    assert len(cells) == labels.labels.max() > 60
    assert cells["mean_DNA"].gt(0).all()
    with SampleSet(tmp_path / "field_typical_crops.h5") as samples:
        assert len(samples) == len(cells)
        assert samples.pixel_size_um == labels.pixel_size_um

    review = pd.read_csv(tmp_path / "gene_pictures" / "pictures.review.csv")
    assert list(review["gene"]) == ["SIM001", "SIM002", "SIM003"]

    names = (
        *("segment", "measure", "crop", "stain", "stain_series"),
        *("genes", "genes_classified", "genes_explained", "gene_lists", "dna", "dna_letters"),
    )
    pictures = [imread(tmp_path / f"{name}.png") for name in names]
    for picture in pictures:
        assert min(picture.shape[:2]) > 500
    halves = imread(tmp_path / "genes_halves.png")
    assert not np.array_equal(halves, pictures[names.index("genes_explained")])
    # The dock on the right, which differs from step to step.
    docks = [picture[:, -300:] for picture in pictures]
    assert not any(np.array_equal(*pair) for pair in itertools.pairwise(docks))
