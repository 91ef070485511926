"""`seewhy epigenome explain`: where a tree looked in every picture, and where that is."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.batch import Outcome
from napari_seewhy.cli.asking import ONE_PROCESS, WORKER_FLAGS
from napari_seewhy.cli.epigenome.pictures import DEFAULT_ASKED, Asked, open_for_tree
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags, report_batch
from napari_seewhy.engine import WorkerOptions, spread_steps
from napari_seewhy.epigenome.answering import EXPLAIN_VERB, ExplainGenesOptions, GeneWork
from napari_seewhy.progress import finish

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
    opened, folder = open_for_tree(pictures, tree, asked, reporting)
    work = GeneWork(opened, folder, out.expanduser().absolute())
    if asked.resume and work.is_explained(options):
        return report_batch(EXPLAIN_VERB, [Outcome(str(opened.path), "skipped")], reporting)
    with reporting.progress() as bar:
        done = finish(spread_steps(work.explain_steps, options, where=where), bar.step)
    reporting.say(done.describe())
    whole = Outcome(str(opened.path), "done", outputs=done.outputs, results=done.figures)
    failed = [Outcome(path, "failed", reason) for path, reason in done.failures]
    return report_batch(EXPLAIN_VERB, [whole, *failed], reporting)
