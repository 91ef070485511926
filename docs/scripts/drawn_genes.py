"""Draw the examples of `docs/how-to/epigenome.md`: a gene of each kind, from painted tracks.

    python docs/scripts/drawn_genes.py DRAWN PAINTED/truth.csv

DRAWN is what `seewhy epigenome draw` wrote for the folder PAINTED of `paint_tracks.py`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from napari_seewhy.epigenome.pictures.set import PictureSet

OUT = Path(__file__).parents[1] / "images" / "epigenome_drawn.png"
KINDS = (
    ("suppression", "both"),
    ("suppression", "chromatin"),
    ("suppression", "methylation"),
    ("induction", "both"),
    ("induction", "chromatin"),
    ("induction", "methylation"),
    ("non_significant", "none"),
    ("non_significant", "decoy_outside"),
    ("non_significant", "decoy_balanced"),
)
N_COLUMNS, ZOOM, HEAD_PX, GAP_PX = 3, 2, 24, 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drawn", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--seed", type=int, default=3, help="which genes are shown")
    arguments = parser.parse_args()
    pictures = PictureSet(arguments.drawn)
    truth = pd.read_csv(arguments.truth)
    table = pictures.table.reset_index(names="row").drop(columns="class")
    known = table.merge(truth, on=["compound", "gene"])
    # A gene with many sites and some signal shows what there is to see.
    known = known[known["n_sites"] > 120]
    rng = np.random.default_rng(arguments.seed)
    cards = []
    for kind, where in KINDS:
        rows = known.loc[(known["class"] == kind) & (known["where"] == where), "row"]
        cards.append(make_card(pictures.read_one(int(rng.choice(rows))), f"{kind}: {where}"))
    lines = [
        np.concatenate(cards[first : first + N_COLUMNS], 1)
        for first in range(0, len(cards), N_COLUMNS)
    ]
    OUT.parent.mkdir(exist_ok=True)
    Image.fromarray(np.concatenate(lines)).save(OUT, optimize=True)


def make_card(pixels: np.ndarray, text: str) -> np.ndarray:
    """Put a headline over an enlarged picture."""
    enlarged = pixels.repeat(ZOOM, 0).repeat(ZOOM, 1)
    card = Image.new("RGB", (enlarged.shape[1] + GAP_PX, enlarged.shape[0] + HEAD_PX), "white")
    card.paste(Image.fromarray(enlarged), (0, HEAD_PX))
    font = ImageFont.load_default(15)
    ImageDraw.Draw(card).text((8, 4), text.replace("_", " "), fill="black", font=font)
    return np.asarray(card)


if __name__ == "__main__":
    main()
