"""Predict: the predictions of a model for every sample."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.errors import TaskError, is_memory_short
from napari_seewhy.models.running.devices import (
    Runtime,
    choose_runtime,
    release_memory,
)
from napari_seewhy.models.running.predict_options import PredictOptions
from napari_seewhy.models.running.sample_reader import SampleReader, as_predicting
from napari_seewhy.progress import Step, Task, blocking
from napari_seewhy.samples.storing import read_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.models.files import Model
    from napari_seewhy.samples.storing import SampleSet

_DEFAULTS = PredictOptions()


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
                    runtime, n_at_once = _shrink(runtime, n_now, options.batch_size)
                    runtime.place_network(model.network)
                    yield Step(done, len(wanted), f"Memory is short: {n_at_once} samples at once")
                    continue
                probability[done : done + len(said)] = said
                start, done = start + len(said), done + len(said)
                yield Step(done, len(wanted), runtime.describe())
    return probability


predict = blocking(predict_steps)


def _run(model: Model, pixels: NDArray[np.generic], runtime: Runtime) -> NDArray[np.float32]:
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


def _shrink(runtime: Runtime, n_samples: int, batch_size: int) -> tuple[Runtime, int]:
    """Take half as many samples at once, or whole batches on the CPU where one is too many.

    Raises
    ------
    TaskError
        If one sample is too many for the CPU.
    """
    if n_samples > 1:
        return runtime, n_samples // 2
    if runtime.device == "cpu":
        raise TaskError("There is not enough memory for one sample; take smaller samples.")
    return Runtime("cpu"), batch_size
