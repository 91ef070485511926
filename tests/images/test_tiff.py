"""TIFF files as other programs write them: what is read is what was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.images import Declared, list_scenes, read_image, read_labels

if TYPE_CHECKING:
    from pathlib import Path


def draw(*shape: int, dtype: str = "u2") -> np.ndarray:
    return np.random.default_rng(0).integers(0, 200, shape).astype(dtype)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "細胞 one.tif"


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize(
    ("written", "shape", "read"),
    [
        ("YX", (30, 40), "CYX"),
        ("CYX", (2, 30, 40), "CYX"),
        ("TCYX", (3, 2, 30, 40), "TCYX"),
        ("ZCYX", (3, 2, 30, 40), "CZYX"),
        ("TZCYX", (2, 3, 2, 30, 40), "TCZYX"),
    ],
)
def test_ome_axes_come_in_our_order(
    path: Path, written: str, shape: tuple[int, ...], read: str, lazy: bool
) -> None:
    pixels = draw(*shape)
    tifffile.imwrite(path, pixels, ome=True, metadata={"axes": written}, compression="zlib")
    image = read_image(path, lazy=lazy)
    assert (image.axes, image.is_lazy) == (read, lazy)
    known = [axis for axis in read if axis in written]
    expected = pixels.transpose([written.index(axis) for axis in known])
    np.testing.assert_array_equal(image.load().pixels.reshape(expected.shape), expected)


def test_ome_names_sizes_and_units_are_kept(path: Path) -> None:
    metadata = {
        "axes": "CZYX",
        "Channel": {"Name": ["DNA", "Golgi"]},
        "PhysicalSizeX": 325,
        "PhysicalSizeXUnit": "nm",
        "PhysicalSizeY": 0.325,
        "PhysicalSizeYUnit": "µm",
        "PhysicalSizeZ": 0.002,
        "PhysicalSizeZUnit": "mm",
    }
    tifffile.imwrite(path, draw(2, 3, 30, 40), ome=True, metadata=metadata)
    image = read_image(path)
    assert image.channels == ("DNA", "Golgi")
    assert image.pixel_size_um == pytest.approx(0.325)
    assert image.z_step_um == pytest.approx(2.0)
    assert image.source == str(path)


def test_a_channel_without_a_name_is_called_after_its_dye_or_its_number(path: Path) -> None:
    metadata = {"axes": "CYX", "Channel": {"Fluor": ["DAPI", "", "DAPI"]}}
    tifffile.imwrite(path, draw(3, 30, 40), ome=True, metadata=metadata)
    assert read_image(path).channels == ("DAPI", "channel 1", "DAPI 2")


@pytest.mark.parametrize("scene", [1, "1", "B"])
def test_a_scene_is_found_by_name_or_number(path: Path, scene: int | str) -> None:
    first, second = draw(30, 40), draw(20, 10)
    with tifffile.TiffWriter(path, ome=True) as writer:
        writer.write(first, metadata={"axes": "YX", "Name": "A", "PhysicalSizeX": 1.0})
        writer.write(second, metadata={"axes": "YX", "Name": "B", "PhysicalSizeX": 2.0})
    assert list_scenes(path) == ["A", "B"]
    image = read_image(path, scene=scene)
    assert (image.scene, image.pixel_size_um) == ("B", 2.0)
    np.testing.assert_array_equal(image.pixels[0], second)


@pytest.mark.parametrize("scene", [2, "C", -1])
def test_an_unknown_scene_is_answered_with_those_there_are(path: Path, scene: int | str) -> None:
    with tifffile.TiffWriter(path, ome=True) as writer:
        writer.write(draw(30, 40), metadata={"axes": "YX", "Name": "A"})
        writer.write(draw(20, 10), metadata={"axes": "YX", "Name": "B"})
    with pytest.raises(OptionError, match="it has 0: A, 1: B"):
        read_image(path, scene=scene)


def test_channels_are_chosen_by_name_and_an_unknown_one_is_refused(path: Path) -> None:
    pixels = draw(2, 30, 40)
    metadata = {"axes": "CYX", "Channel": {"Name": ["DNA", "Golgi"]}}
    tifffile.imwrite(path, pixels, ome=True, metadata=metadata)
    image = read_image(path, channels=["golgi"])
    assert image.channels == ("Golgi",)
    np.testing.assert_array_equal(image.pixels, pixels[1:])
    with pytest.raises(OptionError, match="this image has 0: DNA, 1: Golgi"):
        read_image(path, channels=["actin"])


def test_one_scene_has_no_name(path: Path) -> None:
    tifffile.imwrite(path, draw(30, 40), ome=True, metadata={"Name": "only"})
    assert list_scenes(path) == [""]
    assert read_image(path, scene="").scene == ""


@pytest.mark.parametrize("unit", ["micron", "um", "\\u00B5m"])
def test_imagej_files_keep_their_pixel_size_and_channel_names(path: Path, unit: str) -> None:
    labels = ["c:1/2 - DAPI", "c:2/2 - GFP"]
    tifffile.imwrite(
        path,
        draw(3, 2, 30, 40),
        imagej=True,
        resolution=(4, 4),
        metadata={"axes": "ZCYX", "unit": unit, "spacing": 1.5, "Labels": labels * 3},
    )
    image = read_image(path)
    assert (image.axes, image.channels) == ("CZYX", ("DAPI", "GFP"))
    assert (image.pixel_size_um, image.z_step_um) == (0.25, 1.5)


def test_values_of_a_file_whose_zero_is_white_are_kept_and_it_is_told(path: Path) -> None:
    pixels = draw(30, 40)
    tifffile.imwrite(path, pixels, photometric="miniswhite")
    with pytest.warns(SeewhyWarning, match="0 is white .* values are kept as they are stored"):
        image = read_image(path)
    np.testing.assert_array_equal(image.pixels[0], pixels)


@pytest.mark.filterwarnings("ignore:.*more than a cell")
@pytest.mark.parametrize(
    ("unit", "size_um"), [("nm", 0.0005), ("mm", 500.0), ("inch", None), ("pixel", None)]
)
def test_every_unit_of_imagej_is_converted(path: Path, unit: str, size_um: float | None) -> None:
    metadata = {"axes": "YX", "unit": unit}
    tifffile.imwrite(path, draw(30, 40), imagej=True, resolution=(2, 2), metadata=metadata)
    expected = None if size_um is None else pytest.approx(size_um)
    assert read_image(path).pixel_size_um == expected


def write_slices(path: Path, **metadata: Any) -> np.ndarray:
    pixels = draw(3, 30, 40)
    tifffile.imwrite(path, pixels, imagej=True, metadata={"axes": "ZYX"} | metadata)
    return pixels


def test_slices_with_a_time_between_them_are_time_points_and_it_is_told(path: Path) -> None:
    pixels = write_slices(path, finterval=600.0)
    with pytest.warns(SeewhyWarning, match="a time of 600 s between them, so they are taken for"):
        image = read_image(path)
    assert image.axes == "TCYX"
    np.testing.assert_array_equal(image.pixels[:, 0], pixels)


OPEN = "ignore:.*(no distance and no time|does not say what)"


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("kind", ["slices of ImageJ", "pages without names"])
@pytest.mark.filterwarnings(OPEN)
def test_slices_of_which_nothing_is_known_are_not_projected(
    path: Path, kind: str, lazy: bool
) -> None:
    pixels = draw(5, 30, 40)
    if kind == "slices of ImageJ":
        tifffile.imwrite(path, pixels, imagej=True, metadata={"axes": "ZYX"})
    else:
        tifffile.imwrite(path, pixels, metadata=None)
    image = read_image(path, lazy=lazy)
    assert (image.axes, image.is_open, len(image.assumed)) == ("CZYX", True, 1)
    with pytest.raises(OptionError, match=r"5 slices are planes or time points; .*--slices planes"):
        image.flatten_z()
    np.testing.assert_array_equal(image.flatten_z(2).pixels[0], pixels[2])
    planes = read_image(path, lazy=lazy, declared=Declared("planes"))
    assert (planes.axes, planes.is_open) == ("CZYX", False)
    np.testing.assert_array_equal(planes.flatten_z().pixels[0], pixels.max(axis=0))
    times = read_image(path, lazy=lazy, declared=Declared("times"))
    assert (times.axes, times.is_open, times.n_frames) == ("TCYX", False, 5)
    np.testing.assert_array_equal(times.load().pixels[:, 0], pixels)


def test_slices_of_which_nothing_is_known_are_told_of(path: Path) -> None:
    write_slices(path)
    with pytest.warns(SeewhyWarning, match="3 slices with no distance and no time between them"):
        assert read_image(path).axes == "CZYX"


def test_what_the_file_says_of_its_slices_wins(path: Path) -> None:
    write_slices(path, spacing=1.5, unit="um")
    image = read_image(path, declared=Declared("times"))
    assert (image.axes, image.is_open) == ("CZYX", False)


def test_slices_with_a_distance_between_them_are_planes(path: Path) -> None:
    write_slices(path, spacing=1.5, unit="um", finterval=600.0)
    assert read_image(path).axes == "CZYX"


def test_frames_are_time_points(path: Path) -> None:
    write_slices(path, axes="TYX", finterval=600.0)
    assert read_image(path).axes == "TCYX"


@pytest.mark.parametrize("lazy", [False, True])
def test_one_colour_of_a_merged_picture_must_be_named(path: Path, lazy: bool) -> None:
    tifffile.imwrite(path, draw(30, 40, 3, dtype="u1"), photometric="rgb")
    image = read_image(path, lazy=lazy)
    assert image.is_colored
    assert image.stain_index("blue") == 2
    with pytest.raises(OptionError, match=r"colour picture of Red, Green, Blue; say by its name"):
        image.stain_index("0")


def test_a_grey_picture_that_is_saved_in_colour_may_be_asked_for_any(path: Path) -> None:
    grey = np.repeat(draw(30, 40, dtype="u1")[..., None], 3, axis=2)
    tifffile.imwrite(path, grey, photometric="rgb")
    assert read_image(path).stain_index("0") == 0


def test_channels_called_after_other_things_are_asked_for_by_number(path: Path) -> None:
    metadata = {"axes": "CYX", "Channel": {"Name": ["DAPI", "GFP", "Cy5"]}}
    tifffile.imwrite(path, draw(3, 30, 40), ome=True, metadata=metadata)
    assert read_image(path).stain_index(1) == 1


def test_labels_of_single_slices_are_no_channel_names(path: Path) -> None:
    labels = [f"slice {i}" for i in range(6)]
    metadata = {"axes": "ZCYX", "Labels": labels, "spacing": 1.0}
    tifffile.imwrite(path, draw(3, 2, 30, 40), imagej=True, metadata=metadata)
    assert read_image(path).channels == ("channel 0", "channel 1")


@pytest.mark.parametrize(
    ("resolution", "unit", "expected"),
    [
        ((20_000, 20_000), "CENTIMETER", 0.5),
        ((72, 72), "INCH", None),
        ((300, 300), "INCH", None),
        ((2, 2), "NONE", None),
    ],
)
def test_plain_tags_count_only_where_they_can_be_a_microscopes(
    path: Path, resolution: tuple[int, int], unit: str, expected: float | None
) -> None:
    tifffile.imwrite(path, draw(30, 40), resolution=resolution, resolutionunit=unit)
    assert read_image(path).pixel_size_um == expected


def test_pixels_that_are_not_square_get_the_geometric_mean_and_a_warning(path: Path) -> None:
    metadata = {"axes": "YX", "PhysicalSizeX": 0.4, "PhysicalSizeY": 0.9}
    tifffile.imwrite(path, draw(30, 40), ome=True, metadata=metadata)
    with pytest.warns(SeewhyWarning, match=r"pixels of 0\.4 x 0\.9 um"):
        image = read_image(path)
    assert image.pixel_size_um == pytest.approx(0.6)


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_colour_becomes_three_channels_and_transparency_is_dropped(
    path: Path, planar: str, dtype: str, lazy: bool
) -> None:
    pixels = draw(30, 40, 4, dtype=dtype)
    stored = pixels if planar == "contig" else pixels.transpose(2, 0, 1)
    tifffile.imwrite(
        path, stored, photometric="rgb", planarconfig=planar, extrasamples=["unassalpha"]
    )
    image = read_image(path, lazy=lazy)
    assert (image.axes, image.channels) == ("CYX", ("Red", "Green", "Blue"))
    np.testing.assert_array_equal(image.load().pixels, pixels[..., :3].transpose(2, 0, 1))
    assert image.pixels.dtype == pixels.dtype


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "i2", "f4", "f8"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("lazy", [False, True])
def test_pixels_keep_their_type_in_the_order_of_this_computer(
    path: Path, dtype: str, byteorder: Any, lazy: bool
) -> None:
    pixels = draw(30, 40, dtype=dtype)
    tifffile.imwrite(path, pixels, byteorder=byteorder)
    image = read_image(path, lazy=lazy).load()
    assert image.pixels.dtype == np.dtype(dtype)
    assert image.pixels.dtype.isnative
    np.testing.assert_array_equal(image.pixels[0], pixels)


def test_true_and_false_become_one_and_zero(path: Path) -> None:
    mask = draw(30, 40) > 100
    tifffile.imwrite(path, mask)
    image = read_image(path)
    assert image.pixels.dtype == np.uint8
    np.testing.assert_array_equal(image.pixels[0], mask)


@pytest.mark.parametrize(
    ("shape", "axes"), [((3, 30, 40), "CYX"), ((9, 30, 40), "CZYX"), ((9, 3, 30, 40), "CZYX")]
)
def test_axes_without_a_name_are_guessed_with_a_warning(
    path: Path, shape: tuple[int, ...], axes: str
) -> None:
    tifffile.imwrite(path, draw(*shape), photometric="minisblack")
    with pytest.warns(SeewhyWarning, match="does not say what its"):
        image = read_image(path)
    assert image.axes == axes
    assert image.pixels.size == np.prod(shape)


def test_more_axes_than_a_picture_has_are_refused(path: Path) -> None:
    tifffile.imwrite(path, draw(2, 2, 2, 2, 30, 40), photometric="minisblack")
    with (
        pytest.warns(SeewhyWarning, match="does not say"),
        pytest.raises(DataError, match="wanted a picture with axes of TCZYX"),
    ):
        read_image(path)


def test_complex_numbers_are_refused(path: Path) -> None:
    tifffile.imwrite(path, draw(30, 40).astype("c8"))
    with pytest.raises(DataError, match="wanted whole or real numbers"):
        read_image(path)


def test_a_series_over_several_files_warns_of_those_that_are_not_here(tmp_path: Path) -> None:
    path, other = tmp_path / "a.ome.tif", tmp_path / "b.ome.tif"
    pixels = draw(2, 30, 40)
    metadata = {"axes": "CYX"}
    tifffile.imwrite(path, pixels, ome=True, metadata=metadata)
    xml = tifffile.tiffcomment(path)
    own = re.search(r'UUID="(urn:uuid:[^"]+)"', xml)
    assert own is not None
    there = "urn:uuid:00000000-0000-0000-0000-000000000001"
    data = (
        f'<TiffData IFD="0" PlaneCount="1" FirstC="0"><UUID FileName="{path.name}">{own[1]}</UUID>'
        f'</TiffData><TiffData IFD="0" PlaneCount="1" FirstC="1"><UUID FileName="{other.name}">'
        f"{there}</UUID></TiffData>"
    )
    tifffile.tiffcomment(path, re.sub(r"<TiffData[^>]*/>", data, xml).encode())
    with pytest.warns(SeewhyWarning, match="misses 1 of its 2 planes"):
        image = read_image(path)
    np.testing.assert_array_equal(image.pixels[0], pixels[0])
    assert not image.pixels[1].any()


@pytest.mark.parametrize("kind", ["tif", "jpg"])
def test_a_picture_that_others_show_turned_keeps_its_rows_and_it_is_told(
    tmp_path: Path, kind: str
) -> None:
    path, pixels = tmp_path / f"a.{kind}", draw(30, 40, dtype="u1")
    if kind == "tif":
        tifffile.imwrite(path, pixels, extratags=[(274, "H", 1, 6, True)], metadata=None)
    else:
        exif = Image.Exif()
        exif[274] = 6
        Image.fromarray(pixels).save(path, exif=exif, quality=100)
    with pytest.warns(SeewhyWarning, match=r"shown turned or mirrored \(orientation 6\)"):
        image = read_image(path)
    assert image.shape_yx == (30, 40)
    np.testing.assert_allclose(image.pixels[0], pixels, atol=4)


def test_a_picture_that_stands_upright_is_not_spoken_of(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", draw(30, 40), extratags=[(274, "H", 1, 1, True)])
    assert read_image(tmp_path / "a.tif").assumed == ()


@pytest.mark.parametrize(
    ("photometric", "n_samples", "said"),
    [("separated", 4, r"inks of a printer \(CMYK\)"), ("cielab", 3, r"colours in CIE L\*a\*b\*")],
)
def test_numbers_that_are_no_intensities_are_refused(
    path: Path, photometric: str, n_samples: int, said: str
) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (30, 40, n_samples)).astype("u1")
    tifffile.imwrite(path, pixels, photometric=photometric)
    with pytest.raises(DataError, match=f"{said}, not intensities; save it as grey or as RGB"):
        read_image(path)


def test_a_table_of_colours_is_told_of_but_not_the_lookup_table_of_a_display(path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (30, 40)).astype("u1")
    green = np.zeros((3, 256), np.uint16)
    green[1] = np.arange(256) * 257
    tifffile.imwrite(path, pixels, photometric="palette", colormap=green)
    assert read_image(path).assumed == ()
    mixed = np.random.default_rng(0).permutation(green.T).T
    tifffile.imwrite(path, pixels, photometric="palette", colormap=mixed)
    with pytest.warns(SeewhyWarning, match="shows its numbers in the colours of a table"):
        image = read_image(path)
    np.testing.assert_array_equal(image.pixels[0], pixels)
    # Labels are often drawn so; their numbers are what is wanted.
    tifffile.imwrite(path, pixels // 50, photometric="palette", colormap=mixed)
    read_labels(path, is_mask=True)


@pytest.mark.parametrize("how", [{"imagej": True}, {"ome": True, "metadata": {"axes": "CYX"}}])
def test_many_channels_without_a_name_may_be_time_points_and_it_is_told(
    path: Path, how: dict[str, Any]
) -> None:
    # tifffile takes three axes for channels where it is not told what they are.
    tifffile.imwrite(path, np.ones((8, 20, 20), np.uint16), **how)
    with pytest.warns(SeewhyWarning, match="its 8 pictures are channels and names none of them"):
        image = read_image(path)
    assert image.axes == "CYX"


def test_smaller_copies_of_a_picture_are_no_scenes_if_the_file_says_so(path: Path) -> None:
    pixels = np.arange(64 * 96, dtype=np.uint16).reshape(64, 96)
    with tifffile.TiffWriter(path) as writer:
        for times in (1, 2, 4):
            writer.write(pixels[::times, ::times], subfiletype=int(times > 1))
    assert list_scenes(path) == [""]
    np.testing.assert_array_equal(read_image(path).pixels[0], pixels)


def test_a_scene_that_may_be_a_smaller_copy_is_told_of(path: Path) -> None:
    pixels = np.arange(64 * 96, dtype=np.uint16).reshape(64, 96)
    with tifffile.TiffWriter(path) as writer:
        writer.write(pixels)
        writer.write(pixels[::2, ::2])
        writer.write(pixels[:40])
    assert len(list_scenes(path)) == 3
    with pytest.warns(SeewhyWarning, match="48 x 32 px, the size of its first one divided by 2"):
        read_image(path, scene=1)
    assert read_image(path, scene=2).shape_yx == (40, 96)


def test_a_pixel_that_is_larger_than_a_cell_is_told_of(path: Path) -> None:
    size = {"PhysicalSizeX": 325, "PhysicalSizeY": 325}
    tifffile.imwrite(path, np.ones((20, 20), np.uint16), ome=True, metadata={"axes": "YX"} | size)
    with pytest.warns(SeewhyWarning, match="a pixel is 325 um wide, more than a cell; if these"):
        assert read_image(path).pixel_size_um == 325
