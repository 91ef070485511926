"""Asking a tree about pictures of genes, and reporting what came of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from napari_seewhy.batch import Outcome
from napari_seewhy.cli.telling import Reporting, report_batch
from napari_seewhy.engine import WorkerOptions, spread_steps
from napari_seewhy.epigenome.answering import (
    CLASSIFY_VERB,
    ClassifyGenesOptions,
    ExplainGenesOptions,
    GeneWork,
)
from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.epigenome.sampling import find_differences
from napari_seewhy.epigenome.trees import DecisionTree, locate_tree
from napari_seewhy.errors import DataError
from napari_seewhy.progress import finish


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """Which pictures a tree is asked about, and when it is not.

    Attributes
    ----------
    names
        How names of files are read, such as "{compound}_{exposure}_{gene}".
    strict
        Refuse pictures that do not look like those of the training, instead of a warning.
    resume
        Leave whole outputs of the same pictures, tree and options as they are.
    """

    names: str = ""
    strict: Annotated[bool, Parameter(negative="")] = False
    resume: Annotated[bool, Parameter(negative="")] = False


DEFAULT_ASKED = Asked()


def open_for_tree(
    path: Path, tree: Path, out: Path, asked: Asked, reporting: Reporting
) -> GeneWork:
    """Open pictures that a tree is to classify, and warn where it was trained on others.

    Parameters
    ----------
    path
        Folder, or table of files.
    tree
        Folder of the tree, or its name.
    out
        Folder of the outputs.
    asked
        How names are read, and whether such pictures are refused.
    reporting
        Who is listening.

    Raises
    ------
    SeewhyError
        As `PictureSet` and `locate_tree`; `DataError` where pictures are refused.
    """
    pictures, folder = PictureSet(path, asked.names), locate_tree(tree)
    for sentence in pictures.warnings:
        reporting.warn(f"Warning: {sentence}")
    found = find_differences(DecisionTree.load(folder).look, pictures)
    if found and asked.strict:
        raise DataError(f"The pictures do not look like those of the training. {' '.join(found)}")
    for sentence in found:
        reporting.warn(
            f"Warning: the pictures do not look like those that the tree {folder.name} was trained "
            f"on, so its classes may be wrong. {sentence}"
        )
    return GeneWork(pictures, folder, out.expanduser().absolute())


def answer(
    work: GeneWork,
    verb: str,
    options: ClassifyGenesOptions | ExplainGenesOptions,
    *,
    resume: bool,
    where: WorkerOptions,
    reporting: Reporting,
) -> int:
    """Classify or explain the genes, report what came of it, and return the exit status."""
    path = str(work.pictures.path)
    if resume and work.is_done(verb, options):
        return report_batch(verb, [Outcome(path, "skipped")], reporting)
    steps: Any = work.classify_steps if verb == CLASSIFY_VERB else work.explain_steps
    with reporting.progress() as bar:
        done = finish(spread_steps(steps, options, where=where), bar.step)
    reporting.say(done.describe())
    whole = Outcome(path, "done", outputs=done.outputs, results=done.figures)
    failed = [Outcome(lost, "failed", reason) for lost, reason in done.failures]
    return report_batch(verb, [whole, *failed], reporting)
