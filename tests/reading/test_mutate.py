from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.reading.card import CoverageCard, CoverageModel
from napari_seewhy.reading.mutate import LocalReader, mutate, weigh_bases
from napari_seewhy.reading.options import CoverageNetworkOptions
from napari_seewhy.reading.predict import predict_coverage

LENGTH = 4096


@pytest.fixture
def codes():
    codes = np.random.default_rng(1).integers(0, 4, LENGTH).astype(np.uint8)
    codes[2000:2005] = 4
    return codes


def test_recomputing_in_parts_gives_every_bin_of_the_whole_window(model, codes, cpu):
    reader = LocalReader(model, codes, cpu)
    whole = predict_coverage(model, codes, cpu)

    for position in (0, 7, 31, 32, 1000, 2047, 2048, LENGTH - 40, LENGTH - 1):
        letter = (int(codes[position]) + 1) % 4
        changed = codes.copy()
        changed[position] = letter
        change = reader.change([(position, letter)])
        mine = whole.copy()
        n = change.said.shape[2]
        mine[:, change.first : change.first + n] = change.said[0].exp().numpy()
        np.testing.assert_allclose(mine, predict_coverage(model, changed, cpu), atol=1e-5)


def test_every_base_is_changed_to_every_other_letter(model, codes, cpu):
    effects = mutate(model, codes, 1990, 2070, cpu)

    assert effects.shape == (2, 4, 80)
    assert not effects[:, :, 10:15].any()  # not known
    for offset in (0, 40, 79):
        position = 1990 + offset
        assert effects[:, codes[position], offset].tolist() == [0, 0]
        changed = codes.copy()
        changed[position] = letter = (int(codes[position]) + 2) % 4
        difference = predict_coverage(model, changed, cpu) - predict_coverage(model, codes, cpu)
        assert effects[:, letter, offset] == pytest.approx(difference.sum(1), abs=1e-4)
    assert (np.abs(effects) > 1e-4).any()


def test_bases_outside_the_window_are_refused(model, codes, cpu):
    with pytest.raises(DataError, match="lie outside the window of 4,096 bp"):
        mutate(model, codes, 4000, 4100, cpu)


def test_the_network_of_the_course_is_asked_about_the_whole_window(cpu):
    card = CoverageCard(
        name="course",
        network=CoverageNetworkOptions(network="course"),
        tracks=("a",),
        bin_bp=128,
        window_bp=1024,
    )
    model = CoverageModel(card.build().eval(), card)
    codes = np.random.default_rng(0).integers(0, 4, 1024).astype(np.uint8)

    effects = mutate(model, codes, 500, 501, cpu)

    changed = codes.copy()
    changed[500] = letter = (int(codes[500]) + 1) % 4
    difference = predict_coverage(model, changed, cpu) - predict_coverage(model, codes, cpu)
    assert effects[0, letter, 0] == pytest.approx(difference.sum(), abs=1e-5)


def test_gradient_times_input_is_zero_where_the_base_is_not_known(model, codes, cpu):
    worth = weigh_bases(model, codes, cpu)

    assert worth.shape == (2, LENGTH)
    assert not worth[:, 2000:2005].any()
    assert np.abs(worth).max() > 0
