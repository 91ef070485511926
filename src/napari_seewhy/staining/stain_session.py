"""`StainSession`: one training of virtual staining from its first batch to the finished model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from napari_seewhy.models.cards import StainCard
from napari_seewhy.record import make_record
from napari_seewhy.staining.block_scores import judge_blocks
from napari_seewhy.staining.calibrate import find_cut, fit_calibration, to_probability
from napari_seewhy.staining.lesson import StainLesson
from napari_seewhy.staining.network import StainNetwork, StainShape
from napari_seewhy.staining.scaled_field import Levels, measure_levels, scale_field
from napari_seewhy.staining.stain_file import StainModel
from napari_seewhy.training.learning import (
    Learner,
    Progress,
    find_runtime,
    loop_steps,
    make_fabric,
    resume_learner,
    seeded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.progress import Task
    from napari_seewhy.staining.scaled_field import ScaledField
    from napari_seewhy.staining.stain_plan import StainPlan
    from napari_seewhy.training.learning import Checkpoint


@dataclass(slots=True, eq=False)
class StainSession:
    """A training that is ready to begin, or to go on.

    Attributes
    ----------
    plan
        What is trained with what.
    card
        Of the model to be, without its training.
    lesson, learner, progress
        What is learned, what learns it, and how far it is.
    """

    plan: StainPlan
    card: StainCard
    lesson: StainLesson
    learner: Learner
    progress: Progress

    def steps(self, keep: Callable[[Checkpoint], object]) -> Task[StainModel]:
        """Train to the end; return the network of the best epoch, calibrated, with its record.

        Parameters
        ----------
        keep
            Called with a checkpoint after every epoch, in the first process.
        """
        self.progress = yield from loop_steps(
            self.lesson, self.learner, self.plan.options, progress=self.progress, keep=keep
        )
        return self._finish()

    def _finish(self) -> StainModel:
        network = self.learner.average
        network.load_state_dict(self.progress.best)
        if not isinstance(network, StainNetwork):
            raise TypeError("the learner was given another network")
        answers = self.lesson.answer(network, self.learner.runtime)
        card = self.card
        if self.plan.split.stop:
            calibration = fit_calibration(answers.logit, answers.is_positive)
            probability = to_probability(answers.logit, calibration)
            cut = find_cut(probability, answers.is_positive)
            scores = judge_blocks(probability, answers.is_positive, cut).to_json()
            card = card.change(calibration=calibration, cut=cut, metrics={"stop": scores})
        return StainModel(network.cpu(), card.change(record=self._make_record()))

    def _make_record(self) -> dict[str, Any]:
        plan = self.plan
        return make_record(
            "train-stain",
            plan.options,
            plan.source.files,
            **plan.hashes,
            history=self.progress.history,
            best_epoch=self.progress.best_epoch,
            split=plan.split.describe(plan.fields),
            device=self.learner.runtime.describe(),
            torch=torch.__version__,
        )


def open_stain_session(
    plan: StainPlan, name: str, checkpoint: Checkpoint | None = None
) -> StainSession:
    """Make everything ready for a training, or for going on with one.

    Raises
    ------
    DataError
        If a field holds NaN or is the same everywhere.
    OptionError
        If the device or the network is not there.
    """
    options = plan.options
    levels = _measure_fluorescence(plan) if options.predicted_fluorescence else None
    scaled = _scale_pieces(plan, levels)
    card = _draw_card(plan, name, levels)
    with seeded(options.seed):
        network = StainNetwork(StainShape.of(card))
    lesson = StainLesson(*scaled, options)
    runtime = find_runtime(options, checkpoint)
    fabric = make_fabric(runtime, options)
    if fabric.world_size > 1:
        lesson = StainLesson(*scaled, options, fabric.global_rank, fabric.world_size)
    learner = Learner(network, lesson.loss, runtime, options, fabric)
    progress = Progress() if checkpoint is None else resume_learner(checkpoint, learner)
    return StainSession(plan, card, lesson, learner, progress)


class _Scaled(NamedTuple):
    train: list[ScaledField]
    stop: list[ScaledField]


def _scale_pieces(plan: StainPlan, levels: Levels | None) -> _Scaled:
    """Scale every field once, over all that is known of it, and cut it into its pieces."""
    scaled = [scale_field(one, levels) for one in plan.fields]
    train, stop = (
        [scaled[piece.field].cut(piece.box) for piece in pieces]
        for pieces in (plan.split.train, plan.split.stop)
    )
    # Where nothing can be spared, the loss is that of what is learned from.
    return _Scaled(train, stop or train)


def _draw_card(plan: StainPlan, name: str, levels: Levels | None) -> StainCard:
    options = plan.options
    sizes = [one.pixel_size_um for one in plan.fields if one.pixel_size_um is not None]
    return StainCard(
        name=name,
        network=options.network,
        width=options.width,
        channels=plan.channels,
        block_px=options.block_px,
        positive_area=options.positive_area,
        marker=options.marker_name,
        threshold=plan.source.threshold,
        pixel_size_um=float(np.median(sizes)) if sizes else None,
        has_fluorescence=options.predicted_fluorescence,
        fluorescence_levels=(float(levels.middle[0]), float(levels.unit[0])) if levels else None,
        data=options.data,
        licence=options.licence,
    )


def _measure_fluorescence(plan: StainPlan) -> Levels:
    """Return mean level and spread of all markers, so that one model has one scale."""
    each = [
        measure_levels(one.marker[None], f"The marker of {one.name}")
        for one in plan.fields
        if one.marker is not None
    ]
    return Levels(*(np.mean(values, axis=0) for values in zip(*each, strict=True)))
