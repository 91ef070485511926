"""The command on real pictures, from files to samples."""

from __future__ import annotations

import pandas as pd
import pytest

pytestmark = pytest.mark.realdata


def test_nuclei_become_labels_tables_and_crops(seewhy, real_data, tmp_path):
    images = sorted((real_data / "nuclei" / "images").iterdir())[:4]
    done = seewhy("segment", *images, "--out", "out", "--json")
    assert done.document["n_done"] == 4, done.err
    n_cells = sum(one["results"]["n_cells"] for one in done.document["inputs"])
    assert n_cells > 20
    crops = seewhy(
        "crop", *images, "--labels", "out", "--size-px", 48, "--out", "samples.h5", "--json"
    )
    assert crops.status == 0, crops.err
    assert crops.document["samples"]["n_samples"] == n_cells


def test_crops_are_cut_about_the_labels_that_people_drew(seewhy, real_data):
    images = sorted((real_data / "nuclei" / "images").iterdir())[:3]
    labels = real_data / "nuclei" / "labels"
    words = ("--labels", labels, "--size-px", 32, "--out", "samples.h5", "--json")
    done = seewhy("crop", *images, *words)
    assert done.status == 0, done.err
    assert done.document["samples"]["n_samples"] > 20


def test_ph3_says_which_human_cells_divide(seewhy, real_data, tmp_path):
    words = ("--out", "out", "--channel", "DNA", "--cells", "watershed", "--cell-channel", "cell")
    segmented = seewhy("segment", real_data / "human", *words, "--json")
    assert segmented.status == 0, segmented.err
    cells = pd.read_csv(tmp_path / "out" / "dna_ph3_cell_cells.csv")
    assert (cells["area_px_cell"] >= cells["area_px"]).all()
    words = ("--labels", "out", "--size-px", 40, "--out", "samples.h5", "--json")
    marker = ("--target-from-channel", "PH3", "--target-undecided", 0.2)
    done = seewhy("crop", real_data / "human", *words, *marker)
    samples = done.document["samples"]
    assert samples["channels"] == ["DNA", "cell"]
    # Few cells divide at any one time.
    share = samples["classes"]["positive"] / samples["n_samples"]
    assert 0.01 < share < 0.15
