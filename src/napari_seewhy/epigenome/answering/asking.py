"""Asking a tree about pictures, a block at a time: in this process, or in those of an executor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.batch import Portable, Result, run_steps
from napari_seewhy.epigenome.answering.open_tree import OpenTree
from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.errors import TaskError
from napari_seewhy.explaining import ExplainOptions
from napari_seewhy.progress import Step, map_steps
from napari_seewhy.samples.importing import Failure
from napari_seewhy.samples.storing import read_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.batch import Outcome
    from napari_seewhy.epigenome.answering.options import (
        ClassifyGenesOptions,
        ExplainGenesOptions,
    )
    from napari_seewhy.epigenome.pictures import PictureGeometry
    from napari_seewhy.epigenome.sampling import GeneBlock, GeneReader
    from napari_seewhy.epigenome.trees import Node
    from napari_seewhy.progress import Task

_BLOCK = 256


class Answer(NamedTuple):
    """What a tree says of a block of pictures.

    Attributes
    ----------
    rows
        ``(n,)`` rows of the picture set that could be read.
    said
        Name of each decision -> probability of its positive answer ``(n,)``.
    failures
        Pictures that could not be read, and why.
    heatmaps
        ``(n, h, w)`` of the decision that is explained; None where none is.
    geometries
        Where the panels of each picture lie.
    """

    rows: NDArray[np.int64]
    said: dict[str, NDArray[np.float64]]
    failures: tuple[Failure, ...]
    heatmaps: NDArray[np.float32] | None = None
    geometries: tuple[PictureGeometry, ...] = ()


class GeneBlockJob(NamedTuple):
    """Some pictures of a set.

    Attributes
    ----------
    rows
        ``(n,)`` rows of the set.
    path
        File of the first one, which a worker must see.
    """

    rows: NDArray[np.int64]
    path: Path

    @property
    def title(self) -> str:
        """The pictures, by their numbers."""
        return f"pictures {self.rows[0] + 1} to {self.rows[-1] + 1}"


@dataclass(frozen=True)
class AskWork(Portable):
    """Asking all decisions of a tree about blocks of pictures.

    Attributes
    ----------
    path, names
        Of the picture set, see `PictureSet`.
    tree
        Folder of the tree.
    options
        How it is asked; of the type of explaining where heatmaps are wanted.
    explained
        Name of the decision that is explained, "" = none.
    """

    path: Path
    names: str
    tree: Path
    options: ClassifyGenesOptions | ExplainGenesOptions
    explained: str = ""

    @cached_property
    def trained(self) -> OpenTree:
        """The tree with its networks."""
        return OpenTree(self.tree)

    @cached_property
    def _reader(self) -> GeneReader:
        return self.trained.reader(PictureSet(self.path, self.names))

    def check(self) -> None:
        """Refuse a tree that cannot be read.

        Raises
        ------
        FileError
            If it cannot.
        """
        _ = self.trained.tree

    def is_done(self, job: GeneBlockJob) -> bool:
        """Return False: nothing is written before all blocks are there."""
        del job
        return False

    def steps(self, job: GeneBlockJob) -> Task[Result]:
        """Read a block and ask about it; the answer is among the figures."""
        answer = yield from self.answer_steps(self._reader.read(job.rows))
        return Result(figures={"answer": answer})

    def answer_steps(self, block: GeneBlock) -> Task[Answer]:
        """Ask about a block that was read."""
        answer = Answer(block.rows, {}, block.failures)
        if not len(block.rows):
            return answer
        nodes = self.trained.nodes
        if self.explained:
            node = next(one for one in nodes if one.name == self.explained)
            heatmaps, positive = yield from self._see_steps(node, block)
            answer.said[node.name] = positive
            answer = answer._replace(heatmaps=heatmaps, geometries=block.geometries)
        others = [node for node in nodes if node.name != self.explained]
        answer.said.update(self.trained.ask(block, others, self.options))
        return answer

    def _see_steps(
        self, node: Node, block: GeneBlock
    ) -> Task[tuple[NDArray[np.float32], NDArray[np.float64]]]:
        """Explain the answer that a decision gives about each picture of a block.

        Returns
        -------
        heatmaps, positive
            ``(n, h, w)``, and the probability of the positive answer ``(n,)``.
        """
        from napari_seewhy.explaining import explain_steps

        asked = self.options.model_dump(include=set(ExplainOptions.model_fields))
        chosen = ExplainOptions(**asked)
        model, pixels = self.trained.models[node.name], block.pixels["whole"]
        heatmaps = yield from explain_steps(model, pixels, chosen)
        positive = heatmaps.probability[:, 1].astype(np.float64)
        answer = (positive >= node.threshold).astype(np.int64)
        # What is explained is the answer by the threshold, which may be the less probable one.
        others = np.flatnonzero(answer != heatmaps.target)
        if len(others):
            redone = yield from explain_steps(model, pixels, chosen, rows=others, of=answer[others])
            heatmaps.grid[others] = redone.grid
        return heatmaps.grid, positive


def ask_steps(
    pictures: PictureSet, work: AskWork, doing: str, executor: Executor | None = None
) -> Task[tuple[Answer, ...]]:
    """Ask about every picture of a set.

    Parameters
    ----------
    pictures
        The set.
    work
        How.
    doing
        What the progress says is done.
    executor
        Where blocks are worked on, several at once; None works here.

    Raises
    ------
    TaskError
        If no block could be worked on in the executor. Pictures of a block that failed there are
        among the failures of its answer.
    SeewhyError
        As the tree and the pictures, where they are read here.
    """
    rows = np.array_split(np.arange(len(pictures)), max(1, -(-len(pictures) // _BLOCK)))
    if executor is None:
        return (yield from _ask_here_steps(pictures, work, rows, doing))
    jobs = [GeneBlockJob(few, pictures.file(int(few[0]))) for few in rows if len(few)]
    done = partial(_count_done, jobs, len(pictures), doing)
    outcomes = yield from map_steps(run_steps(jobs, work, executor), done)
    if jobs and all(one.status == "failed" for one in outcomes):
        error = TaskError(outcomes[0].reason)
        error.add_note(outcomes[0].traceback)
        raise error
    return tuple(_read_outcome(pictures, job, one) for job, one in zip(jobs, outcomes, strict=True))


def _count_done(jobs: Sequence[GeneBlockJob], total: int, doing: str, step: Step) -> Step:
    """Count pictures instead of blocks."""
    ended = zip(jobs, getattr(step, "outcomes", ()), strict=False)
    n_done = sum(len(job.rows) for job, one in ended if one.status in ("done", "failed"))
    return Step(n_done, total, doing)


def _read_outcome(pictures: PictureSet, job: GeneBlockJob, outcome: Outcome) -> Answer:
    """Return the answer of a block; of one that failed, the reason for each of its pictures."""
    if outcome.status == "done":
        answer: Answer = outcome.results["answer"]
        return answer
    lost = (Failure(str(pictures.file(row)), outcome.reason) for row in job.rows.tolist())
    return Answer(job.rows[:0], {}, tuple(lost))


def _ask_here_steps(
    pictures: PictureSet, work: AskWork, rows: Sequence[NDArray[np.int64]], doing: str
) -> Task[tuple[Answer, ...]]:
    """Ask in this process, where the next block is read meanwhile."""
    answers, n_done = [], 0
    blocks = read_ahead(work.trained.reader(pictures).read, rows)
    for few, block in zip(rows, blocks, strict=True):
        answers.append((yield from work.answer_steps(block)))
        n_done += len(few)
        yield Step(n_done, len(pictures), doing)
    return tuple(answers)


def gather_answers(
    answers: Sequence[Answer], nodes: Sequence[Node], n_pictures: int
) -> dict[str, NDArray[np.float64]]:
    """Return the probability of the positive answer of each decision ``(N,)``, NaN if unknown."""
    said = {node.name: np.full(n_pictures, np.nan) for node in nodes}
    for answer in answers:
        for name, positive in answer.said.items():
            said[name][answer.rows] = positive
    return said
