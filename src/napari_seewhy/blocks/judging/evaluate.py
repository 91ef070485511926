"""Judging a virtual immunostaining by fields whose marker is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.blocks.counting import (
    call_blocks,
    compare_efficiencies,
    estimate_efficiency,
    measure_blocks,
)
from napari_seewhy.blocks.judging.evaluation import StainEvaluation
from napari_seewhy.blocks.marking import LearnedBlocks, StainThresholdOptions
from napari_seewhy.blocks.pairing import match_channels
from napari_seewhy.blocks.staining import find_zoom, rescale_phase, sample_nearest, tabulate_dishes
from napari_seewhy.errors import DataError, SeewhyError
from napari_seewhy.images import CellImage
from napari_seewhy.progress import Step, blocking
from napari_seewhy.staining import BlockGrid, judge_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.blocks.marking import FieldReader, MeasuredField
    from napari_seewhy.blocks.pairing import Pair
    from napari_seewhy.blocks.staining import Stainer
    from napari_seewhy.progress import Task
    from napari_seewhy.staining import StainCard


@dataclass(frozen=True, slots=True, eq=False)
class JudgedField:
    """What a model and the marker say of the blocks of a field, side by side.

    Attributes
    ----------
    measured
        The field.
    probability, area
        ``(h, w)``: what the model says; which share of the pixels is positive; both NaN where the
        block does not count.
    learned
        ``(h, w)`` bool: from which blocks the model learned.
    """

    measured: MeasuredField
    probability: NDArray[np.float32]
    area: NDArray[np.float32]
    learned: NDArray[np.bool_]


def thresholding_of(card: StainCard) -> StainThresholdOptions:
    """Return how the marker was thresholded when a model was trained.

    A threshold that all training images shared stays what it was; one for each image is recomputed
    for each.

    Raises
    ------
    DataError
        If the model does not say.
    """
    said = card.threshold
    if said.get("how") in ("otsu", "log-otsu") and said.get("per_image", True):
        return StainThresholdOptions(threshold=said["how"])
    if "value" not in said:
        raise DataError(
            f"The model {card.name} does not say how its marker was thresholded; give a threshold."
        )
    return StainThresholdOptions(threshold=float(said["value"]))


def evaluate_stains_steps(
    stainer: Stainer, pairs: Sequence[Pair], reader: FieldReader
) -> Task[StainEvaluation]:
    """Say how good a model is on pairs, block by block and dish by dish.

    Parameters
    ----------
    stainer
        The model.
    pairs
        Phase contrast and marker, of dishes that it did not learn from.
    reader
        What is taken of the images, and from which brightness on the marker is positive.

    Raises
    ------
    DataError
        If no pair can be used.
    """
    common = yield from reader.find_common_steps(pairs)
    known = LearnedBlocks.of(stainer.card)
    judged: list[JudgedField] = []
    left_out: list[tuple[str, str]] = []
    for i, pair in enumerate(pairs):
        yield Step(i, len(pairs), f"Judging by {pair.name}")
        try:
            is_learned = known.knows(pair)
            for one in reader.read(pair, common):
                judged.append((yield from _judge_steps(stainer, one, known, is_learned)))
        except SeewhyError as error:
            left_out.append((pair.name, str(error)))
    if not judged:
        raise DataError(left_out[0][1] if left_out else "There is no pair to judge by.")
    return _sum_up(stainer, judged, tuple(left_out))


evaluate_stains = blocking(evaluate_stains_steps)


def _judge_steps(
    stainer: Stainer, measured: MeasuredField, known: LearnedBlocks, is_learned: bool
) -> Task[JudgedField]:
    field, card = measured.field, stainer.card
    zoom = find_zoom(card, field.pixel_size_um, field.name, rescale=stainer.options.rescale)
    image = match_channels(
        CellImage(field.phase, "CYX", measured.channels, source=field.name), card.channels
    )
    pixels = image.pixels if zoom == 1 else rescale_phase(image.pixels, zoom, field.name)
    stained = yield from stainer.stain_pixels_steps(pixels)
    seen = pixels.shape[1], pixels.shape[2]
    grid = BlockGrid(card.block_px, stained.grid.stride_px)
    inside = None if field.known is None else sample_nearest(field.known, seen)
    area = measure_blocks(sample_nearest(field.positive, seen), grid, inside)
    area[np.isnan(stained.probability)] = np.nan
    learned = np.zeros(field.shape_px, bool)
    if is_learned:
        known.paint((field.name,), learned)
    return JudgedField(
        measured,
        np.where(np.isnan(area), area, stained.probability),
        area,
        (measure_blocks(sample_nearest(learned, seen), grid) > 0) & ~np.isnan(area),
    )


def _sum_up(
    stainer: Stainer, judged: list[JudgedField], left_out: tuple[tuple[str, str], ...]
) -> StainEvaluation:
    import pandas as pd

    card = stainer.card
    cut = card.cut if stainer.options.cut is None else stainer.options.cut
    known = [~np.isnan(one.area) for one in judged]
    probability, area, learned = (
        np.concatenate([values[inside] for values, inside in zip(maps, known, strict=True)])
        for maps in zip(*((one.probability, one.area, one.learned) for one in judged), strict=True)
    )
    positive = area >= card.positive_area
    fields = pd.DataFrame([_tabulate(one, stainer, cut) for one in judged])
    dishes = tabulate_dishes(fields)
    measured = tabulate_dishes(fields.assign(efficiency=fields["measured"]))
    dishes.insert(3, "measured", measured["efficiency"])
    varies = min(np.ptp(probability), np.ptp(area)) > 0
    return StainEvaluation(
        model=card.name,
        scores=judge_blocks(probability, positive, cut),
        area_correlation=float(np.corrcoef(probability, area)[0, 1]) if varies else None,
        fields=fields,
        dishes=dishes,
        by_field=compare_efficiencies(fields["efficiency"], fields["measured"]),
        by_dish=compare_efficiencies(dishes["efficiency"], dishes["measured"]),
        reliability=_find_reliability(probability, positive),
        learned_share=float(learned.mean()),
        left_out=left_out,
    )


def _find_reliability(
    probability: NDArray[np.float32], positive: NDArray[np.bool_]
) -> tuple[tuple[float, float, int], ...]:
    """Compare the probabilities of each tenth of 0..1 with how often they come true."""
    tenth = np.minimum((10 * probability).astype(int), 9)
    parts = [tenth == i for i in range(10)]
    return tuple(
        (float(probability[part].mean()), float(positive[part].mean()), int(part.sum()))
        for part in parts
        if part.any()
    )


def _tabulate(one: JudgedField, stainer: Stainer, cut: float) -> dict[str, Any]:
    """Return the row of a field."""
    measured = one.measured
    called = call_blocks(one.area, stainer.card.positive_area)
    found = estimate_efficiency(one.probability, cut, how=stainer.options.efficiency)
    return {
        "image": measured.field.name,
        "dish": measured.place.dish,
        "day": measured.place.day,
        "t": measured.t,
        "measured": estimate_efficiency(called).value,
        "efficiency": found.value,
        "low": found.low,
        "high": found.high,
        "n_blocks": found.n_blocks,
        "n_independent": found.n_independent,
        "threshold": measured.threshold.value,
    }
