"""Time engines that answer with the network that finds nuclei, one thread each, in turns.

    python benchmarks/engines.py [--edge-px 512] [--rounds 12]

torch is what the program uses: normalising folded into the convolutions, channels together, no
gradients, in a process that keeps its memory. onnxruntime comes with the extra `export`; OpenVINO
is timed where it is installed (`pip install openvino`). Beside the time stands the largest
difference of the maps from those of torch in float32.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import onnxruntime
import torch

from napari_seewhy.batch import prepare_process
from napari_seewhy.models.networks import fold_normalising
from napari_seewhy.nuclei.card import load_segmenter
from napari_seewhy.nuclei.network import N_INPUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SHIPPED = Path(__file__).parents[1] / "src/napari_seewhy/models/shipped/nuclei.safetensors"
Answer: TypeAlias = "Callable[[], NDArray[np.float32]]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edge-px", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=12)
    arguments = parser.parse_args()
    prepare_process()
    torch.set_num_threads(1)
    pixels = np.random.default_rng(0).random((1, N_INPUTS, arguments.edge_px, arguments.edge_px))
    engines = build_engines(pixels.astype(np.float32))
    maps = {name: answer() for name, answer in engines.items()}
    took: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(arguments.rounds):
        for name, answer in engines.items():
            start = time.perf_counter()
            answer()
            took[name].append(time.perf_counter() - start)
    usual = statistics.median(took["torch"])
    for name, seconds in took.items():
        median, difference = statistics.median(seconds), np.abs(maps[name] - maps["torch"]).max()
        print(f"{name:16}{1e3 * median:8.1f} ms{usual / median:8.2f} times{difference:12.1e}")


def build_engines(pixels: NDArray[np.float32]) -> dict[str, Answer]:
    """Make each engine ready for pictures ``(N, C, H, W)``, by its name."""
    network = load_segmenter(SHIPPED).network
    fold_normalising(network)
    engines: dict[str, Answer] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nuclei.onnx"
        torch.onnx.export(network, (torch.from_numpy(pixels),), path, dynamo=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        if importlib.util.find_spec("openvino"):
            engines |= build_openvino(path, pixels)
    network.to(memory_format=torch.channels_last)
    inputs = torch.from_numpy(pixels).contiguous(memory_format=torch.channels_last)
    return {
        "torch": lambda: answer_by_torch(network, inputs, use_bf16=False),
        "torch bf16": lambda: answer_by_torch(network, inputs, use_bf16=True),
        "onnxruntime": lambda: session.run(None, {name: pixels})[0],
    } | engines


def answer_by_torch(
    network: torch.nn.Module, inputs: torch.Tensor, *, use_bf16: bool
) -> NDArray[np.float32]:
    """Answer as the program does."""
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=use_bf16):
        maps: NDArray[np.float32] = network(inputs).float().numpy()
    return maps


def build_openvino(path: Path, pixels: NDArray[np.float32]) -> dict[str, Answer]:
    """Make OpenVINO ready, which takes bfloat16 by itself where float32 is not asked for."""
    import openvino

    def build(precision: str) -> Answer:
        settings = {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": 1,
            "NUM_STREAMS": 1,
        }
        request = openvino.Core().compile_model(path, "CPU", settings).create_infer_request()
        return lambda: np.array(request.infer({0: pixels})[0])

    return {"OpenVINO": build("f32"), "OpenVINO bf16": build("bf16")}


if __name__ == "__main__":
    main()
