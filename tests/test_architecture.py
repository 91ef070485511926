"""What a machine keeps: the floors, what may be imported where, and how long a file may be."""

from __future__ import annotations

import ast
import importlib
import re
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
    names = ("models", "training", "explaining", "nuclei", "staining", "generating", "reading")
    rooms = tuple(f"napari_seewhy.{name}." for name in names)
    others = [name for name in CORE if not name.startswith(rooms)]
    loaded = modules_after("\n".join(f"import {name}" for name in others))
    assert "napari_seewhy" in loaded
    assert "torch" not in loaded


def test_the_package_itself_loads_nothing_heavy():
    assert not modules_after("import napari_seewhy") & {"numpy", "pydantic", "torch", "qtpy"}


ROOT = SOURCE.parents[1]
MANIFEST = (SOURCE / "napari.yaml").read_text(encoding="utf-8")
FILES = sorted(SOURCE.rglob("*.py")) + sorted((ROOT / "tools").rglob("*.py"))


def names_of_face(stub: Path) -> list[str]:
    """The names that a folder exports, as its ``__init__.pyi`` lists them."""
    imports = [
        node
        for node in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
    ]
    return [name.asname or name.name for node in imports for name in node.names]


def imports_of(path: Path) -> set[tuple[str, str]]:
    """Module and name of every ``from module import name`` of a file, at any depth."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    found = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {(node.module, name.name) for node in found for name in node.names}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE.parent).parts)


FACES = {module_of(stub.parent): stub for stub in sorted(SOURCE.rglob("__init__.pyi"))}
IMPORTS = {path: imports_of(path) for path in SOURCE.rglob("*.py")}
OUTSIDE = {
    used
    for folder in ("tests", "tools", "benchmarks", "docs")
    for path in (Path(__file__).parents[1] / folder).rglob("*.py")
    for used in imports_of(path)
}


@pytest.mark.parametrize("face", FACES)
def test_every_name_of_a_face_resolves_and_is_used_outside_its_folder(face):
    stub, loaded = FACES[face], importlib.import_module(face)
    names = names_of_face(stub)
    lost = [name for name in names if not hasattr(loaded, name)]
    # A type that only a checker reads is no value.
    text = "".join(path.read_text(encoding="utf-8") for path in stub.parent.glob("**/*.py"))
    assert [name for name in lost if f"    {name}: TypeAlias" not in text] == []
    used = {(face, name) for name in names if f"{face}:{name}" in MANIFEST}
    for path, imports in IMPORTS.items():
        if stub.parent not in path.parents:
            used |= imports
    if stub.parent.parent == SOURCE:  # the face of a room is also for who writes Python
        used |= OUTSIDE
    assert [name for name in names if (face, name) not in used] == []


def test_no_file_imports_past_the_face_of_another_folder():
    past = []
    for path, imports in IMPORTS.items():
        for module in sorted({module for module, _ in imports}):
            file = SOURCE.parent.joinpath(*module.split(".")).with_suffix(".py")
            is_inside = file.parent in (SOURCE, *path.parents)
            if file.is_file() and not is_inside:
                past.append(f"{module_of(path)} imports {module}")
    assert past == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_file_is_past_300_lines_and_no_function_past_60_beside_its_docstring(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            n_told = len((ast.get_docstring(node, clean=False) or "").splitlines())
            assert node.end_lineno - node.lineno - n_told < 60, f"{node.name} is too long"


def test_every_suppression_of_a_check_gives_its_reason():
    bare = re.compile(r"# (noqa(: [A-Z0-9, ]+)?|type: ignore(\[[a-z-, ]+\])?|pragma: [a-z ]+)\s*$")
    found = [
        f"{path}:{i}"
        for folder in ("src", "tests", "benchmarks", "tools", "docs")
        for path in (Path(__file__).parents[1] / folder).rglob("*.py")
        for i, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_no_folder_holds_more_than_20_files_beside_its_rooms():
    folders = {path.parent for path in SOURCE.rglob("*.py")}
    crowded = {
        module_of(folder): n_files
        for folder in folders
        if (n_files := sum(path.name != "__init__.py" for path in folder.glob("*.py"))) > 20
    }
    assert crowded == {}


_SMALL = 60


def test_a_small_file_that_one_other_uses_is_part_of_it():
    """Unless the other may not load torch, or would be too long."""
    paths = {module_of(path.with_suffix("")): path for path in SOURCE.rglob("*.py")}
    users: dict[str, set[Path]] = {module: set() for module in paths}
    for path in (*SOURCE.rglob("*.py"), *SOURCE.rglob("*.pyi")):
        here = module_of(path.parent)
        for module, name in imports_of(path):
            # A face imports from its own folder, as "from .file import name".
            whole = f"{here}.{module}" if path.suffix == ".pyi" else module
            for used in {whole, f"{whole}.{name}"} & users.keys():
                users[used].add(path)
    needless = []
    for module, path in paths.items():
        text = path.read_text(encoding="utf-8")
        if path.name.startswith("__") or len(users[module]) != 1 or text.count("\n") >= _SMALL:
            continue
        (user,) = users[module]
        of_user = user.read_text(encoding="utf-8")
        is_wall = "torch" in text and "torch" not in of_user
        is_long = text.count("\n") + of_user.count("\n") > 300
        if user.parent == path.parent and user.suffix == ".py" and not (is_wall or is_long):
            needless.append(f"{module} is used by {user.name} alone")
    assert needless == []
