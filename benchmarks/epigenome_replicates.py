"""How many of the changes that replicates call are false, on painted tracks with known truth.

    python benchmarks/paint_replicates.py EPIGENOME_DIR painted --compounds 2 --replicates 3
    seewhy epigenome compare --replicates painted/replicates.csv --genes painted/genes.bed --out t
    python benchmarks/epigenome_replicates.py painted t

Prints the share of false discoveries among the genes with q < 0.05 and the share of changed genes
that is found; wanted are below 0.08, and as many as possible.
"""

import argparse
from pathlib import Path

import pandas as pd


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("painted", type=Path)
    parser.add_argument("tests", type=Path)
    asked = parser.parse_args()
    tests = pd.read_csv(asked.tests / "genes_tests.csv")
    truth = pd.read_csv(asked.painted / "truth.csv")
    both = tests.merge(truth, on=["compound", "gene"])
    true = both["class"].str.replace("_", "-")
    is_called, is_changed = both["test"] != "non-significant", true != "non-significant"
    false = (is_called & ~is_changed).sum() / is_called.sum()
    found = (is_called & is_changed).sum() / is_changed.sum()
    right = (both["test"] == true)[is_called & is_changed].mean()
    print(f"{len(both):,} genes, {is_called.sum():,} called: false discoveries {false:.3f}")
    print(f"found {found:.3f} of {is_changed.sum():,} changed genes, {right:.3f} with their class")
    print(pd.crosstab(true, both["test"]).to_string())
    print(both[is_called & ~is_changed]["where"].value_counts().to_string())


if __name__ == "__main__":
    main()
