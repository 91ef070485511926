from __future__ import annotations

import dask.array as da
import numpy as np
import pytest

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.images import CellImage


@pytest.fixture
def series() -> CellImage:
    """Three time points, two channels, four planes; every pixel holds its own number."""
    pixels = np.arange(3 * 2 * 4 * 5 * 6).reshape(3, 2, 4, 5, 6)
    return CellImage(pixels, "TCZYX", ("DNA", "Golgi"), 0.5, z_step_um=2.0)


@pytest.mark.parametrize("axes", ["YX", "CXY", "CYXT", "QYX", "TCZYXX"])
def test_axes_out_of_order_or_unknown_are_refused(axes: str) -> None:
    with pytest.raises(DataError, match="The axes are"):
        CellImage(np.zeros((1,) * len(axes)), axes, ("a",))


def test_a_shape_that_does_not_fit_the_axes_is_refused() -> None:
    with pytest.raises(DataError, match="not one number for each of the axes CYX"):
        CellImage(np.zeros((4, 5)), "CYX", ("a",))


@pytest.mark.parametrize("channels", [("a",), ("a", "a"), ("a", "b", "c")])
def test_every_channel_needs_a_name_of_its_own(channels: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match="for 2 channels"):
        CellImage(np.zeros((2, 4, 5)), "CYX", channels)


def test_an_image_without_pixels_is_refused() -> None:
    with pytest.raises(DataError, match="holds no pixel"):
        CellImage(np.zeros((1, 0, 5)), "CYX", ("a",))


@pytest.mark.parametrize(("channel", "index"), [("golgi", 1), ("DNA", 0), (1, 1), ("0", 0)])
def test_a_channel_is_found_by_name_or_number(
    series: CellImage, channel: str | int, index: int
) -> None:
    assert series.channel_index(channel) == index


@pytest.mark.parametrize("channel", ["actin", 2, -1, ""])
def test_an_unknown_channel_is_answered_with_those_there_are(
    series: CellImage, channel: str | int
) -> None:
    with pytest.raises(OptionError, match="this image has 0: DNA, 1: Golgi"):
        series.channel_index(channel)


def test_selected_channels_come_in_the_order_asked_for(series: CellImage) -> None:
    swapped = series.select(["Golgi", 0])
    assert swapped.channels == ("Golgi", "DNA")
    np.testing.assert_array_equal(swapped.pixels, series.pixels[:, ::-1])


def test_frames_have_no_time_axis(series: CellImage) -> None:
    frames = list(series.frames())
    assert [frame.axes for frame in frames] == ["CZYX"] * 3
    np.testing.assert_array_equal(frames[2].pixels, series.pixels[2])


def test_an_image_without_time_is_its_only_frame(tiny_image: CellImage) -> None:
    assert list(tiny_image.frames()) == [tiny_image]


@pytest.mark.parametrize("t", [-1, 3])
def test_a_time_point_that_is_not_there_is_refused(series: CellImage, t: int) -> None:
    with pytest.raises(OptionError, match="has 0 to 2"):
        series.frame(t)


def test_a_stack_is_flattened_to_its_maximum_or_a_plane(series: CellImage) -> None:
    highest, first = series.flatten_z(), series.flatten_z(0)
    assert highest.axes == first.axes == "TCYX"
    assert highest.z_step_um is None
    # The pixels are numbered in order, so the last plane is the brightest.
    np.testing.assert_array_equal(highest.pixels, series.pixels[:, :, 3])
    np.testing.assert_array_equal(first.pixels, series.pixels[:, :, 0])


@pytest.mark.parametrize("plane", [-1, 4])
def test_a_plane_that_is_not_there_is_refused(series: CellImage, plane: int) -> None:
    with pytest.raises(OptionError, match="has 0 to 3"):
        series.flatten_z(plane)


def test_a_lazy_image_is_computed_only_by_load(series: CellImage) -> None:
    lazy = CellImage(da.from_array(series.pixels), series.axes, series.channels)
    flat = lazy.select(["Golgi"]).frame(1).flatten_z()
    assert lazy.is_lazy
    assert flat.is_lazy
    loaded = flat.load()
    assert not loaded.is_lazy
    np.testing.assert_array_equal(loaded.pixels, series.pixels[1, 1:, 3])
