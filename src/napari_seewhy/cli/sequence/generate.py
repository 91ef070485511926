"""`seewhy sequence generate`: DNA that a language model writes."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.cli.asking import check_out_folder, find_model
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.progress import finish
from napari_seewhy.reading.language import GenerateOptions

_WRITING = GenerateOptions()


def generate(
    model: str,
    /,
    *,
    out: Path,
    prompt: str = "",
    writing: Annotated[GenerateOptions, flags("Writing")] = _WRITING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Write new DNA with a language model, beside natural and shuffled DNA.

    Parameters
    ----------
    model
        Language model (.safetensors), or its name in the library.
    out
        Folder for the FASTA and the figures; it is made if it is not there.
    prompt
        Letters that the DNA should follow.
    """
    from napari_seewhy.sequence.language import write_dna_steps, write_written

    path, out = find_model(model), check_out_folder(out)
    with reporting.progress() as bar:
        written = finish(write_dna_steps(path, prompt, writing), bar.step)
    paths = write_written(out, written, writing, [path])
    reporting.say(written.describe() + "\n" + "\n".join(str(one) for one in paths))
    reporting.give(
        {"verb": "sequence generate", "status": 0, "files": [str(one) for one in paths]}
        | {"statistics": written.to_json()}
    )
    return 0
