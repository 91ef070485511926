from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file

from napari_seewhy.errors import FileError
from napari_seewhy.explaining.layers import find_layers
from napari_seewhy.models.files.layer_names import list_layers
from napari_seewhy.models.networks.build import build_network
from napari_seewhy.models.networks.options import NetworkOptions


@pytest.mark.parametrize("backbone", ["small", "resnet18"])
def test_every_layer_that_is_offered_can_be_explained(tmp_path, backbone):
    network = build_network(NetworkOptions(backbone=backbone), 2, 3, (96, 96)).eval()
    save_file(network.state_dict(), tmp_path / "a.safetensors")
    offered = list_layers(tmp_path / "a.safetensors")
    found = find_layers(network, torch.rand(1, 2, 96, 96))
    known = {name for layer in found for name in (layer.name, *layer.other_names)}
    assert set(offered) <= known
    assert len(offered) >= 4


def test_blocks_of_a_transformer_are_offered_in_their_order_and_its_head_is_not(tmp_path):
    matrices = ("attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2")
    weights = {
        f"blocks.{i}.{name}.weight": torch.ones(2, 2) for i in range(11) for name in matrices
    }
    weights |= {"patch_embed.proj.weight": torch.ones(2, 2, 2, 2), "head.weight": torch.ones(2, 2)}
    save_file(weights, tmp_path / "a.safetensors")
    offered = list_layers(tmp_path / "a.safetensors")
    assert offered == (
        *(f"blocks.{i}" for i in range(11)),
        *("patch_embed", "patch_embed.proj"),
    )


def test_a_file_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "a.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(FileError, match="damaged or cut short"):
        list_layers(tmp_path / "a.safetensors")
    with pytest.raises(FileError):
        list_layers(tmp_path / "b.safetensors")
