"""A hash of the weights of a network, which tells whether two networks say the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import nn


def hash_weights(network: nn.Module) -> str:
    """Return the SHA-256 of all weights and buffers with their names, wherever they lie.

    Examples
    --------
    >>> layer = torch.nn.Linear(2, 3)
    >>> before = hash_weights(layer)
    >>> _ = layer.bias.data.add_(1)
    >>> hash_weights(layer) == before
    False
    """
    digest = hashlib.sha256()
    for name, value in network.state_dict().items():
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        # Bytes, since numpy knows no bfloat16; a layout with channels last is put in order.
        plain = value.detach().cpu().contiguous().reshape(-1)
        digest.update(plain.view(torch.uint8).numpy())
    return digest.hexdigest()
