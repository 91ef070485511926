"""What a machine keeps: the floors, what may be imported where, and how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import napari_seewhy

SOURCE = Path(napari_seewhy.__file__).parent
CORE = [
    path.relative_to(SOURCE.parent).with_suffix("").as_posix().replace("/", ".")
    for path in sorted(SOURCE.rglob("*.py"))
    if "widgets" not in path.parts and path.name != "__init__.py"
]


def modules_after(statement: str) -> set[str]:
    """Top-level modules loaded in a fresh interpreter that runs `statement`."""
    script = (
        f"{statement}\nimport sys\nprint(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_core_loads_neither_qt_nor_napari():
    loaded = modules_after("\n".join(f"import {name}" for name in CORE))
    assert loaded & {"napari_seewhy", "numpy", "torch"} == {"napari_seewhy", "numpy", "torch"}
    assert not loaded & {"napari", "qtpy", "superqt", "magicgui", "vispy"}
    assert not loaded & {"PyQt5", "PyQt6", "PySide2", "PySide6"}


def test_no_room_but_those_of_networks_loads_torch():
    names = ("models", "training", "explaining", "nuclei", "staining", "generating")
    rooms = tuple(f"napari_seewhy.{name}." for name in names)
    others = [name for name in CORE if not name.startswith(rooms)]
    loaded = modules_after("\n".join(f"import {name}" for name in others))
    assert "napari_seewhy" in loaded
    assert "torch" not in loaded


def test_the_package_itself_loads_nothing_heavy():
    assert not modules_after("import napari_seewhy") & {"numpy", "pydantic", "torch", "qtpy"}


FILES = sorted(SOURCE.rglob("*.py")) + sorted((SOURCE.parents[1] / "tools").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_file_is_past_300_lines_and_no_function_past_60_beside_its_docstring(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            n_told = len((ast.get_docstring(node, clean=False) or "").splitlines())
            assert node.end_lineno - node.lineno - n_told < 60, f"{node.name} is too long"
