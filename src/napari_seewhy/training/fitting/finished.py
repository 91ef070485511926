"""Whether this very training was finished before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.errors import FileError
from napari_seewhy.files import hash_file
from napari_seewhy.models.files import load_model, read_card
from napari_seewhy.training.fitting.question import CONSTANT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.networks import NetworkOptions
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.storing import SampleSet
    from napari_seewhy.training.fitting.options import TrainOptions


def find_finished(
    out: Path,
    samples: SampleSet,
    network: NetworkOptions,
    training: TrainOptions,
    split: Split,
    channels: Sequence[str] | None = None,
) -> Model | None:
    """Return the model of this very training where it was finished before, else None.

    So that resuming a training that was killed while it was judged does not train once more.

    Parameters
    ----------
    out
        Where the model would stand.
    samples, network, training, split, channels
        What is trained with what, as `fit` takes it.
    """
    try:
        card = read_card(out)
    except FileError:
        return None
    record = card.record
    options = {"network": network.model_dump(mode="json")} | training.model_dump(mode="json")
    rows = {part: rows.tolist() for part, rows in split.parts.items()}
    is_same = (
        record.get("verb") == "train"
        and [file["sha256"] for file in record["inputs"]] == list(map(hash_file, samples.sources))
        and options.items() <= record["options"].items()
        and record["results"]["split"] == rows
        and card.classes == split.classes
        and _is_of_channels(card, channels or samples.channels)
    )
    return load_model(out) if is_same else None


def _is_of_channels(card: ModelCard, wanted: Sequence[str]) -> bool:
    """Whether a model takes these channels, but for those that were the same everywhere."""
    constant = card.samples.get(CONSTANT, [])
    return card.channel_names == tuple(name for name in wanted if name not in constant)
