from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.model import Model
from napari_seewhy.models.files.model_file import load_model, read_card, save_model
from napari_seewhy.models.files.weights_file import read_card_of, save_network
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.nuclei.card import SegmenterCard, load_segmenter
from napari_seewhy.nuclei.maps import NOMINAL_PX
from napari_seewhy.nuclei.network import NucleiNetwork

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def card() -> SegmenterCard:
    return SegmenterCard(
        name="mine",
        nominal_px=NOMINAL_PX,
        diameters_px=(7, 19.5, 50),
        background=(0, 0.02, 0.1),
        licence="CC0-1.0",
        metrics={"average_precision": {"0.5": 0.9}},
    )


@pytest.fixture
def path(tmp_path, card) -> Path:
    torch.manual_seed(0)
    path = tmp_path / "mine.safetensors"
    save_network(path, NucleiNetwork(), card)
    return path


def read_segmenter(path: Path) -> SegmenterCard:
    return read_card_of(path, SegmenterCard)


def write_card(path: Path, **fields) -> Path:
    known = read_card_of(path, SegmenterCard).model_dump(mode="json")
    wrong = path.with_name("wrong.safetensors")
    metadata = {SegmenterCard.key: json.dumps(known | fields)}
    save_file({"weight": np.zeros(3, np.float32)}, wrong, metadata=metadata)
    return wrong


def test_a_loaded_segmenter_is_the_saved_one_to_the_bit(tmp_path, path, card):
    network, loaded = load_segmenter(path)
    assert loaded == card
    assert not network.training
    again = tmp_path / "again.safetensors"
    save_network(again, network.to(memory_format=torch.channels_last), loaded)
    assert again.read_bytes() == path.read_bytes()


def test_a_segmenter_with_its_card_is_smaller_than_five_megabytes(path):
    assert path.stat().st_size < 5_000_000


def test_reading_a_card_loads_no_torch(path):
    script = (
        "import sys; from napari_seewhy.models.files import read_card_of; "
        "from napari_seewhy.nuclei import SegmenterCard; "
        f"print(read_card_of({str(path)!r}, SegmenterCard).name, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["mine", "False"]


def test_a_segmenter_is_no_classifier(path):
    for read in (read_card, load_model):
        with pytest.raises(
            FileError, match=r"is a segmenter, which finds nuclei .*; choose a clas"
        ):
            read(path)


def test_a_classifier_is_no_segmenter(tmp_path):
    path = tmp_path / "phase.safetensors"
    card = ModelCard(
        name="phase",
        network=NetworkOptions(width=4, n_stages=1),
        classes=("G1", "G2"),
        channels=(ChannelCard(name="DNA", mean=0, std=1, low=0, high=1),),
        size_px=(8, 8),
        dtype="uint8",
    )
    save_model(path, Model.from_card(card))
    for read in (read_segmenter, load_segmenter):
        with pytest.raises(
            FileError, match=r"is a classifier, which classifies samples; choose a seg"
        ):
            read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"II*\0 not a model but a TIFF", "is no model file"),
        (b"\x02\0\0\0\0\0\0\0{}", "was not made by this program"),
    ],
)
def test_what_is_no_model_is_refused_with_the_reason(tmp_path, content, message):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    for read in (read_segmenter, load_segmenter):
        with pytest.raises(FileError, match=message):
            read(path)


def test_a_file_that_is_cut_short_is_refused(path):
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FileError, match="damaged or cut short"):
        load_segmenter(path)


def test_weights_that_are_no_numbers_are_refused(path):
    content = path.read_bytes()
    path.write_bytes(content[:-4000] + b"\xff" * 4000)
    with pytest.raises(FileError, match=r"arrays with weights that are NaN or infinite, such as"):
        load_segmenter(path)


def test_a_newer_file_asks_for_an_update(path):
    with pytest.raises(FileError, match=r"version 2 .* up to 1; update napari-seewhy"):
        read_card_of(write_card(path, schema_version=2, mood="good"), SegmenterCard)


def test_weights_of_another_network_are_refused(path):
    with pytest.raises(FileError, match="do not fit the network segmenter"):
        load_segmenter(write_card(path))


def test_a_segmenter_of_another_scale_is_refused(path):
    with pytest.raises(FileError, match="was trained on nuclei of up to 7 px"):
        load_segmenter(write_card(path, nominal_px=7))


def test_a_network_of_nan_is_not_saved(tmp_path, card):
    network = NucleiNetwork()
    with torch.no_grad():
        next(network.parameters()).fill_(torch.nan)
    with pytest.raises(DataError, match="are not all finite"):
        save_network(tmp_path / "a.safetensors", network, card)


def test_percentiles_that_do_not_rise_are_refused(card):
    with pytest.raises(OptionError, match="must rise"):
        card.change(diameters_px=(20, 10, 50))
