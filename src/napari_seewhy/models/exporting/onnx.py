"""Export to ONNX: a model that other programs can run, with all that belongs to it inside."""

from __future__ import annotations

import contextlib
import logging
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from napari_seewhy.errors import FileError, MissingPackageError, TaskError
from napari_seewhy.files import writing
from napari_seewhy.models.cards import ModelCard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from napari_seewhy.models.files import Model

SUFFIX = ".onnx"
INPUT, OUTPUT = "samples", "probability"
"""Names of what goes in and what comes out."""

AGREEMENT = 1e-4
"""How far the probabilities of the exported model may lie from ours."""

INSTALL = 'pip install "napari-seewhy[export]"'


class WholeModel(nn.Module):
    """A network together with what stands in its card: pixels go in, probabilities come out.

    Parameters
    ----------
    model
        Its network is used as it is, in evaluation mode.
    """

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, model: Model) -> None:
        super().__init__()
        channels = model.card.channels
        mean = torch.tensor([channel.mean for channel in channels])
        std = torch.tensor([channel.std for channel in channels])
        self.register_buffer("mean", mean[:, None, None])
        self.register_buffer("std", std[:, None, None])
        self.network = model.network
        self.temperature = model.card.temperature

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Turn pixels as measured ``(N, C, H, W)`` float32 into probabilities ``(N, K)``."""
        logits = self.network((samples - self.mean) / self.std)
        return torch.softmax(logits / self.temperature, dim=1)


def export_onnx(path: Path, model: Model) -> None:
    """Write a model as ONNX, whole or not at all, and check that it says the same.

    The file takes pixels as measured, ``samples`` ``(N, C, H, W)`` float32 with any N, and gives
    ``probability`` ``(N, K)``: the normalising and the temperature are inside. Its metadata hold
    the card under the key "napari-seewhy model".

    Parameters
    ----------
    path
        Where; ends in ``.onnx``.
    model
        The model; it is given back as it was.

    Raises
    ------
    FileError
        If the name ends otherwise, or the file cannot be written.
    MissingPackageError
        If the packages for it are not installed.
    TaskError
        If the network holds something that ONNX cannot say, or the file says something else than
        the model.
    """
    path = Path(path)
    if path.suffix != SUFFIX:
        raise FileError(f"{path} does not end in {SUFFIX}; name the file so.")
    check_packages("onnx", "onnxruntime", "onnxscript")
    with _ready(model) as whole, writing(path) as part:
        part.write_bytes(_translate(whole, model))
        _check_agreement(part, whole, model)


def check_packages(*names: str) -> None:
    """Raise `MissingPackageError` if one of these packages is not installed."""
    for name in names:
        top, _, _ = name.partition(".")
        if find_spec(top) is None or find_spec(name) is None:
            raise MissingPackageError(
                f"The export needs the package {name}, which is not installed; run `{INSTALL}`."
            )


def run_onnx(path: Path, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities ``(N, K)`` that an ONNX file gives for samples ``(N, C, H, W)``."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    probability: NDArray[np.float32] = session.run([OUTPUT], {INPUT: pixels})[0]
    return probability


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence the messages of the packages for export about their internals."""
    levels = {name: logging.getLogger(name).level for name in ("torch.onnx", "onnxscript")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@contextlib.contextmanager
def _ready(model: Model) -> Iterator[WholeModel]:
    """Give the model on the CPU and in evaluation mode, and put it back afterwards."""
    was_training, device = model.network.training, next(model.network.parameters()).device
    try:
        yield WholeModel(model).cpu().eval()
    finally:
        model.network.train(was_training).to(device)


def _translate(whole: WholeModel, model: Model) -> bytes:
    """Return the ONNX file of a model as bytes."""
    example = torch.zeros(2, len(model.card.channels), *model.card.size_px)
    try:
        with quiet():
            program = torch.onnx.export(
                whole,
                (example,),
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_shapes=({0: torch.export.Dim("n_samples")},),
                dynamo=True,
                verbose=False,
            )
    except (torch.onnx.errors.OnnxExporterError, RuntimeError) as error:
        raise TaskError(
            f"The network {model.card.network.backbone} cannot be said in ONNX: {error}"
        ) from error
    assert program is not None
    proto = program.model_proto
    entry = proto.metadata_props.add()
    entry.key, entry.value = ModelCard.key, model.card.model_dump_json()
    content: bytes = proto.SerializeToString()
    return content


def _check_agreement(path: Path, whole: WholeModel, model: Model) -> None:
    """Compare the file with the model on samples like those of training."""
    card = model.card
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(3, len(card.channels), *card.size_px, generator=generator)
    pixels = noise * whole.std + whole.mean
    with torch.inference_mode():
        apart = np.abs(run_onnx(path, pixels.numpy()) - whole(pixels).numpy()).max()
    if not apart <= AGREEMENT:
        raise TaskError(
            f"The exported model differs from ours by {apart:.2g}, more than {AGREEMENT:g}; "
            "update onnx and torch, or use the model as it is."
        )
