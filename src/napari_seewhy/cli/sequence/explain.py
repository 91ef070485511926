"""`seewhy sequence explain`: what every base of a stretch is worth."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.cli.asking import check_out_folder, find_model
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.progress import finish
from napari_seewhy.sequence.explaining import BaseOptions

_EXPLAINING = BaseOptions()


def explain(
    model: str,
    fasta: Path,
    place: str,
    /,
    *,
    out: Path,
    explaining: Annotated[BaseOptions, flags("Explaining")] = _EXPLAINING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Show what every base of a stretch is worth to the predictions.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    fasta
        Genome, as FASTA that is not gzipped.
    place
        Stretch such as chr1:1,001-2,000; positions count from 1.
    out
        Folder for the table and the bigWigs; it is made if it is not there.
    """
    from napari_seewhy.genome import parse_place
    from napari_seewhy.sequence.explaining import explain_bases_steps, write_worth

    path, out = find_model(model), check_out_folder(out)
    task = explain_bases_steps(path, fasta, parse_place(place), explaining)
    with reporting.progress() as bar:
        worth = finish(task, bar.step)
    paths = write_worth(out, worth, explaining, [path, fasta])
    reporting.say("What every base is worth:\n" + "\n".join(str(one) for one in paths))
    reporting.give({"verb": "sequence explain", "status": 0, "files": [str(one) for one in paths]})
    return 0
