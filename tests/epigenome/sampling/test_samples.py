"""Pictures become samples: the right part of each, with its class, group and place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from napari_seewhy.epigenome.pictures.set import NoDividingLineError, PictureSet
from napari_seewhy.epigenome.sampling.options import PictureInputOptions
from napari_seewhy.epigenome.sampling.samples import ORIGIN, import_pictures
from napari_seewhy.errors import DataError, FileError, SeewhyWarning

NAMES = "{compound}_{exposure}_{gene}"


@pytest.fixture
def pictures(foreign_folder) -> PictureSet:
    return PictureSet(foreign_folder, NAMES)


@pytest.fixture
def labels(tmp_path):
    """Odd genes are induced, also by the other compound; the last two are not known."""
    rows = [
        {"gene": f"gene{i}", "compound": compound, "class": "induction" if i % 2 else "ns"}
        for i in range(10)
        for compound in ("BPA", "PFOA")
    ]
    path = tmp_path / "labels.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("kind", "n_channels"), [("whole", 3), ("chromatin", 3), ("methylation", 3), ("halves", 6)]
)
def test_each_input_is_the_part_of_the_picture_it_says(pictures, tmp_path, kind, n_channels):
    got = import_pictures(pictures, tmp_path / "x.h5", PictureInputOptions(input=kind))
    geometry, picture = pictures.geometry(0), pictures.read_one(5)
    columns = slice(geometry.left, geometry.right)
    upper = picture[slice(*geometry.chromatin), columns]
    lower = picture[slice(*geometry.methylation), columns]
    with got.samples as samples:
        sample = samples.read_pixels([5])[0].transpose(1, 2, 0)
    assert sample.shape[2] == n_channels
    assert got.failures == ()
    if kind == "halves":
        np.testing.assert_array_equal(sample[..., :3], upper)
        assert sample[..., 3:].shape == upper.shape
    elif kind == "whole":
        np.testing.assert_array_equal(sample[: len(upper)], upper)
        np.testing.assert_array_equal(sample[-len(lower) :], lower)
    else:
        np.testing.assert_array_equal(sample, upper if kind == "chromatin" else lower)


def test_classes_groups_and_origins_are_those_of_the_gene(pictures, tmp_path, labels) -> None:
    got = import_pictures(pictures, tmp_path / "x.h5", PictureInputOptions(labels=labels))
    with got.samples as samples:
        assert samples.classes == ("induction", "non-significant")
        origin, target = samples.origin, samples.target
        assert set(ORIGIN) <= set(origin)
        assert (samples.group == origin["gene"]).all()
    number = origin["gene"].str.removeprefix("gene").astype(int)
    wanted = np.where(number >= 10, -1, np.where(number % 2, 0, 1))
    np.testing.assert_array_equal(target, wanted)
    assert (origin["tss"] == -1).all()


def test_stretches_keep_neighbours_and_compounds_of_a_gene_together(pictures, tmp_path) -> None:
    pictures.table["tss"] = pictures.table["gene"].str[4:].astype(int) * 1000
    pictures.table["chromosome"] = "chr21"
    chosen = PictureInputOptions(group_by="stretch", n_stretches=4)
    with import_pictures(pictures, tmp_path / "x.h5", chosen).samples as samples:
        of_gene = samples.origin.assign(group=samples.group).groupby("tss")["group"]
        assert of_gene.nunique().max() == 1
        assert of_gene.first().is_monotonic_increasing
        assert of_gene.first().nunique() == 4


def test_stretches_need_positions(pictures, tmp_path) -> None:
    with pytest.raises(DataError, match=r"24 genes is not known.*--group-by gene"):
        import_pictures(pictures, tmp_path / "x.h5", PictureInputOptions(group_by="stretch"))


def test_all_can_be_brought_to_one_size(pictures, foreign_folder, draw_foreign, tmp_path) -> None:
    large = Image.fromarray(draw_foreign(1)).resize((640, 480), Image.Resampling.NEAREST)
    large.save(foreign_folder / "BPA_10uM_large.png")
    pictures = PictureSet(foreign_folder, NAMES)
    chosen = PictureInputOptions(input="halves", width_px=64, height_px=32)
    with pytest.warns(SeewhyWarning, match="2 sizes .* panels of each were resized"):
        got = import_pictures(pictures, tmp_path / "x.h5", chosen)
    with got.samples as samples:
        assert samples.pixels.shape == (25, 6, 32, 64)
        names = samples.origin["file"].tolist()
        places = [names.index("BPA_10uM_large.png"), names.index("PFOA_10uM_gene1.png")]
        alike = samples.read_pixels(places).astype(float)
    assert np.abs(alike[0] - alike[1]).mean() < 6


def test_other_sizes_are_resized_by_their_frames_and_only_the_damaged_is_left_out(
    foreign_folder, draw_foreign, tmp_path
) -> None:
    (foreign_folder / "BPA_10uM_broken.png").write_bytes(b"no")
    large = Image.fromarray(draw_foreign(1)).resize((640, 480), Image.Resampling.NEAREST)
    large.save(foreign_folder / "PFOA_10uM_large.png")
    with pytest.warns(SeewhyWarning, match=r"2 sizes \(320x240, 640x480\).*resized to"):
        got = import_pictures(PictureSet(foreign_folder, NAMES), tmp_path / "x.h5")
    with got.samples as samples:
        assert len(samples) == 25
        names = samples.origin["file"].tolist()
        places = [names.index("PFOA_10uM_large.png"), names.index("PFOA_10uM_gene1.png")]
        alike = samples.read_pixels(places).astype(float)
    assert np.abs(alike[0] - alike[1]).mean() < 12
    assert [failure.path.rsplit("/", 1)[-1] for failure in got.failures] == ["BPA_10uM_broken.png"]


def test_without_a_dividing_line_nothing_is_written(tmp_path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "cells.png")
    with pytest.raises(NoDividingLineError):
        import_pictures(PictureSet(tmp_path), tmp_path / "x.h5")
    assert not (tmp_path / "x.h5").exists()


def test_two_classes_for_one_picture_are_refused(pictures, tmp_path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("gene,class\ngene1,induction\ngene1,suppression\n")
    with pytest.raises(DataError, match="gives two classes to gene1"):
        import_pictures(pictures, tmp_path / "x.h5", PictureInputOptions(labels=path))


def test_labels_of_other_genes_are_refused_with_an_example(pictures, tmp_path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("gene,class\nTP53,induction\n")
    with pytest.raises(DataError, match=r"first line is about TP53.*gene0"):
        import_pictures(pictures, tmp_path / "x.h5", PictureInputOptions(labels=path))


def test_a_class_that_no_picture_is_of_is_refused(pictures, tmp_path, labels) -> None:
    chosen = PictureInputOptions(labels=labels, classes=("induction", "suppression"))
    with pytest.raises(DataError, match="No sample is of class suppression"):
        import_pictures(pictures, tmp_path / "x.h5", chosen)


def test_tracks_beside_the_pictures_become_samples_one_row_high(pictures, tmp_path) -> None:
    values = np.random.default_rng(0).normal(size=(24, 2, 50)).astype(np.float32)
    np.savez(pictures.root / "gene_tracks.npz", values=values, names=["chromatin", "methylation"])
    chosen = PictureInputOptions(input="tracks")
    with import_pictures(pictures, tmp_path / "x.h5", chosen).samples as samples:
        assert samples.channels == ("chromatin", "methylation")
        np.testing.assert_array_equal(samples.read_pixels([3])[0, :, 0], values[3])


def test_without_tracks_it_says_how_to_get_them(pictures, tmp_path) -> None:
    with pytest.raises(FileError, match="seewhy epigenome draw"):
        import_pictures(pictures, tmp_path / "x.h5", PictureInputOptions(input="tracks"))
