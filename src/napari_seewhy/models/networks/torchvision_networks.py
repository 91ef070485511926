"""Backbones of torchvision that timm lacks, for samples of any number of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from napari_seewhy.errors import OptionError

if TYPE_CHECKING:
    from napari_seewhy.models.networks.options import NetworkOptions


def build_torchvision(options: NetworkOptions, n_channels: int, n_classes: int) -> nn.Module:
    """Build a backbone of torchvision with fresh weights.

    AlexNet (Krizhevsky et al. 2012, in the form of Krizhevsky 2014, arXiv 1404.5997) and SqueezeNet
    (Iandola et al. 2016, arXiv 1602.07360), as torchvision has them. The first convolution takes
    the channels of the samples instead of red, green and blue.

    Parameters
    ----------
    options
        Name, one of `TORCHVISION`, and dropout.
    n_channels, n_classes
        Channels of a sample; classes to tell apart.

    Raises
    ------
    OptionError
        If pretrained weights are asked for.
    """
    from torchvision import models

    if options.pretrained:
        raise OptionError(
            f"There are no pretrained weights of {options.backbone} here; train without them, or "
            "choose a network of timm, such as resnet18."
        )
    name = options.backbone.removeprefix("torchvision/")
    network: nn.Module = models.get_model(
        name, weights=None, num_classes=n_classes, dropout=options.dropout
    )
    features = network.get_submodule("features")
    first = features.get_submodule("0")
    assert isinstance(first, nn.Conv2d)
    taken = nn.Conv2d(
        n_channels, first.out_channels, first.kernel_size, first.stride, first.padding
    )
    setattr(features, "0", taken)
    return network
