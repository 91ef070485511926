"""What stands between this computer and computing on a graphics card, if anything."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from napari_seewhy.cli.doctor.check import IS_LINUX, PIP, Check, ask_probe

Version: TypeAlias = tuple[int, int]

_NVIDIA = "0x10de"
_INSTALL_TORCH = f"{PIP} --force-reinstall torch"
# Newest index of PyTorch's wheels for each generation of CUDA that a driver may know: a driver
# runs every build of its own generation.
_TORCH_INDEX = {
    11: "https://download.pytorch.org/whl/cu118",
    12: "https://download.pytorch.org/whl/cu126",
    13: "https://download.pytorch.org/whl/cu130",
}


@dataclass(frozen=True, slots=True)
class GpuFacts:
    """What was found out about graphics cards, before judging it.

    Attributes
    ----------
    has_nvidia_card
        Whether an NVIDIA card is in the computer; it may be unknown to the driver.
    cards
        What the driver calls the cards; empty where it does not answer.
    driver
        Version of the driver, "" where it does not answer.
    driver_cuda
        Newest CUDA that the driver can run, None where it does not say.
    torch
        Version of PyTorch, "" where it is not installed.
    torch_cuda
        CUDA that PyTorch was built for, None for a build for the processor.
    torch_device
        What PyTorch computes on: "cuda", "mps" or "cpu".
    torch_complaint
        Why PyTorch could not be loaded, "" where it could.
    """

    has_nvidia_card: bool = False
    cards: tuple[str, ...] = ()
    driver: str = ""
    driver_cuda: Version | None = None
    torch: str = ""
    torch_cuda: Version | None = None
    torch_device: str = "cpu"
    torch_complaint: str = ""


def check_gpu() -> list[Check]:
    """Look at the graphics card and at PyTorch's way to it."""
    facts = find_gpu()
    return [judge_card(facts), judge_torch(facts)]


def judge_card(facts: GpuFacts) -> Check:
    """Say whether there is a graphics card that can be computed on."""
    name = "Graphics card"
    if facts.cards:
        cuda = f", CUDA up to {_dotted(facts.driver_cuda)}" if facts.driver_cuda else ""
        return Check(name, "ok", f"{', '.join(facts.cards)}; driver {facts.driver}{cuda}")
    if facts.has_nvidia_card:
        return Check(name, "missing", "an NVIDIA card without a working driver", _driver_line())
    if facts.torch_device == "mps":
        return Check(name, "ok", "Apple Metal")
    return Check(name, "ok", "no NVIDIA card; all work is done on the processor")


def judge_torch(facts: GpuFacts) -> Check:
    """Say what PyTorch computes on, and why it is not the graphics card where there is one."""
    name = "PyTorch"
    if facts.torch_complaint:
        found = f"installed, but it cannot be loaded ({facts.torch_complaint})"
        return Check(name, "missing", found, _install_torch(facts.driver_cuda))
    if not facts.torch:
        found = "not installed; segmenting, measuring and cropping do without"
        return Check(name, "note", found, f"{PIP} torch")
    if facts.torch_device != "cpu":
        return Check(name, "ok", f"{facts.torch}, computes on {facts.torch_device}")
    if not facts.cards:
        return Check(name, "ok", f"{facts.torch}, computes on the processor")
    if facts.torch_cuda is None:
        found = f"{facts.torch} was built for the processor, so the graphics card is not used"
        return Check(name, "missing", found, _install_torch(facts.driver_cuda))
    if facts.driver_cuda is not None and facts.driver_cuda[0] < facts.torch_cuda[0]:
        found = (
            f"{facts.torch} needs CUDA {_dotted(facts.torch_cuda)}, driver {facts.driver} knows "
            f"CUDA {_dotted(facts.driver_cuda)}; update the driver or take an older build"
        )
        return Check(name, "missing", found, _install_torch(facts.driver_cuda))
    found = f"{facts.torch} does not reach the graphics card; this line shows why"
    return Check(name, "missing", found, 'python -c "import torch; torch.zeros(1).cuda()"')


def find_gpu() -> GpuFacts:
    """Ask the driver, the bus and PyTorch; PyTorch is loaded only where it is installed."""
    text = _ask_nvidia_smi()
    listed = _ask_nvidia_smi("--query-gpu=name,driver_version", "--format=csv,noheader")
    rows = [line.rsplit(",", 1) for line in listed.splitlines() if "," in line]
    answer, complaint = None, ""
    if find_spec("torch") is not None:
        answer, complaint = ask_probe("napari_seewhy.cli.doctor.torch_probe")
    answer = answer or {}
    return GpuFacts(
        has_nvidia_card=bool(rows) or _sees_nvidia_card(),
        cards=tuple(name.strip() for name, _ in rows),
        driver=rows[0][1].strip() if rows else "",
        driver_cuda=parse_cuda(text),
        torch=answer.get("version", ""),
        torch_cuda=parse_cuda(answer.get("cuda") or ""),
        torch_device=answer.get("device", "cpu"),
        torch_complaint=complaint,
    )


def parse_cuda(text: str) -> Version | None:
    """Read the CUDA version from what ``nvidia-smi`` or PyTorch says; None where there is none.

    Examples
    --------
    >>> parse_cuda("| Driver Version: 550.54.15     CUDA Version: 12.4     |"), parse_cuda("11.8")
    ((12, 4), (11, 8))
    """
    match = re.search(r"CUDA (?:\w+ )?Version:\s*(\d+)\.(\d+)", text) or re.fullmatch(
        r"(\d+)\.(\d+)", text.strip()
    )
    return None if match is None else (int(match[1]), int(match[2]))


def _ask_nvidia_smi(*arguments: str) -> str:
    """Return what the driver's own tool says, "" where it is absent or gets no answer."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    try:
        done = subprocess.run(
            [tool, *arguments], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _sees_nvidia_card() -> bool:
    """Whether the bus holds a card of this maker; only Linux tells without a driver."""
    for vendor in Path("/sys/bus/pci/devices").glob("*/vendor"):
        # Class 0x03 is a display controller; the same maker also sells sound and network chips.
        is_display = _read(vendor.with_name("class")).startswith("0x03")
        if is_display and _read(vendor) == _NVIDIA:
            return True
    return False


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _driver_line() -> str:
    if IS_LINUX:
        return "sudo apt-get install nvidia-driver"
    return f'{sys.executable} -m webbrowser "https://www.nvidia.com/drivers"'


def _install_torch(driver_cuda: Version | None) -> str:
    index = _TORCH_INDEX.get(driver_cuda[0]) if driver_cuda is not None else None
    return _INSTALL_TORCH + (f" --index-url {index}" if index else "")


def _dotted(version: Version | None) -> str:
    return "" if version is None else f"{version[0]}.{version[1]}"
