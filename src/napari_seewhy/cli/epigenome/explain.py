"""`seewhy epigenome explain`: where a tree looked in every picture, and where that is."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.cli.asking import ONE_PROCESS, WORKER_FLAGS
from napari_seewhy.cli.epigenome.answers import DEFAULT_ASKED, Asked, answer, open_for_tree
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.engine import WorkerOptions
from napari_seewhy.epigenome.answering import EXPLAIN_VERB, ExplainGenesOptions

_EXPLAINING = ExplainGenesOptions()


def explain(
    pictures: Path,
    /,
    *,
    tree: Path,
    out: Path,
    asked: Asked = DEFAULT_ASKED,
    options: Annotated[ExplainGenesOptions, flags("Explaining")] = _EXPLAINING,
    where: Annotated[WorkerOptions, WORKER_FLAGS] = ONE_PROCESS,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Say where the networks looked in every picture, in which half, and where in the genome.

    Parameters
    ----------
    pictures
        Folder of pictures, or a table (.csv) with a column file.
    tree
        Folder of the tree that `seewhy epigenome train` wrote, or the name of one that came with
        the program; one of its decisions must see whole pictures.
    out
        Folder for genes_attention.csv, genes_peaks.bed, the heatmaps, and their record.
    """
    work = open_for_tree(pictures, tree, out, asked, reporting)
    return answer(
        work, EXPLAIN_VERB, options, resume=asked.resume, where=where, reporting=reporting
    )
