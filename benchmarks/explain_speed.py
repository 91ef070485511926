"""Explain a batch with our class activation maps and with those of the package grad-cam.

A batch of 32 samples of 224 px with random weights, the same layer and method for both, in turns in
the same run; the least seconds of each count. Ours once in float32 and once in bfloat16.

Run it as

    python benchmarks/explain_speed.py [network ...]
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.image import scale_cam_image

from napari_seewhy.explaining import ExplainOptions
from napari_seewhy.explaining.explainer import Explainer, prepare_explainer
from napari_seewhy.explaining.heatmaps import enlarge
from napari_seewhy.models.card import ChannelCard, ModelCard
from napari_seewhy.models.devices import Runtime
from napari_seewhy.models.model import Model
from napari_seewhy.models.network_options import NetworkOptions

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
    runtime.place_network(explainer.model.network)
    grid, _, _ = explainer.explain(pixels, runtime)
    return enlarge(grid, (SIZE_PX, SIZE_PX))


def measure_in_turns(functions: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Run all in turns; return the least seconds of each."""
    least = dict.fromkeys(functions, float("inf"))
    for i in range(N_ROUNDS + 1):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            if i:  # the first round warms up
                least[name] = min(least[name], time.perf_counter() - start)
    return least


def stretch(heatmaps: NDArray[np.float32]) -> NDArray[np.float32]:
    return scale_cam_image(heatmaps)


def compare(backbone: str) -> bool:
    """Print the times and the ratios; return whether they are as wanted."""
    model = make_model(backbone)
    pixels = np.random.default_rng(0).normal(size=(N_SAMPLES, 3, SIZE_PX, SIZE_PX))
    pixels = pixels.astype(np.float32)
    samples = torch.from_numpy(pixels)
    explainer = prepare_explainer(model, pixels[:1], ExplainOptions())

    def run_peer() -> NDArray[np.float32]:
        # The layout in which a network comes.
        Runtime("cpu").place_network(model.network)
        return explain_with_peer(explainer, samples)

    ours = {
        name: lambda runtime=runtime: explain_with_ours(explainer, pixels, runtime)
        for name, runtime in RUNTIMES.items()
    }
    least = measure_in_turns({"grad-cam": run_peer, **ours})
    expected = run_peer()
    print(f"{backbone}, layer {explainer.layer.name}, {torch.get_num_threads()} threads")
    print(f"  package grad-cam {least['grad-cam'] * 1e3:7.0f} ms")
    is_enough = True
    for name, wanted in WANTED.items():
        ratio = least["grad-cam"] / least[name]
        difference = np.abs(stretch(ours[name]()) - expected).max()
        is_enough &= ratio >= wanted
        print(
            f"  ours {name:8}    {least[name] * 1e3:7.0f} ms  {ratio:5.1f} times faster  "
            f"wanted {wanted:2}  largest difference {difference:.1e}"
        )
    return is_enough


def main() -> int:
    fast_enough = [compare(name) for name in sys.argv[1:] or ["resnet18"]]
    return 0 if all(fast_enough) else 1


if __name__ == "__main__":
    sys.exit(main())
