"""`seewhy epigenome classify`: the class of every gene, as a tree of decisions says."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.batch import Outcome
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags, report_batch
from napari_seewhy.epigenome.answering import CLASSIFY_VERB, ClassifyGenesOptions, GeneWork
from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.epigenome.trees import locate_tree
from napari_seewhy.progress import finish

_CLASSIFYING = ClassifyGenesOptions()


def classify(
    pictures: Path,
    /,
    *,
    tree: Path,
    out: Path,
    names: str = "",
    options: Annotated[ClassifyGenesOptions, flags("Classifying")] = _CLASSIFYING,
    resume: Annotated[bool, Parameter(negative="")] = False,
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
    names
        How names of files are read, such as "{compound}_{exposure}_{gene}".
    resume
        Leave whole outputs of the same pictures, tree and options as they are.
    """
    opened = PictureSet(pictures, names)
    for sentence in opened.warnings:
        reporting.warn(f"Warning: {sentence}")
    work = GeneWork(opened, locate_tree(tree), out.expanduser().absolute())
    if resume and work.is_classified(options):
        return report_batch(CLASSIFY_VERB, [Outcome(str(opened.path), "skipped")], reporting)
    with reporting.progress() as bar:
        done = finish(work.classify_steps(options), bar.step)
    reporting.say(done.describe())
    whole = Outcome(str(opened.path), "done", outputs=done.outputs, results=done.figures)
    failed = [Outcome(path, "failed", reason) for path, reason in done.failures]
    return report_batch(CLASSIFY_VERB, [whole, *failed], reporting)
