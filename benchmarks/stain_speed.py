"""Time staining in one pass against separate windows, and look for seams.

    python benchmarks/stain_speed.py [dishes.safetensors]

Without a model it is the one of simulated dishes that comes with the program.
One pass over a field of 2048 x 2048 px at stride 16, against the same network on a window of 64 px
about every block, in batches of 256, in the same run; the two take turns. Then the field is moved
by one stride, once round and once cut off, and the maps are compared away from the border.
"""

from __future__ import annotations

import time

import numpy as np
import torch

from _stain import parse
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.running.device_options import DeviceOptions
from napari_seewhy.models.running.devices import choose_runtime
from napari_seewhy.staining.card import load_stain
from napari_seewhy.staining.predict import stain_pixels
from napari_seewhy.staining.scaled_field import measure_levels
from simulating.dishes.cardiac_dish import simulate_dish
from simulating.dishes.dish_options import DishOptions

EDGE, STRIDE, WINDOW, BATCH = 2048, 16, 64, 256
N_TIMED = 8
"""Batches of windows that are timed; all take the same."""


def time_windows(model, phase: np.ndarray, runtime) -> float:
    """Return the seconds that all windows would take, from some batches of them."""
    pixels = torch.from_numpy(measure_levels(phase).apply(phase))
    windows = pixels.unfold(1, WINDOW, STRIDE).unfold(2, WINDOW, STRIDE)
    windows = windows.flatten(1, 2).transpose(0, 1)
    start = time.perf_counter()
    with torch.inference_mode(), runtime.autocast():
        for first in range(0, N_TIMED * BATCH, BATCH):
            model.network(runtime.place(windows[first : first + BATCH]))
    return (time.perf_counter() - start) * len(windows) / (N_TIMED * BATCH)


def time_pass(model, phase: np.ndarray, runtime) -> float:
    """Return the seconds that one pass takes."""
    start = time.perf_counter()
    stain_pixels(model, phase, stride_px=STRIDE, runtime=runtime)
    return time.perf_counter() - start


def largest_difference(one: np.ndarray, other: np.ndarray, border: int) -> float:
    """Return by how much two maps differ at most, away from their border."""
    inner = slice(border, -border)
    return float(np.abs(one[inner, inner] - other[inner, inner]).max())


def main() -> None:
    chosen = parse(__doc__, SHIPPED_FOLDER / "stain-simulated-dishes.safetensors")
    model = load_stain(chosen.model)
    field = simulate_dish(DishOptions(size_px=EDGE)).image.pixels
    phase = np.repeat(np.asarray(field)[:1], len(model.card.channels), axis=0)
    runtime = choose_runtime(DeviceOptions(device="cpu"))
    print(runtime)
    one_pass, separate = [], []
    for _ in range(3):
        one_pass.append(time_pass(model, phase, runtime))
        separate.append(time_windows(model, phase, runtime))
    ratio = min(separate) / min(one_pass)
    print(
        f"one pass {min(one_pass):.2f} s, separate windows {min(separate):.2f} s: {ratio:.1f} times"
    )
    print("wanted: 10 times")
    still = stain_pixels(model, phase, stride_px=STRIDE).probability
    rolled = stain_pixels(model, np.roll(phase, STRIDE, (1, 2)), stride_px=STRIDE).probability
    cut = stain_pixels(model, phase[:, STRIDE:, STRIDE:], stride_px=STRIDE).probability
    border = -(-model.network.reach_px // STRIDE) + 2
    print(
        "largest difference after a shift by one stride (wanted: 0.001): moved round "
        f"{largest_difference(still[:-1, :-1], rolled[1:, 1:], border):.1e}, cut off "
        f"{largest_difference(still[1:, 1:], cut, border):.1e}"
    )


if __name__ == "__main__":
    main()
