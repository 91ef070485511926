"""What a GPU of NVIDIA does in a second, for each precision, against plain loops of torch.

    python benchmarks/gpu.py [--device cuda] [--quick]

Images (nuclei found in 2,048 x 2,048 px), crops (resnet18, 224 px), heatmaps (the same, Grad-CAM;
the peer is the package grad-cam) and samples of a training (the same). A plain loop runs the same
network on batches that lie on the device already, in float32 (in the row tf32 with its rounding),
and does nothing else.
The share of the peak is what the network of the plain loop multiplies, at the rate of ours, against
a product of two large matrices in the same precision. Without a GPU it says so; `--device cpu
--quick` tries the script itself.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import timm
import torch
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from explain_speed import explain_with_ours, explain_with_peer, make_model
from napari_seewhy.cells import SegmentOptions, segment
from napari_seewhy.explaining import ExplainOptions
from napari_seewhy.explaining.explain import prepare_explainer
from napari_seewhy.images import CellImage
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.running import DeviceOptions, Runtime, choose_runtime
from napari_seewhy.models.running.predict import PredictOptions, predict
from napari_seewhy.nuclei.card import load_segmenter
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.learning.learner import Learner
from napari_seewhy.training.learning.runtimes import make_fabric

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

SIZE_PX, EDGE_PX = 224, 2048


class Task(NamedTuple):
    """What is done ``n`` times in a call, ours and the plain loop, and its cost."""

    name: str
    n: int
    ours: Callable[[], object]
    plain: Callable[[], object]
    n_operations: float
    """Floating-point operations of one of the ``n``; additions count as multiplications do."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--quick", action="store_true", help="few samples and small images")
    arguments = parser.parse_args()
    is_gpu = arguments.device == "cuda"
    if is_gpu and not torch.cuda.is_available():
        print("skipped: there is no GPU of NVIDIA here")
        return
    n, edge_px = (4, 256) if arguments.quick else (256, EDGE_PX)
    precisions = ("fp32", "tf32", "bf16") if is_gpu else ("fp32", "bf16")
    print(choose_runtime(DeviceOptions(device=arguments.device)).describe())
    print(f"{'':22}{'a second':>10}{'plain loop':>12}{'times':>7}{'of the peak':>13}")
    for precision in precisions:
        runtime = choose_runtime(DeviceOptions(device=arguments.device, precision=precision))
        peak = measure_peak(runtime, 512 if arguments.quick else 8192)
        print(f"{precision}: a product of matrices makes {peak / 1e12:.1f} TFLOPS")
        for task in make_tasks(runtime, precision, n, edge_px):
            ours, plain = (task.n / measure(one, runtime) for one in (task.ours, task.plain))
            print(
                f"  {task.name:20}{ours:10.1f}{plain:12.1f}{ours / plain:7.2f}"
                f"{ours * task.n_operations / peak:13.1%}",
                flush=True,
            )


def make_tasks(runtime: Runtime, precision: str, n: int, edge_px: int) -> list[Task]:
    """Build the four tasks."""
    rng = np.random.default_rng(0)
    chosen = {"device": runtime.device, "precision": precision}
    image = CellImage(draw_nuclei(edge_px)[None], "CYX", ("DNA",))
    finder = load_segmenter(SHIPPED_FOLDER / "nuclei.safetensors").network.to(runtime.device)
    seen = torch.rand(1, 2, edge_px, edge_px, device=runtime.device)
    pixels = rng.normal(size=(n, 3, SIZE_PX, SIZE_PX)).astype(np.float32)
    there = torch.from_numpy(pixels).to(runtime.device)
    model = make_model("resnet18")
    plain = timm.create_model("resnet18", num_classes=10).to(runtime.device).eval()
    explainer = prepare_explainer(make_model("resnet18"), pixels[:1], ExplainOptions())
    runtime.place_network(explainer.model.network)
    theirs = prepare_explainer(make_model("resnet18"), pixels[:1], ExplainOptions())
    theirs.model.network.to(runtime.device)
    learn, learn_plainly = make_steps(runtime, there)
    asking = PredictOptions(**chosen, batch_size=n)
    of_image, of_crop = count(finder, seen), count(plain, there[:1])
    return [
        Task(
            "images of nuclei",
            1,
            partial(segment, image, SegmentOptions(**chosen)),
            partial(ask, finder, seen),
            of_image,
        ),
        Task(
            "crops", n, partial(predict, model, pixels, asking), partial(ask, plain, there), of_crop
        ),
        Task(
            "heatmaps",
            n,
            partial(explain_with_ours, explainer, pixels, runtime),
            partial(explain_with_peer, theirs, there),
            of_crop,
        ),
        # The way back multiplies twice as much as the way there.
        Task("samples of a training", n, learn, learn_plainly, 3 * of_crop),
    ]


def draw_nuclei(edge_px: int) -> np.ndarray:
    """Draw discs of 24 px on noise, ``(Y, X)``."""
    y, x = np.indices((edge_px, edge_px)) % 40 - 20
    return np.random.default_rng(0).poisson(10 + 200 * (y**2 + x**2 < 144)).astype(np.uint16)


def make_steps(
    runtime: Runtime, samples: torch.Tensor
) -> tuple[Callable[[], object], Callable[[], object]]:
    """Build a step of learning of ours and of the plain loop."""
    target = torch.arange(len(samples), device=runtime.device) % 10
    options = TrainOptions(device=runtime.device, batch_size=len(samples))
    network, other = (timm.create_model("resnet18", num_classes=10) for _ in range(2))
    fabric = make_fabric(runtime, options)
    learner = Learner(network, functional.cross_entropy, runtime, options, fabric)
    other.to(runtime.device)
    optimizer = torch.optim.AdamW(other.parameters())

    def learn_plainly() -> None:
        optimizer.zero_grad()
        functional.cross_entropy(other(samples), target).backward()
        optimizer.step()

    placed = runtime.place(samples)
    return lambda: learner.learn(placed, target, 1e-3, 0), learn_plainly


def ask(network: nn.Module, samples: torch.Tensor) -> None:
    """Run a network as it comes."""
    with torch.inference_mode():
        network(samples)


def count(network: nn.Module, samples: torch.Tensor) -> float:
    """Count the floating-point operations of a network."""
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        network(samples)
    return float(counter.get_total_flops())


def measure_peak(runtime: Runtime, edge: int) -> float:
    """Return the operations a second of a product of two matrices."""
    one = torch.rand(edge, edge, device=runtime.device)

    def multiply() -> None:
        with torch.inference_mode(), runtime.autocast():
            torch.mm(one, one)

    return 2 * edge**3 / measure(multiply, runtime)


def measure(function: Callable[[], object], runtime: Runtime, n_rounds: int = 5) -> float:
    """Return the least seconds of some calls, after one that warms up."""
    taken = []
    for _ in range(n_rounds + 1):
        start = time.perf_counter()
        function()
        if runtime.device == "cuda":
            torch.cuda.synchronize()
        taken.append(time.perf_counter() - start)
    return min(taken[1:])


if __name__ == "__main__":
    main()
