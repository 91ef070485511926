from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import torch

from napari_seewhy.epigenome.trees.decision_tree import DecisionTree
from napari_seewhy.epigenome.trees.inputs import check_augmentation, opening_inputs
from napari_seewhy.epigenome.trees.options import TreeOptions
from napari_seewhy.epigenome.trees.train_tree import train_tree_steps
from napari_seewhy.epigenome.trees.two_stage import TreeTraining, train_two_stage, tree_target
from napari_seewhy.epigenome.trees.two_stage_folds import cross_validate_two_stage
from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.models.files import read_card
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleWriter
from napari_seewhy.samples.splitting.options import SplitOptions
from napari_seewhy.samples.splitting.split import fold_samples, split_samples
from napari_seewhy.training.fitting.augment_options import AUGMENTATIONS
from napari_seewhy.training.fitting.options import TrainOptions

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = ("induction", "suppression", "non-significant")
N = 240

QUICK = TreeTraining(
    options=TreeOptions().with_input("tracks"),
    network=NetworkOptions(backbone="tracks", width=6, n_stages=1, n_bands=1, dropout=0),
    training=TrainOptions(
        epochs=6,
        batch_size=16,
        learning_rate=0.01,
        augmentation="none",
        balance="sources",
        device="cpu",
        precision="fp32",
    ),
)


