"""Writer for napari: everything that is open, as one folder that opens again the next day.

Images that are in files stay there and are named with their SHA-256. Everything else becomes a
plain file: labels with their table, heatmaps and other computed images as OME-TIFF.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import FileError
from napari_seewhy.files import explain_os_error, hash_file, read_json, write_json
from napari_seewhy.images import physical_size, write_labels, write_ome_tiff
from napari_seewhy.layers import METADATA_KEY, TARGET, Grid, known_units
from napari_seewhy.napari_files.label_files import name_label_files
from napari_seewhy.napari_files.writers import write_labels_with_table
from napari_seewhy.record import make_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.layers import LayerData

SESSION = "session.json"
"""The record in a session's folder, by which it is known."""

SUFFIX = ".seewhy"

VERB = "save session"

REFERRED = ("image", "samples")
"""Roles of layers whose pixels stay in their file."""

_PLACE = (
    *("name", "visible", "opacity", "blending", "scale", "translate", "rotate", "shear"),
    *("affine", "axis_labels"),
)
_LOOKS: dict[str, tuple[str, ...]] = {
    "image": ("contrast_limits", "gamma", "interpolation2d", "interpolation3d", "rgb"),
    "labels": (),
    "points": ("size", "symbol", "face_color", "border_color", "border_width"),
    "shapes": ("shape_type", "edge_width", "edge_color", "face_color", "z_index"),
}
_COLORMAP = ("name", "colors", "controls", "interpolation")
_MARK = "selected cells"
_AXES = {2: "YX", 3: "ZYX", 4: "TZYX", 5: "TCZYX"}
_OME_TYPES = {"bool": "uint8", "int64": "float64", "uint64": "float64", "float16": "float32"}
_UNSAFE = r"[^\w() .-]"


