from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_seewhy.blocks.pairing.names import match_names
from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.blocks.pairing.pairs import FilePair, OpenPair, find_pairs
from napari_seewhy.blocks.pairing.places import Place
from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.images import CellImage, write_image


def write(folder: Path, name: str, shape=(1, 40, 48), channels=("phase",), size=0.65) -> Path:
    path = folder / name
    pixels = np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)
    write_image(path, CellImage(pixels, "CYX", channels, size))
    return path


def test_the_wildcards_of_both_globs_say_what_belongs_together(tmp_path):
    for dish in ("dish1", "dish2", "dish10"):
        for day in ("day3", "day6"):
            (tmp_path / day).mkdir(exist_ok=True)
            write(tmp_path / day, f"{dish}_ph.ome.tif")
            if (dish, day) != ("dish2", "day6"):
                write(tmp_path / day, f"{dish}_gfp.ome.tif")
    found = find_pairs(
        StainPairOptions(
            phase=f"{tmp_path}/day*/*_ph.ome.tif",
            marker=f"{tmp_path}/day*/*_gfp.ome.tif",
            dish=r"(dish\d+)",
            day=r"day(\d)",
        )
    )
    assert [(pair.place, pair.marker.name) for pair in found.pairs] == [
        (Place("dish10", "3"), "dish10_gfp.ome.tif"),
        (Place("dish1", "3"), "dish1_gfp.ome.tif"),
        (Place("dish2", "3"), "dish2_gfp.ome.tif"),
        (Place("dish10", "6"), "dish10_gfp.ome.tif"),
        (Place("dish1", "6"), "dish1_gfp.ome.tif"),
    ]
    assert found.unmatched == (
        ((tmp_path / "day6" / "dish2_ph.ome.tif"), "has no image of the marker"),
    )


def test_files_of_two_folders_belong_together_by_their_names(tmp_path):
    (tmp_path / "ph").mkdir()
    (tmp_path / "gfp").mkdir()
    for name in ("a.ome.tif", "b.ome.tif"):
        write(tmp_path / "ph", name)
        write(tmp_path / "gfp", name)
    write(tmp_path / "gfp", "c.ome.tif")
    found = find_pairs(StainPairOptions(phase=str(tmp_path / "ph"), marker=str(tmp_path / "gfp")))
    assert [pair.name for pair in found.pairs] == ["a", "b"]
    assert [path.name for path, _ in found.unmatched] == ["c.ome.tif"]


def test_one_file_belongs_to_one_file_whatever_their_names(tmp_path):
    write(tmp_path, "z13.ome.tif")
    write(tmp_path, "map2.ome.tif")
    found = find_pairs(
        StainPairOptions(phase=f"{tmp_path}/z*.tif", marker=f"{tmp_path}/map2.ome.tif")
    )
    (pair,) = found.pairs
    assert (pair.phase.name, pair.marker.name) == ("z13.ome.tif", "map2.ome.tif")


def test_a_pattern_finds_the_name_of_the_place():
    phase = [Path("x/20210301_A01_ph.tif"), Path("x/20210301_A02_ph.tif")]
    marker = [Path("y/GFP-A02-late.tif"), Path("y/GFP-A03-late.tif")]
    found = match_names(("x", phase), ("y", marker), r"([A-H]\d\d)")
    assert found.pairs == [(phase[1], marker[0])]
    assert (found.lone_first, found.lone_second) == ([phase[0]], [marker[1]])


def test_names_that_do_not_match_are_refused_with_advice():
    with pytest.raises(DataError, match="name both alike but for one part"):
        match_names(("p", [Path("a.tif"), Path("b.tif")]), ("m", [Path("c.tif")]))


def test_a_name_that_occurs_twice_is_refused():
    twice = [Path("one/a.tif"), Path("two/a.png")]
    with pytest.raises(DataError, match=r"one/a\.tif, two/a\.png have the same name"):
        match_names(("p", twice), ("m", [Path("m/a.tif"), Path("m/b.tif")]))


def test_one_file_may_hold_both(tmp_path):
    path = write(tmp_path, "A01.ome.tif", (2, 40, 48), ("reporter", "DNA"))
    found = find_pairs(StainPairOptions(phase=f"{tmp_path}/A*.tif"))
    (pair,) = found.pairs
    assert pair.files == (path,)
    images = pair.read(StainPairOptions(marker_channel="DNA"))
    assert (images.phase.channels, images.marker.channels) == (("reporter",), ("DNA",))


def test_a_table_names_dish_and_day(tmp_path):
    for name in ("A01", "A02", "A03"):
        write(tmp_path, f"{name}.ome.tif", (2, 40, 48), ("ph", "gfp"))
    table = tmp_path / "wells.csv"
    table.write_text("well,plate,day\nA01,one,3\nA02,two,6\n", encoding="utf-8")
    options = StainPairOptions(phase=f"{tmp_path}/*.tif", table=table, dish_column="plate")
    found = find_pairs(options)
    assert [pair.place for pair in found.pairs] == [Place("one", "3"), Place("two", "6")]
    ((path, reason),) = found.unmatched
    assert path.name == "A03.ome.tif"
    assert "names neither A03.ome.tif nor A03" in reason


