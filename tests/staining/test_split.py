import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.staining.split import split_fields
from napari_seewhy.staining.stain_field import StainField
from napari_seewhy.staining.stain_plan import StainSource, plan_stain


def test_of_many_dishes_whole_ones_are_spared(make_field, tiny_options):
    fields = [make_field(i, f"f{i}", group=f"dish {i // 2}") for i in range(10)]
    split = split_fields(fields, tiny_options)
    taught = {fields[piece.field].group for piece in split.train}
    spared = {fields[piece.field].group for piece in split.stop}
    assert (split.stop_by, len(spared)) == ("dish", 1)
    assert not taught & spared
    assert len(split.train) + len(split.stop) == 10


def test_of_one_field_a_strip_is_spared_and_a_block_between_belongs_to_neither(
    make_field, tiny_options
):
    split = split_fields([make_field(0)], tiny_options)
    seen = np.zeros((2, 256, 192), bool)
    for i, part in enumerate((split.train, split.stop)):
        for piece in part:
            seen[i][piece.box] = True
    assert split.stop_by == "strip"
    assert not (seen[0] & seen[1]).any()
    assert (~seen.any(0)).sum() == tiny_options.block_px * 192
    assert seen[1].mean() == pytest.approx(tiny_options.stop_share, abs=0.01)


def test_all_times_of_a_place_are_divided_at_the_same_end(make_field, tiny_options):
    field = make_field(0)
    positive = np.zeros((2, *field.shape_px), bool)
    positive[0, :128, :96] = True
    positive[0, 200:] = True
    positive[1] = positive[0, ::-1]
    series = [
        StainField(f"t{t}", field.phase, mask, group="dish") for t, mask in enumerate(positive)
    ]
    split = split_fields(series, tiny_options)
    taught, spared = (np.zeros(field.shape_px, bool) for _ in "ts")
    for mask, pieces in ((taught, split.train), (spared, split.stop)):
        for piece in pieces:
            mask[piece.box] = True
    assert len(split.stop) == 2
    assert not (taught & spared).any()


def test_nothing_outside_the_known_part_is_learned_from(make_field, tiny_options):
    field = make_field(0)
    known = np.zeros(field.shape_px, bool)
    known[:, 16:160] = True
    limited = StainField("part", field.phase, field.positive, known=known)
    split = split_fields([limited], tiny_options)
    assert all(piece.box[1] == slice(16, 160) for piece in (*split.train, *split.stop))


def test_a_field_too_small_to_be_divided_teaches_whole(make_field, tiny_options):
    split = split_fields([make_field(0, shape_px=(48, 48))], tiny_options)
    assert (split.stop_by, split.stop) == ("nothing", ())


def test_a_blank_marker_is_refused(make_field, tiny_options):
    field = make_field(0)
    blank = StainField("blank", field.phase, np.zeros(field.shape_px, bool))
    with pytest.raises(DataError, match="None of the 192 blocks is positive"):
        plan_stain([blank], tiny_options)


def test_a_marker_that_is_everywhere_is_refused(make_field, tiny_options):
    field = make_field(0)
    full = StainField("full", field.phase, np.ones(field.shape_px, bool))
    with pytest.raises(DataError, match="there are no two classes"):
        plan_stain([full], tiny_options)


def test_fields_smaller_than_a_block_are_refused(make_field, tiny_options):
    with pytest.raises(DataError, match="No block of 16 px fits"):
        plan_stain([make_field(0, shape_px=(15, 40))], tiny_options)


def test_fields_of_other_channels_are_refused(make_field, tiny_options):
    one = make_field(0)
    two = StainField("two", np.concatenate([one.phase, one.phase]), one.positive)
    with pytest.raises(DataError, match="1 and 2 channels"):
        plan_stain([one, two], tiny_options)
    with pytest.raises(DataError, match="2 channels are named"):
        plan_stain([one], tiny_options, StainSource(channels=("a", "b")))


def test_fluorescence_is_not_learned_from_a_mask_alone(make_field, tiny_options):
    field = make_field(0)
    masked = StainField("mask", field.phase, field.positive)
    with pytest.raises(DataError, match="only a mask"):
        plan_stain([masked], tiny_options.change(predicted_fluorescence=True))


def test_parts_of_another_size_are_refused(make_field):
    field = make_field(0)
    with pytest.raises(DataError, match="same place and size"):
        StainField("pair", field.phase, field.positive[1:])
