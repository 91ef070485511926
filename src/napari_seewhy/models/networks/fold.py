"""Fold normalising layers into the convolutions before them, for networks that only answer."""

from __future__ import annotations

from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_normalising(network: nn.Module) -> None:
    """Merge each batch normalisation into the convolution that stands right before it.

    A network in evaluation mode multiplies and adds the same numbers every time, which the weights
    of the convolution can do as well: the answers are the same but for rounding, and the pass over
    all maps is saved. Only layers that follow each other in a `torch.nn.Sequential` are merged.

    Parameters
    ----------
    network
        In evaluation mode; changed in place, and of no use for training any more.

    Examples
    --------
    >>> import torch
    >>> network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU()).eval()
    >>> before = network(torch.ones(1, 1, 4, 4))
    >>> fold_normalising(network)
    >>> bool(torch.allclose(network(torch.ones(1, 1, 4, 4)), before)), network[1]
    (True, Identity())
    """
    for block in network.modules():
        if not isinstance(block, nn.Sequential):
            continue
        for (name, layer), (after, normalising) in pairwise(list(block.named_children())):
            if isinstance(layer, nn.Conv2d) and isinstance(normalising, nn.BatchNorm2d):
                setattr(block, name, fuse_conv_bn_eval(layer, normalising))
                setattr(block, after, nn.Identity())
