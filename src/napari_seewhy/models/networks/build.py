"""Networks by name: our three, every backbone of timm, and those of torchvision it lacks."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from napari_seewhy.errors import OptionError
from napari_seewhy.models.networks.options import (
    NAGAO,
    SMALL,
    TORCHVISION,
    TRACKS,
    NetworkOptions,
)
from napari_seewhy.models.networks.small import NagaoNetwork, SmallNetwork
from napari_seewhy.models.networks.track import TrackNetwork

if TYPE_CHECKING:
    from collections.abc import Callable

_OFTEN_TAKEN = 32
"""Most backbones halve a picture five times, so they take what can be halved so often."""

_TAKEN_BY_ALEXNET = 64
"""AlexNet leaves nothing of samples below 63 px."""


def build_network(
    options: NetworkOptions, n_channels: int, n_classes: int, size_px: tuple[int, int]
) -> nn.Module:
    """Build a network with fresh weights (or pretrained ones where they are asked for).

    Parameters
    ----------
    options
        Which network.
    n_channels, n_classes
        Channels of a sample; classes to predict.
    size_px
        Height and width of a sample.

    Returns
    -------
    torch.nn.Module
        Takes ``(N, C, H, W)`` float32, gives logits ``(N, K)``.

    Raises
    ------
    OptionError
        If there is no such network, it cannot take samples of this size, or pretrained weights are
        asked for and cannot be had.
    """
    if options.input_px not in (None, max(size_px)):
        plain = options.change(input_px=None)
        return ResizedNetwork(
            lambda resized_px: build_network(plain, n_channels, n_classes, resized_px),
            size_px,
            options.input_px,
        )
    if options.backbone == SMALL:
        return SmallNetwork(
            n_channels,
            n_classes,
            width=options.width,
            n_stages=options.n_stages,
            dropout=options.dropout,
        )
    if options.backbone == NAGAO:
        return NagaoNetwork(n_channels, n_classes, size_px, options)
    if options.backbone == TRACKS:
        return TrackNetwork(n_channels, n_classes, size_px, options)
    return _build_backbone(options, n_channels, n_classes, size_px)


def _build_backbone(
    options: NetworkOptions, n_channels: int, n_classes: int, size_px: tuple[int, int]
) -> nn.Module:
    """Build a network of timm or torchvision, and see whether it takes samples of this size."""
    name = options.backbone
    try:
        if name in TORCHVISION:
            network = _build_torchvision(options, n_channels, n_classes)
        else:
            network = _build_timm(options, n_channels, n_classes, size_px)
        _try_out(network, n_channels, size_px)
    except OSError as error:  # what the hub's client raises without a connection
        raise OptionError(
            f"The pretrained weights of {name} cannot be downloaded ({type(error).__name__}); "
            "connect to the internet or train without them."
        ) from error
    except (AssertionError, ArithmeticError, ValueError, RuntimeError) as error:
        taken = _OFTEN_TAKEN * max(1, round(max(size_px) / _OFTEN_TAKEN))
        if name in TORCHVISION:
            taken = max(taken, _TAKEN_BY_ALEXNET)
        raise OptionError(
            f"The network {name} cannot take samples of {size_px[0]} x {size_px[1]} px; choose "
            f"another network, or an input size that it takes, such as {taken} px."
        ) from error
    return network


def _try_out(network: nn.Module, n_channels: int, size_px: tuple[int, int]) -> None:
    """Run the network once: some find out only then that a sample does not fit their windows."""
    if torch.get_default_device().type == "meta":  # no numbers to run it with
        return
    with torch.inference_mode():
        network.eval()(torch.zeros(1, n_channels, *size_px))
    network.train()


def _build_timm(
    options: NetworkOptions, n_channels: int, n_classes: int, size_px: tuple[int, int]
) -> nn.Module:
    import timm

    name = options.backbone
    if not timm.is_model(name):
        known = [SMALL, NAGAO, TRACKS, *TORCHVISION, *timm.list_models()]
        near = difflib.get_close_matches(name, known, 3) or ["small", "resnet18", "convnext_atto"]
        raise OptionError(f"There is no network {name!r}; did you mean {', '.join(near)}?")
    arguments: dict[str, Any] = {
        "pretrained": options.pretrained,
        "in_chans": n_channels,
        "num_classes": n_classes,
        "drop_rate": options.dropout,
    }
    return _create(name, size_px, arguments)


def _create(name: str, size_px: tuple[int, int], arguments: dict[str, Any]) -> nn.Module:
    """Create the network; those with a fixed grid of tokens receive the size of a sample."""
    import timm

    try:
        return timm.create_model(name, img_size=size_px, **arguments)
    except TypeError:
        # Convolutional networks take any size and know no `img_size`.
        return timm.create_model(name, **arguments)


def _build_torchvision(options: NetworkOptions, n_channels: int, n_classes: int) -> nn.Module:
    """Build a backbone of torchvision with fresh weights.

    AlexNet (Krizhevsky et al. 2012, in the form of Krizhevsky 2014, arXiv 1404.5997) and SqueezeNet
    (Iandola et al. 2016, arXiv 1602.07360), as torchvision has them. The first convolution takes
    the channels of the samples instead of red, green and blue.

    Parameters
    ----------
    options
        Name, one of `TORCHVISION`, and dropout.
    n_channels, n_classes
        Channels of a sample; classes to predict.

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
    features: Any = network.get_submodule("features")
    first = features[0]
    features[0] = nn.Conv2d(
        n_channels, first.out_channels, first.kernel_size, first.stride, first.padding
    )
    return network


class ResizedNetwork(nn.Module):
    """Resizes samples and hands them to a network.

    Parameters
    ----------
    make_network
        Makes the network for samples of a height and width.
    size_px
        Height and width of the samples.
    input_px
        The longer edge in the network; the shorter keeps its proportion.

    Attributes
    ----------
    network
        What takes the resized samples.
    input_size_px
        Height and width in the network.
    num_prefix_tokens
        As timm says it of transformers: tokens that stand for no place; None of other networks.
    """

    def __init__(
        self,
        make_network: Callable[[tuple[int, int]], nn.Module],
        size_px: tuple[int, int],
        input_px: int,
    ) -> None:
        super().__init__()
        height, width = (max(1, round(edge * input_px / max(size_px))) for edge in size_px)
        self.input_size_px = (height, width)
        self.network = make_network(self.input_size_px)
        self.num_prefix_tokens = getattr(self.network, "num_prefix_tokens", None)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Turn samples ``(N, C, H, W)`` into logits ``(N, K)``."""
        # Where samples get smaller every pixel is a mean, else fine structure would turn to noise.
        resized = functional.interpolate(
            samples, self.input_size_px, mode="bilinear", antialias=True
        )
        logits: torch.Tensor = self.network(resized)
        return logits
