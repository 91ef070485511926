"""Draw the sample of aligned promoters: those of induced genes hold a motif that all species keep.

    python tools/draw_promoters.py

Writes ``sample_data/promoters``: one FASTA per gene, with human, mouse and rat, for the first 60
genes of the sample epigenome, and ``sets.gmt``; and ``sample_data/epigenome/genome.fa``, the
letters of their chromosome, with the promoters in it. All letters are drawn; they are of no animal.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from napari_seewhy.genome import decode_letters, read_genes, reverse_complement
from napari_seewhy.sequence.motifs import SHIPPED_MATRICES, read_matrices

ROOT = Path(__file__).parents[1] / "sample_data"
N_GENES, LENGTH_BP, N_SETS, SET_SIZE = 60, 240, 12, 25
BEFORE_BP = 200
"""Of a promoter, as many bases lie before the start of its gene."""

PAST_BP, LINE = 6000, 80
ASSEMBLIES = {"hg38": 0.0, "mm39": 0.3, "rn7": 0.33}
"""Share of the letters that differ from the first."""

MOTIF = "MA0476.2"
"""FOS, a factor of induced genes."""


def main() -> None:
    """Draw promoters and sets from the truth of one compound."""
    generator = np.random.default_rng(19)
    truth = pd.read_csv(ROOT / "epigenome" / "truth.csv")
    truth = truth[truth["compound"] == "compound_01"].set_index("gene")["class"]
    counts = next(one for one in read_matrices(SHIPPED_MATRICES) if one.identifier == MOTIF).counts
    out = ROOT / "promoters"
    out.mkdir(exist_ok=True)
    human = {}
    for gene in truth.index[:N_GENES]:
        rows = draw_rows(generator)
        if truth[gene] == "induction":
            start = int(generator.integers(40, LENGTH_BP - 60))
            for row in rows:
                row[start : start + counts.shape[1]] = counts.argmax(0)
        human[gene] = rows[0]
        texts = [
            f">{name}\n{decode_letters(row)}\n" for name, row in zip(ASSEMBLIES, rows, strict=True)
        ]
        (out / f"{gene}.fa").write_text("".join(texts))
    induced = truth.index[truth == "induction"]
    sets = {"induced by compound_01, truly": list(induced)}
    for number in range(1, N_SETS):
        sets[f"set {number}"] = sorted(generator.choice(truth.index, SET_SIZE, replace=False))
    lines = ["\t".join([name, "drawn", *genes]) + "\n" for name, genes in sets.items()]
    (out / "sets.gmt").write_text("".join(lines))

    induced_only = {gene: counts.argmax(0).astype(np.uint8) for gene in induced}
    draw_genome(induced_only | human)


def draw_genome(promoters: dict[str, np.ndarray]) -> None:
    """Draw the chromosome of the genes; each promoter stands before the start of its gene."""
    genes = read_genes(ROOT / "epigenome" / "genes.bed").set_index("gene")
    letters = np.random.default_rng(20).integers(0, 4, genes["end"].max() + PAST_BP)
    for gene, row in promoters.items():
        place = genes.loc[gene]
        start = place["tss"] - BEFORE_BP
        if place["strand"] == "-":
            row, start = reverse_complement(row), place["tss"] + 1 + BEFORE_BP - len(row)
        letters[start : start + len(row)] = row
    text = decode_letters(letters.astype(np.uint8))
    lines = [text[at : at + LINE] for at in range(0, len(text), LINE)]
    name = genes["chromosome"].iloc[0]
    (ROOT / "epigenome" / "genome.fa").write_text("\n".join([f">{name}", *lines]) + "\n")


def draw_rows(generator: np.random.Generator) -> list[np.ndarray]:
    """Draw one promoter, and what became of it in the other species."""
    first = generator.integers(0, 4, LENGTH_BP).astype(np.uint8)
    rows = []
    for share in ASSEMBLIES.values():
        is_changed = generator.random(LENGTH_BP) < share
        rows.append(np.where(is_changed, (first + generator.integers(1, 4, LENGTH_BP)) % 4, first))
    return [row.astype(np.uint8) for row in rows]


if __name__ == "__main__":
    main()
