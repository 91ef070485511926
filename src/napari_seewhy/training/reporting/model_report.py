"""The evaluation page of a model: its making as the card says it, its errors as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.pages import draw_thumbnail
from napari_seewhy.training.reporting.page import write_report_page

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.samples.storing import SampleSet
    from napari_seewhy.training.judging import Evaluation


def write_model_report(
    path: Path, card: ModelCard, samples: SampleSet, evaluation: Evaluation
) -> None:
    """Write the page of a model that was judged on a sample set.

    Parameters
    ----------
    path
        HTML file to write.
    card
        Card of the model; its record holds the loss of every epoch.
    samples
        The sample set that it was judged on, for the pictures of the errors.
    evaluation
        The evaluation.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    results = card.record.get("results", {})
    write_report_page(
        path,
        evaluation,
        title=f"Evaluation of {card.name}",
        history=results.get("history", ()),
        best_epoch=results.get("best_epoch", 0),
        thumbnails=draw_errors(card, samples, evaluation),
        details=list_details(card, samples),
    )


def draw_errors(card: ModelCard, samples: SampleSet, evaluation: Evaluation) -> list[bytes]:
    """Draw the errors of an evaluation as PNG files, in the channels and brightness of the card."""
    rows = np.array([error.row for error in evaluation.errors], np.int64)
    places = [samples.channels.index(name) for name in card.channel_names]
    limits = [(channel.low, channel.high) for channel in card.channels]
    return [draw_thumbnail(pixels[places], limits) for pixels in samples.read_pixels(rows)]


def list_details(card: ModelCard, samples: SampleSet) -> dict[str, str]:
    """Say in words how a model was made and on what it was judged."""
    record = card.record
    results, options = record.get("results", {}), record.get("options", {})
    inputs = [str(file["path"]) for file in record.get("inputs", ())]
    return {
        "Network": card.network.backbone,
        "Channels": ", ".join(card.channel_names),
        "Sample size": f"{card.size_px[0]} x {card.size_px[1]} px",
        "Trained on": card.data or ", ".join(inputs),
        "Judged on": str(samples.path),
        "Epochs": str(len(results.get("history", ())) or ""),
        "Seed": str(options.get("seed", "")),
        "Temperature": f"{card.temperature:.3f}",
        "Device": str(results.get("device", "")),
        "Finished": str(record.get("finished", "")),
        "napari-seewhy": str(record.get("versions", {}).get("napari-seewhy", "")),
        "Licence of the data": card.licence,
    }
