"""`ImageJob`: one image of a batch, and `FileResult`: what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ImageJob:
    """One scene of one image file.

    Attributes
    ----------
    path
        The file, absolute.
    scene
        Number from 0, or name, of the scene.
    name
        What the names of its outputs begin with.
    """

    path: Path
    scene: int | str
    name: str

    @property
    def title(self) -> str:
        """The path, with the scene where it is not the first."""
        return f"{self.path}" if self.scene == 0 else f"{self.path} (scene {self.scene})"


class FileResult(NamedTuple):
    """What came of one image: files, figures for the record, things to know."""

    outputs: tuple[str, ...]
    figures: dict[str, Any]
    warnings: tuple[str, ...]
