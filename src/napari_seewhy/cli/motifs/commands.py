"""`seewhy motifs scan`, `conserve`, `promoters` and `enrich`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.asking import check_out_folder
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.errors import OptionError
from napari_seewhy.files import write_json
from napari_seewhy.genome.lists import GeneMatch, read_one_list
from napari_seewhy.progress import finish
from napari_seewhy.record import make_record
from napari_seewhy.sequence.motifs import (
    ConserveOptions,
    MotifOptions,
    PeakOptions,
    PromoterOptions,
    PromoterSource,
    conserve_steps,
    count_alignments,
    cut_promoters_steps,
    enrich_peaks_steps,
    find_matrices,
    list_too_short,
    read_matrices,
    read_promoters_steps,
    scan_steps,
    write_conserved,
    write_promoters,
    write_scan,
)
from napari_seewhy.tables import write_table

Matrices = Annotated[
    Path,
    Parameter(
        help="JASPAR, MEME or TRANSFAC file of matrices; jaspar stands for the vertebrate matrices "
        "of JASPAR 2024, which come with the program."
    ),
]
Promoters = Annotated[
    tuple[Path, ...],
    Parameter(
        help="Aligned promoters: FASTA, one alignment per file, or MAF. Or promoters that are not "
        "aligned: one FASTA per species, named by it (human.fa mouse.fa rat.fa), with one row per "
        "gene, of the same name in every file."
    ),
]
OutFolder = Annotated[Path, Parameter(help="Folder for the tables; it is made if it is not there.")]

_SCANNING, _CONSERVING, _TESTING = MotifOptions(), ConserveOptions(), PeakOptions()
_SHOWN = 3
_CUTTING = PromoterOptions()


@Parameter(name="*", group=Group("Genes", sort_key=5))
@dataclass(frozen=True)
class Genes:
    """Which genes are looked at, and where they lie.

    Attributes
    ----------
    genes
        List of genes, as seewhy genes writes it: only their promoters are looked at.
    annotation
        Where genes lie (.gtf, .gff3, .bed); not needed where the list has intervals.
    """

    genes: Path | None = None
    annotation: Path | None = None


@Parameter(name="*", group=Group("Genes", sort_key=5))
@dataclass(frozen=True)
class GenesOrGenome(Genes):
    """Which genes are looked at, and which genome their promoters are cut from.

    Attributes
    ----------
    genes
        List of genes, as seewhy genes writes it: only their promoters are looked at.
    annotation
        Where genes lie (.gtf, .gff3, .bed); not needed where the list has intervals.
    genome
        FASTA that the promoters are cut from, instead of files of promoters; its name says the
        species (hg38.fa).
    """

    genome: Path | None = None


_ALL, _ALL_OF_SCAN = Genes(), GenesOrGenome()


def scan(
    matrices: Matrices,
    alignments: Promoters = (),
    /,
    *,
    out: OutFolder,
    genes: GenesOrGenome = _ALL_OF_SCAN,
    cutting: Annotated[PromoterOptions, flags("Cutting promoters")] = _CUTTING,
    scanning: Annotated[MotifOptions, flags("Motifs")] = _SCANNING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Find motifs in the promoters of each species."""
    source = _choose(alignments, genes, cutting, genes.genome)
    out, matrices = check_out_folder(out), find_matrices(matrices)
    with gather_warnings() as sentences, reporting.progress() as bar:
        known = read_matrices(matrices)
        task = read_promoters_steps(source, scanning.species[0])
        aligned, match = finish(task, bar.step)
        if genes.genome is not None:
            scanning = scanning.change(species=aligned.species)
        found = finish(scan_steps(known, aligned, scanning), bar.step)
    notes = [*sentences, *_say_match(match)]
    _warn(notes, list_too_short(found, known), reporting)
    paths = write_scan(out, found, known, aligned, scanning, [matrices, *_inputs(source, genes)])
    counts = count_alignments(found, aligned)
    reporting.say(f"Species: {aligned.describe_species()}\n{counts.to_string(index=False)}")
    _give(reporting, "scan", paths, notes, counts=counts.to_dict("records"))
    return 0


