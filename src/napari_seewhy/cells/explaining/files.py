"""Explaining image files: what is read for each, what is left beside it, and when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.classifying import open_model
from napari_seewhy.cells.explaining.explainer import CellExplainer
from napari_seewhy.cells.explaining.options import ExplainCellsOptions
from napari_seewhy.cells.explaining.outputs import VERB, ExplainOutputs
from napari_seewhy.cells.segmenting import LabelSource
from napari_seewhy.errors import DataError
from napari_seewhy.files import hash_file, remove_file, write_json
from napari_seewhy.images import (
    CellImage,
    FileResult,
    check_owner,
    is_up_to_date,
    read_image,
    write_image,
    write_labels,
)
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.cells.explaining.explained import ExplainedCells
    from napari_seewhy.cells.segmenting import ImageLabels
    from napari_seewhy.images import ImageJob
    from napari_seewhy.progress import Task

_OPTIONS = ExplainCellsOptions()
_LABELS = LabelSource()


@dataclass(frozen=True)
class ExplainWork:
    """What is done to each image of a batch.

    Attributes
    ----------
    model_path
        File of the model.
    out
        Folder of the outputs; made if it is not there.
    options
        How cells are explained.
    labels
        Where the labels come from.
    is_strict
        Whether images that would have to be adapted to the model are refused.
    """

    model_path: Path
    out: Path
    options: ExplainCellsOptions = _OPTIONS
    labels: LabelSource = _LABELS
    is_strict: bool = False

    @cached_property
    def explainer(self) -> CellExplainer:
        """The model with its options, read when it is first asked for.

        Raises
        ------
        FileError
            If it cannot be read.
        OptionError
            If it has no such channel to find an organelle in.
        """
        return CellExplainer(open_model(self.model_path), self.options)

    @cached_property
    def _model_hash(self) -> str:
        return hash_file(self.model_path)

    def check(self) -> None:
        """Refuse what would make every image fail.

        Raises
        ------
        FileError
            If the model cannot be read.
        OptionError
            If there is no folder of labels, or a channel does not fit the model.
        """
        self.options.map_channels(self.explainer.model.card)
        self.labels.check()

    def steps(self, job: ImageJob) -> Task[FileResult]:
        """Explain the cells of one image and write the outputs, the record last.

        Raises
        ------
        SeewhyError
            If the image, its labels or the model cannot be read or do not fit one another, or an
            output cannot be written, or those of another image stand under the same names.
        """
        outputs = ExplainOutputs(self.out, job.name)
        check_owner(outputs.record, VERB, job.path)
        image = read_image(job.path, scene=job.scene)
        labels = yield from self.labels.find_steps(job, image)
        plan = yield from self.explainer.plan_steps(image, labels.nuclei, labels.cells)
        preflight = plan.preflight
        if self.is_strict and preflight.level == "amber":
            raise DataError(
                "The image differs from those of the model. "
                f"{' '.join(preflight.describe().split())} Allow that, or take other images."
            )
        cutter = self.explainer.region_cutter(
            plan, labels.nuclei, has_cells=labels.cells is not None
        )
        explained = yield from self.explainer.explain_steps(plan, cutter)
        yield Step(0, 0, "Writing")
        # Outputs without a record count as unfinished: it goes first and comes last.
        remove_file(outputs.record)
        paths = _write(outputs, image, labels, explained)
        differs = preflight.describe().splitlines() if preflight.findings else []
        warnings = (*labels.warnings, *differs, *explained.warnings)
        figures = {"n_cells": len(explained.table), "attention": _mean_attention(explained)}
        record = make_record(
            VERB,
            self._chosen(job),
            [job.path, self.model_path, *labels.paths, *self.labels.model_paths],
            **figures,
            layer=explained.heatmaps.layer,
            device=explained.device,
            preflight={"level": preflight.level, "said": preflight.describe()},
            outputs=[path.name for path in paths],
            warnings=list(warnings),
        )
        write_json(outputs.record, record)
        written = tuple(str(path) for path in (*paths, outputs.record))
        return FileResult(written, figures, warnings)

    def is_done(self, job: ImageJob) -> bool:
        """Whether whole outputs of this image are there, made with this model and these options."""
        hashes = [
            hash_file(job.path),
            self._model_hash,
            *map(hash_file, (*self.labels.find_paths(job), *self.labels.model_paths)),
        ]
        record = ExplainOutputs(self.out, job.name).record
        return is_up_to_date(record, VERB, self._chosen(job), hashes)

    def _chosen(self, job: ImageJob) -> dict[str, Any]:
        chosen = {"scene": job.scene, "explain": self.options.model_dump(mode="json")}
        if self.labels.folder is None:
            chosen["segment"] = self.labels.segmenting.model_dump(mode="json")
        return chosen


def _write(
    outputs: ExplainOutputs, image: CellImage, labels: ImageLabels, explained: ExplainedCells
) -> list[Path]:
    """Write everything but the record; return what was written."""
    size = image.pixel_size_um
    write_table(outputs.table, explained.table)
    write_table(outputs.comparison, explained.comparison)
    paths = [outputs.table, outputs.comparison]
    if explained.images:
        axes = "TCYX" if labels.nuclei.ndim == 3 else "CYX"
        pixels = np.stack(list(explained.images.values()), axis=axes.index("C"))
        write_image(outputs.heatmaps, CellImage(pixels, axes, tuple(explained.images), size))
        means = {name: mean.heatmap for name, mean in explained.means.items()}
        mean_pixels = np.stack(list(means.values()))
        # Their pixels are those of the crops, which may have another size than the image's.
        of_crops = None if size is None else size * explained.places.scale
        write_image(outputs.means, CellImage(mean_pixels, "CYX", tuple(means), of_crops))
        paths += [outputs.heatmaps, outputs.means]
    if not labels.paths:
        write_labels(outputs.labels, labels.nuclei, pixel_size_um=size, name="nuclei")
        paths.append(outputs.labels)
    return paths


def _mean_attention(explained: ExplainedCells) -> dict[str, dict[str, float | None]]:
    """Mean share of attention by class and region; None where no heatmap is known."""
    means = explained.shares.groupby(explained.table["class"], observed=True).mean()
    return {
        str(name): {
            str(region): None if share != share else float(share) for region, share in row.items()
        }
        for name, row in means.iterrows()
    }
