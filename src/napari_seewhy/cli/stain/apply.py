"""`seewhy stain apply`: from images to virtual immunostainings and efficiencies."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from napari_seewhy.blocks.pairing import PlaceOptions
from napari_seewhy.blocks.staining import VERB, ApplyStainOptions, is_output
from napari_seewhy.cli.asking import (
    ONE_PROCESS,
    WORKER_FLAGS,
    DeclaredFlags,
    check_out_folder,
    find_model,
    plan_jobs,
)
from napari_seewhy.cli.telling import (
    DEFAULT_REPORTING,
    Reporting,
    flags,
    report_batch,
    run_batch,
)
from napari_seewhy.engine import WorkerOptions, spread_steps
from napari_seewhy.errors import OptionError
from napari_seewhy.images import NOTHING_DECLARED

_STAINING, _PLACES = ApplyStainOptions(), PlaceOptions()


def apply(  # noqa: PLR0913  (every option class is an argument of its own)
    model: str,
    inputs: list[str],
    /,
    *,
    out: Path,
    scene: str = "0",
    declared: DeclaredFlags = NOTHING_DECLARED,
    staining: Annotated[ApplyStainOptions, flags("Staining")] = _STAINING,
    places: Annotated[PlaceOptions, flags("Dishes", sort_key=20)] = _PLACES,
    resume: Annotated[bool, Parameter(negative="")] = False,
    where: Annotated[WorkerOptions, WORKER_FLAGS] = ONE_PROCESS,
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
    declared
        What a person says of the images.
    resume
        Skip images whose outputs are there and whole, made with the same model and options.
    """
    from napari_seewhy.blocks.staining import StainWork, stain_files_steps

    work = StainWork(find_model(model), check_out_folder(out), places, staining)
    planned, failures = plan_jobs(inputs, scene, declared)
    named = {Path(given).expanduser().absolute() for given in inputs}
    jobs = [job for job in planned if job.path in named or not is_output(job.path)]
    if not jobs:
        raise OptionError("The images named are virtual stains; name images of phase contrast.")
    task = spread_steps(stain_files_steps, jobs, work, where=where, resume=resume)
    outcomes, tables = run_batch(task, len(jobs), reporting)
    extra: dict[str, Any] = {}
    if tables is not None:
        reporting.say(tables.describe())
        extra = {"tables": [str(path) for path in tables.paths], "dishes": tables.to_json()}
    return report_batch(VERB, [*failures, *outcomes], reporting, out=str(work.out), **extra)
