"""Pictures of genes as other programs draw them: axes, tick labels, titles and margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZE = (320, 240)
UPPER = (40, 24, 300, 110)
LOWER = (40, 134, 300, 214)
"""Left, top, right, bottom of the frames about the panels, lines included."""


@pytest.fixture(scope="session")
def draw_foreign() -> Callable[..., np.ndarray]:
    return _draw


@pytest.fixture
def foreign_folder(tmp_path) -> Path:
    """Twelve genes of two compounds, named ``<compound>_<exposure>_<gene>.png``."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(12):
        for compound in ("BPA", "PFOA"):
            pixels = _draw(i + 100 * (compound == "BPA"))
            Image.fromarray(pixels).save(folder / f"{compound}_10uM_gene{i}.png")
    return folder


def _draw(seed: int, frames: str = "full") -> np.ndarray:
    """One picture ``(H, W, 3)``.

    `frames`: "full" boxes; "despined" left and lower axes alone; "shared" one box with a line
    across; "none" no axis at all.
    """
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    upper, lower = UPPER, LOWER
    if frames == "shared":
        upper, lower = (40, 24, 300, 119), (40, 119, 300, 214)
    if frames != "none":
        _draw_text(draw, seed, (upper, lower))
    _draw_data(draw, rng, upper, lower)
    for box in (upper, lower):
        if frames in ("full", "shared"):
            draw.rectangle(box, outline="black")
        elif frames == "despined":
            draw.line([(box[0], box[1]), (box[0], box[3]), (box[2], box[3])], fill="black")
    return np.asarray(image)


def _draw_text(draw, seed, boxes) -> None:
    draw.text((100, 6), f"gene {seed}", fill="black")
    for left, top, _, bottom in boxes:
        for share in (0.1, 0.5, 0.9):
            y = bottom - share * (bottom - top)
            draw.text((14, y - 5), f"{share:.1f}", fill="black")
            draw.line([(left - 4, y), (left, y)], fill="black")
    for x in (60, 170, 280):
        draw.text((x, 220), f"{x}", fill="black")


def _draw_data(draw, rng, upper, lower) -> None:
    left, top, right, bottom = upper
    for i, x in enumerate(range(left + 2, right - 2)):
        height = (bottom - top - 8) * np.exp(-0.5 * ((i - 130) / 40) ** 2) * rng.uniform(0.6, 1)
        draw.line([(x, bottom - 1), (x, bottom - 1 - height)], fill=(70, 130, 180))
    left, top, right, bottom = lower
    for x in rng.uniform(left + 6, right - 6, 60):
        level = rng.random()
        y = bottom - 6 - level * (bottom - top - 12)
        color = (int(255 * level), 40, int(255 * (1 - level)))
        draw.ellipse([(x - 2, y - 2), (x + 2, y + 2)], fill=color)


@pytest.fixture(scope="session")
def tracks_folder(tmp_path_factory, write_bigwig) -> Path:
    """Control and treated tracks of 60 kb of chr21, with two genes whose start is at 20 and 40 kb.

    Chromatin is 4 everywhere and 40 within 1 kb of a start; about the first gene the treated sample
    has half of that, and its depth is doubled. A CpG stands every 100 bp with level 0.2; about the
    second gene it is 0.6 in the treated sample.
    """
    folder = tmp_path_factory.mktemp("tracks")
    lengths = {"chr21": 60_000}
    starts = np.arange(0, 60_000, 50)
    near = np.minimum(abs(starts + 25 - 20_000), abs(starts + 25 - 40_000)) < 1000
    control = np.where(near, 40.0, 4.0)
    treated = 2 * np.where(abs(starts + 25 - 20_000) < 1000, control / 2, control)
    sites = np.arange(50, 60_000, 100)
    levels = np.full(len(sites), 0.2)
    changed = np.where(abs(sites - 40_000) < 1000, 0.6, 0.2)
    for name, heights, level in (("control", control, levels), ("treated", treated, changed)):
        records = [
            ("chr21", int(s), int(s) + 50, float(v)) for s, v in zip(starts, heights, strict=True)
        ]
        write_bigwig(folder / name / "chromatin.bw", lengths, records)
        records = [
            ("chr21", int(s), int(s) + 1, float(v)) for s, v in zip(sites, level, strict=True)
        ]
        write_bigwig(folder / name / "methylation.bw", lengths, records)
    (folder / "genes.bed").write_text(
        "chr21\t20000\t25000\tPLUS\t0\t+\nchr21\t35000\t40001\tMINUS\t0\t-\n"
    )
    return folder
