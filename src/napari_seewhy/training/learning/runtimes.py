"""How a network learns: device, precision and layout, and Lightning's carrier of several GPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from napari_seewhy.errors import OptionError
from napari_seewhy.models.running import Runtime, choose_device, choose_runtime

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from napari_seewhy.models.running import DeviceOptions
    from napari_seewhy.training.learning import LoopOptions
    from napari_seewhy.training.learning.checkpoint import Checkpoint


def find_runtime(options: DeviceOptions, checkpoint: Checkpoint | None = None) -> Runtime:
    """Choose how a network learns: as in the checkpoint where this computer has its device.

    Raises
    ------
    OptionError
        If the device is not there.
    """
    if checkpoint is not None:
        runtime = Runtime(**checkpoint.state["runtime"])
        if runtime.device == choose_device(options.device):
            return runtime
    return choose_runtime(options, learns=True)


def make_fabric(runtime: Runtime, options: LoopOptions) -> Fabric:
    """Make and launch Lightning's carrier of several GPUs.

    Raises
    ------
    OptionError
        If more GPUs are wanted than there are.
    """
    from lightning_fabric import Fabric

    if runtime.device == "cuda" and options.n_devices > (n_there := torch.cuda.device_count()):
        raise OptionError(
            f"{options.n_devices} GPUs are wanted and this computer has {n_there}; choose no more."
        )
    fabric = Fabric(
        accelerator=runtime.device,
        devices=options.n_devices,
        strategy="ddp" if options.n_devices > 1 else "auto",
    )
    fabric.launch()
    return fabric
