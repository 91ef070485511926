"""Models: networks, the file that describes itself, the library, devices and prediction.

`Model` needs torch, so it is loaded when it is first asked for: a list of models costs no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.library import LibraryEntry, ModelLibrary
from napari_seewhy.models.files.model_file import load_model, read_card, save_model
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.models.running.predict_options import PredictOptions

if TYPE_CHECKING:
    from napari_seewhy.models.files.model import Model

__all__ = [
    "ChannelCard",
    "LibraryEntry",
    "Model",
    "ModelCard",
    "ModelLibrary",
    "NetworkOptions",
    "PredictOptions",
    "load_model",
    "read_card",
    "save_model",
]


def __getattr__(name: str) -> Any:
    if name != "Model":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.model").Model
