"""Judge a model of DNA where the truth is known: painted coverage, and words knocked out of it.

Prints the correlation of each track on the test windows; how well `distal` tells sites that an
enhancer raises from afar from those that it does not (AUC); and, of 600 words whose letters are
shuffled one at a time, the Spearman correlation of predicted and true change of each track: over
all 600, over those that truly act on the track, and what the truth itself reaches over all 600 if
words that do not act get differences too small to be seen, for ranks count these like any other.

Run it as

    python ../shared/benchmarks/paint_coverage.py ../shared/data/sequence out/painted.h5 --dna both
    python benchmarks/dna_painted.py [out/painted.h5 [MODEL]]
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from napari_seewhy.models.files import SHIPPED_FOLDER
from napari_seewhy.models.running import Runtime
from napari_seewhy.reading import load_coverage, predict_coverage
from napari_seewhy.sequence.windows import read_windows

MODEL = SHIPPED_FOLDER / "dna-painted.safetensors"
PAINTED = Path("out/painted.h5")
PAINTER = Path("../shared/benchmarks/paint_coverage.py")
WANTED = {"open": 0.92, "pair": 0.90, "silenced": 0.88, "domain": 0.80}
WANTED_AUC, WANTED_SPEARMAN, N_SITES = 0.75, 0.8, 600
_DEPTH = 20
ACTS, FEWEST = 1.0, 10
"""A word acts where it changes the summed coverage by a read or more."""


def load_painter() -> Any:
    """Import the program that painted, for its truth."""
    spec = importlib.util.spec_from_file_location("paint_coverage", PAINTER)
    assert spec is not None
    assert spec.loader is not None
    painter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(painter)
    return painter


def main() -> None:
    """Print all figures."""
    painted = Path(sys.argv[1]) if len(sys.argv) > 1 else PAINTED
    if not painted.is_file():
        print(f"{painted} is not there; paint it as the head of this file says.")
        return
    model = load_coverage(Path(sys.argv[2]) if len(sys.argv) > 2 else MODEL)
    cpu, painter = Runtime("cpu"), load_painter()
    test = read_windows(painted).take("test")
    said = np.stack([predict_coverage(model, codes, cpu) for codes in test.codes])
    for number, track in enumerate(test.tracks):
        r = np.corrcoef(said[:, number].ravel(), test.target[:, number].ravel())[0, 1]
        wanted = f" (wanted {WANTED[track]:.2f})" if track in WANTED else ""
        print(f"{track}: r {r:.3f}{wanted}")
    sites = pd.read_csv(painted.with_suffix(".csv")).query("split == 'test'")
    far = sites.query("motif == 'P' and boosted.notna()")
    at_site = said[far["window"], test.tracks.index("distal"), far["position"] // test.bin_bp]
    auc = roc_auc_score(far["boosted"] > 0.5, at_site)
    print(f"distal at {len(far)} sites, raised or not: AUC {auc:.3f} (wanted {WANTED_AUC})")

    chosen = sites[sites["motif"].isin(list("PEIABRape"))].sample(N_SITES, random_state=0)
    generator = np.random.default_rng(0)
    truth, changes = [], []
    for site in chosen.itertuples():
        codes = test.codes[site.window]
        length = len(painter.MOTIFS[site.motif.upper()])
        first = site.position - length // 2
        shuffled = codes.copy()
        shuffled[first : first + length] = generator.permutation(codes[first : first + length])
        expected = [painter.expected(one)[0].sum(0) * _DEPTH for one in (codes, shuffled)]
        truth.append(expected[1] - expected[0])
        changes.append(predict_coverage(model, shuffled, cpu).sum(1) - said[site.window].sum(1))
    compare_changes(test.tracks, np.stack(truth), np.stack(changes))


def compare_changes(tracks: tuple[str, ...], truth: Any, changes: Any) -> None:
    """Print how changes of the summed coverage ``(n, n_tracks)`` are ranked."""
    generator = np.random.default_rng(1)
    for number, track in enumerate(tracks):
        true, said = truth[:, number], changes[:, number]
        acts = np.abs(true) >= ACTS
        noise = generator.normal(0, ACTS / 100, len(true))
        blurred = np.where(acts, true, noise)
        parts = [f"{spearmanr(true, one)[0]:.3f}" for one in (said, blurred)]
        own = "-"
        if acts.sum() >= FEWEST:
            own = f"{spearmanr(true[acts], said[acts])[0]:.3f}"
        print(
            f"{track}: Spearman {parts[0]} over {len(true)} shuffled words (the truth itself "
            f"{parts[1]}), {own} over the {acts.sum()} that act (wanted {WANTED_SPEARMAN})"
        )


if __name__ == "__main__":
    main()
