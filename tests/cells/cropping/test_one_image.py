import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.cropping.crop import CropOptions, cut_crops
from napari_seewhy.cells.cropping.one_image import (
    ColumnTargetOptions,
    cut_crops_steps,
    find_target,
    marker_of,
    save_crops_steps,
)
from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.errors import DataError
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet

OPTIONS = CropOptions(size_px=16)


@pytest.fixture
def cells(tiny_image, tiny_labels) -> pd.DataFrame:
    return measure_cells(tiny_image, tiny_labels)


@pytest.fixture
def crops(tiny_image, tiny_labels, cells):
    return finish(cut_crops_steps(tiny_image, tiny_labels, cells, OPTIONS))


def test_crops_are_those_that_the_core_cuts(crops, tiny_image, cells) -> None:
    np.testing.assert_array_equal(crops.pixels, cut_crops(tiny_image, cells, OPTIONS))
    assert (crops.channels, crops.pixel_size_um) == (("DNA", "Golgi"), 0.5)


@pytest.mark.parametrize("known", ["nothing", "no places", "a new cell"])
def test_cells_whose_place_is_not_known_are_measured_first(
    tiny_image, tiny_labels, cells, crops, known
) -> None:
    tables = {
        "nothing": None,
        "no places": cells[["label", "area_px"]],
        "a new cell": cells.assign(y=cells["y"].where(cells["label"] != 3)),
    }
    again = finish(cut_crops_steps(tiny_image, tiny_labels, tables[known], OPTIONS))
    np.testing.assert_array_equal(again.pixels, crops.pixels)
    assert again.cells["label"].tolist() == [1, 2, 3, 4, 5]


def test_neighbours_are_masked_as_cells_where_there_are_cells(tiny_image, tiny_labels) -> None:
    masked = OPTIONS.change(mask_neighbours=True, size_px=88)
    as_nuclei = finish(cut_crops_steps(tiny_image, tiny_labels, None, masked))
    tiny_cells = np.where(tiny_labels == 2, 0, tiny_labels)
    tiny_cells[20, 60] = 2
    as_cells = finish(cut_crops_steps(tiny_image, tiny_labels, None, masked, tiny_cells))
    brightness_of_1, brightness_of_2 = 150, 200
    assert as_nuclei.pixels[0, 0].max() == brightness_of_1
    assert as_cells.pixels[0, 0].max() == brightness_of_2


def test_labels_without_cells_are_named(tiny_image, tiny_labels) -> None:
    with pytest.raises(DataError, match="no cell in these labels"):
        finish(cut_crops_steps(tiny_image, np.zeros_like(tiny_labels), None, OPTIONS))


def test_a_measurement_parts_the_cells_by_its_threshold(cells) -> None:
    options = ColumnTargetOptions(column="mean_DNA", threshold=220, negative="G1", positive="M")
    found = find_target(cells, options)
    assert (found.target.tolist(), found.classes) == ([0, 0, 1, 1, 1], ("G1", "M"))


def test_names_of_classes_are_taken_as_they_are(cells) -> None:
    named = cells.assign(**{"class": pd.Categorical(["M", "G1", None, "M", "G1"])})
    found = find_target(named, ColumnTargetOptions(column="class"))
    assert (found.target.tolist(), found.classes) == ([1, 0, -1, 1, 0], ("G1", "M"))


def test_without_a_column_nothing_is_known(cells) -> None:
    found = find_target(cells, ColumnTargetOptions())
    assert (found.target.tolist(), found.classes) == ([-1] * 5, ())


def test_the_longest_channel_name_is_the_marker() -> None:
    assert marker_of("mean_anti_PH3_ring", ("PH3", "anti_PH3")) == "anti_PH3"
    assert marker_of("class", ("PH3",)) is None


def test_saved_crops_know_their_target_group_and_origin(tmp_path, crops) -> None:
    path = tmp_path / "samples.h5"
    options = ColumnTargetOptions(column="mean_DNA", keep_marker=True)
    saved = finish(save_crops_steps(path, crops, options, "day 1"))
    assert saved.n_crops == 5
    with SampleSet(path) as samples:
        np.testing.assert_array_equal(samples.pixels[:], crops.pixels)
        assert samples.classes == ("negative", "positive")
        assert set(samples.group) == {"day 1"}
        assert samples.origin["label"].tolist() == [1, 2, 3, 4, 5]
        assert samples.pixel_size_um == 0.5
        assert samples.record["options"]["target"]["column"] == "mean_DNA"


def test_the_markers_channel_is_left_out(tmp_path, crops) -> None:
    path = tmp_path / "samples.h5"
    finish(save_crops_steps(path, crops, ColumnTargetOptions(column="mean_DNA"), ""))
    with SampleSet(path) as samples:
        assert samples.channels == ("Golgi",)
        np.testing.assert_array_equal(samples.pixels[:], crops.pixels[:, 1:])


def test_crops_of_the_marker_alone_are_refused(tmp_path, tiny_image, tiny_labels, cells) -> None:
    dna = finish(cut_crops_steps(tiny_image.select(["DNA"]), tiny_labels, cells, OPTIONS))
    with pytest.raises(DataError, match="marker DNA is the only channel"):
        finish(save_crops_steps(tmp_path / "a.h5", dna, ColumnTargetOptions(column="mean_DNA"), ""))
    assert list(tmp_path.iterdir()) == []
