"""Draw tracks as files: ``python tools/draw_tracks.py --out DIR``.

A control and several compounds, each of which suppresses some genes, induces others, and leaves
the rest alone; painted as the project's benchmark is painted onto real tracks.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import SeewhyError
from napari_seewhy.files import write_text, writing
from simulating.genome.drawn_genome import CHROMOSOME, draw_epigenome, draw_genes
from simulating.genome.painted_effects import (
    NON_SIGNIFICANT,
    NOWHERE,
    draw_effect,
    paint_effect,
)
from simulating.genome.sequencing import write_sample
from simulating.genome.tracks_options import TracksOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulating.genome.drawn_genome import Gene

TRUTH_COLUMNS = ("compound", "gene", "class", "where", "position")


def draw_tracks(folder: Path, options: TracksOptions | None = None) -> None:
    """Write simulated tracks of a control and of treated samples, with their truth.

    Parameters
    ----------
    folder
        Gets ``control/`` and ``compound_01/`` ..., each with ``chromatin.bw`` (reads per 25 bp) and
        ``methylation.bw`` (0..1 per CpG), ``genes.bed``, ``compounds.csv`` (the tracks of each
        compound), and ``truth.csv``: compound, gene, class (suppression, induction,
        non_significant), where (chromatin, methylation, both, none, decoy_outside, decoy_global,
        decoy_balanced), position (bp of the start of the gene).
    options
        What to draw.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    import pandas as pd

    folder, options = Path(folder), options or TracksOptions()
    seeds = np.random.SeedSequence(options.seed).spawn(1 + options.n_compounds)
    base_rng, *compound_rngs = map(np.random.default_rng, seeds)
    genes, length = draw_genes(options.n_genes, base_rng)
    untreated = draw_epigenome(genes, length, base_rng)
    write_text(folder / "genes.bed", "".join(_bed_line(gene) for gene in genes))
    write_sample(folder / "control", untreated, options.depth, base_rng)
    rows = []
    for number, rng in enumerate(compound_rngs, start=1):
        compound, treated = f"compound_{number:02d}", untreated.copy()
        for gene in genes:
            effect = draw_effect(options, rng)
            where = paint_effect(treated, effect, gene.tss)
            kind = NON_SIGNIFICANT if where == NOWHERE else effect.kind
            rows.append((compound, gene.name, kind, where, gene.tss))
        # Samples are never sequenced equally deeply.
        write_sample(folder / compound, treated, options.depth * rng.uniform(0.8, 1.25), rng)
    truth = pd.DataFrame(rows, columns=TRUTH_COLUMNS)
    compounds = pd.DataFrame([_sample_row(name) for name in truth["compound"].unique()])
    for name, table in (("truth.csv", truth), ("compounds.csv", compounds)):
        with writing(folder / name) as part:
            table.to_csv(part, index=False, lineterminator="\n")


def _sample_row(compound: str) -> dict[str, str]:
    """Name the tracks of a treated sample and of the control, from the folder of all on."""
    return {
        "compound": compound,
        "chromatin": f"{compound}/chromatin.bw",
        "methylation": f"{compound}/methylation.bw",
        "control_chromatin": "control/chromatin.bw",
        "control_methylation": "control/methylation.bw",
    }


def _bed_line(gene: Gene) -> str:
    return f"{CHROMOSOME}\t{gene.start}\t{gene.end}\t{gene.name}\t0\t{gene.strand}\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Draw simulated tracks of an epigenome.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--genes", type=int, default=200, help="number of genes")
    parser.add_argument("--compounds", type=int, default=2, help="number of treated samples")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same tracks")
    chosen = parser.parse_args(arguments)
    try:
        options = TracksOptions(
            n_genes=chosen.genes, n_compounds=chosen.compounds, seed=chosen.seed
        )
        draw_tracks(chosen.out, options)
    except SeewhyError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
