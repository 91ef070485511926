"""Which layers show the same image or the same cells as some labels, and turning to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.layers import CLASSES, METADATA_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable


def is_same_image(layer: Any, labels: Any) -> bool:
    """Whether a layer is of the same file and scene as labels, or one was made from the other."""
    file, other = _file_of(layer), _file_of(labels)
    if other[0] and file == other:
        return True
    return labels.name == _parent_of(layer) or layer.name == _parent_of(labels)


def original_of(viewer: Any, layer: Any) -> Any | None:
    """Return the labels that a layer of classes was made from, where they know the classes too.

    Such a layer shows the same cells in other colours; None for any other layer.
    """
    if layer.metadata.get(METADATA_KEY, {}).get("role") != CLASSES:
        return None
    named = [other for other in viewer.layers if other.name == _parent_of(layer)]
    return next((other for other in named if "class" in getattr(other, "features", {})), None)


def may_be_same_image(layer: Any, labels: Any) -> bool:
    """Whether a layer is of the same file and scene, as far as both know theirs."""
    known = _file_of(layer)[0] and _file_of(labels)[0]
    return is_same_image(layer, labels) if known else True


def is_seen(viewer: Any, labels: Any) -> bool:
    """Whether the image of some labels, or the labels themselves, are shown."""
    return labels.visible or any(
        layer.visible for layer in viewer.layers if is_same_image(layer, labels)
    )


def turn_to_image(viewer: Any, labels: Any, others: Iterable[Any]) -> None:
    """Show the image of some labels, where it is hidden, in place of those of others.

    Parameters
    ----------
    viewer
        The viewer itself.
    labels
        Whose image to show; one that is seen stays as it is.
    others
        Labels of other images, which lie at the same place.
    """
    if is_seen(viewer, labels):
        return
    others = list(others)
    before = [layer for layer in viewer.layers if _is_any(layer, others)]
    # Channels that were looked at in the one image are what to look at in the other.
    wanted = {_kind_of(layer) for layer in before if layer.visible}
    for layer in before:
        layer.visible = False
    for layer in viewer.layers:
        if layer is labels or is_same_image(layer, labels):
            layer.visible = _kind_of(layer) in wanted
    labels.visible |= not is_seen(viewer, labels)


def _is_any(layer: Any, labels: Iterable[Any]) -> bool:
    return any(layer is other or is_same_image(layer, other) for other in labels)


def _kind_of(layer: Any) -> tuple[str, str, str]:
    """Say what a layer shows of its image: its role, its channel, its class."""
    known = layer.metadata.get(METADATA_KEY, {})
    role, channel, name = (str(known.get(key, "")) for key in ("role", "channel", "class"))
    return role or type(layer).__name__, channel, name


def _parent_of(layer: Any) -> str | None:
    parent: str | None = layer.metadata.get(METADATA_KEY, {}).get("parent")
    return parent


def _file_of(layer: Any) -> tuple[str, str]:
    known = layer.metadata.get(METADATA_KEY, {})
    return str(known.get("source") or ""), str(known.get("scene") or "")
