"""Where a network runs and how exactly it counts: by what is there and by timing, said aloud."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from napari_seewhy.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from napari_seewhy.models.device_options import DeviceName, PrecisionName


@dataclass(frozen=True, slots=True)
class Runtime:
    """How a network is run.

    Attributes
    ----------
    device
        "cuda", "mps" or "cpu".
    use_bf16
        Whether products are counted in bfloat16; sums and weights stay float32.
    use_channels_last
        Whether pixels lie with their channels together, which modern kernels prefer.
    """

    device: str
    use_bf16: bool = False
    use_channels_last: bool = False

    def autocast(self) -> torch.autocast:
        """Return the context in which the network runs."""
        return torch.autocast(self.device, torch.bfloat16, enabled=self.use_bf16)

    def place(self, value: torch.Tensor) -> torch.Tensor:
        """Move samples ``(N, C, H, W)`` to the device and into its layout."""
        layout = torch.channels_last if self.use_channels_last else torch.contiguous_format
        return value.to(self.device, non_blocking=True).contiguous(memory_format=layout)

    def place_network(self, network: nn.Module) -> None:
        """Move a network to the device and into its layout."""
        layout = torch.channels_last if self.use_channels_last else torch.contiguous_format
        network.to(self.device).to(memory_format=layout)

    def describe(self) -> str:
        """Say it in words for the person who waits."""
        name = {"cuda": "GPU", "mps": "GPU of this Mac", "cpu": "CPU"}[self.device]
        if self.device == "cuda":
            free, total = torch.cuda.mem_get_info()
            name = (
                f"GPU: {torch.cuda.get_device_name()}, {free / 2**30:.1f} of {total / 2**30:.1f} "
                "GB free"
            )
        return f"{name}, bf16" if self.use_bf16 else name


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


def choose_fastest(
    runtimes: list[Runtime], run: Callable[[Runtime], object], n_runs: int = 2
) -> Runtime:
    """Time a piece of real work on every runtime and return the fastest.

    bfloat16 and channels-last halve the time of many networks on many processors and make some
    slower on some; so it is measured, not believed.

    Parameters
    ----------
    runtimes
        Candidates, the safest first: it is kept where another is less than a tenth faster.
    run
        One piece of work; called once to warm up and then `n_runs` times.
    n_runs
        How often it is timed; the shortest counts.
    """
    fastest, shortest = runtimes[0], float("inf")
    for runtime in runtimes:
        run(runtime)
        times = []
        for _ in range(n_runs):
            start = time.perf_counter()
            run(runtime)
            times.append(time.perf_counter() - start)
        if min(times) < 0.9 * shortest:
            fastest, shortest = runtime, min(times)
    return fastest


def list_runtimes(device: str, precision: PrecisionName = "auto") -> list[Runtime]:
    """Return the runtimes worth trying on a device, the safest first."""
    exact = [Runtime(device), Runtime(device, use_channels_last=True)]
    fast = [Runtime(device, True, True), Runtime(device, True, False)]
    if precision == "fp32":
        return exact
    return fast if precision == "bf16" else exact + fast
