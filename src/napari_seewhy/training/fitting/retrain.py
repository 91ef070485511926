"""`Retrain`: the same training once more on other rows, as cross-validation and control need it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from napari_seewhy.models.running import PredictOptions, predict_steps
from napari_seewhy.training.fitting.course import ClassCourse
from napari_seewhy.training.fitting.question import pose_question_steps
from napari_seewhy.training.learning import keep_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.models.networks import NetworkOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.storing import SampleSet
    from napari_seewhy.samples.targeting import ClassMap
    from napari_seewhy.training.fitting.options import TrainOptions


@dataclass(frozen=True, slots=True, eq=False)
class Retrain:
    """Trains a network on a split's rows and targets, and predicts its report set.

    Attributes
    ----------
    samples
        Open sample set.
    network, options
        Which network, and how it is trained.
    channels, classes
        As `fit` takes them.
    """

    samples: SampleSet
    network: NetworkOptions
    options: TrainOptions
    channels: Sequence[str] | None = None
    classes: ClassMap | None = None

    def __call__(self, split: Split) -> Task[NDArray[np.float32]]:
        """Train and predict; probabilities ``(n, K)``, one row per row of ``split.report``."""
        question = yield from pose_question_steps(
            self.samples, self.network, split, self.channels, self.classes
        )
        # A control learns other targets than those in the file.
        options = self.options.change(n_devices=1)
        course = ClassCourse(replace(question, target=split.target), options)
        model = yield from course.open().steps(keep_nothing)
        said = PredictOptions(device=options.device, precision=options.precision)
        return (yield from predict_steps(model, self.samples, said, rows=split.report))
