"""What was never imaged is distinguished from what is dark."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import dask.array as da
import numpy as np
import psutil
import pytest
import scipy
import tifffile
from PIL import Image
from scipy.ndimage import rotate

from napari_seewhy.images import (
    explain_unmeasured,
    fill_unmeasured,
    find_measured,
    read_image,
)
from napari_seewhy.images.empty_areas import find_empty

if TYPE_CHECKING:
    from pathlib import Path


def draw_field(shape: tuple[int, int] = (160, 160), level: int = 120) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 8, shape)
    return (level + noise).clip(1, 60_000).astype(np.uint16)


def lay_tiles(empty: list[tuple[slice, slice]], fill: int = 0) -> np.ndarray:
    frame = draw_field((256, 256))
    for box in empty:
        frame[box] = fill
    return frame


MOSAICS = {
    "one tile of four": [(slice(0, 128), slice(0, 128))],
    "all but one tile": [(slice(128, 256), slice(0, 256)), (slice(0, 128), slice(128, 256))],
    "tiles along a way": [(slice(0, 64), slice(64, 256)), (slice(64, 192), slice(0, 90))],
    "a seam across": [(slice(100, 110), slice(0, 256))],
}


@pytest.mark.parametrize("fill", [0, 65_535])
@pytest.mark.parametrize("name", MOSAICS)
def test_missing_tiles_were_not_measured(name: str, fill: int) -> None:
    frame = lay_tiles(MOSAICS[name], fill)
    measured = find_measured(frame)
    assert measured is not None
    np.testing.assert_array_equal(measured, frame != fill)


FILLS = {
    "0 of signed numbers": ("i2", 0),
    "the end of a camera of 12 bits": ("u2", 4095),
    "the end of a camera of 14 bits": ("u2", 16_383),
    "white of real numbers": ("f4", 1),
}


@pytest.mark.parametrize(("dtype", "fill"), FILLS.values(), ids=FILLS)
def test_what_programs_and_cameras_fill_with_was_not_measured(dtype: str, fill: int) -> None:
    frame = lay_tiles(MOSAICS["one tile of four"]).astype(dtype)
    frame = frame / np.float32(1000) if dtype == "f4" else frame
    frame[:128, :128] = fill
    measured = find_measured(frame)
    assert measured is not None
    np.testing.assert_array_equal(measured, frame != fill)
    frame[200, 200] = 2 * fill or -1
    # A camera that gives more has not its end there; 0 is filled in whatever else there is.
    assert (find_measured(frame) is None) == (fill > 0)


@pytest.mark.parametrize("angle", [3, 20, 45])
def test_the_corners_of_a_turned_image_were_not_measured(angle: float) -> None:
    turned = rotate(draw_field(), angle, order=1).astype(np.uint16)
    measured = find_measured(turned)
    assert measured is not None
    assert turned[measured].min() > 80
    assert measured.sum() > 0.9 * 160 * 160


def test_pixels_in_their_file_say_the_same() -> None:
    frame = lay_tiles(MOSAICS["one tile of four"])
    lazy = da.from_array(frame, chunks=100)
    measured = find_measured(frame)
    np.testing.assert_array_equal(find_measured(lazy), measured)
    filled = fill_unmeasured(lazy, measured)
    np.testing.assert_array_equal(np.asarray(filled), fill_unmeasured(frame, measured))
    assert (np.asarray(filled)[:100, :100] == np.median(frame[measured])).all()


def draw_cells(background: int) -> np.ndarray:
    y, x = np.indices((160, 160))
    frame = np.full((160, 160), background, float)
    for row, column in ((30, 30), (80, 110), (130, 40), (40, 120)):
        frame += 900 * np.exp(-((y - row) ** 2 + (x - column) ** 2) / 120)
    return frame


@pytest.mark.parametrize(
    "frame",
    [
        draw_field(),
        draw_cells(0).astype(np.uint16),
        draw_cells(0).astype(np.uint8),
        draw_cells(0).astype(np.float32),
        np.where(draw_cells(0) > 300, 255, 0).astype(np.uint8),
        np.zeros((99, 99), np.uint16),
        np.where((np.indices((160, 160)) ** 2).sum(0) < 900, 0, draw_field()),
        np.pad(np.full((20, 20), 500, np.uint16), 60),
        np.where(np.indices((160, 160)).sum(0) % 9 == 0, 0, 7).astype(np.uint8),
    ],
    ids=[
        "camera",
        "subtracted",
        "8 bit",
        "real",
        "mask",
        "black",
        "a dark spot at a corner",
        "a stamp",
        "stripes",
    ],
)
def test_what_is_only_dark_or_bright_was_measured(frame: np.ndarray) -> None:
    assert find_measured(frame) is None


def test_the_share_is_told() -> None:
    (said,) = explain_unmeasured(np.arange(100).reshape(10, 10) >= 12)
    assert said.startswith("12% of the image is one value up to its border")
    assert explain_unmeasured(None) == explain_unmeasured(np.ones((4, 4), bool)) == ()


HOLE = np.zeros((40, 50), bool)
HOLE[10:20, 5:30] = True
"""Somewhere inside, of no shape that could be seen from its outline."""


def write_declared(path: Path, kind: str, pixels: np.ndarray) -> Path:
    """Write a grey picture (or one of three colours) with the hole declared as not measured."""
    alpha = np.where(HOLE, 0, 255).astype(np.uint8)
    colored = np.stack([pixels, pixels[::-1], pixels // 2, alpha], -1)
    if kind == "png of colours":
        Image.fromarray(colored).save(path.with_suffix(".png"))
        return path.with_suffix(".png")
    if kind == "grey png":
        Image.fromarray(np.stack([pixels, alpha], -1), mode="LA").save(path.with_suffix(".png"))
        return path.with_suffix(".png")
    if kind == "tiff of colours":
        tifffile.imwrite(path, colored, photometric="rgb", extrasamples=["unassalpha"])
    else:
        value, dtype = {"whole number": (b"7", np.uint8), "nan": (b"nan", np.float32)}[kind]
        stored = np.where(HOLE, float(value), pixels + 8.0).astype(dtype)
        tags = [(42113, "s", 0, value, True)]
        tifffile.imwrite(path, stored, extratags=tags, metadata=None, photometric="minisblack")
    return path


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize(
    "kind", ["png of colours", "grey png", "tiff of colours", "whole number", "nan"]
)
def test_what_a_file_declares_as_empty_was_not_measured(
    tmp_path: Path, kind: str, lazy: bool
) -> None:
    pixels = np.random.default_rng(0).integers(9, 200, HOLE.shape).astype(np.uint8)
    image = read_image(write_declared(tmp_path / "a.tif", kind, pixels), lazy=lazy)
    assert image.measured is not None
    np.testing.assert_array_equal(image.measured, ~HOLE)
    for taken in (image.select([0]), image.frame(0), image.flatten_z(), image.load()):
        assert taken.measured is image.measured
    found = find_measured(image.pixels[0], image.measured)
    np.testing.assert_array_equal(found, ~HOLE)
    (said,) = explain_unmeasured(found, is_declared=True)
    assert said.startswith("12% of the image was not measured: a mask or its file declares so")


def test_a_picture_that_is_opaque_or_transparent_as_a_whole_declares_nothing(
    tmp_path: Path,
) -> None:
    pixels = np.full((40, 50, 4), 200, np.uint8)
    for alpha in (0, 255):
        pixels[..., 3] = alpha
        Image.fromarray(pixels).save(tmp_path / "a.png")
        assert read_image(tmp_path / "a.png").measured is None


@pytest.fixture
def of_large_planes(monkeypatch):
    """Strips of some rows, and what is found in a file, as of planes of many million pixels."""

    def narrow() -> None:
        monkeypatch.setattr("napari_seewhy.images.scratch._STRIP_PX", 37 * 160)
        monkeypatch.setattr("napari_seewhy.images.scratch.SCRATCH_BYTES", 1000)

    return narrow


def draw_mottled() -> np.ndarray:
    """Black noise that touches itself over many rows, a missing tile, and a dark spiral."""
    frame = lay_tiles(MOSAICS["tiles along a way"])
    frame[np.random.default_rng(1).random(frame.shape) < 0.3] = 0
    frame[200:240:8, 100:250] = 0
    frame[200:240, 248:250] = 0
    return frame


@pytest.mark.parametrize(
    "frame",
    [
        *(lay_tiles(boxes) for boxes in MOSAICS.values()),
        *(rotate(draw_field(), angle, order=1).astype(np.uint16) for angle in (3, 20, 45)),
        draw_mottled(),
        draw_cells(0).astype(np.uint16),
    ],
)
def test_a_large_plane_is_looked_at_strip_by_strip_with_the_same_result(
    frame: np.ndarray, of_large_planes
) -> None:
    expected = find_measured(frame)
    of_large_planes()
    for plane in (frame, da.from_array(frame, chunks=50)):
        found = find_measured(plane)
        assert (found is None) == (expected is None)
        if expected is not None:
            np.testing.assert_array_equal(found, expected)


def test_areas_that_meet_strips_farther_down_are_one(of_large_planes) -> None:
    comb = np.ones((150, 160), np.uint8)
    comb[:, ::16] = 0
    comb[140:, :] = 0
    comb[0, :] = 1
    comb[:, [0, -1]] = 1
    comb[-1, :] = 1
    comb[60, 0:17] = 0
    expected = find_empty(comb, 0, 2000)
    of_large_planes()
    found = find_empty(comb, 0, 2000)
    assert expected is not None
    assert int(expected.sum()) == int((comb == 0).sum())
    np.testing.assert_array_equal(found, expected)


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux is known to keep what was written.")
@pytest.mark.parametrize("is_tile", [True, False])
def test_the_mask_of_a_large_plane_is_never_in_memory_as_a_whole(monkeypatch, is_tile):
    monkeypatch.setattr("napari_seewhy.images.scratch._STRIP_PX", 2**18)
    monkeypatch.setattr("napari_seewhy.images.scratch.SCRATCH_BYTES", 2**20)
    height, width = 8192, 4096
    plane = (np.indices((height, width), np.uint16, sparse=True)[1] % 251 + 5).repeat(height, 0)
    if is_tile:
        plane[:2000, :1000] = 0
    else:
        # The corners of a turned image.
        y, x = np.indices((height, width), np.int16, sparse=True)
        for from_y in (y, height - 1 - y):
            for from_x in (x, width - 1 - x):
                plane[from_y + from_x < 1000] = 0
    process, mapped = psutil.Process(), []
    label = scipy.ndimage.label

    def look(*arguments, **options):
        mapped.append(process.memory_info().shared)
        return label(*arguments, **options)

    monkeypatch.setattr(scipy.ndimage, "label", look)
    before = process.memory_info().shared
    measured = find_measured(plane)
    explain_unmeasured(measured)
    mapped.append(process.memory_info().shared)
    assert max(mapped) - before < height * width / 4
    assert not measured[0, 0]
    assert measured[5000, 2000]


def test_the_share_of_a_series_counts_all_its_planes():
    measured = np.ones((4, 10, 20), bool)
    assert explain_unmeasured(measured) == ()
    measured[1, :, :8] = False
    (said,) = explain_unmeasured(measured)
    assert said.startswith("10% of the image")
