"""How many of the changes that replicates show are false, on painted tracks with known truth.

    python benchmarks/epigenome_replicates.py [--seed 1] [--compounds 2] [--replicates 3]
        [--speed 20000]

Effects are painted onto real tracks (`_paint_replicates.py`), `seewhy epigenome compare` tests each
gene, and the calls with q < 0.05 are compared with the truth. Wanted: a share of false discoveries
below 0.08. The test was designed on seed 0. With `--speed 20000` the tests of so many genes at
random places of the same tracks are timed instead, for each compound; wanted: 60 s.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from napari_seewhy.cli.main import main as seewhy
from napari_seewhy.epigenome.comparing.genes import compare_replicates_steps
from napari_seewhy.epigenome.comparing.replicates import read_replicates
from napari_seewhy.progress import finish

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "epigenome"
WANTED, WANTED_S = 0.08, 60


def main() -> int:
    """Paint, test and print; status 1 where too many calls are false."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", default="1")
    parser.add_argument("--compounds", default="2")
    parser.add_argument("--replicates", default="3")
    parser.add_argument("--out", type=Path, default=Path("out/bench/replicates"))
    parser.add_argument("--speed", type=int, default=0)
    asked = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: {DATA} does not exist")
        return 0
    painted, tests = asked.out / f"painted_{asked.seed}", asked.out / f"tests_{asked.seed}"
    script = Path(__file__).with_name("_paint_replicates.py")
    words = ["--seed", asked.seed, "--compounds", asked.compounds, "--replicates", asked.replicates]
    subprocess.run([sys.executable, script, DATA, painted, *words], check=True)
    if asked.speed:
        return measure(painted, asked.speed)
    places = ["--replicates", painted / "replicates.csv", "--genes", painted / "genes.bed"]
    if status := seewhy(["epigenome", "compare", *map(str, places), "--out", str(tests)]):
        return status
    return judge(pd.read_csv(tests / "genes_tests.csv"), pd.read_csv(painted / "truth.csv"))


def measure(painted: Path, n_genes: int) -> int:
    """Print how long the tests of many genes take, and on how much signal."""
    rng = np.random.default_rng(0)
    starts = np.sort(rng.integers(10_000_000, 48_000_000, n_genes))
    names = [f"gene_{number}" for number in range(n_genes)]
    genes = pd.DataFrame({"gene": names, "chromosome": "chr21", "tss": starts})
    status = 0
    for replicates in read_replicates(painted / "replicates.csv"):
        start, spent = time.perf_counter(), time.process_time()
        finish(compare_replicates_steps(replicates, genes))
        seconds = time.perf_counter() - start
        spent = time.process_time() - spent
        n = len(replicates.samples)
        print(
            f"{n_genes:,} genes, {n} samples of chromatin and methylation: {seconds:.1f} s, "
            f"{spent:.1f} s of processor time"
        )
        status |= int(spent > WANTED_S)
    return status


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
