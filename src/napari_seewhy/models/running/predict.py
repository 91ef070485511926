"""Predict: what a model says of every sample."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.errors import TaskError
from napari_seewhy.models.running.devices import (
    Runtime,
    choose_device,
    choose_fastest,
    is_memory_short,
    list_runtimes,
    release_memory,
)
from napari_seewhy.models.running.hash_weights import hash_weights
from napari_seewhy.models.running.predict_options import PredictOptions
from napari_seewhy.models.running.sample_reader import SampleReader, as_predicting
from napari_seewhy.progress import Step, Task, finish
from napari_seewhy.samples.storing import read_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.models.files import Model
    from napari_seewhy.samples.storing import SampleSet

AGREEMENT = 1e-2
"""How far probabilities in bfloat16 may lie from those in float32 on the first samples."""

N_TRIED = 64
"""Samples on which ways of counting are timed: enough to tell, few enough to fit."""

_CHOSEN: dict[tuple[str, ...], Runtime] = {}
"""What was chosen in this process for a model and for the device and precision asked for."""

_DEFAULTS = PredictOptions()


def predict(
    model: Model,
    samples: SampleSet | NDArray[np.generic],
    options: PredictOptions = _DEFAULTS,
    *,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
) -> NDArray[np.float32]:
    """Say of every sample how probable each class is.

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
    return finish(predict_steps(model, samples, options, rows=rows))


def predict_steps(
    model: Model,
    samples: SampleSet | NDArray[np.generic],
    options: PredictOptions = _DEFAULTS,
    *,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
    runtime: Runtime | None = None,
) -> Task[NDArray[np.float32]]:
    """Predict as `predict` does, one `Step` per batch; may be stopped at any of them.

    Whoever predicts often chooses a `runtime` once, as `choose_runtime` does.
    """
    read = SampleReader(model, samples)
    wanted = np.arange(len(samples)) if rows is None else np.asarray(rows, np.int64)
    probability = np.empty((len(wanted), len(model.card.classes)), np.float32)
    if not len(wanted):
        return probability
    pieces = np.array_split(wanted, -(-len(wanted) // options.batch_size))
    if runtime is None and len(wanted) <= N_TRIED and options.precision == "auto":
        # To time the ways of counting would take longer than the slowest of them.
        runtime = Runtime(choose_device(options.device))
    runtime = runtime or choose_runtime(model, read(pieces[0][:N_TRIED]), options)
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


def choose_runtime(
    model: Model, first: NDArray[np.generic], options: PredictOptions = _DEFAULTS
) -> Runtime:
    """Choose device and precision for a model by timing them on the first samples.

    A faster way of counting is taken only where its probabilities agree with float32. The choice
    holds for this model until the process ends: where it was left to another timing, a sample
    of which two classes are as probable could be called one class and explained as the other.

    Parameters
    ----------
    model
        The model.
    first
        Some samples ``(N, C, H, W)``.
    options
        What was asked for.
    """
    safest = Runtime(choose_device(options.device))
    weights, card = hash_weights(model.network), model.card.model_dump_json()
    asked = (weights, card, safest.device, options.precision)
    if asked in _CHOSEN:
        return _CHOSEN[asked]
    with as_predicting(model.network):
        try:
            _CHOSEN[asked] = _time_runtimes(model, first, safest, options)
        except RuntimeError as error:
            if not is_memory_short(error):
                raise
            # Predicting will take fewer samples at once, or the CPU.
            return safest
    return _CHOSEN[asked]


def _time_runtimes(
    model: Model, first: NDArray[np.generic], safest: Runtime, options: PredictOptions
) -> Runtime:
    def run(runtime: Runtime) -> NDArray[np.float32]:
        return _run(model, first, _place(model.network, runtime))

    exact = run(safest)
    agreeing = [
        runtime
        for runtime in list_runtimes(safest.device, options.precision)
        if np.abs(run(runtime) - exact).max() < AGREEMENT
    ]
    return choose_fastest(
        agreeing or [safest],
        lambda runtime: partial(_run, model, first, _place(model.network, runtime)),
    )


def _place(network: nn.Module, runtime: Runtime) -> Runtime:
    runtime.place_network(network)
    return runtime


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
