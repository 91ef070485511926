"""What a search may choose: two spaces, and how a point of one becomes options.

Optuna draws the points; here they are names and numbers only, so this needs no torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from napari_seewhy.errors import OptionError
from napari_seewhy.models.networks import NAGAO, NetworkOptions
from napari_seewhy.training.fitting import AUGMENTATIONS, AugmentOptions, TrainOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from napari_seewhy.training.tuning.options import TuneOptions

_MOST_STAGES = 5
_MOST_SCALE = 0.9
_MOST_ENLARGED_PX = 256
"""Samples are not enlarged beyond this unasked: it would take too long."""


class SearchSpace(Protocol):
    """What may be tried."""

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return what is drawn for a trial, by name."""

    def to_network(self, point: Mapping[str, Any]) -> NetworkOptions:
        """Return the network of a trial."""


class NagaoSpace:
    """The network of Nagao et al. 2020: stages, filters, their size, dense units, dropout.

    The paper searched these numbers; the bounds are ours, and a sample is never halved away.

    Parameters
    ----------
    size_px
        Height and width of a sample.

    Raises
    ------
    OptionError
        If a sample cannot be halved once.
    """

    def __init__(self, size_px: tuple[int, int]) -> None:
        self._most_stages = min(_MOST_STAGES, min(size_px).bit_length() - 1)
        if self._most_stages < 1:
            raise OptionError(
                f"The samples are {size_px[0]} x {size_px[1]} px, which is too small for the "
                "network of Nagao et al.; cut larger ones, or search backbones."
            )

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return what is drawn for a trial, by name."""
        from optuna.distributions import (
            CategoricalDistribution as OneOf,
            FloatDistribution as Float,
            IntDistribution as Int,
        )

        return {
            "n_stages": Int(1, self._most_stages),
            "width": Int(8, 64, step=8),
            "kernel_px": OneOf((3, 5, 7)),
            "n_dense": Int(32, 512, log=True),
            "dropout": Float(0.0, 0.6),
        } | _learning(1e-4, 1e-2)

    def to_network(self, point: Mapping[str, Any]) -> NetworkOptions:
        """Return the network of a trial."""
        names = ("n_stages", "width", "kernel_px", "n_dense", "dropout")
        return NetworkOptions(backbone=NAGAO, **{name: point[name] for name in names})


class BackboneSpace:
    """Which of several networks, how large it is shown the samples, and how it is trained.

    Parameters
    ----------
    backbones
        Their names.
    inputs_px
        Longer edges to which samples are resized.
    """

    def __init__(self, backbones: tuple[str, ...], inputs_px: tuple[int, ...]) -> None:
        self.backbones = backbones
        self.inputs_px = inputs_px

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return what is drawn for a trial, by name."""
        from optuna.distributions import (
            CategoricalDistribution as OneOf,
            FloatDistribution as Float,
        )

        learning = _learning(5e-5, 5e-3)
        return {
            "backbone": OneOf(self.backbones),
            "input_px": OneOf(self.inputs_px),
            "dropout": Float(0.0, 0.5),
        } | learning

    def to_network(self, point: Mapping[str, Any]) -> NetworkOptions:
        """Return the network of a trial."""
        names = ("backbone", "input_px", "dropout")
        return NetworkOptions(**{name: point[name] for name in names})

    def list_networks(self) -> list[NetworkOptions]:
        """Return every network at every size."""
        return [
            NetworkOptions(backbone=backbone, input_px=input_px)
            for backbone in self.backbones
            for input_px in self.inputs_px
        ]


def choose_inputs(wanted_px: tuple[int, ...], size_px: tuple[int, int]) -> tuple[int, ...]:
    """Return the longer edges to which samples are resized in turn.

    Parameters
    ----------
    wanted_px
        What was asked for; empty takes samples as they are and, unless large, enlarged twofold.
    size_px
        Height and width of a sample.

    Examples
    --------
    >>> choose_inputs((), (64, 48)), choose_inputs((), (200, 200)), choose_inputs((96,), (64, 64))
    ((64, 128), (200,), (96,))
    """
    edge = max(size_px)
    return wanted_px or ((edge, 2 * edge) if 2 * edge <= _MOST_ENLARGED_PX else (edge,))


def choose_space(options: TuneOptions, size_px: tuple[int, int]) -> SearchSpace:
    """Return the space that was asked for.

    Raises
    ------
    OptionError
        If the samples are too small for it.
    """
    if options.search == NAGAO:
        return NagaoSpace(size_px)
    return BackboneSpace(options.backbones, choose_inputs(options.inputs_px, size_px))


def to_training(point: Mapping[str, Any], options: TuneOptions) -> TrainOptions:
    """Return how the network of a trial is trained.

    Parameters
    ----------
    point
        What was drawn for it.
    options
        What all trials share.
    """
    shared = ("epochs", "batch_size", "balance", "augmentation", "seed", "device", "precision")
    return TrainOptions(
        **{name: getattr(options, name) for name in shared},
        learning_rate=point["learning_rate"],
        weight_decay=point["weight_decay"],
        augment=strengthen(AUGMENTATIONS[options.augmentation], point["augment_strength"]),
        # A trial that gets no better is given up by pruning; the best epoch is kept anyway.
        patience=options.epochs,
    )


def strengthen(augment: AugmentOptions, strength: float) -> AugmentOptions:
    """Return an augmentation with its bounds made wider or narrower.

    Turning and mirroring are on or off by what a sample shows, and stay so.

    Parameters
    ----------
    augment
        The augmentation at strength 1.
    strength
        0 leaves turning and mirroring alone.

    Examples
    --------
    >>> strengthen(AugmentOptions(shift_px=2, rotate=True), 0.5).shift_px
    1.0
    """
    return augment.change(
        shift_px=augment.shift_px * strength,
        scale=min(augment.scale * strength, _MOST_SCALE),
        brightness=min(augment.brightness * strength, _MOST_SCALE),
        noise=augment.noise * strength,
        blur_px=augment.blur_px * strength,
    )


def _learning(lowest_rate: float, highest_rate: float) -> dict[str, BaseDistribution]:
    from optuna.distributions import FloatDistribution as Float

    return {
        "learning_rate": Float(lowest_rate, highest_rate, log=True),
        "weight_decay": Float(1e-4, 0.3, log=True),
        "augment_strength": Float(0.0, 2.0),
    }
