"""Classify and explain pictures of genes, and the same with a plain loop of timm and grad-cam.

Both read the same PNG files, ask two networks about each (two stages) and explain the first, on one
thread; the seconds of the processor count, for they are steady on a busy computer. Ours chooses its
precision as it does by itself. Weights are random: time does not depend on them. Once with the same
network for both, and once with the network that our trees take.

    python benchmarks/epigenome_speed.py [--pictures 256]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import timm
import torch
from PIL import Image
from pytorch_grad_cam import XGradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from napari_seewhy.epigenome.answering.explain import explain_genes
from napari_seewhy.epigenome.answering.options import ExplainGenesOptions
from napari_seewhy.epigenome.pictures.geometry import PictureGeometry
from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.pictures.table import describe_picture, write_picture_table
from napari_seewhy.epigenome.trees.decision_tree import DecisionTree, Node
from napari_seewhy.epigenome.trees.options import TWO_STAGES
from napari_seewhy.epigenome.trees.two_stage import GENE_NETWORK
from napari_seewhy.genome.genes import GenePlace
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.model import Model
from napari_seewhy.models.files.model_file import save_model
from napari_seewhy.models.networks.options import NetworkOptions

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH_PX, HEIGHT_PX = 200, 128
BATCH = 32
WANTED = 4
OURS = {
    "the same network (resnet18)": NetworkOptions(backbone="resnet18"),
    "our network (tracks)": GENE_NETWORK,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=256)
    n = parser.parse_args().pictures
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw_pictures(folder / "pictures", n)
        pictures = PictureSet(folder / "pictures")
        options = ExplainGenesOptions(device="cpu", batch_size=BATCH)
        peer = seconds(lambda: explain_plainly(pictures))
        print(f"timm + grad-cam, resnet18: {n / peer:.0f} pictures per second")
        for about, network in OURS.items():
            tree = make_tree(folder / network.backbone, network)
            ours = seconds(lambda tree=tree: explain_genes(pictures, tree, options))
            verdict = "reached" if peer / ours >= WANTED else "NOT reached"
            print(
                f"ours, {about}: {n / ours:.0f} pictures per second, {peer / ours:.1f} times as "
                f"fast (wanted {WANTED}: {verdict})"
            )


def draw_pictures(folder: Path, n: int) -> None:
    rng = np.random.default_rng(0)
    folder.mkdir()
    geometry = PictureGeometry(
        width_px=WIDTH_PX, height_px=HEIGHT_PX, left=0, right=WIDTH_PX,
        chromatin=(0, 64), methylation=(64, 128),
    )  # fmt: skip
    rows = []
    for i in range(n):
        pixels = np.full((HEIGHT_PX, WIDTH_PX, 3), 255, np.uint8)
        heights = rng.integers(2, 60, WIDTH_PX)
        pixels[:64][np.arange(64)[::-1, None] < heights] = 150
        pixels[rng.integers(64, 128, 200), rng.integers(0, WIDTH_PX, 200)] = (30, 90, 200)
        Image.fromarray(pixels).save(folder / f"gene{i}.png")
        place = GenePlace("chr21", 10_000 * i, 10_000 * (i + 1), "+", 10_000 * i + 5_000)
        about = {"file": f"gene{i}.png", "gene": f"gene{i}", "compound": "A", "exposure": ""}
        rows.append(about | describe_picture(geometry, place))
    write_picture_table(folder / "pictures.csv", pd.DataFrame(rows))


def make_tree(folder: Path, network: NetworkOptions) -> Path:
    """Make a tree of random weights."""
    folder.mkdir()
    torch.manual_seed(0)
    nodes = []
    for node in TWO_STAGES:
        card = ModelCard(
            name=node.name,
            network=network,
            classes=(node.negative, node.positive),
            channels=tuple(
                ChannelCard(name=color, mean=200, std=60, low=0, high=255)
                for color in ("red", "green", "blue")
            ),
            size_px=(HEIGHT_PX, WIDTH_PX),
            dtype="uint8",
        )
        file = f"{node.name}.safetensors"
        save_model(folder / file, Model.from_card(card))
        nodes.append(Node(**node.model_dump(), model=file))
    DecisionTree(nodes=tuple(nodes)).save(folder)
    return folder


def explain_plainly(pictures: PictureSet) -> None:
    """Do what the manuals of both packages say, in batches."""
    networks = [timm.create_model("resnet18", num_classes=2).eval() for _ in TWO_STAGES]
    files = [pictures.file(row) for row in range(len(pictures))]
    with XGradCAM(model=networks[0], target_layers=[networks[0].layer4[-1]]) as cam:
        for start in range(0, len(files), BATCH):
            read = [np.asarray(Image.open(file).convert("RGB")) for file in files[start:][:BATCH]]
            samples = torch.from_numpy(np.stack(read)).permute(0, 3, 1, 2).float() / 255
            with torch.no_grad():
                said = [network(samples).softmax(1) for network in networks]
            targets = [ClassifierOutputTarget(int(one)) for one in said[0].argmax(1)]
            cam(input_tensor=samples, targets=targets)


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds of the processor that the second run takes."""
    work()
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
