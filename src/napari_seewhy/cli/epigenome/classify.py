"""`seewhy epigenome classify`: the class of every gene, as a tree of decisions says."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.batch import Outcome
from napari_seewhy.cli.asking import ONE_PROCESS, WORKER_FLAGS
from napari_seewhy.cli.epigenome.pictures import DEFAULT_ASKED, Asked, open_for_tree
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags, report_batch
from napari_seewhy.engine import WorkerOptions, spread_steps
from napari_seewhy.epigenome.answering import CLASSIFY_VERB, ClassifyGenesOptions, GeneWork
from napari_seewhy.progress import finish

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
    opened, folder = open_for_tree(pictures, tree, asked, reporting)
    work = GeneWork(opened, folder, out.expanduser().absolute())
    if asked.resume and work.is_classified(options):
        return report_batch(CLASSIFY_VERB, [Outcome(str(opened.path), "skipped")], reporting)
    with reporting.progress() as bar:
        done = finish(spread_steps(work.classify_steps, options, where=where), bar.step)
    reporting.say(done.describe())
    whole = Outcome(str(opened.path), "done", outputs=done.outputs, results=done.figures)
    failed = [Outcome(path, "failed", reason) for path, reason in done.failures]
    return report_batch(CLASSIFY_VERB, [whole, *failed], reporting)
