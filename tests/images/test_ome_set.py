"""Sets of OME-TIFF files that name each other: every image once, every plane from its own file."""

from __future__ import annotations

import pickle
import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile

from napari_seewhy.errors import FileError, SeewhyWarning
from napari_seewhy.images import (
    find_image_files,
    list_scenes,
    read_image,
    without_set_members,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLANES = np.random.default_rng(0).integers(0, 4000, (3, 2, 24, 30)).astype(np.uint16)
"""Three positions, or time points, of two channels."""

IDS = [f"urn:uuid:{uuid.UUID(int=i + 1)}" for i in range(4)]


def describe_image(index: int, n_channels: int, n_times: int, data: str) -> str:
    channels = "".join(
        f'<Channel ID="Channel:{index}:{c}" Name="stain {c}"/>' for c in range(n_channels)
    )
    return (
        f'<Image ID="Image:{index}" Name="Pos{index}"><Pixels ID="Pixels:{index}" Type="uint16" '
        f'DimensionOrder="XYCZT" SizeX="30" SizeY="24" SizeC="{n_channels}" SizeZ="1" '
        f'SizeT="{n_times}" PhysicalSizeX="{(index + 1) / 1000}" PhysicalSizeXUnit="mm">'
        f"{channels}{data}"
        "</Pixels></Image>"
    )


def describe_plane(file: str, number: int, c: int = 0, t: int = 0, page: int = 0) -> str:
    return (
        f'<TiffData FirstC="{c}" FirstT="{t}" IFD="{page}" PlaneCount="1">'
        f'<UUID FileName="{file}">{IDS[number]}</UUID></TiffData>'
    )


def wrap(inner: str, number: int) -> str:
    schema = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
    return f'<?xml version="1.0"?><OME xmlns="{schema}" UUID="{IDS[number]}">{inner}</OME>'


def write_tiff(path: Path, pages: np.ndarray, text: str, compression: str | None) -> Path:
    with tifffile.TiffWriter(path) as writer:
        for i, page in enumerate(pages):
            writer.write(
                page,
                description=text if i == 0 else None,
                metadata=None,
                photometric="minisblack",
                compression=compression,
            )
    return path


def write_positions(folder: Path, compression: str | None = None) -> list[Path]:
    names = [f"exp_Pos{i}.ome.tif" for i in range(3)]
    images = "".join(
        describe_image(i, 2, 1, "".join(describe_plane(name, i, c=c, page=c) for c in range(2)))
        for i, name in enumerate(names)
    )
    return [
        write_tiff(folder / name, PLANES[i], wrap(images, i), compression)
        for i, name in enumerate(names)
    ]


def write_channels(folder: Path, compression: str | None = None) -> list[Path]:
    names = ["b_dapi.ome.tif", "a_golgi.ome.tif"]
    data = "".join(describe_plane(name, c, c=c) for c, name in enumerate(names))
    text = describe_image(0, 2, 1, data)
    return [
        write_tiff(folder / name, PLANES[0, c, None], wrap(text, c), compression)
        for c, name in enumerate(names)
    ]


def write_times(folder: Path, compression: str | None = None) -> list[Path]:
    names = [f"movie_T{t}.ome.tif" for t in range(3)]
    data = "".join(
        describe_plane(name, t, c=c, t=t, page=c) for t, name in enumerate(names) for c in range(2)
    )
    text = describe_image(0, 2, 3, data)
    return [
        write_tiff(folder / name, PLANES[t], wrap(text, t), compression)
        for t, name in enumerate(names)
    ]


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_each_file_of_positions_gives_its_own(
    tmp_path: Path, compression: str | None, lazy: bool
) -> None:
    paths = write_positions(tmp_path, compression)
    assert without_set_members(paths) == paths
    for i, path in enumerate(paths):
        assert list_scenes(path) == [""]
        image = read_image(path, lazy=lazy)
        assert (image.channels, image.is_lazy) == (("stain 0", "stain 1"), lazy)
        assert image.pixel_size_um == pytest.approx(i + 1)
        np.testing.assert_array_equal(image.load().pixels, PLANES[i])


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_a_set_of_channels_is_one_image_read_once(
    tmp_path: Path, compression: str | None, lazy: bool
) -> None:
    dapi, golgi = write_channels(tmp_path, compression)
    assert without_set_members([golgi, dapi]) == [dapi]
    assert without_set_members([golgi]) == [golgi]
    for path in (dapi, golgi):
        np.testing.assert_array_equal(read_image(path, lazy=lazy).load().pixels, PLANES[0])


@pytest.mark.parametrize("lazy", [False, True])
def test_a_set_of_time_points_is_one_image_read_once(tmp_path: Path, lazy: bool) -> None:
    paths = write_times(tmp_path, "zlib")
    assert without_set_members(paths) == paths[:1]
    image = pickle.loads(pickle.dumps(read_image(paths[1], lazy=lazy)))
    assert image.axes == "TCYX"
    np.testing.assert_array_equal(image.load().pixels, PLANES)


def test_several_images_that_begin_in_one_file_are_its_scenes(tmp_path: Path) -> None:
    (first, second) = (tmp_path / name for name in ("a.ome.tif", "b.ome.tif"))
    images = "".join(
        describe_image(i, 1, 1, describe_plane(name, number, page=page))
        for i, (name, number, page) in enumerate(
            [("a.ome.tif", 0, 0), ("b.ome.tif", 1, 0), ("a.ome.tif", 0, 1)]
        )
    )
    write_tiff(first, PLANES[0], wrap(images, 0), None)
    write_tiff(second, PLANES[1], wrap(images, 1), None)
    assert list_scenes(first) == ["Pos0", "Pos2"]
    assert list_scenes(second) == [""]
    image = read_image(first, scene=1)
    assert (image.scene, image.pixel_size_um) == ("Pos2", pytest.approx(3))
    np.testing.assert_array_equal(image.pixels[0], PLANES[0, 1])


@pytest.mark.parametrize("master", ["set.companion.ome", "b_dapi.ome.tif"])
def test_a_file_that_only_holds_pixels_is_read_with_its_description(
    tmp_path: Path, master: str
) -> None:
    dapi, golgi = write_channels(tmp_path)
    text = tifffile.tiffcomment(dapi)
    for number, path in enumerate((dapi, golgi)):
        if path.name == master:
            continue
        # As in the specification: the UUID is that of the file with the description.
        described = IDS[3] if master.endswith(".ome") else IDS[0]
        binary = f'<BinaryOnly MetadataFile="{master}" UUID="{described}"/>'
        write_tiff(path, PLANES[0, number, None], wrap(binary, number), None)
    if master.endswith(".ome"):
        (tmp_path / master).write_text(text, encoding="utf-8")
    assert without_set_members([dapi, golgi]) == [dapi]
    for path in (dapi, golgi):
        np.testing.assert_array_equal(read_image(path).pixels, PLANES[0])
        others = {dapi, golgi, tmp_path / master} - {path}
        assert find_image_files(path) == (path, *({dapi, golgi} - {path}))
        assert set(find_image_files(path, with_description=True)[1:]) == others
    (tmp_path / master).unlink()
    with pytest.raises(FileError, match=f"is described in {master}, which is not here"):
        read_image(golgi)


def test_a_file_that_was_renamed_knows_its_own_planes(tmp_path: Path) -> None:
    paths = write_positions(tmp_path)
    renamed = paths[0].rename(tmp_path / "field 1.ome.tif")
    np.testing.assert_array_equal(read_image(renamed).pixels, PLANES[0])


def test_planes_that_are_not_here_are_told_of(tmp_path: Path) -> None:
    first, second, _ = write_times(tmp_path)
    second.unlink()
    with pytest.warns(SeewhyWarning, match="misses 2 of its 6 planes"):
        image = read_image(first)
    assert not image.pixels[1].any()
    np.testing.assert_array_equal(image.pixels[[0, 2]], PLANES[[0, 2]])


def test_a_file_of_a_set_that_is_cut_short_is_named(tmp_path: Path) -> None:
    first, _, third = write_times(tmp_path)
    third.write_bytes(third.read_bytes()[:-40])
    with pytest.raises(FileError, match=r"movie_T2.ome.tif (is cut short|cannot be read)"):
        read_image(first)


def test_a_set_never_names_a_file_outside_its_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    dapi, golgi = write_channels(inner)
    secret = golgi.rename(tmp_path / "secret.tif")
    text = tifffile.tiffcomment(dapi).replace("a_golgi.ome.tif", "../secret.tif")
    tifffile.tiffcomment(dapi, text.encode())
    assert secret.is_file()
    with pytest.warns(SeewhyWarning, match="misses 1 of its 2 planes"):
        assert not read_image(dapi).pixels[1].any()


@pytest.mark.parametrize("write", [write_channels, write_times])
def test_an_image_is_known_by_all_files_of_its_set(
    tmp_path: Path, write: Callable[[Path], list[Path]]
) -> None:
    paths = write(tmp_path)
    assert find_image_files(paths[0]) == (paths[0], *sorted(paths[1:]))
    assert find_image_files(paths[1])[0] == paths[1]
    paths[1].unlink()
    assert paths[1] not in find_image_files(paths[0])


def test_an_image_of_one_file_is_known_by_it_alone(tmp_path: Path) -> None:
    own = write_positions(tmp_path)
    assert [find_image_files(path) for path in own] == [(path,) for path in own]
    damaged = tmp_path / "damaged.tif"
    damaged.write_bytes(b"II*")
    assert find_image_files(damaged) == (damaged,)


def test_the_positions_in_one_file_of_micro_manager_are_its_scenes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "run_MMStack.ome.tif"
    images = "".join(
        describe_image(p, 1, 3, "".join(describe_plane(name, 0, t=t, page=2 * t + p) for t in ts))
        for p, ts in enumerate([range(3), range(3)])
    )
    path = write_tiff(tmp_path / name, PLANES.reshape(6, 24, 30), wrap(images, 0), None)
    # As tifffile reads it where Micro-Manager's own index stands in the file, too.
    monkeypatch.setattr(tifffile.TiffFile, "series", [SimpleNamespace(axes="TRYX")])
    assert list_scenes(path) == ["Pos0", "Pos1"]
    for p in range(2):
        np.testing.assert_array_equal(read_image(path, scene=p).pixels[:, 0], PLANES[:, p])
