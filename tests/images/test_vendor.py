"""The makers' formats, asked the same as what the makers' own libraries say."""

from __future__ import annotations

import importlib
import pickle
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from napari_seewhy.errors import (
    DataError,
    FileError,
    MissingPackageError,
    OptionError,
    SeewhyWarning,
)
from napari_seewhy.images import list_scenes, read_image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PIXELS = np.random.default_rng(0).integers(0, 4000, (2, 3, 20, 30)).astype(np.uint16)
"""What the drawn LIF holds: ``(C, Z, Y, X)``."""

ND2_FILES = {
    "multichannel": ("CYX", (4, 256, 256), ("Mono", "DAPI", "FITC BP", "TRITC BP"), None),
    "timelapse": ("TCYX", (53, 1, 64, 64), ("GFP 488 nm",), None),
    "zstack": ("CZYX", (1, 11, 128, 128), ("FITC BP",), 6.0),
}


@pytest.fixture
def lif(tmp_path: Path, draw_lif: Callable[..., None]) -> Path:
    pytest.importorskip("bioio_lif")
    path = tmp_path / "細胞 two.lif"
    draw_lif(path, {"left": PIXELS, "right": PIXELS[:, :, ::-1]})
    return path


@pytest.mark.parametrize("lazy", [False, True])
def test_lif_scenes_come_with_their_stack_and_pixel_size(lif: Path, lazy: bool) -> None:
    assert [name.rpartition("/")[2] for name in list_scenes(lif)] == ["left", "right"]
    image = read_image(lif, scene=1, lazy=lazy)
    assert (image.axes, image.is_lazy) == ("CZYX", lazy)
    assert image.pixel_size_um == pytest.approx(0.25)
    assert image.z_step_um == pytest.approx(1.5)
    np.testing.assert_array_equal(image.load().pixels, PIXELS[:, :, ::-1])


def test_an_unknown_scene_of_a_lif_is_answered_with_those_there_are(lif: Path) -> None:
    with pytest.raises(OptionError, match=r"it has 0: .*left, 1: .*right"):
        read_image(lif, scene="middle")


@pytest.mark.parametrize("suffix", ["nd2", "czi", "lif"])
def test_without_its_reader_the_command_that_installs_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"x")
    whole = importlib.import_module

    def refuse(name: str, package: str | None = None) -> Any:
        if name.startswith("bioio"):
            raise ModuleNotFoundError(name)
        return whole(name, package)

    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(MissingPackageError, match=r'pip install "napari-seewhy\[formats\]"'):
        read_image(path)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ND2_FILES)
def test_nd2_says_what_its_maker_s_library_says(real_data: Path, name: str) -> None:
    nd2 = pytest.importorskip("nd2")
    axes, shape, channels, z_step_um = ND2_FILES[name]
    path = real_data / "formats" / f"example-{name}.nd2"
    image = read_image(path)
    with nd2.ND2File(path) as file:
        voxel = file.voxel_size()
        np.testing.assert_array_equal(image.pixels.squeeze(), file.asarray())
        assert image.channels == tuple(c.channel.name for c in file.metadata.channels)
        assert image.pixels.dtype == file.dtype
    assert (image.axes, image.pixels.shape, image.channels) == (axes, shape, channels)
    assert image.pixel_size_um == pytest.approx(voxel.x)
    assert image.z_step_um == z_step_um == (voxel.z if "Z" in axes else None)
    assert list_scenes(path) == [""]


@pytest.mark.realdata
@pytest.mark.parametrize("scene", [0, 1])
def test_czi_scenes_say_what_the_file_says(real_data: Path, scene: int) -> None:
    aicspylibczi = pytest.importorskip("aicspylibczi")
    path = real_data / "formats" / "two_scenes.czi"
    assert list_scenes(path) == ["two_scenes-0", "two_scenes-1"]
    image = read_image(path, scene=scene)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # aicspylibczi never closes its file
        file = aicspylibczi.CziFile(path)
        pixels, _ = file.read_image(S=scene)
        metres = {
            distance.get("Id"): float(distance.findtext("Value"))
            for distance in file.meta.iter("Distance")
        }
        del file
    np.testing.assert_array_equal(image.pixels[0], pixels.squeeze())
    assert (image.axes, image.pixels.shape) == ("CZYX", (1, 2, 251, 251))
    assert (image.channels, image.scene) == (("ChA",), f"two_scenes-{scene}")
    assert image.pixel_size_um == pytest.approx(metres["X"] * 1e6)
    assert image.z_step_um == pytest.approx(metres["Z"] * 1e6)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["example-zstack.nd2", "two_scenes.czi"])
