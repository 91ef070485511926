"""Images that stay in their file: read by pieces, and able to travel to another process."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tifffile

from napari_seewhy.errors import FileError
from napari_seewhy.images import cut_tiles, read as read_module, read_image
from napari_seewhy.images.lazy import LazyPixels, MappedPixels, TiffPixels
from napari_seewhy.images.vendor import VendorPixels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAYOUTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "tiles": {"tile": (64, 64), "compression": "zlib"},
    "strips": {"rowsperstrip": 16, "compression": "zlib"},
    "one strip": {"rowsperstrip": 1500, "compression": "zlib"},
}


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 4000, (2, 1500, 1300)).astype(np.uint16)


@pytest.fixture(params=list(LAYOUTS))
def path(request: pytest.FixtureRequest, tmp_path: Path, pixels: np.ndarray) -> Path:
    path = tmp_path / "large.tif"
    options = LAYOUTS[request.param]
    tifffile.imwrite(path, pixels, ome=True, metadata={"axes": "CYX"}, **options)
    return path


def open_mapped(path: Path, pixels: np.ndarray) -> LazyPixels:
    path.write_bytes(b"head" + pixels.astype(">u2").tobytes())
    return MappedPixels(path, 4, pixels.shape, np.dtype(">u2"))


def open_tiff(path: Path, pixels: np.ndarray) -> LazyPixels:
    tifffile.imwrite(path, pixels, photometric="minisblack", compression="zlib")
    return TiffPixels(path, 0, pixels.shape, pixels.dtype)


@pytest.mark.parametrize("source", ["mapped", "tiff", "vendor"])
def test_every_source_reads_boxes_before_and_after_travelling(
    source: str, tmp_path: Path, pixels: np.ndarray, draw_lif: Callable[..., None]
) -> None:
    opened: LazyPixels
    if source == "vendor":
        pytest.importorskip("bioio_lif")
        draw_lif(tmp_path / "a.lif", {"only": pixels[:, None, :50, :60]})
        expected = pixels[None, :, None, :50, :60]
        opened = VendorPixels(tmp_path / "a.lif", 0, expected.shape, expected.dtype)
    else:
        expected = pixels[:, :50, :60]
        opened = {"mapped": open_mapped, "tiff": open_tiff}[source](tmp_path / "a.tif", expected)
    bounds = ((0, 1), (1, 2), (0, 1), (7, 30), (0, 60))[-expected.ndim :]
    box = expected[tuple(slice(*bound) for bound in bounds)]
    np.testing.assert_array_equal(opened.read(bounds), box)
    travelled = pickle.loads(pickle.dumps(opened))
    np.testing.assert_array_equal(travelled.read(bounds), box)
    assert (travelled.shape, travelled.dtype) == (opened.shape, opened.dtype)


def test_tiles_of_a_lazy_image_are_those_of_the_whole(path: Path, pixels: np.ndarray) -> None:
    image = read_image(path, lazy=True)
    for tile in cut_tiles(image.shape_yx, 700, 50):
        part = np.asarray(image.pixels[(1, *tile.padded)])
        np.testing.assert_array_equal(part, pixels[(1, *tile.padded)])


def test_a_pickled_lazy_image_is_small_and_reads_its_file_again(
    path: Path, pixels: np.ndarray
) -> None:
    image = read_image(path, lazy=True)
    np.testing.assert_array_equal(image.pixels[0, 5], pixels[0, 5])  # its file is open by now
    pickled = pickle.dumps(image)
    assert len(pickled) < 20_000
    np.testing.assert_array_equal(pickle.loads(pickled).load().pixels, pixels)


def test_another_process_can_read_what_it_was_sent(tmp_path: Path, pixels: np.ndarray) -> None:
    images = []
    for name in ("plain", "tiles"):
        path = tmp_path / f"{name}.tif"
        tifffile.imwrite(path, pixels, ome=True, metadata={"axes": "CYX"}, **LAYOUTS[name])
        images.append(read_image(path, lazy=True, channels=[1]))
    code = (
        "import pickle, sys; print(*(i.load().pixels.sum() for i in pickle.load(sys.stdin.buffer)))"
    )
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, input=pickle.dumps(images), capture_output=True, check=True)
    assert list(map(int, answer.stdout.split())) == [pixels[1].sum(dtype=int)] * 2


def test_what_is_read_belongs_to_the_reader(path: Path, pixels: np.ndarray) -> None:
    image = read_image(path, lazy=True)
    first = np.asarray(image.pixels)
    first[:] = 0
    np.testing.assert_array_equal(np.asarray(image.pixels), pixels)


def test_only_large_files_stay_where_they_are(
    path: Path, monkeypatch: pytest.MonkeyPatch, pixels: np.ndarray
) -> None:
    assert not read_image(path).is_lazy
    monkeypatch.setattr(read_module, "LARGE_BYTES", pixels.nbytes - 1)
    assert read_image(path).is_lazy
    assert not read_image(path, lazy=False).is_lazy


def test_a_file_that_went_away_is_said_so(path: Path) -> None:
    pickled = pickle.dumps(read_image(path, lazy=True))
    path.unlink()
    with pytest.raises(FileError, match="does not exist; check the name"):
        pickle.loads(pickled).load()
