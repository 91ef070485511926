"""Find mitotic cells from DNA and cell stain; PH3, the marker of mitosis, says which they are.

Cross-validation over the quarters of the one image: every cell is said by a network that saw none
of its quarter. Nuclei are found by `otsu`, without a network, so that the figure stands for itself.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from napari_seewhy.cells import (
    CropJob,
    CropOptions,
    MarkerTargetOptions,
    SegmentOptions,
    crop_files_steps,
    segment,
)
from napari_seewhy.images import read_image, write_labels
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.splitting.split import SplitOptions, fold_samples
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.fitting.retrain import Retrain
from napari_seewhy.training.judging.cross_validate import cross_validate_steps

IMAGE = Path(__file__).parents[2] / "shared" / "data" / "human" / "dna_ph3_cell.ome.tif"
MARKER = MarkerTargetOptions(channel="PH3", negative="interphase", positive="mitotic")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of split and training")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--size-px", type=int, default=32, help="edge of a crop")
    parser.add_argument("--balance", default="none", choices=("none", "sampler", "loss"))
    chosen = parser.parse_args()
    if not IMAGE.is_file():
        print(f"skipped: {IMAGE} does not exist")
        return
    with tempfile.TemporaryDirectory() as folder:
        samples = SampleSet(cut(Path(folder), chosen.size_px))
        quarter = find_quarter(samples, read_image(IMAGE).pixels.shape[-2:])
        folds = fold_samples(
            samples.target,
            quarter,
            SplitOptions(seed=chosen.seed),
            classes=samples.classes,
            n_folds=4,
        )
        options = TrainOptions(
            epochs=chosen.epochs,
            seed=chosen.seed,
            balance=chosen.balance,
            device="cpu",
            precision="fp32",
        )
        retrain = Retrain(samples, NetworkOptions(), options)
        evaluation = finish(cross_validate_steps(retrain, folds))
        print(evaluation.describe())
        for one, figures in zip(evaluation.classes, evaluation.per_class, strict=True):
            print(f"{one}: precision {figures.precision.value:.3f}")
        samples.close()


def cut(folder: Path, size_px: int) -> Path:
    """Segment the image and cut its cells."""
    labels = folder / "labels.ome.tif"
    found = segment(read_image(IMAGE), SegmentOptions(method="otsu", channel="DNA"))
    write_labels(labels, found.nuclei)
    job = CropJob(IMAGE, labels)
    out = folder / "samples.h5"
    finish(crop_files_steps([job], out, CropOptions(size_px=size_px), MARKER))
    return out


def find_quarter(samples: SampleSet, shape: tuple[int, ...]) -> np.ndarray:
    """Say in which quarter of the image every cell lies."""
    y, x = (samples.origin[name].to_numpy() for name in ("y", "x"))
    lower, right = y >= shape[0] / 2, x >= shape[1] / 2
    return np.char.add(np.where(lower, "lower ", "upper "), np.where(right, "right", "left"))


if __name__ == "__main__":
    main()
