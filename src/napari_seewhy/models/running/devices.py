"""Where a network runs and how exactly it counts: by what the computer has, never by the clock."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from napari_seewhy.errors import OptionError, TaskError

if TYPE_CHECKING:
    from torch import nn

    from napari_seewhy.models.running.device_options import DeviceName, DeviceOptions

_BF16_FEATURES = ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")
"""What torch calls the instructions of x86 and Arm processors that multiply bfloat16."""

_CONTIGUOUS = torch.contiguous_format


@dataclass(frozen=True, slots=True)
class Runtime:
    """How a network is run.

    Attributes
    ----------
    device
        "cuda", "mps" or "cpu".
    use_bf16
        Whether products are counted in bfloat16; sums and weights stay float32.
    use_tf32
        Whether a GPU of NVIDIA rounds what it multiplies to the 10 bits of TensorFloat-32.
    use_channels_last
        Whether pixels lie with their channels together, which modern kernels prefer; it holds for
        pictures, and changes nothing for samples of another number of axes.
    """

    device: str
    use_bf16: bool = False
    use_channels_last: bool = False
    use_tf32: bool = False

    def autocast(self) -> torch.autocast:
        """Return the context in which the network runs."""
        self._set_tf32()
        return torch.autocast(self.device, torch.bfloat16, enabled=self.use_bf16)

    def place(self, value: torch.Tensor) -> torch.Tensor:
        """Move samples ``(N, C, H, W)``, or of any shape, to the device and into its layout."""
        is_picture = value.ndim == 4  # of other tensors torch knows no such layout
        layout = torch.channels_last if self.use_channels_last and is_picture else _CONTIGUOUS
        return value.to(self.device, non_blocking=True).contiguous(memory_format=layout)

    def place_network(self, network: nn.Module) -> None:
        """Move a network to the device and into its layout."""
        self._set_tf32()
        layout = torch.channels_last if self.use_channels_last else _CONTIGUOUS
        network.to(self.device).to(memory_format=layout)

    def shrink(self, n_samples: int, batch_size: int) -> tuple[Runtime, int]:
        """Take half as many samples at once, or whole batches on the CPU where one is too many.

        Raises
        ------
        TaskError
            If one sample is too many for the CPU.
        """
        if n_samples > 1:
            return self, n_samples // 2
        if self.device == "cpu":
            raise TaskError("There is not enough memory for one sample; take smaller samples.")
        return Runtime("cpu"), batch_size

    def _set_tf32(self) -> None:
        # It holds for the process. By default torch allows it in convolutions, so that what is
        # called float32 would be counted with three digits; the backward pass follows it too.
        torch.backends.cudnn.allow_tf32 = self.use_tf32
        torch.backends.cuda.matmul.allow_tf32 = self.use_tf32

    def describe(self) -> str:
        """Say it in words for the person who waits."""
        name = {"cuda": "GPU", "mps": "GPU of this Mac", "cpu": "CPU"}[self.device]
        if self.device == "cuda":
            free, total = torch.cuda.mem_get_info()
            name = (
                f"GPU: {torch.cuda.get_device_name()}, {free / 2**30:.1f} of {total / 2**30:.1f} "
                "GB free"
            )
        return f"{name}, bf16" if self.use_bf16 else f"{name}, tf32" if self.use_tf32 else name


def choose_device(wanted: DeviceName = "auto") -> str:
    """Return the device to use: the one asked for, or the best there is.

    Raises
    ------
    OptionError
        If the one asked for is not there.
    """
    is_there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if wanted == "auto":
        return next(name for name, there in is_there.items() if there)
    if not is_there[wanted]:
        raise OptionError(
            f"This computer has no {wanted} that torch can use; choose auto or cpu, and see what "
            "`seewhy doctor` says."
        )
    return wanted


def release_memory() -> None:
    """Give back to the device what torch keeps there for later."""
    torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


@functools.cache
def has_bf16(device: str) -> bool:
    """Say whether a device has instructions for bfloat16, without which it is slower than float32.

    It is asked once and depends on the processor alone, so that a computer gives the same results
    whatever else it does. Where torch cannot say it, as of the GPU of a Mac, the answer is no.
    """
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device != "cpu" or not hasattr(torch.cpu, "get_capabilities"):
        return False
    features = torch.cpu.get_capabilities()
    return any(features.get(name, False) for name in _BF16_FEATURES)


def choose_runtime(options: DeviceOptions, *, learns: bool = False) -> Runtime:
    """Choose how a network runs, from what was asked for and what the computer has.

    With the precision "auto" a network answers in float32, so that two computers count the same
    cells. It learns in bfloat16 where the processor has instructions for it (see `has_bf16`).

    Raises
    ------
    OptionError
        If the device is not there, or does not have the precision.
    """
    device, precision = choose_device(options.device), options.precision
    if precision == "tf32" and device != "cuda":
        raise OptionError(
            f"tf32 was asked for, which only a GPU of NVIDIA has, and this runs on {device}; "
            "choose auto, bf16 or fp32."
        )
    return Runtime(
        device,
        use_bf16=precision == "bf16" or (precision == "auto" and learns and has_bf16(device)),
        use_channels_last=True,
        use_tf32=precision == "tf32",
    )
