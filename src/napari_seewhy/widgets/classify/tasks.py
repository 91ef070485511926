"""What the Classify widget has the child process do: compare first, and classify if agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.cells.classifying import CellClassifier, ClassifiedCells, open_model
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.cells.classifying import ClassifyOptions
    from napari_seewhy.models.preflight import Preflight
    from napari_seewhy.progress import Task
    from napari_seewhy.widgets.parts.layers import LabelledImage


def classify_agreed_steps(
    job: LabelledImage, model: Path, options: ClassifyOptions, agreed: str = ""
) -> Task[ClassifiedCells | Preflight]:
    """Classify the cells of an image if they fit the model, or if a person agreed to what differs.

    Parameters
    ----------
    job
        Image and labels.
    model
        File of the model.
    options
        How cells are classified.
    agreed
        What the person has read and agreed to: `Preflight.describe` of the time before.

    Returns
    -------
    ClassifiedCells or Preflight
        The comparison where the person has to be asked, or the model refuses the cells.
    """
    yield Step(0, 0, "Loading the model")
    classifier = CellClassifier(open_model(model), options)
    plan = yield from classifier.plan_steps(job.image, job.labels, job.cell_labels)
    preflight = plan.preflight
    is_news = preflight.level == "amber" and preflight.describe() != agreed
    if is_news or preflight.level == "red":
        return preflight
    return (yield from classifier.classify_steps(plan))