def conserve(
    matrices: Matrices,
    alignments: Promoters,
    /,
    *,
    out: OutFolder,
    genes: Genes = _ALL,
    cutting: Annotated[PromoterOptions, flags("Cutting promoters")] = _CUTTING,
    conserving: Annotated[ConserveOptions, flags("Motifs")] = _CONSERVING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Find motifs in promoters, and say which are conserved between species."""
    if len(conserving.species) < 2:
        raise OptionError(
            f"Conservation needs the promoters of another species beside {conserving.species[0]}; "
            "name two species or more, or use seewhy motifs scan."
        )
    source = _choose(alignments, genes, cutting)
    out, matrices = check_out_folder(out), find_matrices(matrices)
    with gather_warnings() as sentences, reporting.progress() as bar:
        known = read_matrices(matrices)
        aligned, match = finish(read_promoters_steps(source, conserving.species[0]), bar.step)
        found = finish(conserve_steps(known, aligned, conserving), bar.step)
    notes = [*sentences, *_say_match(match)]
    _warn(notes, list_too_short(found.scan, known), reporting)
    inputs = [matrices, *_inputs(source, genes)]
    paths = write_conserved(out, found, known, aligned, conserving, inputs)
    reporting.say(
        f"Species: {aligned.describe_species()}\n{found.counts.to_string(index=False)}\n"
        f"{int(found.is_kept.sum()):,} of {len(found.is_kept):,} sites are kept."
    )
    counts = found.counts.to_dict("records")
    _give(reporting, "conserve", paths, notes, rules=counts, kept=int(found.is_kept.sum()))
    return 0


def promoters(
    genome: Path,
    /,
    *,
    out: Path,
    genes: Genes = _ALL,
    cutting: Annotated[PromoterOptions, flags("Cutting promoters")] = _CUTTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Cut the promoters of genes from a genome, for scan, and with those of others for conserve.

    Parameters
    ----------
    genome
        FASTA.
    out
        FASTA to write; name it by the species (human.fa).
    """
    wanted = None if genes.genes is None else read_one_list(genes.genes)
    with gather_warnings() as sentences, reporting.progress() as bar:
        task = cut_promoters_steps(genome, wanted, genes.annotation, cutting)
        cut = finish(task, bar.step)
    write_promoters(out, cut.alignments)
    inputs = [genome, *filter(None, (genes.genes, genes.annotation))]
    notes = [*sentences, *_say_match(cut.match)]
    n = len(cut.alignments.names)
    record = make_record("motifs promoters", cutting, inputs, n_promoters=n, notes=notes)
    write_json(out.with_name(f"{out.stem}_record.json"), record)
    _warn(notes, [], reporting)
    reporting.say(f"{n:,} promoters")
    _give(reporting, "promoters", [out], notes, n_promoters=n)
    return 0


def enrich(
    matrices: Matrices,
    peaks: Path,
    genome: Path,
    /,
    *,
    out: Path,
    only: str = "",
    testing: Annotated[PeakOptions, flags("Peaks")] = _TESTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Find motifs that lie under peaks more often than under random stretches near by.

    Parameters
    ----------
    peaks
        BED, such as the genes_peaks.bed of seewhy epigenome explain.
    genome
        FASTA of the genome that the peaks are of.
    out
        Table to write (.csv); <out>_record.json stands beside it.
    only
        Tests the peaks alone whose name has this part between bars, such as induction of
        SIM003|compound_01|induction.
    """
    if out.suffix.lower() != ".csv":
        raise OptionError(f"{out.name} does not end in .csv; name the table so.")
    matrices = find_matrices(matrices)
    with gather_warnings() as sentences, reporting.progress() as bar:
        task = enrich_peaks_steps(matrices, genome, peaks, only, testing)
        found = finish(task, bar.step)
    notes = [*sentences, *found.notes]
    for note in notes:
        reporting.warn(note)
    n_enriched = int((found.table["q"] < 0.05).sum())
    n_peaks = int(found.table["n_peaks"].max()) if len(found.table) else 0
    figures = {"n_peaks": n_peaks, "n_motifs": len(found.table), "n_enriched": n_enriched}
    inputs = [matrices, peaks, genome]
    record = make_record("motifs enrich", testing, inputs, **figures, only=only, notes=notes)
    write_table(out, found.table)
    write_json(out.with_name(f"{out.stem}_record.json"), record)
    lines = [
        f"{row['motif']} ({row['matrix']}): {row['arithmetic']}; p {row['p']:.2g}, q {row['q']:.2g}"
        for row in found.table.head(_SHOWN).to_dict("records")
    ]
    total = len(found.table)
    reporting.say("\n".join([f"{n_enriched:,} of {total:,} tested motifs have q < 0.05", *lines]))
    _give(reporting, "enrich", [out], notes, **figures)
    return 0


def _choose(
    files: Sequence[Path], genes: Genes, cutting: PromoterOptions, genome: Path | None = None
) -> PromoterSource:
    if genome is not None and files:
        raise OptionError(
            f"Promoters ({files[0].name}) and a genome ({genome.name}) were given; give one of "
            "them."
        )
    wanted = None if genes.genes is None else read_one_list(genes.genes)
    return PromoterSource(tuple(files), genome, wanted, genes.annotation, cutting)


def _inputs(source: PromoterSource, genes: Genes) -> list[Path]:
    more = (source.genome, genes.genes, genes.annotation)
    return [*source.files, *(path for path in more if path is not None)]


def _say_match(match: GeneMatch | None) -> list[str]:
    return [] if match is None or not match.unknown else [match.describe("Promoters")]


def _warn(sentences: Sequence[str], too_short: Sequence[str], reporting: Reporting) -> None:
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    if too_short:
        more = " ..." if len(too_short) > _SHOWN else ""
        reporting.warn(
            f"Warning: {len(too_short)} matrices cannot reach the p-value and were left out "
            f"({'; '.join(too_short[:_SHOWN])}{more}); all are in the record."
        )


def _give(
    reporting: Reporting,
    verb: str,
    paths: Sequence[Path],
    sentences: Sequence[str],
    **more: object,
) -> None:
    reporting.say("\n".join(str(path) for path in paths))
    files = [str(path) for path in paths]
    reporting.give(
        {"verb": f"motifs {verb}", "status": 0, "files": files, "warnings": list(sentences)} | more
    )
