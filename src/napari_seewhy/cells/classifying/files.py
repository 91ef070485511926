"""Classifying image files: what is read for each, what is left beside it, and when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from napari_seewhy.cells.classifying.classify import CellClassifier, ClassifiedCells, open_model
from napari_seewhy.cells.classifying.deciding import count_classes, decide
from napari_seewhy.cells.classifying.labels import paint_classes
from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.classifying.outputs import VERB, ClassOutputs
from napari_seewhy.cells.labels import check_labels
from napari_seewhy.cells.segmenting import LabelSource, SegmentOptions
from napari_seewhy.errors import DataError
from napari_seewhy.files import hash_file, remove_file, write_json
from napari_seewhy.images import FileResult, check_owner, is_up_to_date, read_image, write_labels
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.cells.segmenting import ImageLabels
    from napari_seewhy.images import CellImage, ImageJob
    from napari_seewhy.progress import Task

_OPTIONS = ClassifyOptions()
_SEGMENTING = SegmentOptions()


@dataclass(frozen=True)
class ClassifyWork:
    """What is done to each image of a batch; the same from the command and from the window.

    Attributes
    ----------
    model_path
        File of the model.
    out
        Folder of the outputs; made if it is not there.
    options
        How cells are classified.
    labels_folder
        Where the labels of the images are; None segments them.
    segmenting
        How, where they are segmented.
    confidence
        Cells of which the model is less sure are undecided.
    is_strict
        Whether images that would have to be adapted to the model are refused.
    """

    model_path: Path
    out: Path
    options: ClassifyOptions = _OPTIONS
    labels_folder: Path | None = None
    segmenting: SegmentOptions = _SEGMENTING
    confidence: float = 0.0
    is_strict: bool = False

    @cached_property
    def classifier(self) -> CellClassifier:
        """The model with its options, read when it is first asked for.

        Raises
        ------
        FileError
            If it cannot be read.
        """
        return CellClassifier(open_model(self.model_path), self.options)

    @cached_property
    def _model_hash(self) -> str:
        return hash_file(self.model_path)

    @cached_property
    def _labels(self) -> LabelSource:
        return LabelSource(self.labels_folder, self.segmenting)

    def check(self) -> None:
        """Refuse what would make every image fail: a model or a folder that is not there.

        Raises
        ------
        FileError
            If the model cannot be read.
        OptionError
            If there is no folder of labels, or the channels are not as many as the model has.
        """
        self.options.map_channels(self.classifier.model.card)
        self._labels.check()

    def steps(self, job: ImageJob) -> Task[FileResult]:
        """Classify the cells of one image and write the outputs, the record last.

        Raises
        ------
        SeewhyError
            If the image, its labels or the model cannot be read or do not fit one another, or an
            output cannot be written, or those of another image stand under the same names.
        """
        outputs = ClassOutputs(self.out, job.name)
        check_owner(outputs.record, VERB, job.path)
        image = read_image(job.path, scene=job.scene)
        labels = yield from self._labels.find_steps(job, image)
        plan = yield from self.classifier.plan_steps(image, labels.nuclei, labels.cells)
        if self.is_strict and plan.preflight.level == "amber":
            raise DataError(
                "The image differs from those of the model. "
                f"{' '.join(plan.preflight.describe().split())} Allow that, or take other images."
            )
        said = yield from self.classifier.classify_steps(plan)
        yield Step(0, 0, "Writing")
        # Outputs without a record count as unfinished: it goes first and comes last.
        remove_file(outputs.record)
        paths, counts = self._write(outputs, image, labels, said)
        figures = {
            "n_cells": len(said.table),
            "classes": dict(zip(counts["class"], counts["n"].tolist(), strict=True)),
        }
        differs = said.preflight.describe().splitlines() if said.preflight.findings else []
        warnings = (*labels.warnings, *differs, *said.warnings)
        record = make_record(
            VERB,
            self._chosen(job),
            [job.path, self.model_path, *labels.paths, *self._labels.model_paths],
            **figures,
            device=said.device,
            preflight={"level": said.preflight.level, "said": said.preflight.describe()},
            outputs=[path.name for path in paths],
            warnings=list(warnings),
        )
        write_json(outputs.record, record)
        written = tuple(str(path) for path in (*paths, outputs.record))
        return FileResult(written, figures, warnings)

    def is_done(self, job: ImageJob) -> bool:
        """Whether whole outputs of this image are there, made with this model and these options."""
        labels = self._labels
        hashes = [
            hash_file(job.path),
            self._model_hash,
            *map(hash_file, (*labels.find_paths(job), *labels.model_paths)),
        ]
        record = ClassOutputs(self.out, job.name).record
        return is_up_to_date(record, VERB, self._chosen(job), hashes)

    def _write(
        self, outputs: ClassOutputs, image: CellImage, labels: ImageLabels, said: ClassifiedCells
    ) -> tuple[list[Path], pd.DataFrame]:
        """Write everything but the record; return what was written, and the counts of all cells."""
        decided = decide(said.table, self.confidence)
        by = said.table.get("t")
        table = said.table.assign(decided=decided)
        counts = count_classes(decided, by)
        value = {name: i for i, name in enumerate(decided.cat.categories, start=1)}
        counts.insert(0, "value", counts["class"].map(value))
        names = ", ".join(f"{number} {name}" for name, number in value.items())
        nuclei = check_labels(labels.nuclei, image)
        size = image.pixel_size_um
        painted = paint_classes(nuclei, table, decided)
        write_labels(outputs.classes, painted, pixel_size_um=size, name=f"classes: {names}")
        write_table(outputs.table, table)
        write_table(outputs.counts, counts)
        paths = [outputs.classes, outputs.table, outputs.counts]
        if not labels.paths:
            write_labels(outputs.labels, nuclei, pixel_size_um=size, name="nuclei")
            paths.append(outputs.labels)
        return paths, count_classes(decided)

    def _chosen(self, job: ImageJob) -> dict[str, Any]:
        chosen = {
            "scene": job.scene,
            "classify": self.options.model_dump(mode="json"),
            "confidence": self.confidence,
        }
        if self.labels_folder is None:
            chosen["segment"] = self.segmenting.model_dump(mode="json")
        return chosen
