"""Draw the picture of `docs/how-to/generating.md`: drawn pictures, each above the nearest real one.

    python docs/scripts/generated_genes.py INDUCTION.safetensors PICTURES.h5

Both are what `benchmarks/epigenome_amplify.py` wrote. The first ones that the generator draws are
shown, none is chosen.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from napari_seewhy.generating.amplified_training import compare_with_learned
from napari_seewhy.generating.card import load_generator
from napari_seewhy.generating.generation import generate
from napari_seewhy.samples import SampleSet

OUT = Path(__file__).parents[1] / "images" / "generated_genes.png"
N_COLUMNS, N_LINES = 4, 3
ZOOM, GAP_PX, RIM_PX = 4, 10, 2
GREY, BLUE = (140, 140, 140), (0, 114, 178)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("generator", type=Path)
    parser.add_argument("samples", type=Path)
    chosen = parser.parse_args()
    generator = load_generator(chosen.generator)
    drawn = generate(generator, N_COLUMNS * N_LINES)
    with SampleSet(chosen.samples) as samples:
        nearest = compare_with_learned(generator, drawn, samples).nearest
        rows = np.array(generator.card.record["results"]["rows"])[nearest]
        real = samples.read_pixels(rows)
    pairs = [
        np.concatenate([frame(one, GREY), frame(other, BLUE)])
        for one, other in zip(drawn, real, strict=True)
    ]
    lines = [
        np.concatenate([apart(pair) for pair in pairs[first : first + N_COLUMNS]], axis=1)
        for first in range(0, len(pairs), N_COLUMNS)
    ]
    OUT.parent.mkdir(exist_ok=True)
    Image.fromarray(np.concatenate(lines)).save(OUT, optimize=True)


def frame(pixels: np.ndarray, color: tuple[int, int, int]) -> np.ndarray:
    """Enlarge a picture ``(3, H, W)`` and put a rim of this color about it: ``(h, w, 3)``."""
    enlarged = pixels.transpose(1, 2, 0).repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
    height, width = enlarged.shape[:2]
    framed = np.empty((height + 2 * RIM_PX, width + 2 * RIM_PX, 3), np.uint8)
    framed[:] = color
    framed[RIM_PX:-RIM_PX, RIM_PX:-RIM_PX] = enlarged
    return framed


def apart(pair: np.ndarray) -> np.ndarray:
    """Put a white margin to the right of and below a pair ``(h, w, 3)``."""
    return np.pad(pair, ((0, GAP_PX), (0, GAP_PX), (0, 0)), constant_values=255)


if __name__ == "__main__":
    main()
