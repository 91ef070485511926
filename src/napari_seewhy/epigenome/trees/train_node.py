"""Training one decision of a tree: two answers, of the samples that reach it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.trees.options import NodeOptions, leaves
from napari_seewhy.errors import DataError
from napari_seewhy.models.running import PredictOptions
from napari_seewhy.progress import name_steps
from napari_seewhy.samples.targeting import ClassMap, apply_class_map

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.models.files import Model
    from napari_seewhy.models.networks import NetworkOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.storing import SampleSet
    from napari_seewhy.training.fitting import TrainOptions

MODEL_SUFFIX = ".safetensors"


@dataclass(frozen=True, slots=True)
class NodeJob:
    """One decision to be trained.

    Attributes
    ----------
    node
        The decision.
    nodes
        The whole tree, which says what its answers lead to.
    network, training
        Which network, and how it is trained.
    """

    node: NodeOptions
    nodes: tuple[NodeOptions, ...]
    network: NetworkOptions
    training: TrainOptions

    @property
    def class_map(self) -> ClassMap:
        """The classes that make up both answers."""
        answers = (self.node.negative, self.node.positive)
        return ClassMap({name: leaves(self.nodes, name) for name in answers})

    def narrow(self, split: Split) -> Split:
        """Keep the rows of a split that reach this decision, with its answers for targets.

        Raises
        ------
        DataError
            If a set to learn from or to stop by lacks an answer.
        """
        target, names = apply_class_map(split.target, split.classes, self.class_map)
        parts = {name: rows[target[rows] >= 0] for name, rows in split.parts.items()}
        for part in ("train", "stop"):
            present = set(target[parts[part]].tolist())
            if len(present) < len(names):
                missing = [name for place, name in enumerate(names) if place not in present]
                raise DataError(
                    f"No {part} sample of the decision {self.node.name} is {' or '.join(missing)}; "
                    "add some, or split by other groups."
                )
        return replace(
            split,
            train=parts["train"],
            stop=parts["stop"],
            report=parts["report"],
            target=target,
            classes=names,
        )


def train_node_steps(
    job: NodeJob, samples: SampleSet, split: Split, *, out: Path, resume: bool = False
) -> Task[Model]:
    """Train a decision, or take it from `out` where this very training was finished before.

    Parameters
    ----------
    job
        What is decided, and how it is trained.
    samples
        The samples of its input.
    split
        The split of all samples.
    out
        Model file to write.
    resume
        Whether to continue a training that was stopped.
    """
    from napari_seewhy.training.fitting import find_finished, fit_steps

    narrowed = job.narrow(split)
    what = (samples, job.network, job.training, narrowed)
    finished = find_finished(out, *what) if resume else None
    if finished is not None:
        return finished
    task = fit_steps(*what, out=out, classes=job.class_map, resume=resume)
    return (yield from name_steps(task, job.node.name))


def say_positive_steps(
    model: Model, samples: SampleSet, rows: NDArray[np.int64], training: TrainOptions
) -> Task[NDArray[np.float64]]:
    """Return how probable the positive answer is for these rows, ``(n,)``."""
    from napari_seewhy.models.running import predict_steps

    options = PredictOptions(device=training.device, precision=training.precision)
    probability = yield from predict_steps(model, samples, options, rows=rows)
    return probability[:, 1].astype(np.float64)
