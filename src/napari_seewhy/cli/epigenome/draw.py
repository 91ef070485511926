"""`seewhy epigenome draw`: tracks of chromatin and methylation to one picture per gene."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from napari_seewhy.batch import Result, gather_warnings, run_steps
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags, report_batch, run_batch
from napari_seewhy.engine import WorkerOptions, open_workers
from napari_seewhy.epigenome.drawing import CompoundTracks, DrawOptions, GeneDrawing, read_compounds
from napari_seewhy.epigenome.pictures import TABLE_NAME, keep_annotation, read_picture_table
from napari_seewhy.errors import OptionError
from napari_seewhy.genome import read_islands
from napari_seewhy.progress import Task

VERB = "epigenome draw"

_DRAWING = DrawOptions()
_DRAW_FLAGS = flags("Drawing", names={"scale": "signal-scale", "n_workers": "workers"})


@Parameter(name="*")
@dataclass(frozen=True)
class Tracks:
    """Which tracks to draw: those of one sample, or of all that a table lists.

    Attributes
    ----------
    chromatin
        bigWig of the treated sample, and of its control where there is one.
    methylation
        bigWig, bedGraph, bedMethyl, or the table of Bismark, MethylDackel, methylKit, BISCUIT,
        pb-CpG-tools, methylpy, DSS or dnmtools of the treated sample, and of its control.
    compound
        What the treated sample is called; its pictures get a folder of that name.
    exposure
        Dose and time of it.
    compounds
        Table (.csv) instead: columns compound, chromatin, methylation, and where there are such
        exposure, control_chromatin, control_methylation.
    """

    chromatin: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None
    methylation: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None
    compound: str = ""
    exposure: str = ""
    compounds: Path | None = None


@dataclass(frozen=True, slots=True)
class CompoundJob:
    """The pictures of one compound, as a job of a batch."""

    tracks: CompoundTracks

    @property
    def title(self) -> str:
        """The name by which a person knows this compound."""
        return self.tracks.folder or str(self.tracks.chromatin)


@dataclass(frozen=True, slots=True)
class CompoundWork:
    """What is done to each compound of a batch: its pictures are drawn."""

    drawing: GeneDrawing

    def check(self) -> None:
        """Nothing makes every compound fail that was not found when the folder was opened."""

    def is_done(self, job: CompoundJob) -> bool:
        """Whether all pictures of this compound are there."""
        return self.drawing.is_done(job.tracks)

    def steps(self, job: CompoundJob) -> Task[Result]:
        """Draw the pictures of one compound."""
        done = yield from self.drawing.draw_steps(job.tracks)
        return Result((str(self.drawing.drawn.path / job.tracks.folder),), done._asdict())


def draw(
    *,
    tracks: Tracks | None = None,
    genes: Path,
    out: Path,
    islands: Path | None = None,
    options: Annotated[DrawOptions, _DRAW_FLAGS] = _DRAWING,
    cluster: Annotated[str, Parameter(group=Group("Workers", sort_key=90))] = "",
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Draw one picture per gene: chromatin above, methylation below, treated against control.

    Pictures that are there already are kept: run it again to continue, or with
    another compound to add it to the same folder.

    Parameters
    ----------
    genes
        Genes: BED, GTF, GFF3, genePred, refGene or BioMart table, seen by what the file holds.
    out
        Folder to write pictures, their table and their numeric tracks to.
    islands
        CpG islands (BED), which Inspect gene pictures shows below the pictures with the gene
        models of --genes.
    cluster
        Address of a running Dask scheduler, local, slurm, lsf or pbs; without it the processes are
        those of this computer.
    """
    jobs = [CompoundJob(compound) for compound in find_compounds(tracks or Tracks())]
    out = out.expanduser().absolute()
    if islands is not None:
        # Hours of drawing should not end with a file that cannot be read.
        read_islands(islands.expanduser())
    where = WorkerOptions(workers=options.n_workers, cluster=cluster)
    with open_workers(where) if cluster else nullcontext() as executor:
        with gather_warnings() as sentences:
            opened = GeneDrawing(out, genes.expanduser(), options, executor)
        for sentence in sentences:
            reporting.warn(f"Warning: {sentence}")
        with opened as drawing:
            task = run_steps(jobs, CompoundWork(drawing))
            outcomes = run_batch(task, len(jobs), reporting)
    if islands is not None and (table := out / TABLE_NAME).is_file():
        keep_annotation(out, read_picture_table(table), islands=islands.expanduser())
    return report_batch(VERB, outcomes, reporting, out=str(out), warnings=sentences)


def find_compounds(tracks: Tracks) -> list[CompoundTracks]:
    """Return the tracks of each compound that were named.

    Raises
    ------
    OptionError
        If neither or both ways of naming them are used, or more than two files are given.
    FileError, DataError
        If the table of compounds cannot be used.
    """
    given = (tracks.chromatin, tracks.methylation)
    if tracks.compounds is not None:
        if any(given) or tracks.compound or tracks.exposure:
            raise OptionError("Tracks come from --compounds or from --chromatin; give one of both.")
        return read_compounds(tracks.compounds.expanduser())
    chromatin, methylation = given
    if not chromatin or not methylation:
        raise OptionError(
            "Tracks are missing; give --chromatin and --methylation, or a table by --compounds."
        )
    for name, files in (("chromatin", chromatin), ("methylation", methylation)):
        if len(files) > 2:
            raise OptionError(
                f"--{name} has {len(files)} files; give the treated one and its control."
            )
    named: dict[str, str | Path] = {"compound": tracks.compound, "exposure": tracks.exposure}
    for name, files in (("chromatin", chromatin), ("methylation", methylation)):
        columns = (name, f"control_{name}")
        named |= {column: path.expanduser() for column, path in zip(columns, files, strict=False)}
    return [CompoundTracks(**named)]
