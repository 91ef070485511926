"""Predict: the predictions of a model for every sample."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.errors import DataError, is_memory_short
from napari_seewhy.models.running.devices import Runtime, choose_runtime, release_memory
from napari_seewhy.models.running.predict_options import PredictOptions
from napari_seewhy.models.running.side_by_side import run_side_by_side
from napari_seewhy.progress import Step, Task, blocking
from napari_seewhy.samples.storing import PixelSource, check_finite, read_ahead

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.models.files import Model
    from napari_seewhy.samples.storing import SampleSet


class SampleReader:
    """Reads rows of a sample set or an array, checked against the model's card.

    Parameters
    ----------
    model
        The model that should see them.
    samples
        An open sample set, or pixels ``(N, C, H, W)``.

    Raises
    ------
    DataError
        If channels or size are not those of the model.
    """

    def __init__(self, model: Model, samples: SampleSet | NDArray[np.generic]) -> None:
        card = model.card
        self._pixels = samples if isinstance(samples, np.ndarray) else None
        if isinstance(samples, np.ndarray):
            shape = samples.shape
        else:
            self._source = PixelSource(samples, card.channel_names, keep=False)
            shape = self._source.shape
        if shape[1] != len(card.channels):
            raise DataError(
                f"The samples have {shape[1]} channels and the model takes "
                f"{', '.join(card.channel_names)}; give it those."
            )
        if tuple(shape[2:]) != card.size_px:
            raise DataError(
                f"The samples are {shape[2]} x {shape[3]} px and the model takes "
                f"{card.size_px[0]} x {card.size_px[1]} px; cut crops of that size."
            )

    def __call__(self, rows: NDArray[np.int64]) -> NDArray[np.generic]:
        """Read samples ``(n, C, H, W)`` of these rows, in this order."""
        if self._pixels is None:
            return self._source.read(rows)
        pixels = self._pixels[rows]
        check_finite(pixels, rows)
        return pixels


@contextlib.contextmanager
def as_predicting(network: nn.Module) -> Iterator[None]:
    """Put a network into its mode for prediction, and everything back afterwards."""
    was_training = network.training
    device = next(network.parameters()).device
    network.eval()
    try:
        yield
    finally:
        network.train(was_training)
        network.to(device).to(memory_format=torch.contiguous_format)


_DEFAULTS = PredictOptions()

_SIDE_BY_SIDE = 32
"""Samples in one call of a processor; as many on every computer, so that all round alike."""


def predict_steps(
    model: Model,
    samples: SampleSet | NDArray[np.generic],
    options: PredictOptions = _DEFAULTS,
    *,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
    runtime: Runtime | None = None,
) -> Task[NDArray[np.float32]]:
    """Predict the probability of each class for every sample.

    Parameters
    ----------
    model
        A trained model; it is given back as it was.
    samples
        A sample set, read piece by piece, or pixels ``(N, C, H, W)``; channels in the order of the
        card.
    options
        Batch size, device, precision.
    rows
        Which samples, in which order; all where None.
    runtime
        Where and how the network runs; chosen by the options where None.

    Returns
    -------
    ndarray, shape ``(N, K)``, float32
        Calibrated probabilities in the order of ``model.card.classes``; rows sum to 1.

    Raises
    ------
    DataError
        If channels or size are not those of the model, or a pixel is NaN or infinite.
    OptionError
        If the device is not there.
    """
    read = SampleReader(model, samples)
    wanted = np.arange(len(samples)) if rows is None else np.asarray(rows, np.int64)
    probability = np.empty((len(wanted), len(model.card.classes)), np.float32)
    if not len(wanted):
        return probability
    pieces = np.array_split(wanted, -(-len(wanted) // options.batch_size))
    runtime = runtime or choose_runtime(options)
    yield Step(0, len(wanted), runtime.describe())
    done, n_at_once = 0, options.batch_size
    with as_predicting(model.network), contextlib.closing(read_ahead(read, pieces)) as batches:
        runtime.place_network(model.network)
        for batch in batches:
            start = 0
            while start < len(batch):
                said = _try(model, batch[start : start + n_at_once], runtime)
                if said is None:
                    n_now = min(n_at_once, len(batch) - start)
                    runtime, n_at_once = runtime.shrink(n_now, options.batch_size)
                    runtime.place_network(model.network)
                    yield Step(done, len(wanted), f"Memory is short: {n_at_once} samples at once")
                    continue
                probability[done : done + len(said)] = said
                start, done = start + len(said), done + len(said)
                yield Step(done, len(wanted), runtime.describe())
    return probability


predict = blocking(predict_steps)


def _run(model: Model, pixels: NDArray[np.generic], runtime: Runtime) -> NDArray[np.float32]:
    n_each = _SIDE_BY_SIDE if runtime.device == "cpu" else len(pixels)
    parts = [pixels[start : start + n_each] for start in range(0, len(pixels), n_each)]
    return np.concatenate(list(run_side_by_side(partial(_ask, model, runtime), parts, runtime)))


def _ask(model: Model, runtime: Runtime, pixels: NDArray[np.generic]) -> NDArray[np.float32]:
    # Here and not about the whole task: whoever runs the task may train between two steps.
    with torch.inference_mode():
        samples = runtime.place(model.normalise(pixels, runtime.device))
        with runtime.autocast():
            logits = model.network(samples)
        said: NDArray[np.float32] = model.to_probability(logits).cpu().numpy()
    return said


def _try(model: Model, pixels: NDArray[np.generic], runtime: Runtime) -> NDArray[np.float32] | None:
    """Run the model as `_run` does; return None where memory ran out."""
    try:
        return _run(model, pixels, runtime)
    except RuntimeError as error:
        if not is_memory_short(error):
            raise
    # Here and not above, where the error still holds what filled the memory.
    release_memory()
    return None
