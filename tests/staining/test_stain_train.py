import warnings

import numpy as np
import pytest
import torch

from napari_seewhy.errors import FileError, OptionError, SeewhyWarning
from napari_seewhy.models.files.library import ModelLibrary
from napari_seewhy.models.files.weights_file import read_any_card, read_card_of, save_network
from napari_seewhy.nuclei.card import SegmenterCard
from napari_seewhy.progress import finish
from napari_seewhy.staining.card import StainCard, load_stain
from napari_seewhy.staining.network import StainNetwork, StainShape
from napari_seewhy.staining.train import train_stain, train_stain_steps
from napari_seewhy.training.learning.checkpoint import checkpoint_path


def test_what_was_learned_stands_in_the_card(model_file):
    card = read_card_of(model_file, StainCard)
    assert (card.block_px, card.channels, card.has_fluorescence) == (16, ("0",), True)
    assert card.metrics["stop"]["roc_auc"] > 0.99
    assert card.record["results"]["split"]["stop_by"] == "strip"
    assert not checkpoint_path(model_file).exists()


def test_the_library_lists_it_as_a_stain(model_file):
    library = ModelLibrary(model_file.parent)
    entry = library.show("grain")
    assert entry.name in [one.name for one in library.list_models(StainCard)]
    assert (entry.kind, entry.card.name) == ("stain", "grain")
    assert read_any_card(model_file) == entry.card
    with pytest.raises(FileError, match="paints a virtual immunostaining"):
        read_card_of(model_file, SegmenterCard)


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(
    make_field, tiny_options, tmp_path
):
    fields = [make_field(i, f"f{i}", group=str(i), shape_px=(64, 64)) for i in range(3)]
    options = tiny_options.change(epochs=3, n_windows=4)
    whole = train_stain(fields, options, out=tmp_path / "whole.safetensors")
    path = tmp_path / "stopped.safetensors"
    task = train_stain_steps(fields, options, out=path)
    while getattr(next(task), "epoch", 0) < 2:
        pass
    task.close()
    assert checkpoint_path(path).exists()
    with pytest.raises(OptionError, match="epochs"):
        train_stain(fields, options.change(epochs=5), out=path, resume=True)
    resumed = finish(train_stain_steps(fields, options, out=path, resume=True))
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, resumed.network.state_dict()[name])
    again = train_stain(fields, options, out=path, resume=True)
    assert again.card == resumed.card


def test_it_is_said_when_nothing_says_when_to_stop(make_field, tiny_options, tmp_path):
    options = tiny_options.change(epochs=1, n_windows=4, stop_share=0)
    with pytest.warns(SeewhyWarning, match="Nothing is set aside"):
        model = train_stain([make_field(0)], options, out=tmp_path / "m.safetensors")
    assert model.card.metrics == {}


@pytest.mark.parametrize("balance", ["windows", "loss"])
def test_rare_positives_can_be_made_up_for(balance, make_field, tiny_options, tmp_path):
    options = tiny_options.change(epochs=1, n_windows=8, balance=balance)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = train_stain([make_field(0)], options, out=tmp_path / "m.safetensors")
    assert np.isfinite(model.card.record["results"]["history"][0]["loss"])


def test_a_network_of_timm_gives_the_same_maps():
    network = StainNetwork(StainShape(2, 32, "resnet18", has_fluorescence=True)).eval()
    with torch.inference_mode():
        assert network(torch.zeros(1, 2, 64, 96)).shape == (1, 66, 8, 12)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("resnet81", "did you mean"),
        ("vgg11", "no map"),
        ("convnext_atto", "no map at 1/2 of the resolution"),
    ],
)
def test_a_network_that_cannot_be_had_is_said(name, said):
    with pytest.raises(OptionError, match=said):
        StainNetwork(StainShape(1, 32, name))


def test_weights_that_do_not_fit_the_card_are_refused(model_file, tmp_path):
    model = load_stain(model_file)
    path = tmp_path / "wrong.safetensors"
    from napari_seewhy.staining.card import StainModel

    save_network(path, *StainModel(model.network, model.card.change(width=16)))
    with pytest.raises(FileError, match="do not fit the network"):
        load_stain(path)
