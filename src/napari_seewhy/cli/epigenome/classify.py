"""`seewhy epigenome classify`: the class of every gene, as a tree of decisions says."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.cli.asking import ONE_PROCESS, WORKER_FLAGS
from napari_seewhy.cli.epigenome.answers import DEFAULT_ASKED, Asked, answer, open_for_tree
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.engine import WorkerOptions
from napari_seewhy.epigenome.answering import CLASSIFY_VERB, ClassifyGenesOptions

_CLASSIFYING = ClassifyGenesOptions()


def classify(
    pictures: Path,
    /,
    *,
    tree: Path,
    out: Path,
    asked: Asked = DEFAULT_ASKED,
    options: Annotated[ClassifyGenesOptions, flags("Classifying")] = _CLASSIFYING,
    where: Annotated[WorkerOptions, WORKER_FLAGS] = ONE_PROCESS,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Predict the class of every gene.

    Parameters
    ----------
    pictures
        Folder of pictures, or a table (.csv) with a column file.
    tree
        Folder of the tree that `seewhy epigenome train` wrote, or the name of one that came with
        the program, such as genes-simulated.
    out
        Folder for genes_classes.csv and its record.
    """
    work = open_for_tree(pictures, tree, out, asked, reporting)
    return answer(
        work, CLASSIFY_VERB, options, resume=asked.resume, where=where, reporting=reporting
    )
