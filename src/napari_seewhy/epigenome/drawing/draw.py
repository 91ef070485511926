"""Drawing one picture per gene from tracks of chromatin and methylation, compound by compound."""

from __future__ import annotations

import json
import shutil
import warnings
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Self

from napari_seewhy.batch import Processes, gather_warnings, run_steps
from napari_seewhy.epigenome.drawing.batch import DrawWork
from napari_seewhy.epigenome.drawing.bins import PAIRED_TRACKS, SINGLE_TRACKS
from napari_seewhy.epigenome.drawing.compounds import check_folders
from napari_seewhy.epigenome.drawing.folder import DrawnFolder
from napari_seewhy.epigenome.drawing.options import DrawOptions
from napari_seewhy.epigenome.drawing.plan import CompoundPlan, DrawnParts, name_pictures, read_parts
from napari_seewhy.epigenome.drawing.prepare import find_top, prepare_tracks_steps
from napari_seewhy.epigenome.pictures import (
    MODELS,
    TABLE_NAME,
    annotation_path,
    keep_annotation_steps,
    read_picture_table,
)
from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.genome import place_genes, read_genes
from napari_seewhy.progress import Step, Task, blocking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from napari_seewhy.epigenome.drawing.batch import DrawBatch
    from napari_seewhy.epigenome.drawing.compounds import CompoundTracks

_WORK_FOLDER = ".drawing"
"""Folder of what is needed only while a compound is drawn; safe to delete when nothing runs."""


class DrawnCompound(NamedTuple):
    """What became of one compound.

    Attributes
    ----------
    n_pictures
        Pictures of it.
    n_without_sites
        Genes without a CpG site, or without one that the control measured too.
    depth_ratio
        How many times deeper the treated sample was sequenced.
    n_incomplete
        Windows with a place that was not measured.
    assumed
        What each file was read as, and what else was assumed about it.
    """

    n_pictures: int
    n_without_sites: int
    depth_ratio: float
    n_incomplete: int
    assumed: tuple[str, ...]


