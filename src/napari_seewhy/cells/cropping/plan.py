"""The plan of a model's crops: how an image compares with those of training, and how it is cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.cropping.crop import CropGeometry, CropOptions, crop_geometry, cut_crops
from napari_seewhy.cells.cropping.pixels import rescale
from napari_seewhy.cells.cropping.table import find_centers, read_centers, read_frames
from napari_seewhy.errors import OptionError
from napari_seewhy.models.preflight import (
    Adaptation,
    Finding,
    Preflight,
    check_intensities,
    check_object_size,
    check_pixel_size,
    look_steps,
    match_channels,
    spread_rows,
)
from napari_seewhy.progress import Step, Task
from napari_seewhy.samples.storing import check_finite, cut_windows, window_starts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.labels import LabelledCells
    from napari_seewhy.images import CellImage
    from napari_seewhy.models.cards import ModelCard


N_LOOKED_AT = 1000
"""Most crops that are compared with those of training before the model says anything."""


@dataclass(frozen=True, slots=True, eq=False)
class CropPlan:
    """All that is known before the crops of an image are cut for a model.

    Attributes
    ----------
    source
        The image that is cut, and its labels, which were checked.
    cells
        One row per crop: ``label``, ``y``, ``x``, ``touches_border``, and ``t`` in a time series.
    options
        How they are cut: as those were cut that the model learned from.
    preflight
        What differs from training, and what is done about it; its `adaptation` is for crops that
        are cut in this way.
    """

    source: LabelledCells
    cells: pd.DataFrame
    options: CropOptions
    preflight: Preflight

    def __len__(self) -> int:
        return len(self.cells)

    def cut(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Cut the crops ``(n, C, H, W)`` of these rows as the model takes them.

        Raises
        ------
        DataError
            If the model refuses the image, or a pixel is NaN or infinite.
        """
        adaptation = self.preflight.check()
        return adaptation.apply(_cut(self.source, self.cells.iloc[rows], self.options))

    def cut_masks(
        self, rows: NDArray[np.int64], labels: NDArray[Any], *, of_any: bool = False
    ) -> NDArray[np.bool_]:
        """Draw ``(n, H, W)`` where the object of each of these rows is in its crop.

        Parameters
        ----------
        rows
            Of the table of cells.
        labels
            Of the shape of the labels of the image.
        of_any
            Whether any object counts, not only the one with the number of the cell.
        """
        height, width = self.preflight.check().size_px
        cells, geometry = self.cells.iloc[rows], self.geometry
        masks = np.zeros((len(cells), geometry.size_px, geometry.size_px), bool)
        frame_of = read_frames(cells, self.source.image)
        centers = read_centers(cells, self.source.image, self.options.center)
        own = cells["label"].to_numpy()
        for t in np.unique(frame_of):
            frame = labels if labels.ndim == 2 else labels[t]
            here = np.flatnonzero(frame_of == t)
            starts = window_starts(centers[here], geometry.window_px)
            objects = cut_windows(frame, starts, geometry.window_px)
            is_own = objects != 0 if of_any else objects == own[here, None, None]
            if geometry.scale != 1:
                shares = is_own[:, None].astype(np.float32)
                is_own = rescale(shares, geometry.size_px, geometry.scale)[:, 0] >= 0.5
            masks[here] = is_own
        y, x = (geometry.size_px - height) // 2, (geometry.size_px - width) // 2
        return masks[:, y : y + height, x : x + width]

    @property
    def geometry(self) -> CropGeometry:
        """Sizes of the crops before they are adapted."""
        return crop_geometry(self.source.image, self.options)

    @property
    def corners(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where the centre of each crop's first pixel lies, in pixels of the image: top, left."""
        geometry = self.geometry
        centers = read_centers(self.cells, self.source.image, self.options.center)
        middle = window_starts(centers, geometry.window_px) + (geometry.window_px - 1) / 2
        margins = [(geometry.size_px - edge) // 2 for edge in self.preflight.check().size_px]
        steps = np.array(margins) - (geometry.size_px - 1) / 2
        corners = middle + steps * geometry.scale
        return corners[:, 0], corners[:, 1]


def plan_model_crops_steps(
    source: LabelledCells, card: ModelCard, channels: Mapping[str, str] | None = None
) -> Task[CropPlan]:
    """Compare an image with what a model learned from, and plan its crops; cuts a thousand at most.

    Parameters
    ----------
    source
        The image and its labels; a time series is planned frame by frame.
    card
        Card of the model: it knows size, centre, masking, plane and pixel size of its samples.
    channels
        Which channel of the image is given for which of the model, where the names do not tell.

    Returns
    -------
    CropPlan
        In the order of time points and labels. Its preflight is red where the model refuses the
        image: its channels are missing, its pixels are of another magnification, or a channel is
        empty.

    Raises
    ------
    DataError
        If the labels are not those of the image.
    OptionError
        If `channels` names one that is not there.
    """
    yield Step(0, 0, "Comparing with the model")
    source = source.check()
    cells = find_centers(source)
    options, findings = _plan_cutting(card, source.image, channels or {})
    if options.center == "cell" and source.cell_labels is None:
        cells = cells.assign(y_cell=cells["y"], x_cell=cells["x"])
        sentence = "The model was trained on crops about whole cells, and only one kind is given."
        findings.append(Finding("amber", sentence, "Take the labels to be whole cells."))
    adaptation = None
    if all(finding.level != "red" for finding in findings):
        adaptation, of_pixels = yield from _compare_steps(source, cells, options, card)
        findings += of_pixels
    preflight = Preflight(tuple(findings), adaptation)
    return CropPlan(source, cells, options, preflight)


def _compare_steps(
    source: LabelledCells, cells: pd.DataFrame, options: CropOptions, card: ModelCard
) -> Task[tuple[Adaptation, list[Finding]]]:
    """Compare crops, cut in the right channels and scale, with those of training."""
    n_channels = len(card.channels)
    places, ones, zeros = tuple(range(n_channels)), (1.0,) * n_channels, (0.0,) * n_channels
    if len(cells) == 0:
        return Adaptation(places, 1.0, ones, zeros, card.size_px), []
    rows = spread_rows(np.arange(len(cells)), N_LOOKED_AT)
    some = _CutPixels(card.channel_names, _cut(source, cells.iloc[rows], options))
    facts = yield from look_steps(some, np.arange(len(rows)), card.pixel_size_um)
    gains, offsets, findings = check_intensities(card, facts.channels, facts.dtype)
    findings += check_object_size(card, facts.channels, 1.0)
    return Adaptation(places, 1.0, gains, offsets, card.size_px), findings


def _cut(source: LabelledCells, cells: pd.DataFrame, options: CropOptions) -> NDArray[Any]:
    """Cut crops ``(N, C, H, W)``, not yet adapted."""
    crops = cut_crops(source.image, cells, options, labels=source.objects)
    check_finite(crops, cells["label"].to_numpy())
    return crops


@dataclass(frozen=True, slots=True, eq=False)
class _CutPixels:
    """Crops in memory, read as a sample set is."""

    channels: tuple[str, ...]
    pixels: NDArray[Any]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.pixels.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.pixels.dtype

    def read(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        crops: NDArray[Any] = self.pixels[rows]
        return crops


def _plan_cutting(
    card: ModelCard, image: CellImage, channels: Mapping[str, str]
) -> tuple[CropOptions, list[Finding]]:
    """Work out how to cut crops of an image as those were cut that a model learned from.

    The card says whether neighbours were masked, what stood in the middle, and which plane of a
    stack was taken. Where the pixels of the image have another size, crops are cut larger or
    smaller and resampled, so that no margin has to be invented. The channels of the options are
    those of the image, in the order of the model.
    """
    cut = card.samples.get("crop")
    trained = CropOptions(**cut) if cut else CropOptions()
    findings = [] if cut else [_unknown_cutting()]
    matched, of_channels = _match(card, image, channels)
    findings += of_channels
    scale, of_pixels = check_pixel_size(card, image.pixel_size_um)
    # Training brought images of several magnifications together, so another one is no news.
    is_usual = trained.pixel_size_um is not None and scale != 1
    findings += [] if is_usual else of_pixels
    pixel_size = None
    if image.pixel_size_um is not None:
        pixel_size = card.pixel_size_um if scale != 1 else trained.pixel_size_um
    height, width = image.shape_yx
    size = max(card.size_px)
    if size / scale > height and size / scale > width:
        sentence = (
            f"The model takes crops of {size / scale:.4g} x {size / scale:.4g} pixels of this image"
            f", which has only {height} x {width}; take a larger image."
        )
        findings.append(Finding("red", sentence))
    options = trained.change(
        size_px=size,
        size_um=None,
        pixel_size_um=pixel_size,
        channels=tuple(matched.values()),
    )
    return options, findings


def _match(
    card: ModelCard, image: CellImage, chosen: Mapping[str, str]
) -> tuple[dict[str, str], list[Finding]]:
    """Find the channel of the image for each of the model, in the model's order."""
    unknown = [name for name in chosen if name not in card.channel_names]
    if unknown:
        raise OptionError(
            f"The model has no channel {unknown[0]}; it has {', '.join(card.channel_names)}."
        )
    given = {name: image.channels[image.channel_index(other)] for name, other in chosen.items()}
    left = [name for name in card.channel_names if name not in given]
    found = match_channels(left, [name for name in image.channels if name not in given.values()])
    if found is None:
        sentence = (
            f"The model takes the channels {', '.join(card.channel_names)} and the image has "
            f"{', '.join(image.channels)}; say which channel is which, or take another image."
        )
        return {}, [Finding("red", sentence)]
    matched = {name: (given | found)[name] for name in card.channel_names}
    if len(set(matched.values())) < len(matched):
        raise OptionError(
            f"The channels {', '.join(matched)} of the model are given "
            f"{', '.join(matched.values())}; give each another channel."
        )
    renamed = [f"{other} for {name}" for name, other in found.items() if other != name]
    if renamed:
        action = f"Use {', '.join(renamed)}."
        return matched, [Finding("amber", "The names of the channels differ.", action)]
    return matched, []


def _unknown_cutting() -> Finding:
    return Finding(
        "amber",
        "The model does not say how its samples were cut.",
        "Cut crops about the middle of the nuclei, neighbours left in.",
    )
