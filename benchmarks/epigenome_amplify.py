"""Drawn inductions on painted tracks: whether they are new, and whether they help a classifier.

    python ../shared/benchmarks/paint_tracks.py ../shared/data/epigenome PAINTED
    python benchmarks/epigenome_amplify.py PAINTED WORK

Pictures are drawn with `seewhy epigenome draw` into WORK, as `epigenome_painted.py` does, and
brought to 64 x 32 px. First `seewhy epigenome amplify` learns from the inductions of all compounds
and says how near its pictures are to real ones, and how many of the strong peaks lie far from the
middle, where real ones have theirs. Then classifiers with and without drawn pictures are compared
by five-fold cross-validation over twenty stretches of the chromosome, on a few compounds alone:
there inductions are few, and drawn ones ought to help the most. Run it again to go on where it was
stopped.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from _genes import run
from epigenome_painted import draw_painted
from napari_seewhy.cli.main import main as seewhy
from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.sampling.options import PictureInputOptions
from napari_seewhy.epigenome.sampling.samples import import_pictures_steps
from napari_seewhy.epigenome.trees.two_stage import GENE_NETWORK
from napari_seewhy.generating.card import load_generator
from napari_seewhy.generating.compare import compare_with_without_steps
from napari_seewhy.generating.compare_options import CompareOptions
from napari_seewhy.generating.generate_options import GeneratorOptions
from napari_seewhy.generating.generation import generate
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.splitting.split import fold_samples
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.fitting.retrain import Retrain

RARE = "induction"
WIDTH_PX, HEIGHT_PX = 64, 32
N_DRAWN = 640
"""Drawn pictures whose peaks are looked at."""
PEAK_PX, FAR_PX = 7, 10
"""Columns that are a peak together, and from how many to the middle on it is far."""
CLASSIFIER = TrainOptions(augmentation="gene-mirrored", epochs=16, patience=6, device="cpu")
"""As the decisions of `seewhy epigenome train` are trained, three classes at once."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("painted", type=Path, nargs="?", default=Path("out/painted"))
    parser.add_argument("work", type=Path, nargs="?", default=Path("out/bench"))
    parser.add_argument("--steps", type=int, default=1000, help="of every generator")
    parser.add_argument("--compounds", type=int, default=4, help="how many are compared on")
    chosen = parser.parse_args()
    if not chosen.painted.is_dir():
        print(f"skipped: {chosen.painted} does not exist; paint_tracks.py makes it")
        return
    samples = gather(chosen.painted, chosen.work)
    judge_peaks(samples, judge_honesty(samples, chosen.steps))
    judge_help(samples, chosen.compounds, chosen.steps)
    for of_fold in sorted(samples.with_name(f"{RARE}_folds").glob("*.safetensors")):
        print(of_fold.stem)
        judge_peaks(samples, of_fold)


def gather(painted: Path, work: Path) -> Path:
    """Draw the pictures and bring them to a small size."""
    pictures, out = work / "pictures", work / "amplify" / "pictures.h5"
    draw_painted(painted, pictures)
    out.parent.mkdir(parents=True, exist_ok=True)
    if not out.exists():
        options = PictureInputOptions(
            group_by="stretch",
            labels=painted / "truth.csv",
            width_px=WIDTH_PX,
            height_px=HEIGHT_PX,
        )
        run(import_pictures_steps(PictureSet(pictures), out, options), "import").samples.close()
    return out


def judge_honesty(samples: Path, n_steps: int) -> Path:
    """Train a generator with the command, and print how near its pictures are to real ones."""
    out = samples.with_name(f"{RARE}.safetensors")
    words = ["epigenome", "amplify", str(samples), "--class", RARE, "--out", str(out), "--resume"]
    start = time.process_time()
    if seewhy([*words, "--n-steps", str(n_steps), "--device", "cpu"]):
        raise SystemExit("No generator was trained; see above.")
    minutes = (time.process_time() - start) / 60
    page = out.with_name(f"{out.stem}_honesty.json")
    found = json.loads(page.read_text(encoding="utf-8"))["likeness"]
    distance = np.median(found["distance"]) / found["usual_distance"]
    print(f"{n_steps:,} steps, {minutes:.1f} minutes of one core (less where it continued)")
    print(f"median distance to the nearest real one: {distance:.2f} of the usual between real ones")
    for name in ("share_copied", "share_copied_real", "share_alike", "share_strange"):
        print(f"{name}: {found[name]:.3f}")
    print(flush=True)
    return out


def judge_peaks(path: Path, out: Path) -> None:
    """Print how many strong peaks, as two fifths of the real ones are, lie far from the middle."""
    generator = load_generator(out)
    with SampleSet(path) as samples:
        real = samples.read_pixels(np.array(generator.card.record["results"]["rows"]))
    strong = np.quantile(find_peaks(real)[1], 0.6)
    for name, pictures in (("real", real), ("drawn", generate(generator, N_DRAWN))):
        distances, strengths = find_peaks(pictures)
        is_far = distances[strengths > strong] > FAR_PX
        print(f"{name}: {is_far.size} of {len(pictures)} peaks strong, {is_far.mean():.3f} far")
    print(flush=True)


def find_peaks(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the darkest columns of the upper half: how far from the middle, and how dark."""
    # Without the lowest lines, where the band between the tracks begins.
    darkness = 255 - pictures[:, :, : HEIGHT_PX // 2 - 2].mean(axis=1)
    peaks = sliding_window_view(darkness.sum(axis=1), PEAK_PX, axis=1).mean(axis=-1)
    columns = peaks.argmax(axis=1) + PEAK_PX // 2
    return np.abs(columns - WIDTH_PX / 2), peaks.max(axis=1)


def judge_help(path: Path, n_compounds: int, n_steps: int) -> None:
    """Compare classifiers with and without drawn pictures on the first few compounds."""
    with SampleSet(path) as samples:
        compound = samples.origin["compound"].to_numpy(str)
        is_there = np.isin(compound, np.unique(compound)[:n_compounds])
        target = np.where(is_there, samples.target, -1)
        folds = fold_samples(target, samples.group, classes=samples.classes, n_folds=5)
        task = compare_with_without_steps(
            Retrain(samples, GENE_NETWORK, CLASSIFIER),
            RARE,
            folds,
            GeneratorOptions(n_steps=n_steps, device="cpu"),
            CompareOptions(),
            folder=path.with_name(f"{RARE}_folds"),
        )
        start = time.process_time()
        comparison = run(task, "with and without")
    print(comparison.describe())
    print(f"folds: {', '.join(comparison.judgements)}")
    print(f"{(time.process_time() - start) / 60:.1f} minutes of one core")


if __name__ == "__main__":
    main()
