"""What the Explain widget has the child process do: compare first, explain, paint again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.cells.classifying import open_model
from napari_seewhy.cells.explaining import CellExplainer, check_cells_sanity_steps, paint_heatmaps
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.cells.explaining import CropPlaces, ExplainCellsOptions, ExplainedCells
    from napari_seewhy.explaining import Heatmaps, HeatmapScale, SanityCheck
    from napari_seewhy.models.preflight import Preflight
    from napari_seewhy.progress import Task
    from napari_seewhy.widgets.parts.layers import LabelledImage


def explain_agreed_steps(
    job: LabelledImage,
    model: Path,
    options: ExplainCellsOptions,
    regions: dict[str, NDArray[Any]],
    agreed: str = "",
) -> Task[ExplainedCells | Preflight]:
    """Explain the cells of an image if they fit the model, or if a person agreed to what differs.

    Parameters
    ----------
    job
        Image and labels.
    model
        File of the model.
    options
        How cells are explained.
    regions
        Name -> labels of more regions.
    agreed
        What the person has read and agreed to: `Preflight.describe` of the time before.

    Returns
    -------
    ExplainedCells or Preflight
        The comparison where the person has to be asked, or the model refuses the cells.
    """
    yield Step(0, 0, "Loading the model")
    explainer = CellExplainer(open_model(model), options)
    plan = yield from explainer.plan_steps(job.image, job.labels, job.cell_labels)
    preflight = plan.preflight
    is_news = preflight.level == "amber" and preflight.describe() != agreed
    if is_news or preflight.level == "red":
        return preflight
    has_cells = job.cell_labels is not None
    cutter = explainer.region_cutter(plan, job.labels, has_cells=has_cells, others=regions)
    return (yield from explainer.explain_steps(plan, cutter))


def check_job_steps(
    job: LabelledImage, model: Path, options: ExplainCellsOptions
) -> Task[SanityCheck]:
    """Compare heatmaps of cells with those of the same network with fresh weights."""
    return (
        yield from check_cells_sanity_steps(
            job.image, job.labels, model, options, cell_labels=job.cell_labels
        )
    )


def paint_steps(
    heatmaps: Heatmaps, places: CropPlaces, per: HeatmapScale
) -> Task[dict[str, NDArray[np.float32]]]:
    """Paint heatmaps again in another scale."""
    yield Step(0, 0, "Painting")
    return paint_heatmaps(heatmaps, places, per)
