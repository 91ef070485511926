"""`Declared`: what a person says of images whose files do not say it."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.images.image import Slices
from napari_seewhy.images.labels import LABEL_SUFFIXES, read_labels
from napari_seewhy.tables import file_stem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MARKS = ("", "_mask", "_not_measured")
"""What masks in a folder are called after their images."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a person says of images whose files do not say it.

    Attributes
    ----------
    slices
        Whether the slices of a stack are planes or times, where its file does not say so.
    not_measured
        Mask (TIFF or PNG) that is not 0 where nothing was measured, for all images; or a folder of
        masks named as their images (a.tif, a_mask.png).
    """

    slices: Slices = ""
    not_measured: Path | None = None

    def find_mask(self, image: Path) -> Path | None:
        """Return the mask of an image; None where none is declared for it.

        Raises
        ------
        FileError
            If the mask or the folder of masks does not exist, or the folder holds two for it.
        """
        given = self.not_measured
        if given is None or given.is_file():
            return given
        if not given.is_dir():
            raise FileError(
                f"{given} does not exist; name a mask of what was not measured, or a folder of "
                "them."
            )
        names = {f"{file_stem(image)}{mark}".casefold() for mark in _MARKS}
        found = [
            path
            for path in sorted(given.iterdir())
            if path.suffix.lower() in LABEL_SUFFIXES
            and file_stem(path).casefold() in names
            and path != image
        ]
        if len(found) > 1:
            raise FileError(
                f"{given} holds {found[0].name} and {found[1].name} for {image.name}; keep the "
                "one mask of what was not measured."
            )
        return found[0] if found else None

    def find_measured(self, image: Path, shape_yx: tuple[int, int]) -> "NDArray[np.bool_] | None":
        """Read which pixels of an image were measured; warn where a folder holds no mask of it.

        Parameters
        ----------
        image
            Its file.
        shape_yx
            Its height and width.

        Returns
        -------
        ndarray of bool, shape ``(Y, X)``, or None
            None where nothing is declared.

        Raises
        ------
        FileError
            If the mask cannot be read.
        DataError
            If it is of another shape, or leaves nothing.
        """
        path = self.find_mask(image)
        if path is None:
            if self.not_measured is not None:
                warnings.warn(
                    f"{self.not_measured} holds no mask of {image.name}, so all of it counts.",
                    SeewhyWarning,
                    stacklevel=2,
                )
            return None
        mask = read_labels(path, is_mask=True).labels
        if mask.shape != shape_yx:
            raise DataError(
                f"The mask {path} has shape {mask.shape} and {image.name} has {shape_yx}; give the "
                "mask of what was not measured in this image, one number per pixel."
            )
        measured: NDArray[np.bool_] = mask == 0
        if not measured.any():
            raise DataError(
                f"The mask {path} is 0 nowhere, so nothing of {image.name} was measured; a mask is "
                "0 where pixels count."
            )
        return measured


NOTHING_DECLARED = Declared()
