"""`seewhy sequence entropy`: how sure a language model is of every base."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.asking import check_out_folder, find_model
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.progress import finish
from napari_seewhy.sequence.language import EntropyOptions

_MEASURING = EntropyOptions()


def entropy(
    model: str,
    genome: Path,
    /,
    *,
    out: Path,
    genes: Path | None = None,
    measuring: Annotated[EntropyOptions, flags("Measuring")] = _MEASURING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Show how sure a language model is of every base: bits along a genome, as a bigWig.

    Parameters
    ----------
    model
        Language model (.safetensors), or its name in the library.
    genome
        FASTA or GenBank file, plain or gzipped.
    out
        Folder for the bigWig; it is made if it is not there.
    genes
        Table of genes (GFF, GTF, BED ...), to say how well bits tell them from what lies between.
    """
    from napari_seewhy.sequence.language import measure_entropy_steps, write_entropy

    path, out = find_model(model), check_out_folder(out)
    with gather_warnings() as sentences, reporting.progress() as bar:
        found = finish(measure_entropy_steps(path, genome, measuring, genes), bar.step)
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    paths = write_entropy(out, found, measuring, [path, genome, *([genes] if genes else [])])
    reporting.say(found.describe() + "\n" + "\n".join(str(one) for one in paths))
    separation = [] if found.separation is None else found.separation.to_dict("records")
    reporting.give(
        {"verb": "sequence entropy", "status": 0, "files": [str(one) for one in paths]}
        | {"separation": separation, "warnings": sentences}
    )
    return 0
