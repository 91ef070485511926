"""`seewhy sequence predict`: from a genome to the coverage that a model expects."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.cli.asking import check_out_folder, find_model
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.progress import finish
from napari_seewhy.sequence.painting import PaintOptions

_PAINTING = PaintOptions()


def predict(
    model: str,
    fasta: Path,
    /,
    *,
    out: Path,
    painting: Annotated[PaintOptions, flags("Reading")] = _PAINTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Predict the coverage of a genome: one bigWig per track.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    fasta
        Genome, as FASTA that is not gzipped.
    out
        Folder for the bigWigs; it is made if it is not there.
    """
    from napari_seewhy.sequence.painting import paint_genome_steps

    task = paint_genome_steps(find_model(model), fasta, check_out_folder(out), painting)
    with reporting.progress() as bar:
        paths = finish(task, bar.step)
    reporting.say("Predicted coverage:\n" + "\n".join(str(path) for path in paths))
    reporting.give(
        {"verb": "sequence predict", "status": 0, "tracks": [str(path) for path in paths]}
    )
    return 0
