"""Crops of an image as a model takes them, with what is needed to paint an answer back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.cropping.plan import plan_model_crops_steps
from napari_seewhy.cells.cropping.table import read_frames
from napari_seewhy.progress import Step, Task, finish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.images import CellImage
    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.models.preflight import Preflight

_N_AT_ONCE = 256


@dataclass(frozen=True, slots=True, eq=False)
class ModelCrops:
    """The crops of an image as a model takes them, and where they came from.

    Attributes
    ----------
    pixels
        ``(N, C, H, W)``, channels and size of the model, intensities mapped onto those of training
        where `preflight` says so.
    mask
        ``(N, H, W)`` bool, where the object itself is in its crop.
    label, t
        ``(N,)`` number of the object and its time point, 0 where there is no time axis.
    y, x
        ``(N,)`` centre of the object in pixels of the image.
    top, left
        ``(N,)`` where the centre of a crop's first pixel lies, in pixels of the image; may be
        outside of it.
    scale
        Width of a crop's pixel in pixels of the image.
    touches_border
        ``(N,)`` bool, whether the border of the image cuts the object.
    preflight
        How the crops compare with those of training.
    """

    pixels: NDArray[Any]
    mask: NDArray[np.bool_]
    label: NDArray[np.int64]
    t: NDArray[np.int64]
    y: NDArray[np.float64]
    x: NDArray[np.float64]
    top: NDArray[np.float64]
    left: NDArray[np.float64]
    scale: float
    touches_border: NDArray[np.bool_]
    preflight: Preflight

    def __len__(self) -> int:
        return len(self.label)


def cut_model_crops(
    image: CellImage,
    labels: ArrayLike,
    card: ModelCard,
    *,
    channels: Mapping[str, str] | None = None,
    cell_labels: ArrayLike | None = None,
) -> ModelCrops:
    """Cut the crops of an image exactly as those were cut that a model learned from.

    Parameters
    ----------
    image
        Any axes; a time series is cut frame by frame.
    labels
        What was segmented, ``(Y, X)`` or ``(T, Y, X)``.
    card
        Card of the model: it knows size, centre, masking, plane and pixel size of its samples.
    channels
        Which channel of the image is given for which of the model, where the names do not tell.
    cell_labels
        Whole cells with the numbers of their nuclei, by which neighbours are masked if given.

    Returns
    -------
    ModelCrops
        In the order of time points and labels; none where there is no object.

    Raises
    ------
    DataError
        If the labels are not those of the image, or the model refuses the image: its channels are
        missing, its pixels are of another magnification, or a channel is empty.
    OptionError
        If `channels` names one that is not there.
    """
    task = cut_model_crops_steps(image, labels, card, channels=channels, cell_labels=cell_labels)
    return finish(task)


def cut_model_crops_steps(
    image: CellImage,
    labels: ArrayLike,
    card: ModelCard,
    *,
    channels: Mapping[str, str] | None = None,
    cell_labels: ArrayLike | None = None,
) -> Task[ModelCrops]:
    """Cut as `cut_model_crops` does, one `Step` per few hundred crops."""
    plan = yield from plan_model_crops_steps(
        image, labels, card, channels=channels, cell_labels=cell_labels
    )
    rows = np.arange(len(plan))
    pixels, masks = [plan.cut(rows[:0])], [plan.cut_masks(rows[:0])]
    for start in range(0, len(rows), _N_AT_ONCE):
        yield Step(start, len(rows), "Cutting crops")
        some = rows[start : start + _N_AT_ONCE]
        pixels.append(plan.cut(some))
        masks.append(plan.cut_masks(some))
    top, left = plan.corners
    cells = plan.cells
    return ModelCrops(
        pixels=np.concatenate(pixels),
        mask=np.concatenate(masks),
        label=cells["label"].to_numpy(np.int64),
        t=read_frames(cells, image),
        y=cells["y"].to_numpy(np.float64),
        x=cells["x"].to_numpy(np.float64),
        top=top,
        left=left,
        scale=plan.geometry.scale,
        touches_border=cells["touches_border"].to_numpy(bool),
        preflight=plan.preflight,
    )
