"""Explain: where a network looked when it said what it said."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.explaining.explain_options import ExplainOptions
from napari_seewhy.explaining.explainer import prepare_explainer
from napari_seewhy.explaining.heatmaps import Heatmaps
from napari_seewhy.explaining.layers import find_layers
from napari_seewhy.explaining.smaller_batches import make_smaller
from napari_seewhy.models.running import SampleReader, as_predicting, choose_runtime
from napari_seewhy.progress import Step, Task, finish
from napari_seewhy.samples.storing import read_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.explaining.explainer import Explainer
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.running import Runtime
    from napari_seewhy.samples.storing import SampleSet

_DEFAULTS = ExplainOptions()


def explain(
    model: Model,
    samples: SampleSet | NDArray[np.generic],
    options: ExplainOptions = _DEFAULTS,
    *,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
    of: NDArray[np.int64] | None = None,
) -> Heatmaps:
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
    return finish(explain_steps(model, samples, options, rows=rows, of=of))


def explain_steps(
    model: Model,
    samples: SampleSet | NDArray[np.generic],
    options: ExplainOptions = _DEFAULTS,
    *,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
    of: NDArray[np.int64] | None = None,
) -> Task[Heatmaps]:
    """Explain as `explain` does, one `Step` per batch; may be stopped at any of them."""
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
                try:
                    n = explained.add(batch[start : start + n_at_once], runtime)
                except torch.OutOfMemoryError:
                    runtime, n_at_once = make_smaller(model.network, runtime, n_at_once)
                    message = f"Memory is short: {n_at_once} samples at once"
                    yield Step(explained.n_done, len(wanted), message)
                    continue
                start += n
                yield Step(explained.n_done, len(wanted), runtime.describe())
    return explained.heatmaps


def list_layers(model: Model) -> tuple[str, ...]:
    """List the layers of a model that can be explained, in the order in which they are run."""
    with as_predicting(model.network):
        sample = model.normalise(_draw_sample(model), "cpu")
        return tuple(layer.name for layer in find_layers(model.network.cpu(), sample))


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
        """Explain some more samples and say how many."""
        done = slice(self.n_done, self.n_done + len(pixels))
        of = None if self._of is None else self._of[done]
        found = self._explainer.explain(pixels, runtime, of)
        self.heatmaps.grid[done], self.heatmaps.target[done], self.heatmaps.probability[done] = (
            found
        )
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
