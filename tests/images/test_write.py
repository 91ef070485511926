from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import pytest
import tifffile

from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage, read_image, write_image

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("dtype", ["u1", "u2", "i4", "f4", "f8"])
@pytest.mark.parametrize(
    ("axes", "shape"),
    [("CYX", (2, 40, 30)), ("TCZYX", (3, 2, 4, 20, 600)), ("CZYX", (1, 5, 1, 30))],
)
def test_an_image_comes_back_as_it_was_written(
    tmp_path: Path, axes: str, shape: tuple[int, ...], dtype: str
) -> None:
    pixels = (100 * np.random.default_rng(0).random(shape)).astype(dtype)
    channels = ("DNA", "γ-tubulin")[: shape[axes.index("C")]]
    z_step_um = 2.0 if "Z" in axes else None
    image = CellImage(pixels, axes, channels, 0.5, z_step_um)
    path = tmp_path / "a.ome.tif"
    write_image(path, image)
    read = read_image(path)
    assert read.pixels.dtype == pixels.dtype
    assert (read.axes, read.channels) == (axes, channels)
    assert (read.pixel_size_um, read.z_step_um) == (0.5, z_step_um)
    np.testing.assert_array_equal(read.pixels, pixels)


def test_equal_images_are_equal_files_and_others_have_another_identifier(
    tmp_path: Path, tiny_image: CellImage
) -> None:
    changed = tiny_image.pixels.copy()
    changed.flat[0] += 1
    for name, image in (
        ("a", tiny_image),
        ("b", tiny_image),
        ("changed", replace(tiny_image, pixels=changed)),
        ("named", replace(tiny_image, scene="dish µ")),
    ):
        write_image(tmp_path / name, image)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    described = [tifffile.tiffcomment(tmp_path / name) for name in ("a", "changed", "named")]
    named = {re.search(r'UUID="urn:uuid:([0-9a-f-]{36})"', one)[1] for one in described}
    assert len(named) == 3
    assert str(UUID(int=0)) not in named
    assert 'Name="dish µ"' in described[2]


def test_a_lazy_image_is_copied_piece_by_piece(tmp_path: Path, tiny_image: CellImage) -> None:
    first, second = tmp_path / "a.ome.tif", tmp_path / "b.ome.tif"
    write_image(first, tiny_image)
    write_image(second, read_image(first, lazy=True))
    np.testing.assert_array_equal(read_image(second).pixels, tiny_image.pixels)


@pytest.mark.parametrize("dtype", ["f2", "i8", "u8", "?"])
def test_types_that_ome_tiff_lacks_are_refused(tmp_path: Path, dtype: str) -> None:
    image = CellImage(np.zeros((1, 4, 4), dtype), "CYX", ("a",))
    with pytest.raises(DataError, match="which OME-TIFF does not have"):
        write_image(tmp_path / "a.ome.tif", image)
    assert list(tmp_path.iterdir()) == []
