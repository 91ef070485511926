"""Train on Jurkat cells by imaging flow cytometry, and judge every model once on its report set.

The phase was gated on DNA. Asked for are G1 and S against G2, from brightfield and darkfield alone
and with DNA, and all seven phases. Prints the figures with their intervals beside the baseline of
always naming the most frequent class; models and evaluations are written into a folder. Run it as

    python benchmarks/jurkat.py --seeds 0 1 2 --out jurkat
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.progress import finish
from napari_seewhy.samples.importing.import_samples import import_npz
from napari_seewhy.samples.importing.options import NpzOptions
from napari_seewhy.samples.splitting.split import SplitOptions, split_samples
from napari_seewhy.samples.targeting.classes import apply_class_map, parse_classes
from napari_seewhy.training.fitting.fit import fit
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.judging.options import EvaluateOptions
from napari_seewhy.training.reporting.report import report_steps

if TYPE_CHECKING:
    from napari_seewhy.samples import SampleSet
    from napari_seewhy.training.judging.evaluation import Evaluation

CROPS = Path(__file__).parents[2] / "shared" / "data" / "jurkat" / "crops.npz"
LABEL_FREE = ("Ch3_brightfield", "Ch6_darkfield")
TWO_CLASSES = "G1/S=G1,S_phase; G2=G2"


class Question(NamedTuple):
    """What is asked, and the balanced accuracy and AUC that are wanted (0: none)."""

    channels: tuple[str, ...] | None
    classes: str
    wanted_accuracy: float = 0.0
    wanted_auc: float = 0.0


QUESTIONS = {
    "label-free": Question(LABEL_FREE, TWO_CLASSES, 0.92, 0.975),
    "with-dna": Question(None, TWO_CLASSES, 0.0, 0.999),
    "seven-phases": Question(None, ""),
    "seven-phases-label-free": Question(LABEL_FREE, ""),
}


def train(
    samples: SampleSet,
    question: Question,
    network: NetworkOptions,
    options: TrainOptions,
    out: Path,
) -> Evaluation:
    """Train a network on a split of its own, and judge it."""
    classes = parse_classes(question.classes) if question.classes else None
    target, names = samples.target, samples.classes
    if classes is not None:
        target, names = apply_class_map(target, names, classes)
    splitting = SplitOptions(by="sample", seed=options.seed)
    split = split_samples(target, samples.group, splitting, classes=names)
    model = fit(
        samples, network, options, split, out=out, channels=question.channels, classes=classes
    )
    judging = EvaluateOptions(device="cpu", precision="fp32")
    return finish(report_steps(model, samples, out, judging, classes=classes)).evaluation


def reaches(evaluation: Evaluation, question: Question) -> bool:
    auc = 0.0 if evaluation.roc_auc is None else evaluation.roc_auc.value
    is_accurate = evaluation.balanced_accuracy.value >= question.wanted_accuracy
    return is_accurate and auc >= question.wanted_auc


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", nargs="+", choices=QUESTIONS, default=list(QUESTIONS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=TrainOptions().epochs)
    parser.add_argument("--backbone", default=NetworkOptions().backbone)
    parser.add_argument("--precision", choices=("auto", "bf16", "fp32"), default="fp32")
    parser.add_argument(
        "--out", type=Path, default=Path("out/bench/jurkat"), help="folder for the models"
    )
    parser.add_argument("--quick", action="store_true", help="one epoch of a tiny network, to try")
    chosen = parser.parse_args()
    if not CROPS.is_file():
        print(f"skipped: {CROPS} does not exist")
        return
    network = NetworkOptions(backbone=chosen.backbone)
    options = TrainOptions(epochs=chosen.epochs, device="cpu", precision=chosen.precision)
    seeds = chosen.seeds
    if chosen.quick:
        network, seeds = network.change(width=4, n_stages=1), seeds[:1]
        options = options.change(epochs=1, augmentation="none")
    chosen.out.mkdir(parents=True, exist_ok=True)
    has_missed = False
    with import_npz(
        CROPS, chosen.out / "jurkat.h5", NpzOptions(target_key="phase")
    ).samples as samples:
        for name in chosen.questions:
            question = QUESTIONS[name]
            for seed in seeds:
                started = time.process_time()
                out = chosen.out / f"{name}-{seed}.safetensors"
                evaluation = train(samples, question, network, options.change(seed=seed), out)
                spent = time.process_time() - started
                print(f"\n{name}, seed {seed}: {evaluation.n_samples} samples, {spent:.0f} s CPU")
                print(evaluation.describe())
                has_missed |= not reaches(evaluation, question)
    if has_missed and not chosen.quick:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
