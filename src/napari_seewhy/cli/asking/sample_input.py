"""The samples that a person named: a sample set, or something that is imported as one first."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.telling import Reporting, flags
from napari_seewhy.errors import FileError
from napari_seewhy.files import explain_os_error, hash_file
from napari_seewhy.options import Options
from napari_seewhy.progress import Task, finish
from napari_seewhy.samples.annotating import open_annotated
from napari_seewhy.samples.importing import (
    Gathered,
    ImageTableOptions,
    NpzOptions,
    import_folders_steps,
    import_npz_steps,
    import_table_steps,
)
from napari_seewhy.samples.storing import SampleSet

CACHE_VARIABLE = "SEEWHY_CACHE"
"""Environment variable that names another folder for what was imported."""

_NPZ, _IMAGES = NpzOptions(), ImageTableOptions()


@Parameter(name="*")
@dataclass(frozen=True)
class Importing:
    """How samples are read that are no sample set yet: an archive, class folders, or a table.

    Attributes
    ----------
    npz
        Which arrays of a numpy archive are what.
    images
        How the images of class folders, or of a table, become samples.
    """

    npz: Annotated[NpzOptions, flags("If SAMPLES is a .npz file", prefix="npz-", sort_key=80)] = (
        _NPZ
    )
    images: Annotated[
        ImageTableOptions,
        flags("If SAMPLES is a folder or a .csv file", prefix="images-", sort_key=81),
    ] = _IMAGES


DEFAULT_IMPORTING = Importing()


@contextlib.contextmanager
def opening_samples(given: Path, importing: Importing, reporting: Reporting) -> Iterator[SampleSet]:
    """Open what a person named as samples.

    What is no sample set yet is imported into the cache, once: a training that is resumed, and the
    evaluation after it, should find the very same file.

    Parameters
    ----------
    given
        A sample set (.h5), a numpy archive (.npz), a folder of class folders, or a table (.csv).
    importing
        How the latter are read.
    reporting
        Who is told of an import.

    Raises
    ------
    FileError, DataError, OptionError
        If it cannot be read or used.
    """
    path = given.expanduser().absolute()
    if path.is_dir():
        place = _place(_listing(path), importing.images)
        task = import_folders_steps(path, place, importing.images)
    elif path.suffix.lower() == ".npz":
        place = _place(hash_file(path), importing.npz)
        task = import_npz_steps(path, place, importing.npz)
    elif path.suffix.lower() == ".csv":
        place = _place(f"{path}\n{hash_file(path)}", importing.images)
        task = import_table_steps(path, place, importing.images)
    else:
        with open_annotated(path) as samples:
            yield samples
        return
    if not place.is_file():
        _import(path, task, reporting)
        reporting.say(f"Imported {path} to {place}.")
    with SampleSet(place) as samples:
        yield samples


def cache_folder() -> Path:
    """Return where imported samples are kept; it may be emptied when nothing runs."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("napari-seewhy", appauthor=False)


def _place(content: str, options: Options) -> Path:
    """Where the import stands: the same for the same bytes and the same options."""
    text = f"{content}\n{options.model_dump_json()}"
    return cache_folder() / "imported" / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}.h5"


def _listing(folder: Path) -> str:
    """Name the files of a folder with size and time: reading them all would take as long again."""
    try:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        states = [(path, path.stat()) for path in files]
    except OSError as error:
        raise FileError(explain_os_error(error, folder, "read")) from error
    return "\n".join(f"{path} {state.st_size} {state.st_mtime_ns}" for path, state in states)


def _import(path: Path, task: Task[Gathered], reporting: Reporting) -> None:
    with gather_warnings() as sentences, reporting.progress() as bar:
        gathered = finish(task, bar.step)
    gathered.samples.close()
    for sentence in sentences:
        reporting.warn(f"Warning: {path}: {sentence}")
    for name, reason in gathered.failures:
        reporting.complain(f"Left out: {name}: {reason}")
