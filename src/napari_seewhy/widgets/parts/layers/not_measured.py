"""*Mark as not measured*: labels drawn by hand say which part of an image was not measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari import Viewer  # noqa: TC002 - napari reads the types of a command
from napari.layers import Image, Labels
from napari.utils.notifications import show_info

from napari_seewhy.errors import DataError
from napari_seewhy.images import explain_unmeasured
from napari_seewhy.layers import METADATA_KEY, labels_from_layer
from napari_seewhy.widgets.parts.layers.labelled_image import shape_yx
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOW = (
    "Select the images together with one labels layer in which you drew over what was not "
    "measured, then choose Mark as not measured."
)


def mark_not_measured(viewer: Viewer) -> None:
    """Declare, for the selected images, that the selected labels were not measured."""
    with telling_errors():
        show_info(declare_not_measured(viewer.layers.selection))


def declare_not_measured(layers: Iterable[Any]) -> str:
    """Declare for images that what a labels layer covers was not measured.

    Empty labels take the declaration back.

    Parameters
    ----------
    layers
        Images of one size, and one labels layer of this size.

    Returns
    -------
    str
        A sentence that says what was declared.

    Raises
    ------
    DataError
        If there is not exactly one labels layer and an image, the sizes differ, or nothing of the
        image is left.
    """
    chosen = list(layers)
    masks = [layer for layer in chosen if isinstance(layer, Labels)]
    images = [layer for layer in chosen if isinstance(layer, Image)]
    if len(masks) != 1 or not images:
        raise DataError(f"{len(images)} images and {len(masks)} labels are selected. {_HOW}")
    drawn = labels_from_layer(masks[0])
    measured = (drawn.reshape(-1, *drawn.shape[-2:]) == 0).all(axis=0)
    for image in images:
        if shape_yx(image) != measured.shape:
            raise DataError(
                f"{image.name} has {shape_yx(image)} pixels and {masks[0].name} {measured.shape}; "
                "draw in a labels layer of this image."
            )
    if not measured.any():
        raise DataError(f"{masks[0].name} covers all of the image; leave free what was measured.")
    for image in images:
        known = {**image.metadata.get(METADATA_KEY, {}), "measured": measured}
        if measured.all():
            known.pop("measured")
        image.metadata = {**image.metadata, METADATA_KEY: known}
    said = explain_unmeasured(measured, is_declared=True)
    return " ".join(said) or "All of the selected images counts as measured."
