"""Test a list of 200 genes against 2,000 sets of 20,000 genes, beside scipy set by set.

Sets of 10 to 500 genes are drawn, and 40 genes of the first set are planted in the list. Beside
the test stand the same p-values from one call of scipy for each set, in the same run. Seconds are
those of the processor.

Run it as

    python benchmarks/gene_lists.py
"""

from __future__ import annotations

import time

import numpy as np
from scipy.stats import hypergeom

from napari_seewhy.genome.lists import enrich
from napari_seewhy.genome.lists.gene_list import GeneList, GeneSet, ListedGene

N_GENES, N_SETS, N_SELECTED, N_PLANTED = 20_000, 2000, 200, 40
WANTED_SECONDS = 0.5


def main() -> None:
    generator = np.random.default_rng(0)
    universe = np.array([f"GENE{number}" for number in range(N_GENES)], object)
    sets = [
        GeneSet(f"set {n}", "na", tuple(generator.choice(universe, size, replace=False)))
        for n, size in enumerate(generator.integers(10, 501, N_SETS))
    ]
    sets[0] = GeneSet("planted", "na", tuple(universe[:60]))
    others = generator.choice(universe[60:], N_SELECTED - N_PLANTED, replace=False)
    names = (*universe[:N_PLANTED], *others)
    listed = tuple(ListedGene(identifier=name) for name in names)
    genes = GeneList(name="list", genes=listed, background=tuple(universe))

    enrich(genes, sets[:2])  # scipy is imported here
    start = time.process_time()
    table = enrich(genes, sets).table
    seconds = time.process_time() - start

    start = time.process_time()
    selected = set(names)
    one_by_one = {
        one.name: hypergeom.sf(
            len(selected & set(one.genes)) - 1, N_GENES, len(one.genes), N_SELECTED
        )
        for one in sets
    }
    peer = time.process_time() - start
    same = all(row.p == one_by_one[row.set] for row in table.itertuples())
    print(f"{len(table):,} sets in {seconds:.2f} s (wanted {WANTED_SECONDS} s)")
    print(f"scipy set by set: {peer:.2f} s, {peer / seconds:.1f} times as long")
    print(f"p equal to the last digit: {same}; first set: {table['set'][0]}, q {table['q'][0]:.2g}")


if __name__ == "__main__":
    main()
