"""Train the tree of decisions about genes that comes with the program, on simulated tracks.

    python tools/ship_tree.py

A stand-in for the tour, with its figures on the stretches that it has not seen. It lands in
src/napari_seewhy/models/shipped/genes-simulated. The seed is that of neither the sample data nor
the tutorial, so that both show genes that it has not learned from.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from draw_tracks import draw_tracks
from napari_seewhy.epigenome.drawing.compounds import read_compounds
from napari_seewhy.epigenome.drawing.draw import draw_genes
from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.sampling.options import HALVES, PictureInputOptions
from napari_seewhy.epigenome.sampling.samples import import_pictures
from napari_seewhy.epigenome.trees.inputs import TreeInputs, opening_inputs
from napari_seewhy.epigenome.trees.library import SHIPPED_TREES
from napari_seewhy.epigenome.trees.train_options import GeneNetworkOptions, GeneTrainOptions
from napari_seewhy.epigenome.trees.two_stage import TreeTraining, train_two_stage_steps, tree_target
from napari_seewhy.models.files.model_file import load_model, save_model
from napari_seewhy.progress import finish
from napari_seewhy.samples.splitting.split import SplitOptions, split_samples
from simulating.genome.tracks_options import TracksOptions

NAME = "genes-simulated"
TRACKS = TracksOptions(n_genes=400, n_compounds=4, seed=1000)
ABOUT = {
    "data": f"{TRACKS.n_genes} simulated genes x {TRACKS.n_compounds} compounds of this project; "
    "for the tour, not for real genes",
    "licence": "BSD-3-Clause",
}


def make_samples(folder: Path) -> list[Path]:
    """Draw tracks, a picture per gene, and a sample set of each input."""
    tracks, drawn = folder / "tracks", folder / "pictures"
    draw_tracks(tracks, TRACKS)
    draw_genes(read_compounds(tracks / "compounds.csv"), tracks / "genes.bed", drawn)
    paths = []
    for kind in ("whole", *HALVES):
        options = PictureInputOptions(
            input=kind, labels=tracks / "truth.csv", group_by="stretch", n_stretches=20
        )
        paths.append(folder / f"{kind}.h5")
        import_pictures(PictureSet(drawn), paths[-1], options).samples.close()
    return paths


def train(inputs: TreeInputs, out: Path, epochs: int) -> None:
    """Train all decisions, those of each half too, and say what they are good for."""
    what = TreeTraining(
        network=GeneNetworkOptions(width=16),
        training=GeneTrainOptions(epochs=epochs, device="cpu", precision="fp32"),
        with_halves=True,
    )
    target, classes = tree_target(inputs, what.options)
    group = next(iter(inputs.values())).group
    split = split_samples(target, group, SplitOptions(), classes=classes)
    trained = finish(train_two_stage_steps(inputs, what, split, out=out))
    print(trained.report.describe())
    tree = trained.tree
    tree.change(**ABOUT, record=name_inputs(tree.record)).save(out)
    for node in (*tree.nodes, *tree.halves):
        model = load_model(out / node.model)
        record = name_inputs(model.card.record)
        save_model(out / node.model, model.with_card(**ABOUT, record=record))


def name_inputs(record: dict[str, Any]) -> dict[str, Any]:
    """Name the sample sets alone: the folder that they stood in is gone."""
    inputs = [one | {"path": Path(one["path"]).name} for one in record["inputs"]]
    return record | {"inputs": inputs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=8, help="fewer than usual, to try it")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / NAME
        with opening_inputs(make_samples(Path(folder))) as inputs:
            train(inputs, out, chosen.epochs)
        files = [*out.glob("*.safetensors"), out / "tree.json"]
        (SHIPPED_TREES / NAME).mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copyfile(file, SHIPPED_TREES / NAME / file.name)


if __name__ == "__main__":
    main()
