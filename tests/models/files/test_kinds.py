"""A kind of model is one class: a toy kind that is made here, and the five of the program."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, ClassVar

import pytest
import torch

from napari_seewhy.cli.library.models import describe_card, list_row
from napari_seewhy.errors import FileError
from napari_seewhy.generating.card import GeneratorCard
from napari_seewhy.models.cards.base import BaseCard, Description, list_kinds
from napari_seewhy.models.cards.card import ModelCard
from napari_seewhy.models.files.library import SHIPPED_FOLDER, ModelLibrary
from napari_seewhy.models.files.weights_file import (
    load_network,
    read_any_card,
    read_card_of,
    save_network,
)
from napari_seewhy.nuclei.card import SegmenterCard
from napari_seewhy.reading.card import CoverageCard
from napari_seewhy.staining.card import StainCard

if TYPE_CHECKING:
    from pathlib import Path


class ToyCard(BaseCard):
    """A sixth kind of model, of which `models/` knows nothing."""

    kind: ClassVar[str] = "toy"
    does: ClassVar[str] = "counts to a number"
    key: ClassVar[str] = "napari-seewhy toy"

    n_counted: int

    def build(self) -> torch.nn.Module:
        return torch.nn.Linear(1, self.n_counted)

    def describe(self) -> Description:
        rows = (("Counts to", str(self.n_counted)),)
        return Description(f"to {self.n_counted}", f"Counts to {self.n_counted}.", rows=rows)


@pytest.fixture
def library(tmp_path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "mine", tmp_path / "shipped")


@pytest.fixture
def toy(library) -> Path:
    card = ToyCard(name="abacus", n_counted=3, data="fingers")
    path = library.place_of("abacus")
    save_network(path, card.build(), card)
    return path


def test_a_sixth_kind_is_saved_and_loaded_as_any_other(toy):
    network, card = load_network(toy, ToyCard)
    assert (type(card), card.n_counted, card.data) == (ToyCard, 3, "fingers")
    assert network(torch.ones(2, 1)).shape == (2, 3)
    assert not network.training
    again = toy.with_name("again.safetensors")
    save_network(again, network, card)
    assert again.read_bytes() == toy.read_bytes()


def test_a_sixth_kind_is_listed_and_described(library, toy):
    (entry,) = library.list_models("toy")
    assert list_row(entry) == ("abacus", "toy", "to 3", "", "", "", "yours")
    assert read_any_card(toy) == entry.card
    assert describe_card(toy, entry.card) == [
        ("File", str(toy)),
        ("Name", "abacus"),
        ("Kind", "toy, counts to a number"),
        ("Counts to", "3"),
        ("Trained on", "fingers"),
    ]


def test_a_sixth_kind_and_the_others_are_told_apart(toy):
    with pytest.raises(FileError, match="is a toy, which counts to a number; choose a clas"):
        read_card_of(toy, ModelCard)
    with pytest.raises(FileError, match=r"is a segmenter, which finds nuclei .*; choose a toy"):
        read_card_of(SHIPPED_FOLDER / "nuclei.safetensors", ToyCard)


def test_the_kinds_of_the_program_are_found_in_their_rooms():
    kinds = {kind.kind: kind for kind in list_kinds()}
    assert kinds | {"toy": ToyCard} == {
        "classifier": ModelCard,
        "segmenter": SegmenterCard,
        "stain": StainCard,
        "generator": GeneratorCard,
        "reader of DNA": CoverageCard,
        "toy": ToyCard,
    }
    assert len({kind.key for kind in kinds.values()}) == len(kinds)


def test_finding_the_kinds_loads_no_torch():
    script = (
        "import sys; from napari_seewhy.models.cards import list_kinds; "
        "print(*sorted(kind.kind for kind in list_kinds()), 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["classifier", "generator", "segmenter", "stain", "False"]


@pytest.mark.parametrize("path", sorted(SHIPPED_FOLDER.rglob("*.safetensors")), ids=str)
def test_a_shipped_model_of_an_earlier_version_opens(path):
    card = read_any_card(path)
    network, loaded = load_network(path, type(card))
    assert loaded == card
    assert not network.training
    said = card.describe()
    assert said.says in said.sentence or card.kind == "segmenter"
    assert all(name and isinstance(text, str) for name, text in said.rows)
    # Nothing that the file says is lost where the card is written again.
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        written = json.loads(file.metadata()[card.key])
    assert is_within(written, card.model_dump(mode="json"))


def is_within(old: object, new: object) -> bool:
    """Whether all that an old card says stands in the new one, beside later fields."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(name in new and is_within(value, new[name]) for name, value in old.items())
    return old == new
