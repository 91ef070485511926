"""A small genome of random DNA with two tracks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from napari_seewhy.genome import Run, decode_letters, write_bigwig

if TYPE_CHECKING:
    from pathlib import Path

LENGTHS = {"chr1": 9000, "chr2": 5000, "chr3": 5000}


@dataclass(frozen=True)
class SmallGenome:
    fasta: Path
    tracks: dict[str, Path]


@pytest.fixture
def small_genome(tmp_path) -> SmallGenome:
    generator = np.random.default_rng(0)
    text = ""
    for name, length in LENGTHS.items():
        letters = decode_letters(generator.integers(0, 4, length).astype(np.uint8))
        text += f">{name}\n" + "".join(f"{letters[i : i + 60]}\n" for i in range(0, length, 60))
    fasta = tmp_path / "small.fa"
    fasta.write_text(text)
    tracks = {}
    for number, track in enumerate(("one", "two")):
        runs = [
            Run(
                name,
                start := np.arange(0, length, 100),
                start + 100,
                generator.poisson(2, len(start)) + float(number),
            )
            for name, length in LENGTHS.items()
        ]
        write_bigwig(path := tmp_path / f"{track}.bw", LENGTHS, runs)
        tracks[track] = path
    return SmallGenome(fasta, tracks)
