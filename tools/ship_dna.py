"""Train the models of DNA that come with the program, and draw their sample data.

    python tools/ship_dna.py ../shared [painted] [language] [sample] [--out FOLDER]

``painted``: a stand-in for the tour. Words are written into real DNA (windows of GRCh38 and of
E. coli K-12) by ``benchmarks/paint_coverage.py`` of that folder, and coverage follows from them by
known rules; 2.5 minutes of a core. ``language``: the language model of E. coli, from its GenBank
file; about 10 minutes. Both land in src/napari_seewhy/models/shipped unless another folder is
named. ``sample``: the genome of sample_data/dna, the same rules in drawn letters. Without a name
all three are made.
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
from napari_seewhy.genome import Run, decode_letters, join_chromosomes, read_dna, write_bigwig
from napari_seewhy.models.files import SHIPPED_FOLDER
from napari_seewhy.progress import finish
from napari_seewhy.reading import CoverageOptions, train_coverage_steps
from napari_seewhy.reading.language import LanguageOptions, learn_language_steps
from napari_seewhy.sequence.windows import read_windows

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_data" / "dna"
ABOUT = {
    "data": "words planted into windows of GRCh38 and of E. coli K-12, coverage painted by known "
    "rules (seed 0); for the tour, not for real tracks",
    "licence": "DNA of GenBank, free to use; coverage BSD-3-Clause",
}
GENOME = Path("data") / "sequence" / "genomes" / "escherichia_coli.gbk.gz"
ABOUT_LANGUAGE = {
    "data": "Escherichia coli K-12 MG1655, NC_000913.3, first four fifths",
    "licence": "GenBank, free to use",
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


def train_painted(shared: Path, out: Path) -> None:
    """Paint windows and train the model of their coverage."""
    with tempfile.TemporaryDirectory() as folder:
        path = paint(shared, Path(folder))
        task = train_coverage_steps(
            read_windows(path),
            CoverageOptions(**ABOUT, device="cpu", precision="fp32"),
            out=out / "dna-painted.safetensors",
            files=[path],
        )
        finish(task, print)


def train_language(shared: Path, out: Path) -> None:
    """Train the language model of E. coli."""
    dna = read_dna(shared / GENOME)
    options = LanguageOptions(**ABOUT_LANGUAGE, epochs=2, device="cpu", precision="fp32")
    place = out / "ecoli-k12.safetensors"
    name = ", ".join(dna)
    files = [shared / GENOME]
    task = learn_language_steps(join_chromosomes(dna), options, out=place, genome=name, files=files)
    finish(task, print)


def main() -> None:
    """Paint, train and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("shared", type=Path, help="folder with benchmarks/ and data/sequence")
    parser.add_argument("made", nargs="*", help="painted, language or sample; all without")
    parser.add_argument("--out", type=Path, default=SHIPPED_FOLDER, help="where the models go")
    asked = parser.parse_args()
    made = set(asked.made) or {"painted", "language", "sample"}
    if "sample" in made:
        draw_sample(asked.shared, SAMPLE)
    if "painted" in made:
        train_painted(asked.shared, asked.out)
    if "language" in made:
        train_language(asked.shared, asked.out)


if __name__ == "__main__":
    main()
