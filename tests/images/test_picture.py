from __future__ import annotations

from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.images import list_scenes, read_image

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("n_samples", [1, 2, 3, 4])
def test_png_keeps_its_bits_and_loses_its_transparency(
    tmp_path: Path, dtype: type, n_samples: int
) -> None:
    path = tmp_path / "細胞 a.PNG"
    pixels = RNG.integers(0, np.iinfo(dtype).max, (20, 30, n_samples)).astype(dtype)
    path.write_bytes(imagecodecs.png_encode(pixels[..., 0] if n_samples == 1 else pixels))
    image = read_image(path)
    n_colors = 1 if n_samples < 3 else 3
    expected = ("Red", "Green", "Blue") if n_colors == 3 else ("channel 0",)
    assert (image.axes, image.channels, image.pixel_size_um) == ("CYX", expected, None)
    assert image.pixels.dtype == dtype
    np.testing.assert_array_equal(image.pixels, pixels[..., :n_colors].transpose(2, 0, 1))


def test_a_palette_is_resolved_to_its_colours(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    picture = Image.fromarray(np.array([[0, 1, 2]], np.uint8)).convert("P")
    picture.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    picture.save(path)
    np.testing.assert_array_equal(read_image(path).pixels[1], [[20, 50, 80]])


def test_one_bit_becomes_black_and_white(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(np.eye(20, dtype=bool)).save(path)
    np.testing.assert_array_equal(read_image(path).pixels[0], 255 * np.eye(20, dtype=np.uint8))


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("suffix", [".jpg", ".jpeg"])
def test_jpeg_is_read_as_grey_or_colour(tmp_path: Path, mode: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    Image.new(mode, (30, 20), 120 if mode == "L" else (120, 60, 30)).save(path, "JPEG", quality=95)
    image = read_image(path, lazy=True)  # always whole
    assert not image.is_lazy
    means = image.pixels.mean(axis=(1, 2))
    np.testing.assert_allclose(means, [120] if mode == "L" else [120, 60, 30], atol=3)


@pytest.mark.parametrize("share", [0.1, 0.6, 0.9])
def test_a_png_that_is_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.png"
    encoded = imagecodecs.png_encode(RNG.integers(0, 255, (90, 90)).astype(np.uint8))
    path.write_bytes(encoded[: int(len(encoded) * share)])
    with pytest.raises(FileError, match="cannot be read as a PNG picture"):
        read_image(path)


def test_a_picture_has_one_scene(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(imagecodecs.png_encode(np.zeros((4, 4), np.uint8)))
    assert list_scenes(path) == [""]
    with pytest.raises(OptionError, match="There is no scene 2"):
        read_image(path, scene=2)
