"""Classifying image files: class labels, tables and counts beside each image."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.cells.classifying.cell_model import CellModel, open_model
from napari_seewhy.cells.classifying.classify import CellClassifier, ClassifiedCells
from napari_seewhy.cells.classifying.deciding import count_classes, decide, paint_classes
from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.labels import LabelledCells, check_labels
from napari_seewhy.cells.segmenting import LABELS_ENDING, ImageLabels, LabelSource
from napari_seewhy.images import ImageWork, Written, write_labels
from napari_seewhy.models.preflight import unless_refused
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.images import CellImage, ImageJob
    from napari_seewhy.progress import Task

VERB = "classify"

_OPTIONS, _LABELS = ClassifyOptions(), LabelSource()


class Answered(NamedTuple):
    """The labels of an image, and what the model says of its cells."""

    labels: ImageLabels
    answer: Any


@dataclass(frozen=True)
class LabelledWork(ImageWork[Answered]):
    """Base of the work that asks a model about the cells of each image.

    Attributes
    ----------
    model_path
        File of the model.
    out
        Folder of the outputs; made if it is not there.
    labels
        Where the labels of the images come from.
    is_strict
        Whether images that would have to be adapted to the model are refused.
    """

    model_path: Path
    out: Path
    labels: LabelSource = _LABELS
    is_strict: bool = False

    @property
    @abstractmethod
    def asker(self) -> CellModel[Any, Any]:
        """The model with its options, such as a `CellClassifier`; read when first asked for."""

    @abstractmethod
    def write_answer(
        self, job: ImageJob, image: CellImage, labels: ImageLabels, answer: Any
    ) -> Written:
        """Write what the model says."""

    @property
    def models(self) -> tuple[Path, ...]:
        """The model, and the network that segments where labels have to be found."""
        return self.model_path, *self.labels.model_paths

    def sources(self, job: ImageJob) -> tuple[Path, ...]:
        """Return the models and the labels of an image."""
        return self.model_path, *self.labels.find_paths(job), *self.labels.model_paths

    def check(self) -> None:
        """Refuse a model or labels that are not there, or channels that the model does not have.

        Raises
        ------
        FileError
            If a model cannot be read.
        OptionError
            If there is no folder of labels, or the channels do not fit the model.
        """
        _ = self.asker
        self.labels.check()
        super().check()

    def chosen(self) -> dict[str, Any]:
        """Return all options, as plain JSON values."""
        if self.labels.folder is not None:
            return {}
        return {"segment": self.labels.segmenting.model_dump(mode="json")}

    def look_steps(self, job: ImageJob, image: CellImage) -> Task[Answered]:
        """Find the labels of an image, compare its cells with those of the model, and ask it.

        Raises
        ------
        DataError
            If they differ, and `is_strict` is set.
        """
        labels = yield from self.labels.find_steps(job, image)
        cells = LabelledCells(image, labels.nuclei, labels.cells)
        agreed = "" if self.is_strict else None
        answer = unless_refused((yield from self.asker.ask_steps(cells, agreed)))
        return Answered(labels, answer)

    def write(self, job: ImageJob, image: CellImage, found: Answered) -> Written:
        """Write what the model says, and the nuclei where they were segmented on the way."""
        labels, answer = found
        preflight = answer.preflight
        paths, figures, _, details = self.write_answer(job, image, labels, answer)
        if not labels.paths:
            paths.append(self.path(job, f"_nuclei{LABELS_ENDING}"))
            nuclei = check_labels(labels.nuclei, image)
            write_labels(paths[-1], nuclei, pixel_size_um=image.pixel_size_um, name="nuclei")
        said = preflight.describe()
        differs = said.splitlines() if preflight.findings else []
        warnings = (*labels.warnings, *differs, *answer.warnings)
        fit = {"level": preflight.level, "said": said}
        return Written(
            paths, figures, warnings, {**details, "device": answer.device, "preflight": fit}
        )


@dataclass(frozen=True)
class ClassifyWork(LabelledWork):
    """What is done to each image of a batch: its cells are classified.

    Its outputs are described in ``docs/how-to/classifying.md``.

    Attributes
    ----------
    options
        How cells are classified.
    confidence
        Cells of which the model is less sure are undecided.
    """

    options: ClassifyOptions = _OPTIONS
    confidence: float = 0.0

    VERB = VERB
    RECORD = "_classify_record.json"

    @cached_property
    def asker(self) -> CellClassifier:
        """The model with its options."""
        classifier = CellClassifier(open_model(self.model_path), self.options)
        self.options.map_channels(classifier.model.card)
        return classifier

    def chosen(self) -> dict[str, Any]:
        """Return all options, as plain JSON values."""
        classify = self.options.model_dump(mode="json")
        return {"classify": classify, "confidence": self.confidence} | super().chosen()

    def write_answer(
        self, job: ImageJob, image: CellImage, labels: ImageLabels, answer: ClassifiedCells
    ) -> Written:
        """Write class labels, the table of cells and the counts of the classes."""
        decided = decide(answer.table, self.confidence)
        table = answer.table.assign(decided=decided)
        counts = count_classes(decided, answer.table.get("t"))
        value = {name: i for i, name in enumerate(decided.cat.categories, start=1)}
        counts.insert(0, "value", counts["class"].map(value))
        names = ", ".join(f"{number} {name}" for name, number in value.items())
        painted = paint_classes(check_labels(labels.nuclei, image), table, decided)
        endings = (f"_class{LABELS_ENDING}", "_classified.csv", "_class_counts.csv")
        paths = [self.path(job, ending) for ending in endings]
        size = image.pixel_size_um
        write_labels(paths[0], painted, pixel_size_um=size, name=f"classes: {names}")
        write_table(paths[1], table)
        write_table(paths[2], counts)
        total = count_classes(decided)
        each = dict(zip(total["class"], total["n"].tolist(), strict=True))
        return Written(paths, {"n_cells": len(table), "classes": each})
