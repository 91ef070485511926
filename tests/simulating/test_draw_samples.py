"""The files of the package: drawn again they are the same, and they are not too easy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pybigtools
import pytest
from skimage.filters import gaussian, threshold_otsu
from skimage.measure import label as find_pieces

from draw_samples import main, options_of, simulate_field
from napari_seewhy.images import read_image, read_labels
from napari_seewhy.sample_data import FIELDS, sample_folder
from simulating.fields.simulate_options import SimulateOptions

TRUTH = ("labels.ome.tif", "cell_labels.ome.tif", "cells.csv", "options.json")


@pytest.fixture(scope="module")
def drawn_again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn") / "sample data 日本"
    main(["--out", str(folder), "--seed", "0"])
    return folder


def average_precision(truth, found):
    """Share TP / (TP + FP + FN) of objects found at an overlap (IoU) of half or more."""
    n_truth, n_found = int(truth.max()), int(found.max())
    pairs = np.bincount(
        truth.ravel() * (n_found + 1) + found.ravel(), minlength=(n_truth + 1) * (n_found + 1)
    ).reshape(n_truth + 1, n_found + 1)
    union = pairs.sum(axis=1, keepdims=True) + pairs.sum(axis=0, keepdims=True) - pairs
    n_matched = int((pairs[1:, 1:] > 0.5 * union[1:, 1:]).sum())
    return n_matched / (n_truth + n_found - n_matched)


@pytest.mark.parametrize("name", FIELDS)
def test_the_committed_files_are_what_the_command_draws(drawn_again, name):
    committed = sample_folder()
    here = read_image(committed / f"{name}.ome.tif")
    again = read_image(drawn_again / f"{name}.ome.tif")
    assert np.array_equal(here.pixels, again.pixels)
    assert (here.channels, here.pixel_size_um) == (again.channels, again.pixel_size_um)
    for ending in TRUTH[:2]:
        labels = [
            read_labels(place / "truth" / f"{name}_{ending}") for place in (committed, drawn_again)
        ]
        assert np.array_equal(labels[0].labels, labels[1].labels)
    for ending in TRUTH[2:]:
        texts = [
            (place / "truth" / f"{name}_{ending}").read_text() for place in (committed, drawn_again)
        ]
        assert texts[0] == texts[1]


DISHES = ("dish_001_day_08", "dish_001_day_14", "dish_002_day_08", "dish_002_day_14")


@pytest.mark.parametrize("name", DISHES)
def test_the_committed_dishes_are_what_the_command_draws(drawn_again, name):
    folders = [place / "dishes" for place in (sample_folder(), drawn_again)]
    here, again = (read_image(folder / f"{name}.ome.tif") for folder in folders)
    # Other computers may round the last bit of a Fourier transform in another way.
    off = np.abs(here.pixels.astype(int) - again.pixels)
    assert off.max() <= 1
    assert off.mean() < 1e-3
    assert (here.channels, here.pixel_size_um) == (("phase contrast", "NKX2.5"), 0.65)
    truth = [folder / "truth" / f"{name}_hearts.ome.tif" for folder in folders]
    hearts = [read_labels(path, is_mask=True).labels for path in truth]
    assert (hearts[0] != hearts[1]).mean() < 1e-3
    table = pd.read_csv(folders[0] / "dishes.csv").set_index("name")
    assert list(table.index) == list(DISHES)
    assert table.loc[name, "efficiency"] == pytest.approx(hearts[0].mean(), abs=1e-3)


def test_the_committed_series_is_what_the_command_draws(drawn_again):
    here, again = (
        read_image(place / "series" / "dish_series.ome.tif")
        for place in (sample_folder(), drawn_again)
    )
    assert here.pixels.shape == again.pixels.shape == (8, 2, 384, 384)
    off = np.abs(here.pixels.astype(int) - again.pixels)
    assert off.max() <= 1
    assert off.mean() < 1e-3
    assert (here.axes, here.channels) == ("TCYX", ("phase contrast", "NKX2.5"))


@pytest.mark.parametrize("sample", ["control", "compound_01", "compound_02"])
@pytest.mark.parametrize("track", ["chromatin", "methylation"])
def test_the_committed_tracks_are_what_the_command_draws(drawn_again, sample, track):
    values = []
    for place in (sample_folder(), drawn_again):
        with pybigtools.open(str(place / "epigenome" / sample / f"{track}.bw")) as opened:
            values.append(opened.values("chrS", fillna=-1.0))
    assert (values[0] >= 0).any()
    assert (values[0] != values[1]).mean() < 1e-3


@pytest.mark.parametrize("name", ["genes.bed", "truth.csv", "compounds.csv"])
def test_the_committed_genes_and_what_was_done_to_them_are_drawn_again(drawn_again, name):
    texts = [(place / "epigenome" / name).read_text() for place in (sample_folder(), drawn_again)]
    assert texts[0] == texts[1]


def test_nothing_else_lies_in_the_folder(drawn_again):
    wanted = {f"{name}.ome.tif" for name in FIELDS}
    wanted |= {"README.md", "truth", "dishes", "series", "epigenome"}
    assert {path.name for path in drawn_again.iterdir()} == wanted
    # The DNA follows rules of a script that is not part of the project; the promoters have
    # a script of their own, `tools/draw_promoters.py`.
    assert {path.name for path in sample_folder().iterdir()} == wanted | {"dna", "promoters"}
    for below in ("dishes", "series", "epigenome"):
        drawn, committed = (
            {path.relative_to(place) for path in (place / below).rglob("*")}
            for place in (drawn_again, sample_folder())
        )
        # The letters of the genome are drawn by that script too.
        assert drawn == committed - {Path("epigenome/genome.fa")}


def test_the_readme_says_command_and_seed():
    text = (sample_folder() / "README.md").read_text(encoding="utf-8")
    assert "python tools/draw_samples.py --out sample_data --seed 0" in text
    truth = pd.read_csv(sample_folder() / "truth" / f"{FIELDS[0]}_cells.csv")
    tracks = pd.read_csv(sample_folder() / "epigenome" / "truth.csv")
    assert [column for column in [*truth, *tracks] if f"`{column}`" not in text] == []
    assert all(where in text for where in tracks["where"].unique())


def test_all_files_together_are_a_few_megabytes():
    sizes = [path.stat().st_size for path in sample_folder().rglob("*") if path.is_file()]
    assert sum(sizes) < 14_000_000


def test_the_files_hold_what_simulate_field_gives():
    name = "field_dim"
    options = SimulateOptions.load(sample_folder() / "truth" / f"{name}_options.json")
    assert options == options_of(name, 0)
    field = simulate_field(options)
    image = read_image(sample_folder() / f"{name}.ome.tif")
    assert np.array_equal(image.pixels, field.image.pixels)
    assert image.channels == field.image.channels
    assert image.pixel_size_um == pytest.approx(0.5)
    labels = read_labels(sample_folder() / "truth" / f"{name}_labels.ome.tif")
    assert np.array_equal(labels.labels, field.nuclei)
    assert labels.pixel_size_um == pytest.approx(0.5)


def test_a_threshold_alone_finds_many_nuclei_and_misses_many():
    dna = gaussian(read_image(sample_folder() / "field_typical.ome.tif").pixels[0], 1)
    truth = read_labels(sample_folder() / "truth" / "field_typical_labels.ome.tif").labels
    assert 0.55 < average_precision(truth, find_pieces(dna > threshold_otsu(dna))) < 0.85


def test_the_crowded_field_is_harder_for_a_threshold_than_the_typical_one():
    found = {}
    for name in ("field_typical", "field_crowded"):
        dna = gaussian(read_image(sample_folder() / f"{name}.ome.tif").pixels[0], 1)
        truth = read_labels(sample_folder() / "truth" / f"{name}_labels.ome.tif").labels
        found[name] = average_precision(truth, find_pieces(dna > threshold_otsu(dna)))
    assert 0.2 < found["field_crowded"] < found["field_typical"] - 0.1


def test_a_folder_that_cannot_be_written_ends_with_a_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path / "file" / "below")])
    assert "cannot be written" in capsys.readouterr().err
