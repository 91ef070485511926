"""What classifying and explaining genes leave: tables, peaks, heatmaps and records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.batch import is_up_to_date
from napari_seewhy.epigenome.answering.classify import classify_genes_steps
from napari_seewhy.epigenome.answering.explain import explain_genes_steps
from napari_seewhy.epigenome.trees import DecisionTree, find_tree
from napari_seewhy.files import hash_file, remove_file, write_json, write_text, writing
from napari_seewhy.images import CellImage, write_image
from napari_seewhy.record import Record, make_record, read_record
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.epigenome.answering.explain import ExplainedGenes
    from napari_seewhy.epigenome.answering.options import ClassifyGenesOptions, ExplainGenesOptions
    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.models.running import PredictOptions
    from napari_seewhy.options import Options
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.importing import Failure

CLASSIFY_VERB, EXPLAIN_VERB = "epigenome classify", "epigenome explain"

CLASSES, ATTENTION, PEAKS = "genes_classes.csv", "genes_attention.csv", "genes_peaks.bed"
HEATMAPS, MEANS = "genes_heatmaps.npz", "genes_mean_heatmaps.ome.tif"
"""Names of the files; ``docs/how-to/epigenome.md`` says what stands in them."""


class GeneResult(NamedTuple):
    """What came of a set of pictures: files, figures for the record, pictures left out."""

    outputs: tuple[str, ...]
    figures: dict[str, Any]
    failures: tuple[Failure, ...]

    def describe(self) -> str:
        """Say the figures, one line each."""
        lines = []
        for name, value in self.figures.items():
            counts = value.items() if isinstance(value, dict) else [("", value)]
            said = ", ".join(f"{key} {n:,}".strip() for key, n in counts)
            lines.append(f"{name.removeprefix('n_').replace('_', ' ')}: {said}")
        return "\n".join(lines)


@dataclass(frozen=True)
class GeneWork:
    """A set of pictures, a tree, and a folder for its predictions.

    Attributes
    ----------
    pictures
        The pictures.
    tree
        Folder of the tree.
    out
        Folder of the outputs; made if it is not there.
    """

    pictures: PictureSet
    tree: Path
    out: Path

    def classify_steps(
        self, options: ClassifyGenesOptions, executor: Executor | None = None
    ) -> Task[GeneResult]:
        """Classify and write the table, the record last."""
        said = yield from classify_genes_steps(self.pictures, self.tree, options, executor=executor)
        remove_file(self._record_path(CLASSIFY_VERB))
        write_table(self.out / CLASSES, said.table)
        n_other = int((said.table["class"] != said.table["most_probable"]).sum())
        figures = {
            "n_genes": len(said.table),
            "classes": _count(said.table["class"]),
            "n_not_the_most_probable_class": n_other,
        }
        return self._finish(CLASSIFY_VERB, options, [CLASSES], figures, said.failures)

    def explain_steps(
        self, options: ExplainGenesOptions, executor: Executor | None = None
    ) -> Task[GeneResult]:
        """Explain and write table, peaks, heatmaps and their means, the record last."""
        explained = yield from explain_genes_steps(
            self.pictures, self.tree, options, executor=executor
        )
        remove_file(self._record_path(EXPLAIN_VERB))
        names = self._write_explained(explained)
        table = explained.table
        figures = {
            "n_genes": len(table),
            "classes": _count(table["class"]),
            "looked_at": _count(table["looked_at"]),
            "n_peaks": int((table["peak_start"] >= 0).sum()),
        }
        return self._finish(EXPLAIN_VERB, options, names, figures, explained.failures)

    def is_done(self, verb: str, options: Options) -> bool:
        """Whether whole outputs of a verb stand there, of this tree, these pictures and options."""
        path, hashes = self._record_path(verb), [hash_file(one) for one in self._inputs()]
        return (
            is_up_to_date(path, verb, options.model_dump(mode="json"), hashes)
            and getattr(read_record(path, Record).results, "pictures", None)
            == self._pictures_hash()
        )

    def _write_explained(self, explained: ExplainedGenes) -> list[str]:
        write_table(self.out / ATTENTION, explained.table)
        bed = explained.peaks().to_csv(sep="\t", header=False, index=False, lineterminator="\n")
        write_text(self.out / PEAKS, bed)
        with writing(self.out / HEATMAPS) as part, part.open("wb") as stream:
            np.savez_compressed(
                stream,
                heatmaps=explained.grid.astype(np.float16),
                files=explained.table["file"].to_numpy(str),
            )
        means = explained.means()
        if not means:
            return [ATTENTION, PEAKS, HEATMAPS]
        write_image(
            self.out / MEANS, CellImage(np.stack(list(means.values())), "CYX", tuple(means))
        )
        return [ATTENTION, PEAKS, HEATMAPS, MEANS]

    def _finish(
        self,
        verb: str,
        options: PredictOptions,
        names: list[str],
        figures: dict[str, Any],
        failures: tuple[Failure, ...],
    ) -> GeneResult:
        from napari_seewhy.models.running import choose_runtime

        record = make_record(
            verb,
            options,
            self._inputs(),
            **figures,
            pictures=self._pictures_hash(),
            outputs=names,
            failures=[failure._asdict() for failure in failures],
            device=choose_runtime(options).describe(),
        )
        write_json(self._record_path(verb), record)
        paths = [str(self.out / name) for name in names]
        return GeneResult((*paths, str(self._record_path(verb))), figures, failures)

    def _inputs(self) -> list[Path]:
        """Return the files of the tree, and the table of pictures where there is one."""
        tree = DecisionTree.load(self.tree)
        folder = find_tree(self.tree).parent
        models = [folder / node.model for node in (*tree.nodes, *tree.halves)]
        table = [self.pictures.path] if self.pictures.path.is_file() else []
        return [find_tree(self.tree), *models, *table]

    def _pictures_hash(self) -> list[int]:
        """Return number, bytes and latest change of the pictures: hashing thousands takes long."""
        files = map(self.pictures.file, range(len(self.pictures)))
        stats = [file.stat() for file in files if file.is_file()]
        latest = max((one.st_mtime_ns for one in stats), default=0)
        return [len(stats), sum(one.st_size for one in stats), latest]

    def _record_path(self, verb: str) -> Path:
        return self.out / f"genes_{verb.split()[-1]}_record.json"


def _count(names: pd.Series) -> dict[str, int]:
    return {str(name): int(n) for name, n in names[names != ""].value_counts().items()}
