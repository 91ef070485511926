"""`seewhy sequence score`: what a language model says of changes, beside simpler scores."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.cli.asking import check_out_folder, find_model
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.progress import finish
from napari_seewhy.sequence.language import ScoreOptions

_SCORING = ScoreOptions()


def score(  # noqa: PLR0913  (each is a flag of its own)
    model: str,
    sequence: Path,
    given: Annotated[list[str] | None, Parameter(name="changes")] = None,
    /,
    *,
    out: Path,
    file: Path | None = None,
    elsewhere: Path | None = None,
    scoring: Annotated[ScoreOptions, flags("Scoring")] = _SCORING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Score changes of DNA or protein by a language model, beside scores that need none.

    Parameters
    ----------
    model
        Language model (.safetensors), or its name in the library.
    sequence
        Genome of variants, as FASTA that is not gzipped; or coding sequence of substitutions.
    given
        Variants such as "chr1:1,234 A>G", or substitutions such as H24A; both count from 1.
    out
        Folder for the tables; it is made if it is not there.
    file
        Variants (.vcf, .vcf.gz), or substitutions in a column called mutant (.csv), with measured
        effects or scores made elsewhere.
    elsewhere
        Scores that another program gave to the same changes, such as ESM or Evo (.csv, .tsv): all
        columns of numbers are compared.
    """
    from napari_seewhy.sequence.language import score_changes_steps, write_changes

    path, out = find_model(model), check_out_folder(out)
    task = score_changes_steps(path, sequence, scoring, given or [], file, elsewhere)
    with reporting.progress() as bar:
        scores = finish(task, bar.step)
    inputs = [path, sequence, *(one for one in (file, elsewhere) if one is not None)]
    paths = write_changes(out, scores, scoring, inputs)
    reporting.say(scores.describe() + "\n" + "\n".join(str(one) for one in paths))
    agreement = [] if scores.agreement is None else scores.agreement.to_dict("records")
    reporting.give(
        {"verb": "sequence score", "status": 0, "files": [str(one) for one in paths]}
        | {"agreement": agreement, "warnings": scores.warn()}
    )
    return 0
