"""`seewhy sequence windows`: from a genome and its tracks to windows to learn from."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.errors import OptionError
from napari_seewhy.files import check_output, hash_file
from napari_seewhy.progress import finish
from napari_seewhy.sequence.windows import WindowOptions

_CUTTING = WindowOptions()


def windows(
    fasta: Path,
    tracks: list[str],
    /,
    *,
    out: Path,
    bed: Path | None = None,
    cutting: Annotated[WindowOptions, flags("Windows")] = _CUTTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Cut a genome and its tracks into windows to learn from.

    Parameters
    ----------
    fasta
        Genome, as FASTA that is not gzipped.
    tracks
        bigWigs of coverage; NAME=FILE gives a track another name than its file has.
    out
        Windows to write, such as windows.h5.
    bed
        Regions about which windows are cut (.bed), instead of side by side over the genome; a
        fourth column train, valid or test says what a window is for.
    """
    from napari_seewhy.sequence.windows import cut_windows_steps, write_windows

    out = check_output(out, ".h5", ".hdf5")
    named = _name_tracks(tracks)
    with gather_warnings() as sentences, reporting.progress() as bar:
        cut = finish(cut_windows_steps(fasta, named, cutting, bed), bar.step)
        write_windows(out, cut, {f"sha256 {name}": hash_file(named[name]) for name in named})
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    counts = {split: cut.count(split) for split in ("train", "valid", "test")}
    reporting.say(
        f"{counts['train']} windows to learn from, {counts['valid']} that say when to stop, "
        f"{counts['test']} to report on; {len(cut.tracks)} tracks.\nWindows: {out}"
    )
    reporting.give(
        {"verb": "sequence windows", "status": 0, "windows": str(out), "counts": counts}
        | {"tracks": list(cut.tracks), "warnings": sentences}
    )
    return 0


def _name_tracks(given: list[str]) -> dict[str, Path]:
    """Return the file of each track by its name.

    Raises
    ------
    OptionError
        If two have one name.
    """
    named: dict[str, Path] = {}
    for one in given:
        name, _, file = one.rpartition("=")
        path = Path(file)
        if (name := name or path.stem) in named:
            raise OptionError(f"Two tracks are called {name}; name one of them, as in NAME={file}.")
        named[name] = path
    return named
