"""`seewhy stain apply`: from images to virtual immunostainings and efficiencies."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from napari_seewhy.blocks.pairing import PlaceOptions
from napari_seewhy.blocks.staining import VERB, ApplyStainOptions, is_output
from napari_seewhy.cli.asking import find_model, plan_jobs
from napari_seewhy.cli.telling import (
    DEFAULT_REPORTING,
    Reporting,
    Result,
    flags,
    report_batch,
    run_batch,
)
from napari_seewhy.errors import OptionError
from napari_seewhy.images import ImageJob
from napari_seewhy.progress import Task

_STAINING, _PLACES = ApplyStainOptions(), PlaceOptions()


def apply(  # noqa: PLR0913  (every option class is an argument of its own)
    model: str,
    inputs: list[str],
    /,
    *,
    out: Path,
    scene: str = "0",
    staining: Annotated[ApplyStainOptions, flags("Staining")] = _STAINING,
    places: Annotated[PlaceOptions, flags("Dishes", sort_key=20)] = _PLACES,
    resume: Annotated[bool, Parameter(negative="")] = False,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Stain images virtually: probability of the marker, mask, efficiency per field and dish.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    inputs
        Images of phase contrast: files, folders and globs such as "day1/**/*.tif".
    out
        Folder for the outputs; it is made if it is not there.
    scene
        Name of the scene, or its number from 0, in files that hold several; "all" takes each.
    resume
        Skip images whose outputs are there and whole, made with the same model and options.
    """
    from napari_seewhy.blocks.pairing import place_finder
    from napari_seewhy.blocks.staining import StainWork, write_efficiencies

    out = out.expanduser().absolute()
    if out.exists() and not out.is_dir():
        raise OptionError(f"{out} is a file; give --out the name of a folder.")
    work = StainWork(find_model(model), out, place_finder(places), staining)
    work.check()
    planned, failures = plan_jobs(inputs, scene)
    named = {Path(given).expanduser().absolute() for given in inputs}
    jobs = [job for job in planned if job.path in named or not is_output(job.path)]
    if not jobs:
        raise OptionError("The images named are virtual stains; name images of phase contrast.")

    def steps(job: ImageJob) -> Task[Result]:
        done = yield from work.steps(job)
        return Result(*done)

    is_done = work.is_done if resume else None
    outcomes = run_batch(jobs, steps, reporting, is_done=is_done)
    tables: dict[str, Any] = {}
    if any(outcome.status != "failed" for outcome in outcomes):
        done = zip(jobs, outcomes, strict=True)
        names = [job.name for job, outcome in done if outcome.status != "failed"]
        written = write_efficiencies(out, names)
        reporting.say(written.describe())
        tables = {"tables": [str(path) for path in written.paths], "dishes": written.to_json()}
    return report_batch(VERB, failures + outcomes, reporting, out=str(out), **tables)
