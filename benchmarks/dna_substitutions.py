"""How well a kernel ridge predicts substitutions of TEM-1 from a part of the table itself.

Spearman on the rest, mean and deviation of ten draws: a fifth of the substitutions, a fifth of the
places, and four fifths of the places, which says what more measurements of other places can give.

    python benchmarks/dna_substitutions.py [TABLE.csv]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from napari_seewhy.sequence.language.agreement import learn_ridge

TABLE = Path("../shared/data/sequence/genomes/BLAT_ECOLX_Ranganathan2015.csv")
MEASURED, WANTED, N_DRAWS = "2500", 0.55, 10


def main() -> None:
    """Print the three."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE
    if not path.is_file():
        print(f"{path} is not there.")
        return
    table = pd.read_csv(path)
    table["place"] = table["mutant"].str[1:-1].astype(int)
    measured = table[MEASURED].to_numpy()
    for by_place, share in ((False, 0.2), (True, 0.2), (True, 0.8)):
        reached = []
        for seed in range(N_DRAWS):
            said, is_new = learn_ridge(table, measured, seed, by_place=by_place, share=share)
            reached.append(spearmanr(said[is_new], measured[is_new])[0])
        what = "places" if by_place else "substitutions"
        print(
            f"{share:.0%} of the {what}: {np.mean(reached):.3f} +- {np.std(reached):.3f}, "
            f"{min(reached):.3f} to {max(reached):.3f} (wanted {WANTED} by places)"
        )


if __name__ == "__main__":
    main()
