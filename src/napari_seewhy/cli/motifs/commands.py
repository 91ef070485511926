"""`seewhy motifs scan`, `conserve` and `enrich`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.asking import check_out_folder
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.errors import OptionError
from napari_seewhy.files import write_json
from napari_seewhy.progress import finish
from napari_seewhy.record import make_record
from napari_seewhy.sequence.motifs import (
    ConserveOptions,
    MotifOptions,
    PeakOptions,
    conserve_steps,
    count_alignments,
    enrich_peaks_steps,
    find_matrices,
    list_too_short,
    read_alignments,
    read_matrices,
    scan_steps,
    write_conserved,
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
    list[Path],
    Parameter(help="Aligned promoters: FASTA, one alignment per file, or MAF."),
]
OutFolder = Annotated[Path, Parameter(help="Folder for the tables; it is made if it is not there.")]

_SCANNING, _CONSERVING, _TESTING = MotifOptions(), ConserveOptions(), PeakOptions()
_SHOWN = 3


def scan(
    matrices: Matrices,
    alignments: Promoters,
    /,
    *,
    out: OutFolder,
    scanning: Annotated[MotifOptions, flags("Motifs")] = _SCANNING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Find motifs in the promoters of each species."""
    out, matrices = check_out_folder(out), find_matrices(matrices)
    with gather_warnings() as sentences, reporting.progress() as bar:
        known, aligned = read_matrices(matrices), read_alignments(alignments)
        found = finish(scan_steps(known, aligned, scanning), bar.step)
    _warn(sentences, list_too_short(found, known), reporting)
    paths = write_scan(out, found, known, aligned, scanning, [matrices, *alignments])
    counts = count_alignments(found, aligned)
    reporting.say(f"Species: {aligned.describe_species()}\n{counts.to_string(index=False)}")
    _give(reporting, "scan", paths, sentences, counts=counts.to_dict("records"))
    return 0


def conserve(
    matrices: Matrices,
    alignments: Promoters,
    /,
    *,
    out: OutFolder,
    conserving: Annotated[ConserveOptions, flags("Motifs")] = _CONSERVING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Find motifs in promoters, and say which are conserved between species."""
    out, matrices = check_out_folder(out), find_matrices(matrices)
    with gather_warnings() as sentences, reporting.progress() as bar:
        known, aligned = read_matrices(matrices), read_alignments(alignments)
        found = finish(conserve_steps(known, aligned, conserving), bar.step)
    _warn(sentences, list_too_short(found.scan, known), reporting)
    paths = write_conserved(out, found, known, aligned, conserving, [matrices, *alignments])
    reporting.say(
        f"Species: {aligned.describe_species()}\n{found.counts.to_string(index=False)}\n"
        f"{int(found.is_kept.sum()):,} of {len(found.is_kept):,} sites are kept."
    )
    counts = found.counts.to_dict("records")
    _give(reporting, "conserve", paths, sentences, rules=counts, kept=int(found.is_kept.sum()))
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
