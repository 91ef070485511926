"""What this computer has besides a graphics card: packages, screen, memory and disk."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import psutil

from napari_seewhy import __version__
from napari_seewhy.cli.doctor.check import IS_LINUX, PIP, Check, ask_probe
from napari_seewhy.errors import FileError
from napari_seewhy.sample_data import sample_folder

if TYPE_CHECKING:
    from pathlib import Path

_BINDINGS = ("PyQt5", "PyQt6", "PySide6")
_READERS = {
    "bioio-nd2": "Nikon (.nd2)",
    "bioio-czi": "Zeiss (.czi)",
    "bioio-lif": "Leica (.lif)",
}
_SEGMENTERS = ("cellpose", "stardist")
_LITTLE_MEMORY_GB = 4
_LITTLE_DISK_GB = 5
_SCREEN_LIBRARIES = (
    "sudo apt-get install libgl1 libegl1 libopengl0 libxkbcommon-x11-0 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0"
)


def check_programs() -> list[Check]:
    """Say which versions of Python, of this package and of napari run here."""
    napari = _version("napari")
    return [
        Check("napari-seewhy", "ok", __version__),
        Check("Python", "ok", f"{platform.python_version()} ({sys.executable})"),
        Check("System", "ok", platform.platform()),
        Check("napari", "ok", napari)
        if napari
        else Check("napari", "missing", "not installed", f"{PIP} napari"),
    ]


def check_binding() -> Check:
    """Say which Qt binding draws the windows; napari needs one, and a second one can break it."""
    found = {name: _version(name) for name in _BINDINGS if _version(name)}
    listed = ", ".join(f"{name} {number}" for name, number in found.items())
    if not found:
        line = f'{PIP} "napari-seewhy[pyqt6]"'
        return Check("Qt", "missing", "no binding is installed, so no window can open", line)
    if len(found) > 1:
        _, *others = found
        note = f"{listed}; napari uses one of them, and another may get in its way"
        return Check("Qt", "note", note, f"python -m pip uninstall {' '.join(others)}")
    return Check("Qt", "ok", listed)


def check_screen() -> Check:
    """Say whether a window can open here and with which OpenGL it draws."""
    if not any(_version(name) for name in _BINDINGS):
        return Check("OpenGL", "note", "cannot be asked without Qt")
    if IS_LINUX and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return Check("OpenGL", "note", "no screen here; the command works without one")
    answer, complaint = ask_probe("napari_seewhy.cli.doctor.screen_probe")
    if answer is None:
        fix = _SCREEN_LIBRARIES if IS_LINUX else ""
        return Check("OpenGL", "missing", f"no window can open here: {complaint}", fix)
    drawn = f"{answer['binding']} on {answer['platform']}"
    if answer["opengl"] is None:
        fix = "sudo apt-get install libgl1 libegl1 libgl1-mesa-dri" if IS_LINUX else ""
        return Check("OpenGL", "missing", f"none for {drawn}", fix)
    return Check("OpenGL", "ok", f"{answer['opengl']} with {drawn}")


def check_room(folder: Path) -> list[Check]:
    """Say how much memory there is, and how much disk under `folder`."""
    memory = psutil.virtual_memory()
    disk = shutil.disk_usage(folder)
    free_memory, free_disk = memory.available / 1e9, disk.free / 1e9
    return [
        Check("Processor", "ok", f"{psutil.cpu_count()} cores ({platform.machine()})"),
        Check(
            "Memory",
            "ok" if free_memory >= _LITTLE_MEMORY_GB else "note",
            f"{free_memory:.1f} GB free of {memory.total / 1e9:.1f} GB",
        ),
        Check(
            "Disk",
            "ok" if free_disk >= _LITTLE_DISK_GB else "note",
            f"{free_disk:.1f} GB free of {disk.total / 1e9:.1f} GB at {folder}",
        ),
    ]


def check_samples() -> Check:
    """Say where the sample data lie that the tutorials open."""
    try:
        return Check("Sample data", "ok", str(sample_folder()))
    except FileError as error:
        return Check("Sample data", "note", str(error))


def check_extras() -> list[Check]:
    """Say which vendors' files can be read and which further segmenters are there."""
    readers = [
        _extra(f"Files of {maker}", package, f'{PIP} "napari-seewhy[formats]"')
        for package, maker in _READERS.items()
    ]
    return readers + [_extra(name, name, f"{PIP} {name}") for name in _SEGMENTERS]


def _extra(name: str, package: str, fix: str) -> Check:
    found = _version(package)
    if found:
        return Check(name, "ok", f"{package} {found}" if name != package else found)
    return Check(name, "note", f"{package} is not installed", fix)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
