"""The table of cells: its columns, its regions, and what is refused."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pandas as pd
import pytest
from scipy import ndimage as ndi
from skimage.segmentation import expand_labels

from napari_seewhy.cells.measuring import regions
from napari_seewhy.cells.measuring.measure import MeasureOptions, measure_cells, measure_cells_steps
from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.images import CellImage

EVERYTHING = MeasureOptions(ring_width_px=3, texture=True, spot_channels=("Golgi",))


DISCS = ((20, 20, 8), (20, 60, 10), (60, 22, 7), (64, 64, 9), (44, 92, 8))
"""Centre y, centre x and radius of the discs of `tiny_image`, in pixels."""


def draw_series(discs: np.ndarray, n_frames: int) -> tuple[CellImage, np.ndarray]:
    """Frames with one disc, two discs, and so on."""
    labels = np.stack([np.where(discs <= t + 1, discs, 0) for t in range(n_frames)])
    return CellImage(labels[:, None].astype(np.uint8), "TCYX", ("DNA",)), labels


def test_discs_have_the_size_place_and_brightness_that_they_were_drawn_with(
    tiny_image, tiny_labels
):
    cells = measure_cells(tiny_image, tiny_labels)
    y, x, radius = np.array(DISCS).T
    np.testing.assert_array_equal(cells["label"], [1, 2, 3, 4, 5])
    np.testing.assert_allclose(cells[["y", "x"]], np.stack([y, x], axis=1))
    np.testing.assert_array_equal(cells["y_min"], y - radius)
    np.testing.assert_array_equal(cells["x_max"], x + radius + 1)
    np.testing.assert_allclose(cells["area_px"], np.pi * radius**2, rtol=0.05)
    np.testing.assert_allclose(cells["major_axis_px"], 2 * radius, rtol=0.05)
    np.testing.assert_allclose(cells["perimeter_px"], 2 * np.pi * radius, rtol=0.06)
    np.testing.assert_array_equal(cells["mean_DNA"], 100 + 50 * cells["label"])
    np.testing.assert_array_equal(cells["std_DNA"], 0)
    np.testing.assert_array_equal(cells["max_Golgi"], 40)
    np.testing.assert_array_equal(cells["sum_Golgi"], 40 * cells["area_px"])
    assert not cells["touches_border"].any()


def test_integrated_intensity_is_free_of_the_background(tiny_image, tiny_labels):
    cells = measure_cells(tiny_image, tiny_labels)
    np.testing.assert_array_equal(cells["background_DNA"], 10)
    wanted = (90 + 50 * cells["label"]) * cells["area_px"]
    np.testing.assert_allclose(cells["integrated_DNA"], wanted)


def test_nothing_is_integrated_where_no_background_is_wanted(tiny_image, tiny_labels):
    cells = measure_cells(tiny_image, tiny_labels, MeasureOptions(background="none"))
    assert not [name for name in cells if name.startswith(("integrated", "background"))]


def test_micrometres_stand_beside_pixels_where_the_pixel_size_is_known(tiny_image, tiny_labels):
    cells = measure_cells(tiny_image, tiny_labels, EVERYTHING)
    np.testing.assert_allclose(cells["area_um2"], cells["area_px"] / 4)
    np.testing.assert_allclose(cells["perimeter_um"], cells["perimeter_px"] / 2)
    np.testing.assert_allclose(cells["area_um2_ring"], cells["area_px_ring"] / 4)
    assert {"spot_area_um2_Golgi", "spot_distance_um_Golgi"} <= set(cells)


def test_no_micrometres_without_a_pixel_size(tiny_image, tiny_labels):
    image = CellImage(tiny_image.pixels, "CYX", tiny_image.channels)
    cells = measure_cells(image, tiny_labels, EVERYTHING, cell_labels=tiny_labels)
    assert not [name for name in cells if "_um" in name]


def test_cell_and_ring_are_measured_beside_the_nucleus(tiny_image, tiny_labels):
    whole = expand_labels(tiny_labels, 4)
    cells = measure_cells(
        tiny_image, tiny_labels, MeasureOptions(ring_width_um=1.0), cell_labels=whole
    )
    np.testing.assert_array_equal(cells["area_px_cell"], np.bincount(whole.ravel())[1:])
    rings = np.where(tiny_labels == 0, expand_labels(tiny_labels, 2), 0)
    np.testing.assert_array_equal(cells["area_px_ring"], np.bincount(rings.ravel())[1:])
    np.testing.assert_array_equal(cells["mean_DNA_ring"], 10)
    np.testing.assert_allclose(cells["integrated_DNA_cell"], cells["integrated_DNA"])


def test_a_nucleus_without_cell_has_no_brightness_there(tiny_image, tiny_labels):
    whole = np.where(tiny_labels == 2, 0, tiny_labels)
    cells = measure_cells(tiny_image, tiny_labels, cell_labels=whole).set_index("label")
    assert cells.loc[2, "area_px_cell"] == 0
    assert np.isnan(cells.loc[2, "mean_DNA_cell"])
    assert cells.loc[3, "mean_DNA_cell"] == cells.loc[3, "mean_DNA"]


def test_labels_need_not_be_sequential(tiny_image, tiny_labels):
    numbers = np.array([0, 900_000_000, 3, 70, 12, 1])
    cells = measure_cells(tiny_image, numbers[tiny_labels], EVERYTHING)
    wanted = measure_cells(tiny_image, tiny_labels, EVERYTHING)
    wanted["label"] = numbers[wanted["label"]]
    pd.testing.assert_frame_equal(cells, wanted.sort_values("label", ignore_index=True))


def test_objects_at_the_edge_of_the_image_are_marked():
    labels = np.zeros((20, 30), np.int32)
    labels[0:3, 5:8] = 1
    labels[10:13, 27:30] = 2
    labels[10:13, 10:13] = 3
    image = CellImage(np.ones((1, 20, 30), np.uint8), "CYX", ("DNA",))
    assert measure_cells(image, labels)["touches_border"].to_list() == [True, True, False]


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1)])
def test_thin_images_are_measured(shape):
    image = CellImage(np.full((1, *shape), 3, np.uint8), "CYX", ("DNA",))
    options = MeasureOptions(ring_width_px=2, texture=True, spot_channels=("DNA",))
    cells = measure_cells(image, np.ones(shape, int), options)
    assert cells["area_px"].to_list() == [shape[0] * shape[1]]
    assert cells["mean_DNA"].to_list() == [3]


def test_a_time_series_is_measured_frame_by_frame(tiny_labels):
    image, labels = draw_series(tiny_labels, 3)
    cells = measure_cells(image, labels)
    assert list(cells)[:2] == ["label", "t"]
    assert cells["t"].to_list() == [0, 1, 1, 2, 2, 2]
    assert cells["label"].to_list() == [1, 1, 2, 1, 2, 3]


def test_a_frame_without_objects_does_not_change_the_types(tiny_labels):
    image, labels = draw_series(tiny_labels, 2)
    labels[0] = 0
    cells = measure_cells(image, labels)
    assert cells["t"].to_list() == [1, 1]
    assert cells["label"].dtype == np.int64
    assert cells["touches_border"].dtype == bool


def test_a_stack_is_measured_in_the_plane_that_was_chosen():
    pixels = np.stack([np.full((8, 8), value, np.uint8) for value in (3, 9, 5)])[None]
    image = CellImage(pixels, "CZYX", ("DNA",))
    labels = np.ones((8, 8), int)
    assert measure_cells(image, labels)["mean_DNA"][0] == 9
    assert measure_cells(image, labels, MeasureOptions(z_plane=2))["mean_DNA"][0] == 5


def test_without_objects_the_table_has_all_columns_of_the_right_types(tiny_image, tiny_labels):
    full = measure_cells(tiny_image, tiny_labels, EVERYTHING, cell_labels=tiny_labels)
    none = np.zeros_like(tiny_labels)
    empty = measure_cells(tiny_image, none, EVERYTHING, cell_labels=none)
    assert len(empty) == 0
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)


def draw_tissue() -> tuple[CellImage, np.ndarray, np.ndarray]:
    """Many uneven nuclei with cells about them, and one cell as high as the image."""
    rng = np.random.default_rng(3)
    shape = (150, 90)
    seeds = np.zeros(shape, np.int32)
    places = rng.choice(np.prod(shape), 60, replace=False)
    seeds.ravel()[places] = rng.permutation(60) * 5 + 3
    nuclei = expand_labels(seeds, 4)
    cells = expand_labels(nuclei, 6)
    cells[:, 40] = nuclei[nuclei > 0][0]
    smooth = ndi.gaussian_filter(rng.normal(size=(2, *shape)), (0, 2, 2))
    pixels = np.round(500 + 2000 * smooth).clip(0).astype(np.uint16)
    return CellImage(pixels, "CYX", ("DNA", "Golgi"), 0.3), nuclei, cells


@pytest.mark.parametrize("is_lazy", [False, True])
def test_strip_by_strip_gives_the_same_table_as_in_one_piece(monkeypatch, is_lazy):
    image, nuclei, cells = draw_tissue()
    whole = measure_cells(image, nuclei, EVERYTHING, cell_labels=cells)
    if is_lazy:
        lazy = da.from_array(image.pixels, chunks=(1, 32, 32))
        image = CellImage(lazy, "CYX", image.channels, image.pixel_size_um)
    monkeypatch.setattr(regions, "STRIP_PIXELS", 20 * 90)
    pieces = measure_cells(image, nuclei, EVERYTHING, cell_labels=cells)
    pd.testing.assert_frame_equal(pieces, whole, rtol=1e-9)


def test_strip_by_strip_without_any_object_still_has_all_columns(monkeypatch):
    image, nuclei, _ = draw_tissue()
    whole = measure_cells(image, nuclei, EVERYTHING)
    monkeypatch.setattr(regions, "STRIP_PIXELS", 20 * 90)
    empty = measure_cells(image, np.zeros_like(nuclei), EVERYTHING)
    pd.testing.assert_series_equal(empty.dtypes, whole.dtypes)


class _CountedPixels:
    """Pixels that remember how much was asked for at once; a channel alone reads nothing."""

    def __init__(self, pixels: np.ndarray, sizes: list[int] | None = None) -> None:
        self._pixels = pixels
        self.shape, self.ndim, self.dtype = pixels.shape, pixels.ndim, pixels.dtype
        self._sizes = [] if sizes is None else sizes

    @property
    def largest(self) -> int:
        return max(self._sizes, default=0)

    def __getitem__(self, index):
        piece = self._pixels[index]
        if isinstance(index, int) and piece.ndim == 2:
            return _CountedPixels(piece, self._sizes)
        self._sizes.append(piece.size)
        return piece

    def __eq__(self, value):
        rows = [self[y : y + 1] == value for y in range(self.shape[0])]
        return np.concatenate(rows)

    __hash__ = None


def test_a_large_image_is_never_read_as_a_whole(monkeypatch):
    image, nuclei, _ = draw_tissue()
    monkeypatch.setattr(regions, "STRIP_PIXELS", 20 * 90)
    monkeypatch.setattr("napari_seewhy.images.scratch._STRIP_PX", 20 * 90)
    pixels = _CountedPixels(np.asarray(image.pixels))
    options = MeasureOptions(background_size_px=16)
    measure_cells(CellImage(pixels, "CYX", image.channels), nuclei, options)
    # A strip may be higher than asked by the height of an object.
    assert 0 < pixels.largest <= 30 * 90


def test_steps_name_the_channels_and_count_to_their_total(tiny_labels):
    image, labels = draw_series(tiny_labels, 3)
    steps = list(measure_cells_steps(image, labels))
    assert [step.done for step in steps] == list(range(6))
    assert {step.total for step in steps} == {6}
    assert "Measuring DNA" in {step.message for step in steps}


def test_channels_are_measured_under_their_names_as_they_stand(tiny_labels):
    pixels = np.stack([tiny_labels, 2 * tiny_labels]).astype(np.uint8)
    cells = measure_cells(CellImage(pixels, "CYX", ("核 (DAPI)", "dapi")), tiny_labels)
    np.testing.assert_array_equal(cells["mean_核 (DAPI)"] * 2, cells["mean_dapi"])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_pixels_that_are_no_numbers_are_refused(tiny_image, tiny_labels, bad):
    pixels = tiny_image.pixels.astype(np.float32)
    pixels[1, 3, 3] = bad
    with pytest.raises(DataError, match=r"Golgi.*NaN or infinite"):
        measure_cells(CellImage(pixels, "CYX", tiny_image.channels), tiny_labels)


def test_labels_of_another_shape_are_refused(tiny_image, tiny_labels):
    with pytest.raises(DataError, match="shape"):
        measure_cells(tiny_image, tiny_labels[:-1])


def test_cell_labels_of_another_shape_are_refused(tiny_image, tiny_labels):
    with pytest.raises(DataError, match="shape"):
        measure_cells(tiny_image, tiny_labels, cell_labels=tiny_labels[:, 1:])


def test_labels_of_a_float_type_are_refused(tiny_image, tiny_labels):
    with pytest.raises(DataError, match="float64"):
        measure_cells(tiny_image, tiny_labels.astype(float))


def test_channels_that_would_share_a_column_are_refused(tiny_labels):
    image = CellImage(np.stack([tiny_labels] * 2), "CYX", ("DNA", "DNA_cell"))
    with pytest.raises(DataError, match="mean_DNA_cell"):
        measure_cells(image, tiny_labels, cell_labels=tiny_labels)


def test_a_spot_channel_that_is_not_there_is_refused(tiny_image, tiny_labels):
    with pytest.raises(OptionError, match="Mito"):
        measure_cells(tiny_image, tiny_labels, MeasureOptions(spot_channels=("Mito",)))


@pytest.mark.parametrize("option", ["ring_width_um", "spot_width_um"])
def test_a_width_in_micrometres_needs_a_pixel_size(tiny_image, tiny_labels, option):
    image = CellImage(tiny_image.pixels, "CYX", tiny_image.channels)
    options = MeasureOptions(spot_channels=("DNA",), **{option: 2.0})
    with pytest.raises(OptionError, match=f"{option} is 2.0 but the image has no pixel size"):
        measure_cells(image, tiny_labels, options)


def test_a_width_is_given_only_once():
    with pytest.raises(OptionError, match="only one of the two"):
        MeasureOptions(ring_width_um=2, ring_width_px=4)


@pytest.mark.parametrize("background", ["field", "none"])
def test_a_cell_has_no_value_of_a_channel_that_was_not_measured_there(background):
    rng = np.random.default_rng(0)
    pixels = rng.integers(90, 110, (2, 96, 96)).astype(np.uint16)
    # A channel that was shifted onto the other one ends before the second cell does.
    pixels[1, :, 60:] = 0
    labels = np.zeros((96, 96), np.int32)
    labels[20:30, 20:30], labels[20:30, 55:65] = 1, 2
    image = CellImage(pixels, "CYX", ("DNA", "marker"))
    with pytest.warns(SeewhyWarning, match="taken for not measured, so it counts nowhere"):
        cells = measure_cells(image, labels, MeasureOptions(background=background))
    assert cells["mean_DNA"].notna().all()
    assert cells["mean_marker"].isna().tolist() == [False, True]
    assert cells["sum_marker"].isna().tolist() == [False, True]
    assert cells["area_px"].tolist() == [100, 100]
