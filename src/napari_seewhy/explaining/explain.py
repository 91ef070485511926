"""Explain: where a network looked when it said what it said."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.errors import OptionError, SeewhyWarning, is_memory_short
from napari_seewhy.explaining.explain_options import ExplainOptions
from napari_seewhy.explaining.heatmaps import Heatmaps
from napari_seewhy.explaining.layer_choice import choose_layer
from napari_seewhy.explaining.layers import find_layers
from napari_seewhy.explaining.probe import METHODS, WITHOUT_GRADIENT, Probe
from napari_seewhy.models.running import (
    Runtime,
    SampleReader,
    as_predicting,
    choose_runtime,
    release_memory,
)
from napari_seewhy.progress import Step, Task, blocking
from napari_seewhy.samples.storing import read_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.explaining.layers import Layer
    from napari_seewhy.models.files import Model
    from napari_seewhy.samples.storing import SampleSet

_DEFAULTS = ExplainOptions()


def explain_steps(
    model: Model,
    samples: SampleSet | NDArray[np.generic],
    options: ExplainOptions = _DEFAULTS,
    *,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
    of: NDArray[np.int64] | None = None,
) -> Task[Heatmaps]:
    """Say of every sample where the network looked.

    The same heatmaps as those of the package grad-cam (Gildenblat et al. 2021), several times
    faster: no derivative is taken of what lies before the layer, nor of any weight.

    Parameters
    ----------
    model
        A trained model; it is given back as it was.
    samples
        A sample set, read piece by piece, or pixels ``(N, C, H, W)``; channels in the order of the
        card.
    options
        Method, class, layer, batch size, device, precision.
    rows
        Which samples, in which order; all where None.
    of
        ``(n,)`` for every one of them the place of the class to explain; None does what the
        options say.

    Raises
    ------
    DataError
        If channels or size are not those of the model, or a pixel is NaN or infinite.
    OptionError
        If the class, the layer or the device is not there, or the network sees no places.
    """
    read = SampleReader(model, samples)
    wanted = np.arange(len(samples)) if rows is None else np.asarray(rows, np.int64)
    first = read(wanted[:1]) if len(wanted) else _draw_sample(model)
    runtime = choose_runtime(options)
    explainer = prepare_explainer(model, first, options)
    yield Step(0, len(wanted), runtime.describe())
    explained = _Explained(len(wanted), explainer, of)
    pieces = np.array_split(wanted, max(1, -(-len(wanted) // options.batch_size)))
    n_at_once = options.batch_size
    with as_predicting(model.network), contextlib.closing(read_ahead(read, pieces)) as batches:
        runtime.place_network(model.network)
        for batch in batches:
            start = 0
            while start < len(batch):
                n = explained.add(batch[start : start + n_at_once], runtime)
                if not n:
                    runtime, n_at_once = runtime.shrink(n_at_once, 1)
                    runtime.place_network(model.network)
                    message = f"Memory is short: {n_at_once} samples at once"
                    yield Step(explained.n_done, len(wanted), message)
                    continue
                start += n
                yield Step(explained.n_done, len(wanted), runtime.describe())
    return explained.heatmaps


explain = blocking(explain_steps)


def list_layers(model: Model) -> tuple[str, ...]:
    """List the layers of a model that can be explained, in the order in which they are run."""
    with as_predicting(model.network):
        sample = model.normalise(_draw_sample(model), "cpu")
        return tuple(layer.name for layer in find_layers(model.network.cpu(), sample))


@dataclass(frozen=True, slots=True)
class Explainer:
    """A model with everything that was chosen to explain it.

    Attributes
    ----------
    model
        Its network in the mode for prediction.
    layer
        The layer whose view is shown.
    options
        Method and class.
    """

    model: Model
    layer: Layer
    options: ExplainOptions

    def explain(
        self, pixels: NDArray[np.generic], runtime: Runtime, of: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
        """Return heatmaps ``(n, h, w)``, explained class and probability of samples.

        Parameters
        ----------
        pixels
            Samples ``(n, C, H, W)`` as measured.
        runtime
            Where the network was placed.
        of
            ``(n,)`` place of the class to explain; None does what the options say.
        """
        method = self.options.method
        samples = runtime.place(self.model.normalise(pixels, runtime.device))
        with_gradient = method not in WITHOUT_GRADIENT
        with Probe(self.model.network, self.layer.name, with_gradient=with_gradient) as probe:
            with runtime.autocast():
                logits = probe.run(samples)
            probability = self.model.to_probability(logits.detach())
            target = self._find_target(probability) if of is None else torch.from_numpy(of)
            gradients = probe.gradients(logits, target.to(logits.device))
            activations = probe.activations
        with torch.no_grad():
            views = (self.layer.grid.apply(value).float() for value in (activations, gradients))
            grid = METHODS[method](*views).clamp(min=0)
        return grid.cpu().numpy(), target.cpu().numpy(), probability.cpu().numpy()

    def _find_target(self, probability: torch.Tensor) -> torch.Tensor:
        if not self.options.of:
            return probability.argmax(1)
        place = self.model.card.classes.index(self.options.of)
        return probability.new_full((len(probability),), place, dtype=torch.int64)


def prepare_explainer(
    model: Model, first: NDArray[np.generic], options: ExplainOptions
) -> Explainer:
    """Choose the layer on some first samples, and check the class.

    Raises
    ------
    OptionError
        If the class or the layer is not there, or the network sees no places.

    Warns
    -----
    SeewhyWarning
        If the order of the layer's places could not be tested.
    """
    classes = model.card.classes
    if options.of and options.of not in classes:
        raise OptionError(
            f"The model knows no class {options.of!r}; choose one of {', '.join(classes)}, or "
            "leave it empty for the class that it says."
        )
    with as_predicting(model.network):
        layer = choose_layer(model.network.cpu(), model.normalise(first, "cpu"), options.layer)
    if not layer.is_sure:
        warnings.warn(
            f"The layer {layer.name} spreads each place over the whole sample, so it could not be "
            "tested that its heatmaps lie at the right places; they are laid row by row. Choose an "
            "earlier layer, or compare with another network.",
            SeewhyWarning,
            stacklevel=2,
        )
    return Explainer(model, layer, options)


class _Explained:
    """What was explained so far."""

    def __init__(self, n_samples: int, explainer: Explainer, of: NDArray[np.int64] | None) -> None:
        card, layer = explainer.model.card, explainer.layer
        self._explainer = explainer
        self._of = of
        self.n_done = 0
        self.heatmaps = Heatmaps(
            np.zeros((n_samples, layer.grid.height, layer.grid.width), np.float32),
            card.size_px,
            np.zeros(n_samples, np.int64),
            np.zeros((n_samples, len(card.classes)), np.float32),
            card.classes,
            layer.name,
        )

    def add(self, pixels: NDArray[np.generic], runtime: Runtime) -> int:
        """Explain some more samples and say how many: none where memory was short."""
        done = slice(self.n_done, self.n_done + len(pixels))
        of = None if self._of is None else self._of[done]
        try:
            found = self._explainer.explain(pixels, runtime, of)
        except RuntimeError as error:
            if not is_memory_short(error):
                raise
            found = None
        if found is None:
            # Here and not above, where the error still holds what filled the memory.
            release_memory()
            return 0
        heatmaps = self.heatmaps
        heatmaps.grid[done], heatmaps.target[done], heatmaps.probability[done] = found
        self.n_done = done.stop
        return len(pixels)


def _draw_sample(model: Model) -> NDArray[np.float32]:
    """Draw a sample of noise as bright as the training samples, where there is no real one."""
    card = model.card
    drawn = np.random.default_rng(0).normal(size=(1, len(card.channels), *card.size_px))
    mean = np.array([channel.mean for channel in card.channels])[:, None, None]
    std = np.array([channel.std for channel in card.channels])[:, None, None]
    sample: NDArray[np.float32] = (drawn * std + mean).astype(np.float32)
    return sample
