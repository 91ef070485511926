from __future__ import annotations

import math

import numpy as np
import pytest

from napari_seewhy.errors import OptionError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.networks.options import NetworkOptions


def channel(name: str = "DNA") -> ChannelCard:
    return ChannelCard(name=name, mean=100.5, std=20, low=3, high=200)


def card(**fields: object) -> ModelCard:
    usual = {
        "name": "cycle",
        "network": NetworkOptions(),
        "classes": ("G1", "G2"),
        "channels": (channel(), channel("Golgi")),
        "size_px": (32, 48),
        "dtype": "uint16",
    }
    return ModelCard(**(usual | fields))


def test_a_card_survives_json_to_the_last_bit_of_every_number():
    full = card(
        temperature=0.1 + 0.2,
        pixel_size_um=1 / 3,
        object_px=math.pi,
        metrics={"accuracy": np.float64(0.1), "n": np.int64(3), "pair": (1, np.float32(0.5))},
        record={"history": [{"loss": 1e-300}]},
    )
    assert ModelCard.model_validate_json(full.model_dump_json()) == full


def test_numbers_that_json_lacks_become_none_before_they_are_saved():
    metrics = card(metrics={"auc": math.nan, "per_class": [np.inf, 0.5]}).metrics
    assert metrics == {"auc": None, "per_class": [None, 0.5]}


def test_the_names_of_the_channels_keep_their_order():
    assert card().channel_names == ("DNA", "Golgi")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"classes": ("G1", "G1")}, "classes .* must have different names"),
        ({"channels": (channel(), channel())}, "channels .* must have different names"),
        ({"classes": ("G1",)}, "Classes"),
        ({"channels": ()}, "Channels"),
        ({"size_px": (0, 32)}, "size_px"),
        ({"dtype": "object"}, "Pixel type"),
        ({"temperature": 0}, "Temperature"),
        ({"pixel_size_um": math.nan}, "Pixel size"),
        ({"metrics": {"page": object()}}, "which JSON does not know"),
        ({"colour": "red"}, "colour is no option here"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(fields, message):
    with pytest.raises(OptionError, match=message):
        card(**fields)
