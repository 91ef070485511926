"""Explain a batch with our class activation maps and with those of the package grad-cam.

A batch of 32 samples of 224 px with random weights, the same layer and method for both, in turns in
the same run; the least of each counts. Ours once in float32 and once in bfloat16. On a busy
computer the seconds of the processor are the steadier ones.

Run it as

    python benchmarks/explain_speed.py [network ...]
"""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.image import scale_cam_image

from napari_seewhy.explaining import ExplainOptions
from napari_seewhy.explaining.explain import Explainer, prepare_explainer
from napari_seewhy.explaining.heatmaps import enlarge
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.model import Model
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.models.running.devices import Runtime

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

N_SAMPLES = 32
SIZE_PX = 224
N_ROUNDS = 5
WANTED = {"float32": 6, "bfloat16": 12}
RUNTIMES = {
    "float32": Runtime("cpu", use_channels_last=True),
    "bfloat16": Runtime("cpu", use_bf16=True, use_channels_last=True),
}


class Times(NamedTuple):
    """Seconds that something takes, and seconds that the processor works for it."""

    wall: float
    cpu: float


def make_model(backbone: str) -> Model:
    torch.manual_seed(0)
    channels = tuple(
        ChannelCard(name=name, mean=0, std=1, low=-2, high=2) for name in ("red", "green", "blue")
    )
    card = ModelCard(
        name=backbone,
        network=NetworkOptions(backbone=backbone),
        classes=tuple("abcdefghij"),
        channels=channels,
        size_px=(SIZE_PX, SIZE_PX),
        dtype="float32",
    )
    return Model.from_card(card)


def explain_with_peer(explainer: Explainer, samples: torch.Tensor) -> NDArray[np.float32]:
    """Do with the package what its manual says."""
    network = explainer.model.network
    with GradCAM(
        model=network,
        target_layers=[network.get_submodule(explainer.layer.name)],
        reshape_transform=explainer.layer.grid.apply,
    ) as cam:
        return cam(input_tensor=samples, targets=None)


def explain_with_ours(
    explainer: Explainer, pixels: NDArray[np.float32], runtime: Runtime
) -> NDArray[np.float32]:
    """Explain, and draw the heatmaps as large as the samples, as the package does."""
    grid, _, _ = explainer.explain(pixels, runtime)
    return enlarge(grid, (SIZE_PX, SIZE_PX))


def measure_in_turns(functions: dict[str, Callable[[], object]]) -> dict[str, Times]:
    """Run all in turns; return the least of the times of each."""
    taken: dict[str, list[Times]] = {name: [] for name in functions}
    for _ in range(N_ROUNDS + 1):
        for name, function in functions.items():
            start = time.perf_counter(), time.process_time()
            function()
            taken[name].append(
                Times(time.perf_counter() - start[0], time.process_time() - start[1])
            )
    # The first round warmed up.
    return {name: Times(*map(min, zip(*times[1:], strict=True))) for name, times in taken.items()}


def compare(backbone: str) -> bool:
    """Print the times and the ratios; return whether they are as wanted."""
    pixels = np.random.default_rng(0).normal(size=(N_SAMPLES, 3, SIZE_PX, SIZE_PX))
    pixels = pixels.astype(np.float32)
    samples = torch.from_numpy(pixels)
    theirs = prepare_explainer(make_model(backbone), pixels[:1], ExplainOptions())
    runs: dict[str, Callable[[], NDArray[np.float32]]] = {
        "package grad-cam": partial(explain_with_peer, theirs, samples)
    }
    for name, runtime in RUNTIMES.items():
        explainer = prepare_explainer(make_model(backbone), pixels[:1], ExplainOptions())
        runtime.place_network(explainer.model.network)
        runs[name] = partial(explain_with_ours, explainer, pixels, runtime)
    times = measure_in_turns(runs)
    peer = times["package grad-cam"]
    expected = explain_with_peer(theirs, samples)
    print(f"{backbone}, layer {theirs.layer.name}, {torch.get_num_threads()} threads")
    print(f"  package grad-cam {peer.wall * 1e3:6.0f} ms")
    is_enough = True
    for name, wanted in WANTED.items():
        ratio = peer.wall / times[name].wall
        difference = np.abs(scale_cam_image(runs[name]()) - expected).max()
        is_enough &= ratio >= wanted
        print(
            f"  ours, {name:10} {times[name].wall * 1e3:6.0f} ms  {ratio:5.1f} times faster "
            f"(wanted {wanted}; {peer.cpu / times[name].cpu:.1f} times less of the processor), "
            f"largest difference {difference:.1e}"
        )
    return is_enough


def main() -> int:
    fast_enough = [compare(name) for name in sys.argv[1:] or ["resnet18"]]
    return 0 if all(fast_enough) else 1


if __name__ == "__main__":
    sys.exit(main())
