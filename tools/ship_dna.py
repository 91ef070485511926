"""Train the model of DNA that comes with the program, and draw its sample data.

    python tools/ship_dna.py ../shared

A stand-in for the tour: words are written into real DNA (windows of GRCh38 and of E. coli K-12) by
``benchmarks/paint_coverage.py`` of that folder, and coverage follows from them by known rules. The
model lands in src/napari_seewhy/models/shipped/dna-painted.safetensors. The sample in
sample_data/dna follows the same rules in drawn letters; ``--sample`` writes it alone.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.files import write_text
from napari_seewhy.genome import Run, decode_letters, write_bigwig
from napari_seewhy.progress import finish
from napari_seewhy.reading import CoverageOptions, train_coverage_steps
from napari_seewhy.sequence.windows import read_windows

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "src" / "napari_seewhy" / "models" / "shipped" / "dna-painted.safetensors"
SAMPLE = ROOT / "sample_data" / "dna"
ABOUT = {
    "data": "words planted into windows of GRCh38 and of E. coli K-12, coverage painted by known "
    "rules (seed 0); for the tour, not for real tracks",
    "licence": "DNA of GenBank, free to use; coverage BSD-3-Clause",
}
_N_SHOWN, _LINE = 1, 80
_SEED, _DEPTH, _DRIFT_BP = 18, 20.0, 4_000


def paint(shared: Path, folder: Path) -> Path:
    """Paint coverage and return its windows; the planted sites stand beside them as CSV."""
    out = folder / "painted.h5"
    script = shared / "benchmarks" / "paint_coverage.py"
    words = [sys.executable, script, shared / "data" / "sequence", out, "--dna", "both"]
    subprocess.run([str(word) for word in words], check=True)
    return out


def draw_sample(shared: Path, folder: Path) -> None:
    """Write drawn letters with planted words as a genome, with its tracks and its truth."""
    rules = load_rules(shared)
    rng = np.random.default_rng(_SEED)
    folder.mkdir(parents=True, exist_ok=True)
    text, names = "", [f"painted{number + 1}" for number in range(_N_SHOWN)]
    coverage, rows = [], []
    for name in names:
        codes = draw_codes(rng, rules.LENGTH)
        sites = rules.plant(rng, codes)
        mean, (places, _, boost) = rules.expected(codes)
        raised = dict(zip(places.tolist(), boost.tolist(), strict=True))
        rows += [
            (
                name,
                at + 1,
                strand,
                word,
                f"{raised[at]:.3f}" if word == "P" and at in raised else "",
            )
            for at, strand, word in sorted(sites)
        ]
        coverage.append(rng.poisson(mean * _DEPTH).T)
        letters = decode_letters(codes)
        lines = (letters[at : at + _LINE] for at in range(0, len(letters), _LINE))
        text += f">{name}\n" + "".join(f"{line}\n" for line in lines)
    write_text(folder / "genome.fa", text)
    start = np.arange(0, rules.LENGTH, rules.BIN)
    for number, track in enumerate(rules.TRACKS):
        runs = [
            Run(name, start, start + rules.BIN, values[number].astype(float))
            for name, values in zip(names, coverage, strict=True)
        ]
        write_bigwig(folder / f"{track}.bw", dict.fromkeys(names, rules.LENGTH), runs)
    with (folder / "sites.csv").open("w", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(["chromosome", "position", "strand", "word", "boosted"])
        writer.writerows(rows)


def draw_codes(rng: np.random.Generator, n_bp: int) -> NDArray[np.uint8]:
    """Draw bases, 0 to 3 for A, C, G, T, whose GC content drifts over kilobases."""
    knots = np.arange(0, n_bp + _DRIFT_BP, _DRIFT_BP)
    share = np.interp(np.arange(n_bp), knots, rng.uniform(0.38, 0.62, len(knots)))
    is_gc, is_second = rng.random(n_bp) < share, rng.random(n_bp) < 0.5
    return np.where(is_gc, np.where(is_second, 2, 1), np.where(is_second, 3, 0)).astype(np.uint8)


def load_rules(shared: Path) -> ModuleType:
    """Import the script that plants words and computes the coverage that follows."""
    script = shared / "benchmarks" / "paint_coverage.py"
    spec = importlib.util.spec_from_file_location("paint_coverage", script)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(script)
    rules = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rules)
    return rules


def main() -> None:
    """Paint, train and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("shared", type=Path, help="folder with benchmarks/ and data/sequence")
    parser.add_argument("--sample", action="store_true", help="draw the sample and train nothing")
    asked = parser.parse_args()
    draw_sample(asked.shared, SAMPLE)
    if asked.sample:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = paint(asked.shared, Path(folder))
        windows = read_windows(path)
        finish(train_coverage_steps(windows, CoverageOptions(**ABOUT), out=MODEL), print)


if __name__ == "__main__":
    main()
