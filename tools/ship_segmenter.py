"""Score a segmenter on the images that were held out, write the scores into its card, and ship it.

    python tools/ship_segmenter.py nuclei.safetensors IMAGES LABELS

Its confidence is calibrated again on the images that stopped the training, as it depends on
how nuclei are found, which may have changed since it was trained. Which images were held out, and
which said when to stop, stands in the model's record; it lands in src/napari_seewhy/models/shipped.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.cells import SegmentOptions, average_precision, segment
from napari_seewhy.images import read_image, read_labels
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.files.weights_file import save_network
from napari_seewhy.models.running.device_options import DeviceOptions
from napari_seewhy.nuclei.card import load_segmenter
from napari_seewhy.nuclei.confidence import fit_confidence
from napari_seewhy.nuclei.finder import choose_runtime
from napari_seewhy.nuclei.learning.pairs import find_pairs
from napari_seewhy.nuclei.pictures import make_picture
from napari_seewhy.nuclei.plane import Eye
from napari_seewhy.nuclei.scale import SHOWN_PX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from napari_seewhy.nuclei.card import SegmenterCard
    from napari_seewhy.nuclei.learning.pairs import FilePair

IOUS = (0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("images", type=Path)
    parser.add_argument("labels", type=Path)
    chosen = parser.parse_args()
    network, card = load_segmenter(chosen.model)
    split = card.record["results"]["split"]
    known = {pair.name: pair for pair in find_pairs(chosen.images, chosen.labels).pairs}
    card = find_confidence(network, card, [known[name] for name in split["stop"]])
    SHIPPED_FOLDER.mkdir(exist_ok=True)
    shipped = SHIPPED_FOLDER / chosen.model.name
    save_network(shipped, network, card)
    pairs = [known[name] for name in split["held_out"]]
    options = SegmentOptions(model=str(shipped))
    scores = [
        average_precision(
            read_labels(pair.labels).labels, segment(read_image(pair.image), options).nuclei, IOUS
        )
        for pair in pairs
    ]
    mean = dict(zip(map(str, IOUS), np.mean(scores, axis=0).round(4).tolist(), strict=True))
    print(f"{len(pairs)} held-out images: {mean}")
    metrics = {"average_precision": mean, "n_images": len(pairs)}
    save_network(shipped, network, card.change(metrics=metrics))


def find_confidence(
    network: nn.Module, card: SegmenterCard, pairs: Sequence[FilePair]
) -> SegmenterCard:
    """Return the card with the confidence fitted again."""
    runtime = choose_runtime(network, DeviceOptions())
    runtime.place_network(network)
    images = [pair.read("0") for pair in pairs]
    pictures = [make_picture(np.asarray(one.pixels[0]), one.labels[0], SHOWN_PX) for one in images]
    fitted = fit_confidence(Eye(network, runtime), pictures, card.confidence)
    network.cpu().to(memory_format=torch.contiguous_format)
    return card.change(confidence=fitted)


if __name__ == "__main__":
    main()
