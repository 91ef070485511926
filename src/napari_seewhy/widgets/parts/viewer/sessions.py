"""Opening images by their channels, and all that is open as one session, saved and opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from napari import Viewer  # noqa: TC002 - napari reads the types of a command
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.errors import SeewhyError
from napari_seewhy.inputs import IMAGE_SUFFIXES
from napari_seewhy.layers import METADATA_KEY
from napari_seewhy.widgets.parts.viewer.notify import (
    tell_error,
    tell_warning,
    telling_errors,
)

PLUGIN = "napari-seewhy"

_RECORD, _SUFFIX = "session.json", ".seewhy"
_SAVED = ("image", "labels", "points", "shapes")
_LINES = "lines"
"""Role of lines that only mark what a widget is about."""

_MIXED: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()
_PATHS: WeakKeyDictionary[Any, Path] = WeakKeyDictionary()
"""The session that a viewer was saved as, or opened from."""


def open_images(viewer: Viewer) -> None:
    """Ask for images, and open each with one layer per channel and its pixel size."""
    kinds = " ".join(f"*{suffix}" for suffix in sorted(IMAGE_SUFFIXES))
    title = "Open images"
    chosen, _ = QFileDialog.getOpenFileNames(_window_of(viewer), title, "", f"Images ({kinds})")
    for path in chosen:
        _open(viewer, Path(path))


def open_by_channels(viewer: Viewer, layer: Any) -> None:
    """Open the file of a layer again, with one layer per channel in its place."""
    # It goes first: it knows no pixel size, and napari warns where layers differ in that.
    at = viewer.layers.index(layer)
    viewer.layers.remove(layer)
    if not _open(viewer, Path(layer.source.path)):
        viewer.layers.insert(at, layer)


def mixes_channels(layer: Any) -> bool:
    """Whether another reader made one layer of all channels, so that the slider goes through them.

    Such a layer is known by its file: the channels are in there.
    """
    if layer not in _MIXED:
        _MIXED[layer] = _find_channels(layer)
    return _MIXED[layer]


def _find_channels(layer: Any) -> bool:
    path = layer.source.path
    is_other = bool(path) and METADATA_KEY not in layer.metadata and layer.ndim > 2
    if not is_other or getattr(layer, "rgb", True) or layer.multiscale:
        return False
    if Path(path).suffix.lower() not in IMAGE_SUFFIXES:
        return False
    # Every dock asks, and almost none meets such a layer: the readers are loaded for one alone.
    from napari_seewhy.images import read_image

    try:
        image = read_image(path, lazy=True)
    except (SeewhyError, OSError):
        return False
    shape = [length for length in image.pixels.shape if length > 1]
    return len(image.channels) > 1 and shape == [n for n in layer.data.shape if n > 1]


def open_session(viewer: Viewer) -> None:
    """Ask for the folder of a session, and open all that was saved in it."""
    chosen = QFileDialog.getExistingDirectory(_window_of(viewer), "Open session", "")
    if chosen and not (Path(chosen) / _RECORD).is_file():
        tell_error(f"{chosen} holds no session; choose a folder NAME.seewhy with a {_RECORD}.")
    elif chosen and _open(viewer, Path(chosen)):
        _PATHS[viewer] = Path(chosen)


def save_session(viewer: Viewer) -> None:
    """Save all layers as a session: where it was saved before, or where a person says."""
    from napari.plugins.io import save_layers
    from napari.utils.notifications import show_info

    layers = [layer for layer in viewer.layers if layer._type_string in _SAVED]
    others = [
        layer.name
        for layer in viewer.layers
        if layer not in layers and layer.metadata.get(METADATA_KEY, {}).get("role") != _LINES
    ]
    path = _PATHS.get(viewer)
    if path is None:
        kinds = "Session (*.seewhy)"
        window = _window_of(viewer)
        given, _ = QFileDialog.getSaveFileName(window, "Save session", "session.seewhy", kinds)
        path = Path(f"{given.removesuffix(_SUFFIX)}{_SUFFIX}") if given else None
    if path is None:
        return
    if not layers:
        tell_warning("No image or labels are open, so there is nothing to save.")
        return
    with telling_errors():
        save_layers(str(path), layers, plugin=PLUGIN)
        _PATHS[viewer] = path
        show_info(f"Saved as {path}; drop its session.json on napari to go on.")
    if others:
        tell_warning(f"A session holds no vectors, tracks or surfaces: {', '.join(others)}.")


def _open(viewer: Any, path: Path) -> bool:
    """Open a file with our reader; what is wrong with it is said in a sentence."""
    with telling_errors():
        viewer.open(path, plugin=PLUGIN)
        return True
    return False


def _window_of(viewer: Any) -> Any:
    return viewer.window._qt_window
