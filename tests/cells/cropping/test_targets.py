"""Where the targets of crops come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.cropping.targets import (
    CellsOfImage,
    MarkerTargetOptions,
    TableTargetOptions,
    open_target,
)
from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.errors import DataError, FileError, OptionError

ONE = [Path("field.tif")]
CLASSES = ["low", "low", "high", "high", "high"]


@pytest.fixture
def one(tiny_image, tiny_labels):
    """Five cells of which DNA is 150, 200, 250, 300, 350."""
    cells = measure_cells(tiny_image, tiny_labels).assign(kind=CLASSES)
    return CellsOfImage(tiny_image, cells, tiny_labels)


def marker_options(folder):
    return MarkerTargetOptions(channel="DNA", threshold=225, negative="low", positive="high")


def column_options(folder):
    return TableTargetOptions(column="kind", classes=("low", "high"))


def csv_options(folder):
    table = pd.DataFrame({"label": [5, 4, 3, 2, 1], "kind": CLASSES[::-1]})
    table.to_csv(folder / "kinds.csv", index=False)
    return TableTargetOptions(path=folder / "kinds.csv", column="kind", classes=("low", "high"))


@pytest.mark.parametrize("make_options", [marker_options, column_options, csv_options])
def test_every_source_says_one_thing_per_cell_and_decides_on_all_together(
    make_options, one, tmp_path
):
    source = open_target(make_options(tmp_path), ONE)
    order = [4, 0, 2]
    turned = CellsOfImage(one.image, one.cells.iloc[order], one.labels)
    known = np.concatenate([source.look(one), source.look(turned)])
    assert known.shape == (8,)
    target, classes, threshold = source.decide(known)
    assert classes == ("low", "high")
    assert target.dtype == np.int64
    assert target.tolist() == [0, 0, 1, 1, 1, 1, 0, 1]
    assert threshold == (225 if make_options is marker_options else None)
    seen = source.keep_channels(one.image, ())
    assert seen == (("Golgi",) if make_options is marker_options else ())


def test_a_marker_that_was_not_measured_is_measured(one):
    bare = CellsOfImage(one.image, one.cells[["label", "y", "x"]].iloc[::-1], one.labels)
    source = open_target(MarkerTargetOptions(channel="dna"), ONE)
    np.testing.assert_allclose(source.look(bare), [350, 300, 250, 200, 150])


def test_integrated_intensities_and_whole_cells_are_measured_too(one):
    bare = CellsOfImage(one.image, one.cells[["label", "y", "x"]], one.labels, one.labels)
    integrated = MarkerTargetOptions(channel="DNA", measure="integrated")
    np.testing.assert_allclose(
        open_target(integrated, ONE).look(bare), one.cells["integrated_DNA"].to_numpy()
    )
    of_cell = MarkerTargetOptions(channel="DNA", region="cell")
    np.testing.assert_allclose(open_target(of_cell, ONE).look(bare), [150, 200, 250, 300, 350])


@pytest.mark.parametrize("region", ["cell", "ring"])
def test_a_region_that_cannot_be_measured_is_told(one, region):
    source = open_target(MarkerTargetOptions(channel="DNA", region=region), ONE)
    with pytest.raises(DataError, match=f"no column mean_DNA_{region}"):
        source.look(one)


def test_without_labels_the_marker_must_be_in_the_table(one):
    bare = CellsOfImage(one.image, one.cells[["label", "y", "x"]])
    with pytest.raises(DataError, match="no column mean_DNA and there are no labels to measure"):
        open_target(MarkerTargetOptions(channel="DNA"), ONE).look(bare)


def test_the_marker_may_be_kept_and_the_only_channel_must(one):
    keep = MarkerTargetOptions(channel="DNA", keep_channel=True)
    assert open_target(keep, ONE).keep_channels(one.image, ("DNA",)) == ("DNA",)
    drop = open_target(MarkerTargetOptions(channel="DNA"), ONE)
    assert drop.keep_channels(one.image, ("1", "dna")) == ("Golgi",)
    with pytest.raises(DataError, match="The marker DNA is the only channel"):
        drop.keep_channels(one.image, ("DNA",))


def test_an_unknown_marker_is_refused_with_the_channels_there_are(one):
    with pytest.raises(OptionError, match="There is no channel 'CENP-F'; this image has 0: DNA"):
        open_target(MarkerTargetOptions(channel="CENP-F"), ONE).look(one)


def test_a_table_of_several_images_must_say_which_image(one, tmp_path):
    options = csv_options(tmp_path)
    with pytest.raises(DataError, match="does not say which of the 2 images a label is of"):
        open_target(options, ONE * 2)
    with pytest.raises(FileError, match="does not exist"):
        open_target(TableTargetOptions(path=tmp_path / "none.csv"), ONE)


def test_a_class_column_that_is_not_there_is_told(one):
    with pytest.raises(DataError, match="The table of cells has no column class"):
        open_target(TableTargetOptions(), ONE).look(one)
