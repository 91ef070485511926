"""From toy pictures to classes, halves, peaks and files."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from napari_seewhy.cli.main import main
from napari_seewhy.engine import WorkerOptions, spread_steps
from napari_seewhy.epigenome.answering.classify import classify_genes, classify_genes_steps
from napari_seewhy.epigenome.answering.explain import explain_genes, explain_genes_steps
from napari_seewhy.epigenome.answering.options import ClassifyGenesOptions, ExplainGenesOptions
from napari_seewhy.epigenome.pictures.geometry import PictureGeometry
from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.pictures.table import describe_picture, write_picture_table
from napari_seewhy.epigenome.sampling.options import PictureInputOptions
from napari_seewhy.epigenome.sampling.reader import GeneReader
from napari_seewhy.epigenome.sampling.samples import import_pictures
from napari_seewhy.epigenome.trees.half_table import compare_halves
from napari_seewhy.epigenome.trees.inputs import opening_inputs
from napari_seewhy.epigenome.trees.two_stage import TreeTraining, train_two_stage, tree_target
from napari_seewhy.errors import OptionError, TaskError
from napari_seewhy.genome.genes import GenePlace
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.progress import finish
from napari_seewhy.samples.splitting.split import fold_samples, split_samples
from napari_seewhy.training.fitting.options import TrainOptions

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.progress import Step

N = 180
GEOMETRY = PictureGeometry(
    width_px=32, height_px=32, left=0, right=32, chromatin=(0, 16), methylation=(16, 32)
)
QUICK = TreeTraining(
    network=NetworkOptions(backbone="tracks", width=8, n_stages=1, dropout=0),
    training=TrainOptions(
        epochs=8,
        batch_size=16,
        learning_rate=0.01,
        augmentation="none",
        balance="sources",
        device="cpu",
        precision="fp32",
    ),
    with_halves=True,
)


class Toy(NamedTuple):
    """Drawn pictures, their sample sets and a tree that was trained on them."""

    folder: Path
    samples: list[Path]
    tree: Path
    truth: pd.DataFrame


def draw_toy(folder: Path) -> pd.DataFrame:
    """Grey noise; the middle of a half is brighter where a gene is induced, darker where not."""
    rng = np.random.default_rng(0)
    folder.mkdir()
    rows = []
    for i in range(N):
        name = rng.choice(["induction", "suppression", "non-significant"], p=[0.25, 0.4, 0.35])
        where = rng.choice(["chromatin", "methylation"])
        pixels = rng.normal(128, 12, (32, 32, 3))
        half = slice(0, 16) if where == "chromatin" else slice(16, 32)
        pixels[half, 12:20] += {"induction": 60, "suppression": -60}.get(name, 0)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"gene{i}.png")
        start = 100_000 * i
        place = GenePlace("chr21", start, start + 3200, "+", start + 1600)
        rows.append(
            {"file": f"gene{i}.png", "gene": f"gene{i}", "compound": "A", "exposure": ""}
            | describe_picture(GEOMETRY, place)
            | {"class": name, "where": where}
        )
    truth = pd.DataFrame(rows)
    write_picture_table(folder / "pictures.csv", truth.drop(columns=["class", "where"]))
    truth[["gene", "class"]].to_csv(folder / "truth.csv", index=False)
    return truth


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Toy:
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("genes")
    truth = draw_toy(root / "pictures")
    paths = []
    for kind in ("whole", "chromatin", "methylation"):
        options = PictureInputOptions(
            input=kind, group_by="stretch", n_stretches=10, labels=root / "pictures" / "truth.csv"
        )
        paths.append(root / f"{kind}.h5")
        import_pictures(PictureSet(root / "pictures"), paths[-1], options).samples.close()
    with opening_inputs(paths) as inputs:
        target, classes = tree_target(inputs, QUICK.options)
        split = split_samples(target, inputs["whole"].group, classes=classes)
        train_two_stage(inputs, QUICK, split, out=root / "tree")
    torch.set_num_threads(n_threads)
    return Toy(root / "pictures", paths, root / "tree", truth)


@pytest.fixture
def on_cpu() -> dict[str, str]:
    return {"device": "cpu", "precision": "fp32"}


def test_every_picture_gets_a_class_and_what_each_half_says(toy, on_cpu):
    said = classify_genes(PictureSet(toy.folder), toy.tree, ClassifyGenesOptions(**on_cpu))
    table, truth = said.table, toy.truth
    assert not said.failures
    assert (table["class"] == truth["class"]).mean() > 0.95
    names = ["non-significant", "suppression", "induction"]
    for ending in ("", "_chromatin", "_methylation"):
        np.testing.assert_allclose(table[[f"p_{name}{ending}" for name in names]].sum(axis=1), 1)
    changed = truth["class"] != "non-significant"
    by_half = np.where(
        table["p_non-significant_chromatin"] < table["p_non-significant_methylation"],
        "chromatin",
        "methylation",
    )
    assert (by_half == truth["where"])[changed].mean() > 0.9


def test_attention_names_the_half_and_the_place_in_the_genome(toy, on_cpu):
    options = ExplainGenesOptions(**on_cpu)
    explained = explain_genes(PictureSet(toy.folder), toy.tree, options)
    table, truth = explained.table, toy.truth
    changed = (truth["class"] != "non-significant") & (table["class"] == truth["class"])
    np.testing.assert_allclose(table["attention_chromatin"] + table["attention_methylation"], 1)
    is_chromatin = (table["attention_chromatin"] > 0.5)[changed]
    assert (is_chromatin == (truth["where"] == "chromatin")[changed]).mean() > 0.95
    overlaps = (table["peak_start"] < truth["tss"] + 400) & (table["peak_end"] > truth["tss"] - 400)
    assert overlaps[changed].mean() > 0.85
    assert set(table["explained"][changed]) == {"significant"}
    drawn = explained.draw(0, GEOMETRY)
    assert drawn.shape == (32, 32)
    assert drawn.max() == pytest.approx(1)
    bed = explained.peaks()
    assert (bed["peak_end"] > bed["peak_start"]).all()


def test_the_table_of_halves_says_that_each_half_knows_its_own_genes(toy, tmp_path):
    with opening_inputs(toy.samples) as inputs:
        target, classes = tree_target(inputs, QUICK.options)
        folds = fold_samples(target, inputs["whole"].group, classes=classes, n_folds=2)
        found = compare_halves(inputs, QUICK, "significant", folds, out=tmp_path)
    accuracy = found.table.set_index("input")["balanced_accuracy"]
    assert accuracy["whole"] > 0.9 > accuracy[["chromatin", "methylation"]].max()
    assert "neither" in found.verdict
    is_changed = (toy.truth["class"] != "non-significant").to_numpy()
    assert (np.isnan(found.positive["whole"]) == ~is_changed).all()


def test_a_picture_that_cannot_be_read_is_left_out_and_said(toy, tmp_path, on_cpu):
    table = pd.read_csv(toy.folder / "pictures.csv").head(6)
    for file in table["file"][1:]:
        (tmp_path / file).write_bytes((toy.folder / file).read_bytes())
    table.to_csv(tmp_path / "pictures.csv", index=False)
    said = classify_genes(PictureSet(tmp_path), toy.tree, ClassifyGenesOptions(**on_cpu))
    assert [path.rsplit("/")[-1] for path, _ in said.failures] == ["gene0.png"]
    assert said.table["class"].iloc[0] == ""
    assert (said.table["class"].iloc[1:] != "").all()


def test_a_decision_that_sees_no_whole_picture_cannot_be_shown_on_one(toy):
    options = ExplainGenesOptions(decision="by chance")
    with pytest.raises(OptionError, match="by chance must see the whole picture"):
        explain_genes(PictureSet(toy.folder), toy.tree, options)


def test_the_commands_train_classify_and_explain_and_skip_what_is_done(toy, tmp_path, capsys):
    train = ["epigenome", "train", str(toy.samples[0]), "--out", str(tmp_path / "tree")]
    quick = ["--backbone", "tracks", "--width", "4", "--epochs", "2", "--device", "cpu"]
    assert main([*train, *quick, "--folds", "2", "--compare", "significant", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["Report set"]["balanced_accuracy"]["baseline"] == pytest.approx(1 / 3)
    assert {"Cross-validation", "Halves"} <= set(said)
    for verb, n_files in (("classify", 1), ("explain", 4)):
        words = ["epigenome", verb, str(toy.folder), "--tree", str(toy.tree)]
        words += ["--out", str(tmp_path / verb), "--device", "cpu", "--json"]
        assert main(words) == 0
        first = json.loads(capsys.readouterr().out)
        assert len(first["inputs"][0]["outputs"]) == n_files + 1
        assert main([*words, "--resume"]) == 0
        assert json.loads(capsys.readouterr().out)["n_skipped"] == 1
    bed = (tmp_path / "explain" / "genes_peaks.bed").read_text().splitlines()
    assert len(bed) == N
    assert bed[0].startswith("chr21\t")


def test_processes_say_what_one_process_says(toy, on_cpu, monkeypatch):
    monkeypatch.setattr("napari_seewhy.epigenome.answering.asking._BLOCK", 64)
    pictures, options = PictureSet(toy.folder), ExplainGenesOptions(**on_cpu)
    alone = explain_genes(pictures, toy.tree, options)
    where = WorkerOptions(workers=2)
    steps: list[Step] = []
    spread = finish(
        spread_steps(explain_genes_steps, pictures, toy.tree, options, where=where), steps.append
    )
    pd.testing.assert_frame_equal(spread.table, alone.table)
    np.testing.assert_array_equal(spread.grid, alone.grid)
    assert {step.total for step in steps} == {N}
    assert steps[-1].done == N
    said = finish(
        spread_steps(
            classify_genes_steps,
            pictures,
            toy.tree,
            ClassifyGenesOptions(**on_cpu),
            where=where,
        )
    )
    names = [name for name in said.table if name.startswith("p_")]
    pd.testing.assert_frame_equal(said.table[names], alone.table[names])


def test_pictures_of_a_block_that_fails_are_named_with_the_reason(
    toy, on_cpu, tmp_path, monkeypatch
):
    monkeypatch.setattr("napari_seewhy.epigenome.answering.asking._BLOCK", 64)
    read, options = GeneReader.read, ClassifyGenesOptions(**on_cpu)

    def read_or_fail(reader, rows):
        if 60 in rows:
            raise MemoryError
        return read(reader, rows)

    monkeypatch.setattr(GeneReader, "read", read_or_fail)
    pictures = PictureSet(toy.folder)
    with ThreadPoolExecutor(1) as executor:
        said = finish(classify_genes_steps(pictures, toy.tree, options, executor=executor))
        assert [path.rsplit("/")[-1] for path, _ in said.failures] == [
            f"gene{i}.png" for i in range(60, 120)
        ]
        assert all("memory of this computer is not enough" in one.reason for one in said.failures)
        assert (said.table["class"] == "").to_numpy().nonzero()[0].tolist() == list(range(60, 120))
        broken = shutil.copytree(toy.tree, tmp_path / "tree")
        for model in broken.glob("*.safetensors"):
            model.write_bytes(b"")
        with pytest.raises(TaskError, match="safetensors"):
            finish(classify_genes_steps(pictures, broken, options, executor=executor))