class GeneDrawing:
    """Draws compound after compound into one folder, with the same genes, axes and scale.

    Parameters
    ----------
    folder
        Gets ``<compound>/<gene>.png``, ``pictures.csv``, ``gene_tracks.npz``, ``record.json``, and
        the genes that lie in the windows: ``pictures.gene_models.bed``.
    genes
        One of the tables of ``docs/reference/genome-files.md``.
    options
        How they are drawn. Used in a ``with`` block, which ends its processes.
    executor
        Where pictures are drawn, instead of in processes of its own; it belongs to the caller.

    Raises
    ------
    FileError, DataError
        If the genes cannot be read.
    OptionError
        If pictures of other genes, or drawn otherwise, are in the folder.
    """

    def __init__(
        self,
        folder: Path,
        genes: Path,
        options: DrawOptions | None = None,
        executor: Executor | None = None,
    ) -> None:
        self.options = options or DrawOptions()
        self.drawn = DrawnFolder(folder, genes, self.options)
        with gather_warnings(pass_on=True) as self._assumed:
            chosen = self.options.join_transcripts
            self.genes = read_genes(genes, join_transcripts=chosen)
        self._work = folder / _WORK_FOLDER
        n_workers = self.options.n_workers
        is_alone = executor is not None or n_workers == 1
        self._own = None if is_alone else Processes(n_workers)
        self._executor = executor or self._own

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: object, *_: object) -> None:
        if self._own is not None:
            self._own.shutdown(cancel_futures=True)
        if error is None:
            shutil.rmtree(self._work, ignore_errors=True)

    def is_done(self, compound: CompoundTracks) -> bool:
        """Say whether all pictures of a compound are there, drawn from the same tracks.

        Raises
        ------
        OptionError
            If they were drawn from other tracks.
        """
        return self.drawn.has(compound)

    def draw_steps(self, compound: CompoundTracks) -> Task[DrawnCompound]:
        """Draw the pictures of one compound; batches that an earlier run finished are kept.

        Raises
        ------
        FileError, DataError, OptionError
            As `prepare_tracks_steps`; or if a picture cannot be written.
        """
        yield Step(0, 0, "Checking tracks")
        with gather_warnings(pass_on=True) as assumed:
            plan, read_as = yield from self._plan_steps(compound)
        batches = plan.batches(self.drawn.path, self.options)
        yield from self._draw_missing(batches)
        values, n_sites, is_whole = read_parts([batch.part for batch in batches])
        done = DrawnCompound(
            len(values),
            int((n_sites == 0).sum()),
            plan.tracks.chromatin.unit,
            int((~is_whole).sum()),
            (*read_as, *self._assumed, *assumed),
        )
        self.drawn.add(
            compound,
            plan.rows(self.options, n_sites),
            values,
            SINGLE_TRACKS if compound.control_chromatin is None else PAIRED_TRACKS,
            top=plan.top,
            depth_ratio=done.depth_ratio,
            n_without_sites=done.n_without_sites,
            n_incomplete=done.n_incomplete,
            assumed=list(done.assumed),
        )
        yield from self._annotate_steps()
        shutil.rmtree(plan.work, ignore_errors=True)
        _warn_of_emptiness(done)
        return done

    def _annotate_steps(self) -> Iterator[Step]:
        """Keep the genes of the windows beside the pictures; all compounds have the same ones."""
        folder = self.drawn.path
        if not annotation_path(folder, MODELS).is_file():
            table = read_picture_table(folder / TABLE_NAME)
            yield from keep_annotation_steps(folder, table, self.drawn.genes)

    def _plan_steps(self, compound: CompoundTracks) -> Task[tuple[CompoundPlan, list[str]]]:
        """Return what is to be drawn, and what each file was read as."""
        options = self.options
        cache = self._work / "tracks"
        genes_file = self.drawn.genes
        ready = yield from prepare_tracks_steps(compound, self.genes, genes_file, options, cache)
        genes = self.genes[ready.is_known]
        places = place_genes(genes, options.reach_bp, mirror=options.mirror)
        top = options.top or self.drawn.top or find_top(ready.paths, places, options.width_px)
        # Batches of an earlier run count only if it drew the same.
        same = json.dumps(
            [self.drawn.describe_drawing(), self.drawn.describe(compound), top, DrawnParts._fields]
        )
        plan = CompoundPlan(
            compound,
            ready.paths,
            tuple(genes["gene"]),
            tuple(places),
            tuple(name_pictures(genes["gene"], compound.folder)),
            top,
            self._work / sha256(same.encode()).hexdigest()[:16],
        )
        return plan, [f"{path} is read as {what}." for path, what in ready.read_as.items()]

    def _draw_missing(self, batches: Sequence[DrawBatch]) -> Iterator[Step]:
        """Draw the batches that an earlier run did not finish; the first that fails ends it."""
        n_all = sum(len(batch.genes) for batch in batches)
        missing = [batch for batch in batches if not batch.part.is_file()]
        executor = self._executor if len(missing) > 1 else None
        with closing(run_steps(missing, DrawWork(), executor)) as steps:
            for step in steps:
                ended = list(zip(missing, step.outcomes, strict=True))
                for _, outcome in ended:
                    if outcome.status == "failed":
                        error = DataError(outcome.reason)
                        error.add_note(outcome.traceback)
                        raise error
                left = sum(len(batch.genes) for batch, one in ended if one.status != "done")
                yield Step(n_all - left, n_all, "Drawing pictures")
        for sentence in {said: None for _, one in ended for said in one.warnings}:
            warnings.warn(sentence, SeewhyWarning, stacklevel=2)


def _warn_of_emptiness(done: DrawnCompound) -> None:
    if done.n_without_sites:
        warnings.warn(
            f"{done.n_without_sites:,} of {done.n_pictures:,} windows hold no CpG site that was "
            "measured; their lower half is empty (column n_sites of the table).",
            SeewhyWarning,
            stacklevel=3,
        )
    if done.n_incomplete:
        warnings.warn(
            f"{done.n_incomplete:,} of {done.n_pictures:,} windows hold places that were not "
            "measured (no number, or no interval in a track that stores zeros); there chromatin is "
            "grey, and no site is drawn.",
            SeewhyWarning,
            stacklevel=3,
        )


def draw_genes_steps(
    compounds: Sequence[CompoundTracks],
    genes: Path,
    out: Path,
    options: DrawOptions | None = None,
) -> Task[list[DrawnCompound]]:
    """Draw one picture per gene and compound, chromatin above and methylation below.

    Compounds whose pictures are in the folder already are passed over; others may be added later.

    Parameters
    ----------
    compounds
        Treated samples and their controls.
    genes
        One of the tables of ``docs/reference/genome-files.md``.
    out
        Folder, as `GeneDrawing` describes it.
    options
        How they are drawn.

    Returns
    -------
    list of DrawnCompound
        Of those that were drawn now.

    Raises
    ------
    FileError, DataError, OptionError
        If a file cannot be read, files do not belong together, or the folder holds other pictures.
    """
    check_folders(list(compounds))
    done = []
    with GeneDrawing(out, genes, options) as drawing:
        for compound in compounds:
            if not drawing.is_done(compound):
                done.append((yield from drawing.draw_steps(compound)))
    return done


draw_genes = blocking(draw_genes_steps)
