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

    from napari_seewhy.models.running.device_options import DeviceName, PrecisionName

_MEMORY_WORDS = ("out of memory", "defaultcpuallocator", "cublas_status_alloc_failed")


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


def is_memory_short(error: RuntimeError) -> bool:
    """Say whether an error of torch means that memory ran out.

    Of NVIDIA's devices it is an `torch.OutOfMemoryError`; of Macs and of the CPU, words alone.
    """
    said = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError) or any(word in said for word in _MEMORY_WORDS)


def release_memory() -> None:
    """Give back to the device what torch keeps there for later."""
    torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def choose_fastest(
    runtimes: list[Runtime],
    prepare: Callable[[Runtime], Callable[[], object]],
    *,
    n_rounds: int = 6,
    limit_s: float = 5.0,
) -> Runtime:
    """Time a piece of real work on every runtime and return the fastest.

    bfloat16 and channels-last halve the time of many networks on many processors and make some
    slower on some; so it is measured, not believed. The candidates take turns, so that a moment in
    which the computer is busy otherwise strikes all of them, and of each the shortest time counts.

    Parameters
    ----------
    runtimes
        Candidates, the safest first: it is kept where another is less than a tenth faster.
    prepare
        Makes one piece of work ready, which is not timed, and returns what does it, which is.
    n_rounds
        How often each has its turn; the first warms up. One that took three times as long as
        another in two rounds has no more turns.
    limit_s
        Seconds of work after which no third round, or later one, begins.
    """
    shortest = dict.fromkeys(runtimes, float("inf"))
    running, spent = list(runtimes), 0.0
    for i in range(n_rounds):
        for runtime in running:
            seconds = _measure(prepare(runtime))
            shortest[runtime] = min(shortest[runtime], seconds)
            spent += seconds
        if i and spent > limit_s:
            break
        if i:
            running = [r for r in running if shortest[r] < 3 * min(shortest.values())]
    fastest = runtimes[0]
    for runtime in runtimes[1:]:
        if shortest[runtime] < 0.9 * shortest[fastest]:
            fastest = runtime
    return fastest


def _measure(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def list_runtimes(device: str, precision: PrecisionName = "auto") -> list[Runtime]:
    """Return the runtimes worth trying on a device, the safest first."""
    exact = [Runtime(device), Runtime(device, use_channels_last=True)]
    fast = [Runtime(device, True, True), Runtime(device, True, False)]
    if precision == "fp32":
        return exact
    return fast if precision == "bf16" else exact + fast
