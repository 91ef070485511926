"""Train virtual staining on pairs of phase contrast and marker, with the loop of the house."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.errors import SeewhyWarning
from napari_seewhy.progress import Step, blocking
from napari_seewhy.record import make_record
from napari_seewhy.staining.block_scores import judge_blocks
from napari_seewhy.staining.calibrate import find_cut, fit_calibration, to_probability
from napari_seewhy.staining.card import StainCard, StainModel, load_stain
from napari_seewhy.staining.lesson import StainLesson
from napari_seewhy.staining.network import StainNetwork
from napari_seewhy.staining.scaled_field import Levels, measure_levels, scale_field
from napari_seewhy.staining.stain_plan import plan_stain
from napari_seewhy.training.learning import Course, is_finished, train_to_file_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.progress import Task
    from napari_seewhy.staining.scaled_field import ScaledField
    from napari_seewhy.staining.stain_field import StainField
    from napari_seewhy.staining.stain_options import StainOptions
    from napari_seewhy.staining.stain_plan import StainPlan, StainSource
    from napari_seewhy.training.learning import Session


def train_stain_steps(
    fields: Sequence[StainField],
    options: StainOptions,
    *,
    out: Path,
    source: StainSource | None = None,
    resume: bool = False,
) -> Task[StainModel]:
    """Train a network to paint a virtual immunostaining.

    Parameters
    ----------
    fields
        Phase contrast with what the marker shows of it.
    options
        How it is trained.
    out
        Model file to write. While training, ``<out>.checkpoint`` stands beside it, rewritten
        after every epoch; it stays when the training is stopped or killed.
    source
        Where the fields come from, for the card and the record.
    resume
        Whether to continue from an existing checkpoint. In float32 on the CPU the weights
        are then, to the last bit, those of a training that was never stopped.

    Returns
    -------
    StainModel
        The network of the best epoch and its card; also in `out`.

    Raises
    ------
    DataError
        If the fields cannot be learned from: no block is positive, channels differ ...
    OptionError
        If device or network are not there, or the checkpoint is of another training.
    FileError
        If a file cannot be read or written; the checkpoint before stays.
    TaskError
        If there is not enough memory for one window.
    """
    out = Path(out)
    plan = plan_stain(fields, options, source)
    if resume and is_finished(out, StainCard, options, plan.hashes):
        return load_stain(out)
    return (
        yield from train_to_file_steps(
            partial(_prepare_steps, plan, out.stem),
            out=out,
            load=load_stain,
            n_devices=options.n_devices,
            resume=resume,
        )
    )


train_stain = blocking(train_stain_steps)


def _prepare_steps(plan: StainPlan, name: str) -> Task[StainCourse]:
    """Scale the fields and describe them for the card."""
    if not plan.split.stop:
        warnings.warn(
            "Nothing is set aside to say when to stop, so the losses are those of what is learned "
            "from and say nothing of other fields.",
            SeewhyWarning,
            stacklevel=2,
        )
    yield Step(0, 0, "Making the fields ready")
    levels = _measure_fluorescence(plan) if plan.options.predicted_fluorescence else None
    return StainCourse(plan, _scale_pieces(plan, levels), _draw_card(plan, name, levels))


class _Scaled(NamedTuple):
    train: list[ScaledField]
    stop: list[ScaledField]


@dataclass(frozen=True, eq=False)
class StainCourse(Course[StainLesson, StainModel]):
    """The training of a model that stains virtually; see `Course`.

    Attributes
    ----------
    plan
        What is trained with what.
    scaled
        Pieces to learn from, and those that say when to stop.
    card
        Of the model to be, without its training.
    """

    plan: StainPlan
    scaled: _Scaled
    card: StainCard

    @property
    def options(self) -> StainOptions:
        """How it is trained."""
        return self.plan.options

    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON: two trainings that say the same are the same."""
        return self.plan.describe()

    def make_lesson(self, rank: int = 0, n_ranks: int = 1) -> StainLesson:
        """Return what is learned by one of several processes."""
        return StainLesson(*self.scaled, self.options, rank, n_ranks)

    def build(self) -> StainNetwork:
        """Build the network with fresh weights."""
        return self.card.build()

    def finish_steps(self, session: Session[StainLesson, StainModel]) -> Task[StainModel]:
        """Calibrate the best network on the pieces that say when to stop; write its record."""
        yield from ()  # a task without steps of its own
        plan, card, network = self.plan, self.card, session.best_network
        if not isinstance(network, StainNetwork):
            raise TypeError("the learner was given another network")
        answers = session.lesson.answer(network, session.runtime)
        if plan.split.stop:
            calibration = fit_calibration(answers.logit, answers.is_positive)
            probability = to_probability(answers.logit, calibration)
            cut = find_cut(probability, answers.is_positive)
            scores = judge_blocks(probability, answers.is_positive, cut).to_json()
            card = card.change(calibration=calibration, cut=cut, metrics={"stop": scores})
        record = make_record(
            "train-stain",
            plan.options,
            plan.source.files,
            **plan.hashes,
            split=plan.split.describe(plan.fields),
            warnings=list(plan.source.warnings),
            **session.describe(),
        )
        return StainModel(network.cpu(), card.change(record=record))


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
