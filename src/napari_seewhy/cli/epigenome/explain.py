"""`seewhy epigenome explain`: where a tree looked in every picture, and where that is."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.batch import Outcome
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags, report_batch
from napari_seewhy.epigenome.answering import EXPLAIN_VERB, ExplainGenesOptions, GeneWork
from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.epigenome.trees import locate_tree
from napari_seewhy.progress import finish

_EXPLAINING = ExplainGenesOptions()


def explain(
    pictures: Path,
    /,
    *,
    tree: Path,
    out: Path,
    names: str = "",
    options: Annotated[ExplainGenesOptions, flags("Explaining")] = _EXPLAINING,
    resume: Annotated[bool, Parameter(negative="")] = False,
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
    names
        How names of files are read, such as "{compound}_{exposure}_{gene}".
    resume
        Leave whole outputs of the same pictures, tree and options as they are.
    """
    opened = PictureSet(pictures, names)
    for sentence in opened.warnings:
        reporting.warn(f"Warning: {sentence}")
    work = GeneWork(opened, locate_tree(tree), out.expanduser().absolute())
    if resume and work.is_explained(options):
        return report_batch(EXPLAIN_VERB, [Outcome(str(opened.path), "skipped")], reporting)
    with reporting.progress() as bar:
        done = finish(work.explain_steps(options), bar.step)
    reporting.say(done.describe())
    whole = Outcome(str(opened.path), "done", outputs=done.outputs, results=done.figures)
    failed = [Outcome(path, "failed", reason) for path, reason in done.failures]
    return report_batch(EXPLAIN_VERB, [whole, *failed], reporting)
