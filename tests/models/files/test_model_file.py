from __future__ import annotations

import errno
import json
import os
import pickle
import socket
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.model import Model
from napari_seewhy.models.files.model_file import load_model, read_card, save_model
from napari_seewhy.models.networks.options import NetworkOptions


class WritesAFile:
    """A pickle that leaves a trace when it is opened."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return Path.write_text, (self.trace, "opened")


@pytest.fixture
def model() -> Model:
    torch.manual_seed(0)
    card = ModelCard(
        name="cycle",
        network=NetworkOptions(width=4, n_stages=2),
        classes=("G1", "G2"),
        channels=(ChannelCard(name="DNA", mean=1 / 3, std=0.1, low=0, high=1),),
        size_px=(16, 16),
        dtype="uint16",
        temperature=1.7,
        record={"seed": 0},
    )
    return Model.from_card(card)


@pytest.fixture
def path(tmp_path, model) -> Path:
    path = tmp_path / "cycle.safetensors"
    save_model(path, model)
    return path


def write_header(path: Path, header: bytes, weights: bytes = b"") -> None:
    path.write_bytes(struct.pack("<Q", len(header)) + header + weights)


def write_card(path: Path, text: str) -> None:
    save_file({"weight": np.zeros(3, np.float32)}, path, metadata={ModelCard.key: text})


def fields_of(path: Path) -> dict:
    return read_card(path).model_dump(mode="json")


def test_a_loaded_model_is_the_saved_one_to_the_bit(path, model):
    loaded = load_model(path)
    assert loaded.card == model.card
    saved, found = model.network.state_dict(), loaded.network.state_dict()
    assert list(saved) == list(found)
    for name, value in saved.items():
        assert value.numpy().tobytes() == found[name].numpy().tobytes(), name
    assert not loaded.network.training


def test_the_same_model_gives_the_same_bytes(tmp_path, path, model):
    for number in range(4):
        again = tmp_path / f"again{number}.safetensors"
        save_model(again, model)
        assert again.read_bytes() == path.read_bytes()


def test_headers_of_every_length_are_read(tmp_path, model):
    """A header of 128 bytes and any 256 more begins with the byte that also begins a pickle."""
    starts = set()
    for n_letters in range(0, 256, 8):
        path = tmp_path / "a.safetensors"
        card = model.card.change(data="x" * n_letters)
        save_model(path, Model(model.network, card))
        assert read_card(path) == card
        starts.add(path.read_bytes()[0])
    assert 0x80 in starts


def test_reading_a_card_loads_no_torch(path):
    script = (
        "import sys; from napari_seewhy.models.files.model_file import read_card; "
        f"print(read_card({str(path)!r}).name, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["cycle", "False"]


@pytest.mark.parametrize("protocol", [0, 2, 5])
@pytest.mark.parametrize("suffix", [".pt", ".pkl"])
def test_a_pickle_is_refused_and_not_opened(tmp_path, protocol, suffix):
    trace = tmp_path / "trace"
    path = tmp_path / f"a{suffix}"
    path.write_bytes(pickle.dumps(WritesAFile(trace), protocol))
    for read in (read_card, load_model):
        with pytest.raises(FileError, match="is a pickled model, which could run anything"):
            read(path)
    assert not trace.exists()


def test_what_torch_saves_is_refused_under_any_name(tmp_path):
    path = tmp_path / "a.safetensors"
    torch.save({"weight": torch.zeros(3)}, path)
    with pytest.raises(FileError, match="is a pickled model"):
        load_model(path)


def test_an_archive_is_told_from_a_pickle(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rdf.yaml", "type: model")
    with pytest.raises(FileError, match="is a ZIP archive"):
        read_card(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"abc", "is no model file"),
        (b"II*\0 not a model but a TIFF", "is no model file"),
        (struct.pack("<Q", 2**63) + b"{}", "is no model file"),
        (struct.pack("<Q", 99_999_999) + b"{}", "damaged or cut short"),
        (struct.pack("<Q", 4) + b"null", "damaged or cut short"),
        (struct.pack("<Q", 8) + b"\xff" * 8, "damaged or cut short"),
        (struct.pack("<Q", 2) + b"{}", "was not made by this program"),
    ],
)
def test_what_is_no_model_is_refused_with_the_reason(tmp_path, content, message):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    for read in (read_card, load_model):
        with pytest.raises(FileError, match=message):
            read(path)


def test_a_header_that_never_ends_its_brackets_is_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    write_header(path, b"[" * 100_000)
    with pytest.raises(FileError, match="damaged"):
        read_card(path)
    write_card(path, "[" * 100_000)
    with pytest.raises(FileError, match="damaged"):
        read_card(path)


def test_a_file_cut_anywhere_is_refused(tmp_path, path):
    whole = path.read_bytes()
    short = tmp_path / "short.safetensors"
    for n_bytes in (4, 9, 100, len(whole) // 2, len(whole) - 1):
        short.write_bytes(whole[:n_bytes])
        with pytest.raises(FileError, match=r"damaged or cut short|no model file"):
            read_card(short)


def test_weights_of_another_program_are_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    save_file({"weight": np.zeros(3, np.float32)}, path, metadata={"format": "pt"})
    with pytest.raises(FileError, match="was not made by this program"):
        load_model(path)


def test_a_newer_file_asks_for_an_update(tmp_path, path):
    newer = tmp_path / "newer.safetensors"
    write_card(newer, json.dumps(fields_of(path) | {"schema_version": 2, "mood": "good"}))
    with pytest.raises(FileError, match=r"version 2 .* up to 1; update napari-seewhy"):
        read_card(newer)


@pytest.mark.parametrize(
    "change", [{"classes": "G1"}, {"temperature": -1}, {"mood": "good"}, {"schema_version": None}]
)
def test_a_card_with_wrong_fields_is_refused(tmp_path, path, change):
    wrong = tmp_path / "wrong.safetensors"
    write_card(wrong, json.dumps(fields_of(path) | change))
    (name,) = change
    sentence = rf"is whole, but this program does not understand its card: .*{name}"
    with pytest.raises(FileError, match=sentence) as error:
        read_card(wrong)
    assert "damaged" not in str(error.value)


def test_a_card_that_holds_nan_is_no_json(tmp_path, path):
    wrong = tmp_path / "wrong.safetensors"
    write_card(wrong, json.dumps(fields_of(path) | {"metrics": {"auc": float("nan")}}))
    with pytest.raises(FileError, match="damaged"):
        read_card(wrong)


def test_weights_that_do_not_fit_the_card_are_refused(tmp_path, path):
    wrong = tmp_path / "wrong.safetensors"
    write_card(wrong, json.dumps(fields_of(path)))
    with pytest.raises(FileError, match="do not fit the network small that its card names"):
        load_model(wrong)


@pytest.mark.parametrize("backbone", ["hf-hub:someone/anything", "hf_hub:a/b", "local-dir:/tmp"])
def test_a_card_cannot_make_the_program_fetch_a_network(tmp_path, path, backbone):
    fields = fields_of(path)
    fields["network"] |= {"backbone": backbone, "pretrained": True}
    wrong = tmp_path / "wrong.safetensors"
    write_card(wrong, json.dumps(fields))
    with pytest.raises(FileError, match="holds a network that cannot be built here"):
        load_model(wrong)


def test_a_model_trained_from_pretrained_weights_is_loaded_without_the_internet(
    tmp_path, model, monkeypatch
):
    network = NetworkOptions(backbone="resnet10t", pretrained=True)
    card = model.card.change(network=network, size_px=(32, 32))
    path = tmp_path / "a.safetensors"
    save_model(path, Model.from_card(card))
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it asked the internet"))
    assert load_model(path).card.network == network


@pytest.mark.parametrize("backbone", ["torchvision/alexnet", "torchvision/squeezenet1_0"])
def test_a_network_of_torchvision_is_loaded_without_the_internet(
    tmp_path, model, monkeypatch, backbone
):
    card = model.card.change(network=NetworkOptions(backbone=backbone), size_px=(64, 64))
    saved = Model.from_card(card)
    path = tmp_path / "a.safetensors"
    save_model(path, saved)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it asked the internet"))
    loaded = load_model(path)
    assert loaded.card == card
    weights = saved.network.state_dict()
    assert all(torch.equal(weights[name], now) for name, now in loaded.network.state_dict().items())


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        load_model(tmp_path / "a.safetensors")


def test_another_ending_is_refused(tmp_path, model):
    with pytest.raises(FileError, match=r"does not end in \.safetensors"):
        save_model(tmp_path / "a.pt", model)
    assert not list(tmp_path.iterdir())


def test_a_network_of_nan_is_not_saved(tmp_path, model):
    with torch.no_grad():
        next(model.network.parameters()).fill_(torch.nan)
    with pytest.raises(DataError, match="are not all finite"):
        save_model(tmp_path / "a.safetensors", model)


def test_a_full_disk_leaves_the_old_model_and_nothing_else(path, model, monkeypatch):
    def write_to_a_full_disk(self, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = path.read_bytes()
    monkeypatch.setattr(Path, "write_bytes", write_to_a_full_disk)
    with pytest.raises(FileError, match=r"cycle\.safetensors cannot be written: the disk is full"):
        save_model(path, model.with_card(temperature=2))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_model_laid_out_for_speed_is_saved_as_any_other(tmp_path, path, model):
    fast = tmp_path / "fast.safetensors"
    save_model(fast, Model(model.network.to(memory_format=torch.channels_last), model.card))
    assert fast.read_bytes() == path.read_bytes()
