from __future__ import annotations

import numpy as np
import pytest
import tifffile

from napari_seewhy.blocks.marking.fields import FieldReader
from napari_seewhy.blocks.marking.options import StainThresholdOptions
from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.blocks.pairing.pairs import FilePair
from napari_seewhy.blocks.pairing.places import Place
from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.images import CellImage, write_image
from napari_seewhy.progress import finish

READING = StainPairOptions(phase_channel="phase", marker_channel="GFP")


def find_common(pairs, **thresholding):
    reader = FieldReader(READING, StainThresholdOptions(**thresholding))
    return finish(reader.find_common_steps(pairs))


def test_one_threshold_for_each_image_is_not_common(open_pair):
    assert find_common([open_pair(0)]) is None


def test_all_images_share_a_threshold_and_a_dish_may_have_no_positives(open_pair, dish):
    blank = dish(1)
    blank.pixels[1] = np.random.default_rng(0).normal(100, 10, blank.shape_yx)
    pairs = [open_pair(0), open_pair(1, blank)]
    common = find_common(pairs, threshold_scope="all")
    assert 150 < common.value < 950
    reader = FieldReader(READING, StainThresholdOptions(threshold_scope="all"))
    (measured,) = reader.read(pairs[1], common)
    assert not measured.field.positive.any()


def test_the_negative_control_is_read_from_its_files(open_pair, tmp_path):
    rng = np.random.default_rng(0)
    for name, channels in (("a", ("GFP",)), ("b", ("phase", "GFP"))):
        pixels = rng.normal(200, 20, (len(channels), 64, 64)).astype(np.uint16)
        write_image(tmp_path / f"{name}.ome.tif", CellImage(pixels, "CYX", channels))
    common = find_common([open_pair(0)], threshold="control", control=f"{tmp_path}/*.tif")
    assert common.value == pytest.approx(200 + 3.1 * 20, abs=10)
    assert common.how == "control"
    with pytest.raises(FileError, match="Nothing matches"):
        find_common([open_pair(0)], threshold="control", control=f"{tmp_path}/*.png")


def test_no_usable_pair_is_refused_with_the_reason(open_pair, dish):
    image = dish(0)
    nameless = CellImage(image.pixels, "CYX", ("phase", "RFP"))
    with pytest.raises(DataError, match=r"Not one pair can be used: .*no channel 'GFP'"):
        find_common([open_pair(0, nameless)], threshold_scope="all")


def test_a_region_leaves_the_rest_of_the_field_unknown(open_pair):
    reading = READING.change(region="16:64,:-32")
    reader = FieldReader(reading, StainThresholdOptions(threshold=500.0))
    (measured,) = reader.read(open_pair(0), None)
    known = measured.field.known
    assert known[16:64, :-32].all()
    assert known.sum() == 48 * 128


def test_a_region_beyond_the_field_is_refused(open_pair):
    reader = FieldReader(READING.change(region="500:,:"), StainThresholdOptions(threshold=500.0))
    with pytest.raises(DataError, match="holds no pixel of the field of 128 x 160 px"):
        reader.read(open_pair(0), None)


def test_what_was_not_measured_is_not_known(open_pair, dish):
    image = dish(0)
    pixels = np.pad(image.pixels, ((0, 0), (0, 64), (0, 0)))
    pixels[0, :, -32:] = 0  # phase contrast alone ends there
    framed = CellImage(pixels, "CYX", image.channels, 0.65, source=image.source)
    (measured,) = FieldReader(READING, StainThresholdOptions()).read(open_pair(0, framed), None)
    known = measured.field.known
    assert known[:128, :-32].all()
    assert known.sum() == 128 * 128


def test_what_a_person_declares_as_not_measured_is_not_known(dish, tmp_path):
    write_image(tmp_path / "a.ome.tif", dish(0))
    mask = np.zeros(dish(0).shape_yx, np.uint8)
    mask[30:50, 20:90] = 1
    tifffile.imwrite(tmp_path / "mask.tif", mask)
    pair = FilePair(tmp_path / "a.ome.tif", tmp_path / "a.ome.tif", Place("a", ""))
    reading = READING.change(not_measured=tmp_path / "mask.tif")
    (measured,) = FieldReader(reading, StainThresholdOptions(threshold=500.0)).read(pair, None)
    np.testing.assert_array_equal(measured.field.known, mask == 0)


@pytest.mark.filterwarnings("ignore:.*no distance and no time between them")
def test_slices_of_a_pair_are_what_a_person_says_they_are(dish, tmp_path):
    phase, marker = dish(0).pixels
    for name, plane in (("p", phase), ("m", marker)):
        frames = np.stack([plane] * 3).astype("u2")
        tifffile.imwrite(tmp_path / f"{name}.tif", frames, imagej=True, metadata={"axes": "ZYX"})
    pair = FilePair(tmp_path / "p.tif", tmp_path / "m.tif", Place("a", ""))
    thresholding = StainThresholdOptions(threshold=500.0)
    with pytest.raises(OptionError, match=r"say it \(--slices"):
        FieldReader(StainPairOptions(), thresholding).read(pair, None)
    for slices, n_fields, n_inputs in (("times", 3, 1), ("planes", 1, 3)):
        fields = FieldReader(StainPairOptions(slices=slices), thresholding).read(pair, None)
        assert (len(fields), len(fields[0].channels)) == (n_fields, n_inputs)
