"""Train the classifiers that come with the program, and write their figures into their cards.

    python tools/ship_models.py cell-cycle-label-free cell-cycle-simulated

Each lands in src/napari_seewhy/models/shipped. The segmenter `nuclei` is trained by the command in
docs/how-to/segmentation.md.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.cells import CropJob, CropOptions, TableTargetOptions, crop_files_steps
from napari_seewhy.images import write_image, write_labels
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.files.model_file import save_model
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.importing.import_samples import import_npz
from napari_seewhy.samples.importing.options import NpzOptions
from napari_seewhy.samples.splitting.split import SplitOptions, split_samples
from napari_seewhy.samples.targeting.classes import apply_class_map, parse_classes
from napari_seewhy.training.fitting.fit import fit
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.judging.evaluate import evaluate
from simulating.fields.field import simulate_field
from simulating.fields.simulate_options import SimulateOptions

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).parents[2] / "shared" / "data"
N_FIELDS = 32


@dataclass(frozen=True)
class Recipe:
    """What a shipped model is trained on."""

    make_samples: Callable[[Path], object]
    channels: tuple[str, ...]
    classes: str
    split: SplitOptions
    data: str
    licence: str
    epochs: int = 60


def import_jurkat(out: Path) -> None:
    import_npz(SHARED / "jurkat" / "crops.npz", out, NpzOptions(target_key="phase"))


def draw_fields(out: Path) -> None:
    """Cut the cells of simulated fields that differ in light, crowding and noise."""
    jobs = []
    for number in range(N_FIELDS):
        # Every other field has less light; none has a seed that the sample data has.
        field = simulate_field(
            SimulateOptions(seed=1000 + number, exposure=(1.0, 0.4)[number % 2], n_cells=80)
        )
        image = out.with_name(f"field{number}.ome.tif")
        labels = out.with_name(f"field{number}_labels.ome.tif")
        write_image(image, field.image)
        write_labels(labels, field.nuclei)
        cells = field.truth[~field.truth["touches_border"]]
        jobs.append(CropJob(image, labels, cells.rename(columns={"phase": "class"})))
    options = CropOptions(size_px=64, pixel_size_um=0.5, channels=("DNA", "Golgi"))
    finish(crop_files_steps(jobs, out, options, TableTargetOptions()))


RECIPES = {
    "cell-cycle-label-free": Recipe(
        import_jurkat,
        ("Ch3_brightfield", "Ch6_darkfield"),
        "G1/S=G1,S_phase; G2=G2",
        SplitOptions(by="sample"),
        "Jurkat cells by imaging flow cytometry, brightfield and darkfield; phases gated on DNA "
        "content (Blasi et al. 2016; minh-doan/MLCP)",
        "BSD-3-Clause",
    ),
    "cell-cycle-simulated": Recipe(
        draw_fields,
        ("DNA", "Golgi"),
        "G1/S=G1,S; G2=G2",
        SplitOptions(),
        f"{N_FIELDS} simulated fields of this project, DNA and Golgi; for the tour, not for real "
        "cells",
        "BSD-3-Clause",
        epochs=30,
    ),
}


def train(name: str, folder: Path, epochs: int | None) -> None:
    """Train one model, judge it on the samples it has not seen, and put it among the shipped."""
    recipe = RECIPES[name]
    path = folder / f"{name}.h5"
    recipe.make_samples(path)
    classes = parse_classes(recipe.classes)
    with SampleSet(path) as samples:
        target, names = apply_class_map(samples.target, samples.classes, classes)
        split = split_samples(target, samples.group, recipe.split, classes=names)
        options = TrainOptions(epochs=epochs or recipe.epochs, device="cpu", precision="fp32")
        model = fit(
            samples,
            NetworkOptions(),
            options,
            split,
            out=folder / f"{name}.safetensors",
            channels=recipe.channels,
            classes=classes,
        )
        evaluation = evaluate(model, samples, classes=classes)
    print(name, evaluation.describe(), sep="\n")
    SHIPPED_FOLDER.mkdir(exist_ok=True)
    figures = evaluation.change(errors=(), reliability=(), roc=()).to_json()
    card = {"data": recipe.data, "licence": recipe.licence, "metrics": figures}
    save_model(SHIPPED_FOLDER / f"{name}.safetensors", model.with_card(**card))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", choices=sorted(RECIPES))
    parser.add_argument("--epochs", type=int, help="fewer than usual, to try it")
    chosen = parser.parse_args()
    for name in chosen.names:
        with tempfile.TemporaryDirectory() as folder:
            train(name, Path(folder), chosen.epochs)


if __name__ == "__main__":
    main()