def write_session(path: str, layers: Sequence[LayerData]) -> list[str]:
    """Save layers as one folder, whole or not at all.

    Parameters
    ----------
    path
        The folder, with or without the ending ``.seewhy``. A session that is there is replaced.
    layers
        As napari gives them, from the lowest to the top one.

    Returns
    -------
    list of str
        The record of the session.

    Raises
    ------
    FileError
        If the folder cannot be written, or is there and holds no session.
    DataError
        If a layer holds pixels that no file can have.
    """
    folder = Path(path) if Path(path).suffix == SUFFIX else Path(f"{path}{SUFFIX}")
    known = _known_files(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise FileError(explain_os_error(error, folder, "written")) from error
    try:
        _write(part, folder, [layer for layer in layers if not _is_mark(layer)], known)
        _replace(folder, part)
    except OSError as error:
        raise FileError(explain_os_error(error, folder, "written")) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return [str(folder / SESSION)]


def is_session(folder: Path) -> bool:
    """Whether a folder holds a session; never raises."""
    try:
        record = read_json(folder / SESSION)
    except FileError:
        return False
    return isinstance(record, dict) and record.get("verb") == VERB


def _known_files(folder: Path) -> dict[str, Any]:
    """Return what the session that is to be replaced knows of its files, by their path."""
    if not folder.exists():
        return {}
    if not is_session(folder):
        raise FileError(f"{folder} is there already and is no session; choose another name.")
    return {file["path"]: file for file in read_json(folder / SESSION)["results"]["files"]}


def _written_files(folder: Path) -> set[str]:
    """Return the names of what a session consists of."""
    entries = read_json(folder / SESSION)["results"]["layers"]
    names = {entry["file"] for entry in entries if "file" in entry}
    masks = {entry["measured"] for entry in entries if "measured" in entry}
    beside = [name_label_files(name) for name in names]
    return {SESSION, *names, *masks, *(path.name for files in beside for path in files[1:3])}


def _write(part: Path, folder: Path, layers: list[LayerData], known: dict[str, Any]) -> None:
    described = [_write_layer(part, i, layer) for i, layer in enumerate(layers, 1)]
    named = [entry["source"] for entry in described if "source" in entry]
    models = [entry["metadata"].get(METADATA_KEY, {}).get("model") for entry in described]
    paths = dict.fromkeys(str(name) for name in [*named, *models] if name)
    files = [_describe_file(Path(name), folder, known) for name in paths if Path(name).is_file()]
    hashes = {Path(file["path"]): file["sha256"] for file in files}
    write_json(part / SESSION, make_record(VERB, {}, hashes, layers=described, files=files))


def _write_layer(part: Path, number: int, layer: LayerData) -> dict[str, Any]:
    """Write what is in no file yet, and return how the layer comes back."""
    data, attributes, kind = layer
    metadata = attributes.get("metadata", {})
    known = metadata.get(METADATA_KEY, {})
    source = Path(str(known.get("source") or ""))
    stem = f"{number:02d}_{re.sub(_UNSAFE, '_', str(attributes['name']))}"
    entry: dict[str, Any] = {"kind": kind, "looks": _describe_looks(attributes, kind)}
    if kind == "image" and known.get("measured") is not None:
        entry["measured"] = f"{stem}_measured.ome.tif"
        write_labels(part / entry["measured"], known["measured"].astype(np.uint8))
        known = {name: value for name, value in known.items() if name != "measured"}
        metadata = metadata | {METADATA_KEY: known}
    if kind == "image" and known.get("role") in REFERRED and source.is_file():
        entry |= {"source": str(source.absolute()), "scene": str(known.get("scene") or "")}
        # What a sample set says of its samples is read from it again.
        metadata = {METADATA_KEY: {name: known.get(name) for name in ("role", "channel")}}
    elif kind == "image":
        pixels = data[0] if attributes.get("multiscale") else data
        entry |= _write_pixels(part / f"{stem}.ome.tif", pixels, attributes)
    elif kind == "labels":
        written = write_labels_with_table(str(part / stem), data, attributes)
        entry["file"] = Path(written[0]).name
    else:
        entry["data"] = _to_plain(data)
    return entry | {"metadata": _to_plain(metadata)}


def _describe_looks(attributes: dict[str, Any], kind: str) -> dict[str, Any]:
    wanted = _PLACE + _LOOKS[kind]
    looks = {name: attributes[name] for name in wanted if name in attributes}
    looks["units"] = list(known_units(attributes.get("units", ()), attributes.get("metadata", {})))
    colormap = attributes.get("colormap")
    if kind == "image" and isinstance(colormap, dict):
        looks["colormap"] = {name: colormap[name] for name in _COLORMAP if name in colormap}
    elif colors := getattr(colormap, "color_dict", None):
        looks["colormap"] = _group_by_color(colors)
    plain: dict[str, Any] = _to_plain(looks)
    return plain


def _group_by_color(colors: dict[int | None, Any]) -> list[Any]:
    """Write each colour once with its labels: there are more cells than classes."""
    groups: dict[tuple[float, ...], list[int | None]] = {}
    for label, color in colors.items():
        groups.setdefault(tuple(map(float, color)), []).append(label)
    return [[list(color), labels] for color, labels in groups.items()]


def _write_pixels(path: Path, pixels: Any, attributes: dict[str, Any]) -> dict[str, Any]:
    """Write pixels as they are; of a type that OME-TIFF has not, as one that holds its values."""
    entry = {"file": path.name, "shape": list(pixels.shape), "dtype": str(pixels.dtype)}
    if attributes.get("rgb"):
        write_ome_tiff(path, np.moveaxis(np.asarray(pixels), -1, 0), {"axes": "CYX"})
        return entry
    axes = _AXES.get(pixels.ndim, "")
    grid = Grid.of_attributes(attributes, axes)
    metadata = {"axes": axes, **physical_size(grid.pixel_size_um)}
    write_ome_tiff(path, pixels.astype(_OME_TYPES.get(str(pixels.dtype), pixels.dtype)), metadata)
    return entry


def _describe_file(path: Path, folder: Path, known: dict[str, Any]) -> dict[str, Any]:
    """Say which file is meant; one that did not change is not read for its hash again."""
    state = path.stat()
    before = known.get(str(path), {})
    seen = {"bytes": state.st_size, "modified": state.st_mtime}
    is_same = all(before.get(name) == value for name, value in seen.items())
    try:
        relative = os.path.relpath(path, folder)
    except ValueError:  # another drive
        relative = str(path)
    return {
        "path": str(path),
        "relative": Path(relative).as_posix(),
        "sha256": before["sha256"] if is_same else hash_file(path),
        **seen,
    }


def _replace(folder: Path, part: Path) -> None:
    """Put a finished folder in the place of an old one, which goes only then.

    What a person put into the old one, such as a figure, moves into the new one.
    """
    old = part.with_name(f"{part.name}.old")
    if folder.exists():
        ours = _written_files(folder)
        for path in folder.iterdir():
            if path.name not in ours and not (part / path.name).exists():
                path.rename(part / path.name)
        folder.rename(old)
    part.chmod(0o755)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _is_mark(layer: LayerData) -> bool:
    """Whether a layer only marks what a widget is about."""
    role = layer[1].get("metadata", {}).get(METADATA_KEY, {}).get("role")
    return role in (_MARK, TARGET)


def _to_plain(value: Any) -> Any:
    """Return what JSON can hold of a value; None in place of anything else."""
    if isinstance(value, dict):
        return {str(name): _to_plain(part) for name, part in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _to_plain(value.tolist())
    if isinstance(value, (list, tuple, set)):
        return [_to_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (str, bool, int, float)):
        return value
    return str(value) if isinstance(value, Path) else None