def test_a_table_without_the_column_is_refused(tmp_path):
    write(tmp_path, "A01.ome.tif")
    table = tmp_path / "wells.csv"
    table.write_text("well\nA01\n", encoding="utf-8")
    with pytest.raises(DataError, match="has no column dish; its columns are well"):
        find_pairs(StainPairOptions(phase=f"{tmp_path}/*.tif", table=table))


def test_nothing_named_and_nothing_found_are_refused(tmp_path):
    with pytest.raises(OptionError, match="No images of phase contrast were named"):
        find_pairs(StainPairOptions())
    with pytest.raises(FileError, match="Nothing matches"):
        find_pairs(StainPairOptions(phase=f"{tmp_path}/*.tif"))


@pytest.mark.parametrize(
    ("phase", "marker", "said"),
    [
        (((1, 40, 48), 0.65), ((1, 40, 64), 0.65), "measure 40 x 48 px and 40 x 64 px"),
        (((1, 40, 48), 0.65), ((1, 40, 48), 1.3), "measures 0.65 µm and one of the marker 1.3 µm"),
    ],
)
def test_pairs_of_another_size_or_scale_are_refused(tmp_path, phase, marker, said):
    paths = [
        write(tmp_path, f"{name}.ome.tif", shape, size=size)
        for name, (shape, size) in (("phase", phase), ("marker", marker))
    ]
    with pytest.raises(DataError, match=said):
        FilePair(*paths, Place("", "")).read(StainPairOptions())


def test_unlike_numbers_of_time_points_are_refused():
    images = [CellImage(np.zeros((n, 1, 16, 16)), "TCYX", ("a",)) for n in (2, 3)]
    with pytest.raises(DataError, match="has 2 time points and the marker 3"):
        OpenPair("a", *images, Place("", "")).read(StainPairOptions())


def test_several_channels_of_the_marker_must_be_named(tmp_path):
    path = write(tmp_path, "a.ome.tif", (2, 40, 48), ("DAPI", "MAP2"))
    with pytest.raises(OptionError, match="a: The image of the marker has the channels DAPI, MAP2"):
        FilePair(path, path, Place("", "")).read(StainPairOptions())


def test_a_marker_alone_leaves_nothing_to_learn_from(tmp_path):
    path = write(tmp_path, "a.ome.tif")
    with pytest.raises(OptionError, match="nothing is left to learn from"):
        FilePair(path, path, Place("", "")).read(StainPairOptions())


def test_focal_planes_become_channels():
    stack = np.arange(2 * 3 * 16 * 16).reshape(1, 2, 3, 16, 16)
    image = CellImage(stack, "TCZYX", ("phase", "GFP"))
    images = OpenPair("a", image, image, Place("", "")).read(
        StainPairOptions(marker_channel="GFP", planes="2,0")
    )
    assert images.phase.channels == ("phase z2", "phase z0")
    assert np.array_equal(images.phase.pixels[0], stack[0, 0, [2, 0]])
    assert np.array_equal(images.marker.pixels[0, 0], stack[0, 1].max(axis=0))


def test_a_plane_that_is_not_there_is_refused():
    image = CellImage(np.zeros((2, 3, 16, 16)), "CZYX", ("phase", "GFP"))
    pair = OpenPair("a", image, image, Place("", ""))
    with pytest.raises(OptionError, match="There is no plane 7"):
        pair.read(StainPairOptions(marker_channel="GFP", planes="7"))


@pytest.mark.parametrize("region", ["5", "0:3", "a:b,:", "0:3,0:4,1:2"])
def test_a_region_that_is_none_is_refused(region):
    with pytest.raises(OptionError, match="give rows and columns as in"):
        StainPairOptions(region=region)


def test_a_pair_is_known_by_its_pixels(open_pair):
    assert open_pair(0).hash() == open_pair(0).hash() != open_pair(1).hash()


def test_an_image_in_two_files_is_one_pair_known_by_both(tmp_path):
    schema = 'xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"'
    names = ["a_t0.ome.tif", "a_t1.ome.tif"]
    planes = "".join(
        f'<TiffData FirstT="{t}" PlaneCount="2"><UUID FileName="{name}">urn:{t}</UUID></TiffData>'
        for t, name in enumerate(names)
    )
    for t, name in enumerate(names):
        text = (
            f'<OME {schema} UUID="urn:{t}"><Image ID="Image:0"><Pixels ID="Pixels:0" SizeX="20" '
            'SizeY="20" SizeC="2" SizeZ="1" SizeT="2" Type="uint16" DimensionOrder="XYCZT">'
            f"{planes}</Pixels></Image></OME>"
        )
        pixels = np.full((2, 20, 20), t, np.uint16)
        options = {"photometric": "minisblack", "description": text, "metadata": None}
        tifffile.imwrite(tmp_path / name, pixels, **options)
    (pair,) = find_pairs(StainPairOptions(phase=str(tmp_path))).pairs
    assert [path.name for path in pair.files] == names
    before = pair.hash()
    tifffile.imwrite(tmp_path / names[1], pixels + 1, **options)
    assert pair.hash() != before
