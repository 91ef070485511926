"""Which images a command works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.cells.segmenting import Picture, list_images, name_outputs
from napari_seewhy.cli.telling import Outcome
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.images import ImageJob

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

ALL_SCENES = "all"


def plan_jobs(inputs: Sequence[str], scene: str) -> tuple[list[ImageJob], list[Outcome]]:
    """Find the images that a person named and give each a name of its own for its outputs.

    Label images that `seewhy segment` wrote are left out of folders and globs, so that outputs may
    lie beside their images; named outright, they are taken.

    Parameters
    ----------
    inputs
        Files, folders and globs.
    scene
        Number or name of a scene, or "all".

    Returns
    -------
    jobs, failures
        What can be worked on, and inputs that lead to nothing.

    Raises
    ------
    OptionError
        If no input leads to an image.
    """
    paths: dict[Path, None] = {}
    failures = []
    for given in inputs:
        try:
            paths.update(dict.fromkeys(list_images(given)))
        except FileError as error:
            failures.append(Outcome(given, "failed", str(error)))
    if not paths:
        raise OptionError(" ".join(failure.reason for failure in failures) or "Name an image.")
    pictures: list[Picture] = []
    for path in paths:
        try:
            pictures.extend((path, one) for one in _scenes(path, scene))
        except FileError as error:
            failures.append(Outcome(str(path), "failed", str(error)))
    names = name_outputs(pictures)
    return [ImageJob(*picture, names[picture]) for picture in pictures], failures


def _scenes(path: Path, scene: str) -> Iterable[int | str]:
    if scene != ALL_SCENES:
        return [int(scene) if scene.isdecimal() else scene]
    from napari_seewhy.images import list_scenes

    return range(len(list_scenes(path)))
