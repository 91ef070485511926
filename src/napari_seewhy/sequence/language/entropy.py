"""Bits per base along a genome, as a bigWig, and whether they tell genes from what lies between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from napari_seewhy.errors import DataError
from napari_seewhy.files import write_json
from napari_seewhy.genome import (
    Interval,
    Run,
    match_chromosome,
    parse_place,
    read_dna,
    read_genes,
    write_bigwig,
)
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.progress import name_steps
from napari_seewhy.record import make_record
from napari_seewhy.sequence.language.looking import RECALLED
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.progress import Task

_PIECE_BP = 90
"""Stretches wholly inside or outside genes that are compared."""


class EntropyOptions(DeviceOptions):
    """Where bits per base are measured, and how finely they are written."""

    place: str = Field(
        "",
        title="Place",
        description="Stretch such as chr1:1,001-2,000; empty takes all of the genome.",
    )
    bin_bp: int = Field(
        10,
        ge=1,
        le=100_000,
        title="Bin (bp)",
        description="Bases whose mean is one value of the bigWig.",
    )


@dataclass(frozen=True, eq=False)
class Entropy:
    """Bits per base of stretches of a genome.

    Attributes
    ----------
    places
        The stretches.
    bits
        ``(n,)`` of each: entropy of the expected letter, the mean of both strands.
    lengths
        Length in bp of each chromosome.
    separation
        How well genes are told from what lies between; None without genes.
    recalled
        Stretches that the model learned from, for the most part.
    """

    places: tuple[Interval, ...]
    bits: tuple[NDArray[np.float32], ...]
    lengths: dict[str, int]
    separation: pd.DataFrame | None
    recalled: tuple[Interval, ...] = ()

    def describe(self) -> str:
        """Say the mean, and how well genes are told."""
        mean = float(np.concatenate(self.bits).mean())
        lines = [f"Mean entropy {mean:.4f} bits per base; 2 is chance."]
        if self.recalled:
            lines.append(f"{self.recalled[0]}: {RECALLED}.")
        if self.separation is not None:
            lines.append(
                f"AUC of {_PIECE_BP}-bp pieces inside genes against between them (0.5 is chance):"
            )
            lines += [f"  {row.measure:24}{row.auc:.3f}" for row in self.separation.itertuples()]
        return "\n".join(lines)


def measure_entropy_steps(
    model_path: Path, genome: Path, options: EntropyOptions, genes: Path | None = None
) -> Task[Entropy]:
    """Measure how sure a language model is of every base.

    Parameters
    ----------
    model_path
        The model.
    genome
        FASTA or GenBank.
    options
        Where.
    genes
        Table of genes, to say how well bits tell them from what lies between.

    Raises
    ------
    DataError
        If the place lies outside the genome, or no gene lies in it.
    FileError
        If a file cannot be read.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading.language import load_language, positional_entropies_steps

    model, runtime = load_language(model_path), choose_runtime(options)
    runtime.place_network(model.network)
    dna = read_dna(genome)
    places = _choose_places(dna, options.place, genome)
    bits = []
    for place in places:
        codes = dna[place.chromosome][place.start : place.end]
        task = positional_entropies_steps(model, codes, runtime)
        bits.append((yield from name_steps(task, str(place))))
    separation = None
    if genes is not None:
        counted = []
        for place in places:
            codes = dna[place.chromosome][place.start : place.end]
            task = positional_entropies_steps(model, codes, runtime, only_counts=True)
            counted.append((yield from name_steps(task, str(place))))
        letters = [dna[place.chromosome][place.start : place.end] for place in places]
        separation = _separate(places, letters, bits, counted, read_genes(genes))
    lengths = {name: len(codes) for name, codes in dna.items()}
    recalled = tuple(
        place
        for place in places
        if model.network.is_recalled(dna[place.chromosome][place.start : place.end])
    )
    return Entropy(tuple(places), tuple(bits), lengths, separation, recalled)


def _choose_places(dna: dict[str, NDArray[np.uint8]], text: str, path: Path) -> list[Interval]:
    if not text:
        return [Interval(name, 0, len(codes)) for name, codes in dna.items() if len(codes)]
    asked = parse_place(text)
    name = match_chromosome(asked.chromosome, dna)
    if name is None or asked.end > len(dna[name]):
        there = f"{name} has {len(dna[name]):,} bp" if name else f"it has {', '.join(dna)}"[:80]
        raise DataError(f"{asked} lies outside {path}: {there}; choose a stretch inside it.")
    return [Interval(name, asked.start, asked.end)]


def _separate(
    places: list[Interval],
    letters: list[NDArray[np.uint8]],
    bits: list[NDArray[np.float32]],
    counted: list[NDArray[np.float32]],
    genes: pd.DataFrame,
) -> pd.DataFrame:
    from sklearn.metrics import roc_auc_score

    measures: dict[str, list[NDArray[np.float64]]] = {}
    inside = []
    for place, codes, own, other in zip(places, letters, bits, counted, strict=True):
        is_gene = np.zeros(len(codes))
        named = {
            name: match_chromosome(name, [place.chromosome]) is not None
            for name in genes["chromosome"].unique()
        }
        here = genes[genes["chromosome"].map(named)]
        for start, end in zip(here["start"], here["end"], strict=True):
            is_gene[max(start - place.start, 0) : max(end - place.start, 0)] = 1
        inside.append(_pool(is_gene))
        parts = {
            "entropy of the model": -own,
            "entropy of contexts": -other,
            "GC content": np.isin(codes, (1, 2)),
        }
        for name, values in parts.items():
            measures.setdefault(name, []).append(_pool(values))
    share = np.concatenate(inside)
    pure = (share == 0) | (share == 1)
    if len(np.unique(share[pure])) < 2:
        raise DataError(
            "The table has no gene in the stretch that is read, or nothing lies between genes; "
            "choose the genes of this genome or a longer stretch."
        )
    rows = [
        {"measure": name, "auc": roc_auc_score(share[pure], np.concatenate(values)[pure])}
        for name, values in measures.items()
    ]
    return pd.DataFrame(rows).assign(
        n_inside=int((share == 1).sum()), n_between=int((share == 0).sum())
    )


def _pool(values: NDArray[np.generic], size: int = _PIECE_BP) -> NDArray[np.float64]:
    n = len(values) // size * size
    pooled: NDArray[np.float64] = values[:n].reshape(-1, size).astype(np.float64).mean(1)
    return pooled


def write_entropy(
    out: Path, entropy: Entropy, options: EntropyOptions, inputs: list[Path]
) -> list[Path]:
    """Write bits per base as a bigWig, the table of genes, and the record.

    Raises
    ------
    FileError
        If they cannot be written.
    """
    paths = [out / "entropy.bw"]
    runs = []
    for place, bits in zip(entropy.places, entropy.bits, strict=True):
        pooled = _pool(bits, options.bin_bp)
        start = place.start + np.arange(len(pooled)) * options.bin_bp
        runs.append(Run(place.chromosome, start, start + options.bin_bp, pooled))
    write_bigwig(paths[0], entropy.lengths, runs)
    results = {}
    if entropy.separation is not None:
        paths.append(out / "genes.csv")
        write_table(paths[-1], entropy.separation)
        results = {"separation": entropy.separation.to_dict("records")}
    record = make_record("sequence entropy", options, inputs, **results)
    write_json(out / "entropy.json", record)
    return paths
