"""How fast motifs are found: 879 matrices in 1,000 promoters of three species, beside Biopython.

    python benchmarks/motif_speed.py [--promoters 1000]

Random promoters of 1,500 bp; all times are processor time of one core. Biopython searches the first
20 promoters of one species alone, with the thresholds that are given to it (its own take minutes),
and its time per promoter is scaled up.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from Bio.motifs.matrix import PositionWeightMatrix

from napari_seewhy.genome import UNKNOWN_BASE, decode_letters
from napari_seewhy.progress import finish
from napari_seewhy.sequence.motifs import SHIPPED_MATRICES, MotifOptions, read_matrices, scan_steps
from napari_seewhy.sequence.motifs.alignments import Alignments

LENGTH_BP, N_BIOPYTHON = 1500, 20
SPECIES = ("human", "mouse", "rat")


def draw(n: int) -> Alignments:
    """Draw promoters of random letters."""
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 4, (len(SPECIES), n * (LENGTH_BP + 1))).astype(np.uint8)
    starts = np.arange(n + 1) * (LENGTH_BP + 1)
    codes[:, starts[1:] - 1] = UNKNOWN_BASE
    names = tuple(f"gene{number}" for number in range(n))
    return Alignments(names, starts, SPECIES, {one: one for one in SPECIES}, codes, ({},) * n)


def time_biopython(matrices: list, alignments: Alignments) -> float:
    """Return seconds for one promoter of one species, thresholds not counted."""
    pssms = []
    for one in matrices:
        shares = (one.counts + 0.25) / (one.counts + 0.25).sum(0)
        pwm = PositionWeightMatrix("ACGT", dict(zip("ACGT", map(list, shares), strict=True)))
        pssm = pwm.log_odds()
        pssms.append((pssm, 0.8 * pssm.max))
    texts = [
        decode_letters(alignments.codes[0, start : start + LENGTH_BP])
        for start in alignments.starts[:N_BIOPYTHON]
    ]
    before = time.process_time()
    for text in texts:
        for pssm, threshold in pssms:
            for _ in pssm.search(text, threshold=threshold, both=True):
                pass
    return (time.process_time() - before) / len(texts)


def main() -> None:
    """Measure, and print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--promoters", type=int, default=1000)
    n = parser.parse_args().promoters
    matrices, alignments = read_matrices(SHIPPED_MATRICES), draw(n)
    before = time.process_time()
    scan = finish(scan_steps(matrices, alignments, MotifOptions(species=SPECIES)))
    ours = time.process_time() - before
    per_promoter = time_biopython(matrices, alignments)
    theirs = per_promoter * n * len(SPECIES)
    n_hits = sum(map(len, scan.hits))
    print(f"{len(matrices)} matrices x {n} promoters x {len(SPECIES)} species: {n_hits:,} sites")
    print(f"napari-seewhy, thresholds and p-values included: {ours:.1f} s")
    print(f"Biopython, search alone, scaled up from {N_BIOPYTHON} promoters: {theirs:.0f} s")
    print(f"ratio {theirs / ours:.0f}")


if __name__ == "__main__":
    main()