def write_toy(path: Path, kind: str, channel: int | None = None, **changes: object) -> None:
    """Two tracks that rise or fall about the middle; induction is rare."""
    rng = np.random.default_rng(0)
    target = rng.choice(3, N, p=[0.15, 0.45, 0.4])
    n_labels = changes.pop("n_labels", None)
    pixels = rng.normal(0, 0.5, (N, 2, 1, 16)).astype(np.float32)
    pixels[target == 0, :, :, 6:10] += 2
    pixels[target == 1, :, :, 6:10] -= 2
    pixels = pixels if channel is None else pixels[:, [channel]]
    if n_labels is not None:
        # So many of each class in its order; the others are unknown.
        for place, n in enumerate(n_labels):
            target[np.flatnonzero(target == place)[n:]] = -1
    origin = pd.DataFrame({"gene": [f"gene {i}" for i in range(N)], "compound": "A"})
    origin["strand"], origin["is_mirrored"] = ["+", "-"] * (N // 2), False
    record = {"verb": "epigenome import", "options": {"input": kind}}
    values = {"classes": CLASSES, "record": record} | changes
    with SampleWriter(
        path,
        channels=("chromatin", "methylation")[: pixels.shape[1]],
        size_px=(1, 16),
        dtype=np.float32,
        **values,
    ) as writer:
        writer.append(pixels, target, np.array([f"stretch {i % 8}" for i in range(N)]), origin)


@pytest.fixture(autouse=True)
def one_thread():
    """The cores are shared, and tiny networks gain nothing by more."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


@pytest.fixture
def tracks(tmp_path: Path) -> Path:
    path = tmp_path / "tracks.h5"
    write_toy(path, "tracks")
    return path


def test_a_tree_learns_three_classes_and_is_read_back_with_its_figures(tracks, tmp_path):
    with opening_inputs([tracks]) as inputs:
        target, classes = tree_target(inputs, QUICK.options)
        split = split_samples(target, inputs["tracks"].group, classes=classes)
        trained = train_two_stage(inputs, QUICK, split, out=tmp_path / "tree")
        first = (tmp_path / "tree" / "stage one.safetensors").read_bytes()
        again = train_two_stage(inputs, QUICK, split, out=tmp_path / "tree", resume=True)
    assert trained.report.balanced_accuracy.value > 0.95
    assert trained.report.balanced_accuracy.baseline == pytest.approx(1 / 3)
    tree = DecisionTree.load(tmp_path / "tree")
    assert tree.metrics["confusion"] == [list(row) for row in trained.report.confusion]
    assert tree.nodes == again.tree.nodes
    np.testing.assert_array_equal(trained.positive["stage one"], again.positive["stage one"])
    assert (tmp_path / "tree" / "stage one.safetensors").read_bytes() == first


def test_every_gene_is_said_once_by_a_tree_that_never_saw_its_stretch(tracks, tmp_path):
    with opening_inputs([tracks]) as inputs:
        target, classes = tree_target(inputs, QUICK.options)
        group = inputs["tracks"].group
        folds = fold_samples(target, group, classes=classes, n_folds=2)
        said = cross_validate_two_stage(inputs, QUICK, folds, out=tmp_path / "folds")
    assert sorted(said.table["row"]) == list(range(N))
    assert len(said.report.folds) == 2
    assert said.report.balanced_accuracy.value > 0.9
    by_fold = said.table.groupby("fold")["row"].apply(lambda rows: set(group[rows]))
    assert not by_fold[1] & by_fold[2]
    kept = pd.read_csv(tmp_path / "folds" / "cross_validation.csv")
    np.testing.assert_allclose(kept[[f"p_{name}" for name in classes]].sum(axis=1), 1)


def test_a_class_that_no_sample_is_of_is_missing(tmp_path):
    write_toy(tmp_path / "other.h5", "tracks", classes=("up", "down", "same"))
    with (
        opening_inputs([tmp_path / "other.h5"]) as inputs,
        pytest.raises(DataError, match="suppression, induction is missing"),
    ):
        tree_target(inputs, QUICK.options)


def test_an_input_without_samples_is_asked_for(tracks, tmp_path):
    what = TreeTraining(QUICK.options.with_input("whole"), QUICK.network, QUICK.training)
    with opening_inputs([tracks]) as inputs:
        target, classes = tree_target(inputs, what.options)
        split = split_samples(target, inputs["tracks"].group, classes=classes)
        with pytest.raises(OptionError, match="import the pictures as whole too"):
            train_two_stage(inputs, what, split, out=tmp_path / "tree")


def test_samples_of_other_pictures_or_not_of_pictures_are_refused(tracks, tmp_path):
    write_toy(tmp_path / "b.h5", "whole", record={"verb": "crop"})
    with (
        pytest.raises(OptionError, match="not made of pictures of genes"),
        opening_inputs([tracks, tmp_path / "b.h5"]),
    ):
        pass
    with pytest.raises(OptionError, match="both of the input tracks"), opening_inputs([tracks] * 2):
        pass


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("cells", "cannot be turned or flipped"),
        ("gene-mirrored", "120 genes of the minus strand"),
        ("gene", ""),
    ],
)
def test_genes_are_mirrored_only_where_all_are_drawn_along_their_strand(tracks, name, complaint):
    refused = pytest.raises(OptionError, match=complaint) if complaint else nullcontext()
    with opening_inputs([tracks]) as inputs, refused:
        check_augmentation(inputs, AUGMENTATIONS[name])


def test_few_labels_are_all_learned_and_judged_by_cross_validation(tmp_path):
    write_toy(tmp_path / "few.h5", "tracks", n_labels=(2, 8, 10))
    out = tmp_path / "tree"
    with (
        opening_inputs([tmp_path / "few.h5"]) as inputs,
        pytest.warns(SeewhyWarning, match="induction has 2 pictures, and 7 of each class"),
    ):
        trained = finish(train_tree_steps(inputs, QUICK, SplitOptions(by="sample"), out=out))
    assert len(trained.report.folds) == 5
    assert np.array(trained.report.confusion).sum(axis=1).tolist() == [10, 8, 2]
    tree = DecisionTree.load(out)
    assert tree.metrics == trained.report.model_dump(mode="json")
    assert [node.threshold for node in tree.nodes] == [0.5, 0.5]
    card = read_card(out / "stage one.safetensors")
    assert len(card.record["results"]["split"]["train"]) == 20


def test_enough_labels_get_a_stop_set_and_a_report_set(tracks, tmp_path):
    with opening_inputs([tracks]) as inputs:
        task = train_tree_steps(inputs, QUICK, SplitOptions(), out=tmp_path / "tree")
        trained = finish(task)
    assert trained.report.folds == ()
    assert trained.report.n_samples < N / 2
    assert not (tmp_path / "tree" / "folds").exists()