def test_lazy_planes_are_read_again_after_travelling(real_data: Path, name: str) -> None:
    pytest.importorskip("bioio_" + name[-3:])
    path = real_data / "formats" / name
    lazy = read_image(path, lazy=True)
    assert lazy.is_lazy
    travelled = pickle.loads(pickle.dumps(lazy))
    np.testing.assert_array_equal(travelled.load().pixels, read_image(path).pixels)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["example-multichannel.nd2", "two_scenes.czi"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_maker_s_file_that_is_cut_short_is_refused(
    real_data: Path, tmp_path: Path, name: str, share: float
) -> None:
    pytest.importorskip("bioio_" + name[-3:])
    whole = (real_data / "formats" / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(FileError, match="cannot be read as a"):
        read_image(path)


@pytest.fixture
def czi(tmp_path: Path) -> Path:
    """A CZI of one channel with pixels of 0.5 um."""
    pytest.importorskip("bioio_czi")
    writer = pytest.importorskip("pylibCZIrw.czi")
    path = tmp_path / "a.czi"
    with writer.create_czi(str(path)) as file:
        file.write(data=PIXELS[0, 0][..., None].copy(), plane={"C": 0})
        file.write_metadata("a", channel_names={0: "DNA"}, scale_x=0.5e-6, scale_y=0.5e-6)
    return path


@pytest.mark.parametrize("lazy", [False, True])
def test_a_czi_that_was_never_calibrated_has_no_pixel_size(czi: Path, lazy: bool) -> None:
    assert read_image(czi).pixel_size_um == pytest.approx(0.5)
    raw = czi.read_bytes().replace(b"<Distance Id", b"<Pixel    Id")
    czi.write_bytes(raw.replace(b"</Distance>", b"</Pixel   >"))
    image = read_image(czi, lazy=lazy)
    assert (image.pixel_size_um, image.channels) == (None, ("DNA",))
    np.testing.assert_array_equal(image.load().pixels[0], PIXELS[0, 0])


def test_a_czi_with_time_but_without_channels_is_read(czi: Path) -> None:
    czi.write_bytes(czi.read_bytes().replace(b"C\0\0\0", b"T\0\0\0"))
    image = read_image(czi)
    assert (image.axes, image.pixel_size_um) == ("CYX", pytest.approx(0.5))
    np.testing.assert_array_equal(image.pixels[0], PIXELS[0, 0])


def test_a_lif_series_that_another_of_its_name_hides_is_told_of(
    tmp_path: Path, draw_lif: Callable[..., None]
) -> None:
    pytest.importorskip("bioio_lif")
    path = tmp_path / "a.lif"
    draw_lif(path, {"left": PIXELS, "rite": PIXELS[:, :, ::-1], "last": PIXELS})
    path.write_bytes(path.read_bytes().replace(*(n.encode("utf-16-le") for n in ("rite", "left"))))
    with pytest.warns(SeewhyWarning, match="holds 1 more series under the names of others"):
        read_image(path)


@pytest.mark.parametrize(
    ("dimensions", "said"),
    [({3: 5}, r"scan of wavelengths \(.*λ: 3"), ({3: 4, 2: 3}, r"along other axes \(.*Z: 20")],
)
def test_a_lif_scan_that_is_no_picture_is_named(
    tmp_path: Path, draw_lif: Callable[..., None], dimensions: dict[int, int], said: str
) -> None:
    pytest.importorskip("bioio_lif")
    path = tmp_path / "a.lif"
    draw_lif(path, {"left": PIXELS})
    raw = path.read_bytes()
    for old, new in dimensions.items():
        ids = (f'DimID="{number}"'.encode("utf-16-le") for number in (old, new))
        raw = raw.replace(*ids)
    path.write_bytes(raw)
    with pytest.raises(DataError, match=said):
        read_image(path)
