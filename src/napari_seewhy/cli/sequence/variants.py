"""`seewhy sequence variants`: what variants change."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.cli.asking import check_out_folder, find_model
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.progress import finish

_RUNNING = DeviceOptions()


def variants(
    model: str,
    fasta: Path,
    given: Annotated[list[str] | None, Parameter(name="variants")] = None,
    /,
    *,
    out: Path,
    vcf: Path | None = None,
    running: Annotated[DeviceOptions, flags("Running")] = _RUNNING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Predict what variants change.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    fasta
        Genome that the variants were called on, as FASTA that is not gzipped.
    given
        Variants such as "chr1:1,234 A>G"; positions count from 1.
    out
        Folder for the table and the VCF; it is made if it is not there.
    vcf
        File of variants (.vcf, .vcf.gz).
    """
    from napari_seewhy.sequence.variants import read_variants, score_variants_steps, write_scores

    path, out = find_model(model), check_out_folder(out)
    named = read_variants(given or [], vcf)
    with reporting.progress() as bar:
        scored = finish(score_variants_steps(path, fasta, named, running), bar.step)
    inputs = [path, fasta, *([vcf] if vcf else [])]
    paths = write_scores(out, scored, inputs)
    reporting.say("What the variants change:\n" + "\n".join(str(one) for one in paths))
    reporting.give({"verb": "sequence variants", "status": 0, "files": [str(one) for one in paths]})
    return 0
