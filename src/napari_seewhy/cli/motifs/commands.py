"""`seewhy motifs scan` and `conserve`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.asking import check_out_folder
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.progress import finish
from napari_seewhy.sequence.motifs import (
    ConserveOptions,
    MotifOptions,
    conserve_steps,
    count_alignments,
    list_too_short,
    read_alignments,
    read_matrices,
    scan_steps,
    write_conserved,
    write_scan,
)

_SCANNING, _CONSERVING = MotifOptions(), ConserveOptions()
_SHOWN = 3


def scan(
    matrices: Path,
    alignments: list[Path],
    /,
    *,
    out: Path,
    scanning: Annotated[MotifOptions, flags("Motifs")] = _SCANNING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Find motifs in the promoters of each species.

    Parameters
    ----------
    matrices
        JASPAR, MEME or TRANSFAC file of matrices.
    alignments
        Aligned promoters: FASTA, one alignment per file, or MAF.
    out
        Folder for the tables; it is made if it is not there.
    """
    out = check_out_folder(out)
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
    matrices: Path,
    alignments: list[Path],
    /,
    *,
    out: Path,
    conserving: Annotated[ConserveOptions, flags("Motifs")] = _CONSERVING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Find motifs in promoters, and say which are conserved between species.

    Parameters
    ----------
    matrices
        JASPAR, MEME or TRANSFAC file of matrices.
    alignments
        Aligned promoters: FASTA, one alignment per file, or MAF.
    out
        Folder for the tables; it is made if it is not there.
    """
    out = check_out_folder(out)
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
