"""Score a segmenter on the images that were held out, write the scores into its card, and ship it.

    python tools/ship_segmenter.py nuclei.safetensors IMAGES LABELS

Which images were held out stands in the model's record; it lands in
src/napari_seewhy/models/shipped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from napari_seewhy.cells import SegmentOptions, average_precision, segment
from napari_seewhy.images import read_image, read_labels
from napari_seewhy.models.library import SHIPPED_FOLDER
from napari_seewhy.nuclei.nuclei_file import load_segmenter, save_segmenter
from napari_seewhy.nuclei.pairs import find_pairs

IOUS = (0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("images", type=Path)
    parser.add_argument("labels", type=Path)
    chosen = parser.parse_args()
    network, card = load_segmenter(chosen.model)
    held_out = set(card.record["results"]["split"]["held_out"])
    pairs = [
        pair for pair in find_pairs(chosen.images, chosen.labels).pairs if pair.name in held_out
    ]
    options = SegmentOptions(model=str(chosen.model))
    scores = [
        average_precision(
            read_labels(pair.labels).labels, segment(read_image(pair.image), options).nuclei, IOUS
        )
        for pair in pairs
    ]
    mean = dict(zip(map(str, IOUS), np.mean(scores, axis=0).round(4).tolist(), strict=True))
    print(f"{len(pairs)} held-out images: {mean}")
    metrics = {"average_precision": mean, "n_images": len(pairs)}
    SHIPPED_FOLDER.mkdir(exist_ok=True)
    save_segmenter(SHIPPED_FOLDER / chosen.model.name, network, card.change(metrics=metrics))


if __name__ == "__main__":
    main()
