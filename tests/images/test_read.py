"""One way into every file, and one clear sentence for every file that is none."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import PIL.Image
import pytest
import tifffile

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.images import list_scenes, read_image, read_labels
from napari_seewhy.images.read import _FORMATS
from napari_seewhy.inputs import IMAGE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PIXELS = np.random.default_rng(0).integers(0, 4000, (3, 90, 120)).astype(np.uint16)


def test_every_ending_that_is_looked_for_can_be_read() -> None:
    assert set(_FORMATS) == IMAGE_SUFFIXES


@pytest.mark.parametrize("suffix", [".tif", ".png", ".lif"])
def test_every_format_keeps_its_part_of_the_contract(
    tmp_path: Path, suffix: str, draw_lif: Callable[..., None]
) -> None:
    path = tmp_path / f"細胞 a{suffix}"
    if suffix == ".tif":
        tifffile.imwrite(path, PIXELS[0])
    elif suffix == ".png":
        path.write_bytes(imagecodecs.png_encode(PIXELS[0]))
    else:
        pytest.importorskip("bioio_lif")
        draw_lif(path, {"only": PIXELS[:1, None]})
    assert list_scenes(path) == [""]
    image = read_image(str(path))
    assert (image.axes, image.scene, image.source) == ("CYX", "", str(path))
    np.testing.assert_array_equal(image.pixels, PIXELS[:1])
    with pytest.raises(OptionError, match="There is no scene 5"):
        read_image(path, scene=5)


@pytest.mark.parametrize("ask", [read_image, list_scenes])
def test_a_missing_file_is_said_so(tmp_path: Path, ask: Callable[[Path], Any]) -> None:
    with pytest.raises(FileError, match=r"細胞 a\.tif cannot be read: it does not exist"):
        ask(tmp_path / "細胞 a.tif")


def test_a_folder_is_no_image(tmp_path: Path) -> None:
    folder = tmp_path / "a.tif"
    folder.mkdir()
    with pytest.raises(FileError, match="is a folder; choose a file in it"):
        read_image(folder)


def test_an_unknown_ending_is_answered_with_those_that_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_text("x")
    with pytest.raises(FileError, match=r"unknown kind; wanted .*\.czi.*\.tiff"):
        read_image(path)


@pytest.mark.parametrize("suffix", sorted(IMAGE_SUFFIXES))
def test_an_empty_file_is_said_so(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.touch()
    with pytest.raises(FileError, match=r"is empty \(0 bytes\)"):
        read_image(path)


@pytest.mark.parametrize("suffix", sorted(IMAGE_SUFFIXES))
@pytest.mark.parametrize("content", [b"label,area\n1,20\n" * 40, bytes(range(256)) * 40, b"II*\0"])
def test_what_is_no_picture_is_refused_without_a_word_from_below(
    tmp_path: Path, suffix: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    if suffix in {".nd2", ".czi", ".lif"}:
        pytest.importorskip(f"bioio_{suffix[1:]}")
    path = tmp_path / f"細胞 a{suffix}"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"細胞 a.* cannot be read as an? .*(file|picture):"):
        read_image(path)
    assert not caplog.records


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
@pytest.mark.parametrize(
    "options",
    [
        {"photometric": "minisblack"},
        {"photometric": "minisblack", "compression": "zlib"},
        {"tile": (32, 32), "compression": "zlib", "ome": True, "metadata": {"axes": "CYX"}},
        {"imagej": True, "metadata": {"axes": "CYX"}},
    ],
)
def test_a_tiff_that_is_cut_short_is_never_filled_with_zeros(
    tmp_path: Path,
    options: dict[str, Any],
    share: float,
    lazy: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PIXELS, **options)
    whole = path.read_bytes()
    with tifffile.TiffFile(path) as file:
        end = max(
            offset + count
            for page in file.pages
            for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True)
        )
    path.write_bytes(whole[: int(end * share)])
    with pytest.raises(FileError, match=r"cut short|cannot be read as a TIFF"):
        read_image(path, lazy=lazy)
    assert not caplog.records


def test_a_tiff_cut_in_its_pixels_says_how_much_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PIXELS[0], compression="zlib")
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(
        FileError, match=f"need {len(whole):,} bytes but it has {len(whole) - 100:,}; copy it"
    ):
        read_image(path)


def test_damaged_pixels_are_refused_also_when_they_are_read_late(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PIXELS[0], compression="zlib", tile=(32, 32))
    damaged = bytearray(path.read_bytes())
    damaged[-3000:-1000] = bytes(2000)
    path.write_bytes(damaged)
    image = read_image(path, lazy=True)
    with pytest.raises(FileError, match="cannot be read as a TIFF file"):
        image.load()


@pytest.mark.parametrize("lazy", [False, True])
def test_what_can_never_fit_into_the_memory_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lazy: bool
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PIXELS[0], compression="zlib", rowsperstrip=90)
    memory = SimpleNamespace(total=PIXELS[0].nbytes - 1)
    monkeypatch.setattr("psutil.virtual_memory", lambda: memory)
    with pytest.raises(FileError, match="does not fit into this computer's memory"):
        read_image(path, lazy=lazy)


def test_only_the_messages_of_one_read_are_kept_quiet(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\0")
    with pytest.raises(FileError):
        read_image(path)
    logging.getLogger("tifffile").warning("of somebody else")
    assert [record.getMessage() for record in caplog.records] == ["of somebody else"]


@pytest.mark.parametrize("suffix", [".tif", ".png", ".jpg"])
@pytest.mark.parametrize("kind", ["TIFF", "PNG", "JPEG"])
def test_a_picture_is_read_as_what_it_is_whatever_its_ending(
    tmp_path: Path, kind: str, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    PIL.Image.fromarray(pixels).save(path, kind, quality=100)
    image = read_image(path)
    assert image.axes == "CYX"
    assert np.abs(image.pixels[0].astype(int) - pixels).max() <= (2 if kind == "JPEG" else 0)
    if kind != "JPEG" and suffix != ".jpg":
        np.testing.assert_array_equal(read_labels(path).labels, pixels)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><html>Sign in", "a web page, as a link that asks to sign in gives"),
        (b"version https://git-lfs.github.com/spec/v1", r"a pointer of Git LFS.*git lfs pull"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "a HEIC or AVIF picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"PK\x03\x04" + bytes(40), "a ZIP archive or an Excel file"),
    ],
)
def test_a_file_of_another_kind_is_named_and_not_called_damaged(
    tmp_path: Path, content: bytes, said: str
) -> None:
    for suffix in (".tif", ".png"):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(content)
        with pytest.raises(FileError, match=f"by its first bytes it is {said}") as error:
            read_image(path)
        assert "damaged" not in str(error.value)
