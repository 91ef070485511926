from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage
from napari_seewhy.nuclei.learning.examples import describe_examples, read_examples_steps
from napari_seewhy.nuclei.learning.pairs import OpenPair
from napari_seewhy.nuclei.learning.plan import plan_training
from napari_seewhy.progress import finish


def open_pair(labels: np.ndarray, name: str = "a") -> OpenPair:
    pixels = np.where(labels, 300, 100).astype(np.uint16)
    return OpenPair(name, CellImage(pixels[None], "CYX", ("DNA",)), labels)


def read(pairs, options):
    return finish(read_examples_steps(plan_training(pairs, options)))


def test_numbers_of_nuclei_may_be_anything(quick, tiny_labels):
    strange = np.where(tiny_labels, 2_000_000_000 - 7 * tiny_labels.astype(np.int64), 0)
    examples = read([open_pair(strange)], quick)
    assert examples.train[0].picture.labels.unique().tolist() == [0, 1, 2, 3, 4, 5]


def test_a_picture_that_is_all_nucleus_has_no_background(quick):
    (example,) = read([open_pair(np.full((40, 40), 3, np.int32))], quick).train
    assert example.picture.labels.unique().tolist() == [1]


def test_every_time_point_is_a_picture_of_its_own(quick, tiny_labels):
    frames = np.stack([tiny_labels, np.zeros_like(tiny_labels), tiny_labels])
    pixels = np.where(frames, 9, 1)[:, None]
    pair = OpenPair("film", CellImage(pixels, "TCYX", ("DNA",)), frames)
    assert len(read([pair], quick.change(stop_share=0)).train) == 2  # of the empty one, none


def test_the_card_tells_the_sizes_and_how_dark_the_background_is(quick, tiny_labels):
    card = describe_examples(read([open_pair(tiny_labels)], quick))
    assert card["diameters_px"] == pytest.approx((14.4, 16, 19.6), abs=0.5)
    assert card["background"] == (0, 0, 0)
    bright = open_pair(tiny_labels)
    inverted = OpenPair("b", CellImage(400 - bright.image.pixels, "CYX", ("DNA",)), tiny_labels)
    assert describe_examples(read([inverted], quick))["background"] == (1, 1, 1)


def test_many_images_get_a_piece_each_and_few_more(quick, tiny_labels, monkeypatch):
    monkeypatch.setattr("napari_seewhy.nuclei.learning.examples._MOST_PIECES", 6)
    monkeypatch.setattr("napari_seewhy.nuclei.labelled_image.PIECE_PX", 48)
    pairs = [open_pair(tiny_labels, f"{i}") for i in range(8)]
    options = quick.change(stop_share=0)
    assert len(read(pairs, options).train) == 8
    assert len(read(pairs[:2], options).train) == 6


def test_empty_labels_alone_are_refused(quick):
    with pytest.raises(DataError, match="The labels hold no nucleus to learn from"):
        read([open_pair(np.zeros((50, 50), np.int32))], quick)
