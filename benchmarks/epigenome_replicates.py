"""How many of the changes that replicates show are false, on painted tracks with known truth.

    python benchmarks/epigenome_replicates.py [--seed 1] [--compounds 2] [--replicates 3]

Effects are painted onto real tracks (`_paint_replicates.py`), `seewhy epigenome compare` tests each
gene, and the calls with q < 0.05 are compared with the truth. Wanted: a share of false discoveries
below 0.08. The test was designed on seed 0.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import pandas as pd

from napari_seewhy.cli.main import main as seewhy

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "epigenome"
WANTED = 0.08


def main() -> int:
    """Paint, test and print; status 1 where too many calls are false."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", default="1")
    parser.add_argument("--compounds", default="2")
    parser.add_argument("--replicates", default="3")
    parser.add_argument("--out", type=Path, default=Path("out/bench/replicates"))
    asked = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: {DATA} does not exist")
        return 0
    painted, tests = asked.out / f"painted_{asked.seed}", asked.out / f"tests_{asked.seed}"
    script = Path(__file__).with_name("_paint_replicates.py")
    words = ["--seed", asked.seed, "--compounds", asked.compounds, "--replicates", asked.replicates]
    subprocess.run([sys.executable, script, DATA, painted, *words], check=True)
    places = ["--replicates", painted / "replicates.csv", "--genes", painted / "genes.bed"]
    if status := seewhy(["epigenome", "compare", *map(str, places), "--out", str(tests)]):
        return status
    return judge(pd.read_csv(tests / "genes_tests.csv"), pd.read_csv(painted / "truth.csv"))


def judge(tests: pd.DataFrame, truth: pd.DataFrame) -> int:
    """Print the shares of false calls and of changes that are found."""
    both = tests.merge(truth, on=["compound", "gene"])
    true = both["class"].str.replace("_", "-")
    is_called, is_changed = both["test"] != "non-significant", true != "non-significant"
    false = (is_called & ~is_changed).sum() / is_called.sum()
    found = (is_called & is_changed).sum() / is_changed.sum()
    right = (both["test"] == true)[is_called & is_changed].mean()
    print(f"{len(both):,} genes, {is_called.sum():,} called: false discoveries {false:.3f}")
    print(
        f"of {is_changed.sum():,} changed genes {found:.3f} are called, {right:.3f} of them right"
    )
    return int(false >= WANTED)


if __name__ == "__main__":
    sys.exit(main())
