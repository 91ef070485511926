"""Whatever kind of file a picture is in, it is read as colours on white."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_seewhy.epigenome.pictures.pixels import read_picture
from napari_seewhy.errors import FileError

COLORS = np.zeros((4, 6, 3), np.uint8) + np.array([200, 100, 50], np.uint8)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_colour_is_read_as_it_is(tmp_path, name) -> None:
    Image.fromarray(COLORS).save(tmp_path / name)
    np.testing.assert_array_equal(read_picture(tmp_path / name), COLORS)


def test_grey_gets_three_colours(tmp_path) -> None:
    Image.fromarray(COLORS[..., 0]).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png"), COLORS[..., :1].repeat(3, 2))


def test_what_is_see_through_lies_on_white(tmp_path) -> None:
    alpha = np.full((4, 6, 1), 255, np.uint8)
    alpha[0] = 0
    Image.fromarray(np.concatenate([COLORS, alpha], axis=2)).save(tmp_path / "a.png")
    read = read_picture(tmp_path / "a.png")
    assert (read[0] == 255).all()
    np.testing.assert_array_equal(read[1:], COLORS[1:])


def test_sixteen_bits_become_eight(tmp_path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", COLORS.astype(np.uint16) << 8, photometric="rgb")
    np.testing.assert_array_equal(read_picture(tmp_path / "a.tif"), COLORS)


def test_what_is_no_picture_is_refused(tmp_path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((4, 6), np.float32))
    (tmp_path / "b.png").write_bytes(b"no")
    for name in ("a.tif", "b.png"):
        with pytest.raises(FileError, match=name):
            read_picture(tmp_path / name)
