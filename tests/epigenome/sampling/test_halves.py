"""Pictures are split into halves, each named as its picture; a run continues where it stopped."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from napari_seewhy.epigenome.pictures.pixels import read_picture
from napari_seewhy.epigenome.pictures.set import NoDividingLineError, PictureSet
from napari_seewhy.epigenome.sampling.halves import split_pictures
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.files import read_json

NAMES = "{compound}_{exposure}_{gene}"


@pytest.fixture
def pictures(foreign_folder) -> PictureSet:
    return PictureSet(foreign_folder, NAMES)


def test_both_halves_are_written_without_axes(pictures, tmp_path) -> None:
    done = split_pictures(pictures, tmp_path / "out")
    assert (done.n_split, done.n_kept, done.failures) == (24, 0, ())
    geometry, picture = pictures.geometry(0), pictures.read_one(7)
    name = pictures.table["file"][7]
    for half in ("chromatin", "methylation"):
        written = read_picture(tmp_path / "out" / half / name)
        rows = slice(*getattr(geometry, half))
        np.testing.assert_array_equal(written, picture[rows, geometry.left : geometry.right])
    table = pd.read_csv(tmp_path / "out" / "halves.csv")
    assert len(table) == 48
    assert table["half"].value_counts().tolist() == [24, 24]
    assert read_json(tmp_path / "out" / "halves_record.json")["results"]["n_pictures"] == 24
    again = PictureSet(tmp_path / "out" / "halves.csv")
    assert again.read_one(0).shape[0] == geometry.chromatin[1] - geometry.chromatin[0]


def test_a_second_run_splits_only_what_is_missing(pictures, tmp_path) -> None:
    split_pictures(pictures, tmp_path / "out")
    gone = tmp_path / "out" / "methylation" / pictures.table["file"][3]
    gone.unlink()
    done = split_pictures(pictures, tmp_path / "out")
    assert (done.n_split, done.n_kept) == (1, 23)
    assert gone.is_file()


def test_a_line_that_was_given_divides(pictures, tmp_path) -> None:
    pictures.divide_at(60)
    split_pictures(pictures, tmp_path / "out")
    half = read_picture(tmp_path / "out" / "chromatin" / pictures.table["file"][0])
    assert len(half) <= 60


def test_halves_from_before_the_line_was_moved_are_written_anew(pictures, tmp_path) -> None:
    split_pictures(pictures, tmp_path / "out")
    height = pictures.geometry(0).chromatin[1]
    moved = pictures.geometry(0).change(chromatin=(pictures.geometry(0).chromatin[0], height - 5))
    pictures.layout = pictures.layout.with_geometry(moved)
    done = split_pictures(pictures, tmp_path / "out")
    assert (done.n_split, done.n_kept) == (24, 0)
    half = read_picture(tmp_path / "out" / "chromatin" / pictures.table["file"][0])
    assert len(half) == moved.chromatin[1] - moved.chromatin[0]


def test_without_a_line_nothing_is_split(tmp_path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "cells.png")
    with pytest.raises(NoDividingLineError):
        split_pictures(PictureSet(tmp_path), tmp_path / "out")


def test_a_damaged_picture_is_left_out_and_named(pictures, tmp_path) -> None:
    pictures.file(1).write_bytes(b"no")
    done = split_pictures(pictures, tmp_path / "out")
    assert done.n_split == 23
    assert pictures.file(1).name in done.failures[0].path
    assert len(pd.read_csv(tmp_path / "out" / "halves.csv")) == 46


def test_two_pictures_that_would_become_one_are_refused(pictures, tmp_path) -> None:
    Image.fromarray(pictures.read_one(0)).save(pictures.file(0).with_suffix(".tif"))
    again = PictureSet(pictures.path, NAMES)
    with pytest.raises(DataError, match="only their endings differ"):
        split_pictures(again, tmp_path / "out")


@pytest.mark.parametrize("way", ["whole path", "dots"])
def test_pictures_that_lie_elsewhere_are_not_written_over(pictures, tmp_path, way) -> None:
    table = tmp_path / "lists" / "some.csv"
    table.parent.mkdir()
    front = pictures.root if way == "whole path" else f"../{pictures.root.name}"
    names = pictures.table["file"].head(3)
    files = [f"{front}/{name}" for name in names]
    pd.DataFrame({"file": files, "gene": ["A", "B", "C"]}).to_csv(table, index=False)
    before = [(pictures.root / name).read_bytes() for name in names]

    done = split_pictures(PictureSet(table), tmp_path / "out" / "halves")

    assert (done.n_split, done.failures) == (3, ())
    assert [(pictures.root / name).read_bytes() for name in names] == before
    written = sorted(path.name for path in (tmp_path / "out" / "halves" / "chromatin").iterdir())
    assert written == sorted(names)
    halves = PictureSet(tmp_path / "out" / "halves" / "halves.csv")
    assert [halves.file(row).is_file() for row in range(len(halves))] == [True] * 6


def test_halves_that_would_replace_the_pictures_are_refused(pictures, tmp_path) -> None:
    pictures.root.rename(tmp_path / "chromatin")
    moved = PictureSet(tmp_path / "chromatin", NAMES)
    before = moved.file(0).read_bytes()
    with pytest.raises(OptionError, match="written over a picture"):
        split_pictures(moved, tmp_path)
    assert moved.file(0).read_bytes() == before
