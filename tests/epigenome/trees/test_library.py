from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from napari_seewhy.cli.main import main
from napari_seewhy.epigenome.pictures.classes import GENE_CLASSES, spell_class
from napari_seewhy.epigenome.trees.decision_tree import DecisionTree, Node
from napari_seewhy.epigenome.trees.library import SHIPPED_TREES, list_trees, locate_tree
from napari_seewhy.epigenome.trees.options import TWO_STAGES
from napari_seewhy.errors import FileError
from napari_seewhy.models.files.library import ModelLibrary
from napari_seewhy.models.files.model_file import read_card
from napari_seewhy.progress import finish
from napari_seewhy.sample_data.folder import sample_folder
from napari_seewhy.sample_data.gene_pictures import COMPOUND, draw_sample_pictures_steps

NAME = "genes-simulated"


def write_tree(folder: Path) -> Path:
    folder.mkdir(parents=True)
    nodes = [Node(**stage.model_dump(), model=f"{stage.name}.safetensors") for stage in TWO_STAGES]
    for node in nodes:
        (folder / node.model).touch()
    DecisionTree(nodes=tuple(nodes)).save(folder)
    return folder


def test_the_shipped_tree_says_that_it_is_a_stand_in_and_how_good_it_is():
    tree = DecisionTree.load(locate_tree(Path(NAME)))
    assert set(tree.classes) == set(GENE_CLASSES)
    assert "simulated" in tree.data
    assert "not for real genes" in tree.data
    assert tree.licence
    accuracy = tree.metrics["balanced_accuracy"]
    assert accuracy["low"] > 0.7 > accuracy["baseline"]
    assert tree.record["results"]["split"]["report"] == tree.metrics["n_samples"]
    cards = [read_card(SHIPPED_TREES / NAME / node.model) for node in (*tree.nodes, *tree.halves)]
    assert {card.data for card in cards} == {tree.data}


def test_the_shipped_tree_is_small_and_no_model_of_the_library():
    folder = SHIPPED_TREES / NAME
    assert sum(file.stat().st_size for file in folder.iterdir()) < 2e6
    models = [entry.path for entry in ModelLibrary().list_models()]
    assert folder not in models
    assert folder not in [path.parent for path in models]


def test_the_shipped_tree_tells_apart_genes_that_it_has_not_learned_from(tmp_path, capsys):
    folder, out = tmp_path / "pictures", tmp_path / "said"
    finish(draw_sample_pictures_steps(folder))
    words = ["epigenome", "classify", str(folder), "--tree", NAME, "--out", str(out)]
    assert main([*words, "--device", "cpu", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_done"] == 1
    truth = pd.read_csv(sample_folder() / "epigenome" / "truth.csv")
    truth = truth[truth["compound"] == COMPOUND].set_index("gene")["class"].map(spell_class)
    said = pd.read_csv(out / "genes_classes.csv").set_index("gene")["class"]
    right = said.reindex(truth.index) == truth
    assert right.groupby(truth).mean().mean() > 0.75


def test_a_tree_of_a_person_is_listed_beside_the_shipped_ones(tmp_path):
    own = write_tree(tmp_path / "mine" / "lung")
    (tmp_path / "mine" / "empty").mkdir()
    shipped = write_tree(tmp_path / "shipped" / "tour")
    write_tree(tmp_path / "mine" / "tour")
    found = list_trees(tmp_path / "mine", tmp_path / "shipped")
    assert found == [("lung", own, False), ("tour", shipped, True)]


def test_a_tree_is_found_by_name_in_the_folder_of_models(tmp_path, monkeypatch):
    monkeypatch.setenv("SEEWHY_MODELS", str(tmp_path))
    own = write_tree(tmp_path / "lung")
    assert locate_tree(Path("lung")) == own
    assert locate_tree(own) == own
    assert locate_tree(own / "tree.json") == own / "tree.json"


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(FileError, match=r"no tree genes-simulate[;].*genes-simulated"):
        locate_tree(Path("genes-simulate"))


def test_folders_that_are_not_there_hold_no_trees(tmp_path):
    assert list_trees(tmp_path / "no", tmp_path / "none") == []
