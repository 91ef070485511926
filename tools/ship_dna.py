"""Train the model of DNA that comes with the program, and draw its sample data.

    python tools/ship_dna.py ../shared

A stand-in for the tour: words are written into real DNA (windows of GRCh38 and of E. coli K-12) by
``benchmarks/paint_coverage.py`` of that folder, and coverage follows from them by known rules. The
model lands in src/napari_seewhy/models/shipped/dna-painted.safetensors, two windows of E. coli that
it has not learned from in sample_data/dna.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from napari_seewhy.genome import DnaWindows, Run, decode_letters, write_bigwig
from napari_seewhy.progress import finish
from napari_seewhy.reading import CoverageOptions, train_coverage_steps
from napari_seewhy.sequence.windows import read_windows

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "src" / "napari_seewhy" / "models" / "shipped" / "dna-painted.safetensors"
SAMPLE = ROOT / "sample_data" / "dna"
ABOUT = {
    "data": "words planted into windows of GRCh38 and of E. coli K-12, coverage painted by known "
    "rules (seed 0); for the tour, not for real tracks",
    "licence": "DNA of GenBank, free to use; coverage BSD-3-Clause",
}
_N_SHOWN, _LINE = 2, 80


def paint(shared: Path, folder: Path) -> Path:
    """Paint coverage and return its windows; the planted sites stand beside them as CSV."""
    out = folder / "painted.h5"
    script = shared / "benchmarks" / "paint_coverage.py"
    words = [sys.executable, script, shared / "data" / "sequence", out, "--dna", "both"]
    subprocess.run([str(word) for word in words], check=True)
    return out


def draw_sample(windows: DnaWindows, sites: Path, folder: Path) -> None:
    """Write the last windows of the report as a genome with its tracks and its truth."""
    test = windows.take("test")
    folder.mkdir(parents=True, exist_ok=True)
    first = len(test.codes) - _N_SHOWN
    names = [f"painted{number + 1}" for number in range(_N_SHOWN)]
    text = ""
    for name, codes in zip(names, test.codes[first:], strict=True):
        letters = decode_letters(codes)
        lines = (letters[at : at + _LINE] for at in range(0, len(letters), _LINE))
        text += f">{name}\n" + "".join(f"{line}\n" for line in lines)
    (folder / "genome.fa").write_text(text)
    length, bin_bp = test.codes.shape[1], test.bin_bp
    start = np.arange(0, length, bin_bp)
    for number, track in enumerate(test.tracks):
        runs = [
            Run(name, start, start + bin_bp, values[number])
            for name, values in zip(names, test.target[first:], strict=True)
        ]
        write_bigwig(folder / f"{track}.bw", dict.fromkeys(names, length), runs)
    with sites.open() as read, (folder / "sites.csv").open("w", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(["chromosome", "position", "strand", "word", "boosted"])
        for row in csv.DictReader(read):
            window = int(row["window"]) - first
            if row["split"] == "test" and window >= 0:
                place = (names[window], int(row["position"]) + 1)
                writer.writerow([*place, row["strand"], row["motif"], row["boosted"]])


def main() -> None:
    """Paint, train and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("shared", type=Path, help="folder with benchmarks/ and data/sequence")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = paint(asked.shared, Path(folder))
        windows = read_windows(path)
        draw_sample(windows, path.with_suffix(".csv"), SAMPLE)
        finish(train_coverage_steps(windows, CoverageOptions(**ABOUT), out=MODEL), print)


if __name__ == "__main__":
    main()
