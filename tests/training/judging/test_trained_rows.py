from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.training.judging.trained_rows import find_target


def card(classes: tuple[str, ...], merged: dict[str, list[str]] | None) -> ModelCard:
    return ModelCard(
        name="phases",
        network=NetworkOptions(),
        classes=classes,
        channels=(ChannelCard(name="DNA", mean=0, std=1, low=0, high=1),),
        size_px=(8, 8),
        dtype="uint16",
        record={"options": {"classes": merged} if merged else {}},
    )


def samples(classes: tuple[str, ...], target: list[int]) -> SimpleNamespace:
    return SimpleNamespace(classes=classes, target=np.array(target))


def test_classes_are_merged_as_in_the_training_also_where_a_name_stayed():
    phases = samples(("G1", "S", "G2"), [0, 1, 2, -1])
    model = card(("G1", "G2"), {"G1": ["G1", "S"], "G2": ["G2"]})
    assert find_target(model, phases).tolist() == [0, 0, 1, -1]


def test_samples_that_bear_the_merged_names_already_are_taken_as_they_are():
    phases = samples(("G2", "G1/S"), [0, 1, 1])
    model = card(("G1/S", "G2"), {"G1/S": ["G1", "S"], "G2": ["G2"]})
    assert find_target(model, phases).tolist() == [1, 0, 0]


def test_without_a_recorded_merging_names_decide_and_others_are_left_out():
    phases = samples(("M", "G1", "G2"), [0, 1, 2])
    assert find_target(card(("G1", "G2"), None), phases).tolist() == [-1, 0, 1]


def test_classes_that_are_not_those_of_the_model_are_refused():
    with pytest.raises(DataError, match="live, dead, and the model knows G1, G2; say which"):
        find_target(card(("G1", "G2"), None), samples(("live", "dead"), [0, 1]))
