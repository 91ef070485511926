"""What is to be drawn of one compound: genes, windows, files, in batches that can be resumed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.epigenome.drawing.batch import DrawBatch, GeneToDraw
from napari_seewhy.epigenome.drawing.frame import lay_out_picture
from napari_seewhy.epigenome.pictures import describe_picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.drawing.compounds import CompoundTracks
    from napari_seewhy.epigenome.drawing.options import DrawOptions
    from napari_seewhy.genome import GenePlace, TrackPaths

_BATCH_SIZE = 64


@dataclass(frozen=True, slots=True)
class CompoundPlan:
    """Pictures of one compound.

    Attributes
    ----------
    compound, tracks
        What is drawn.
    genes
        Names, in the order of `places` and `files`.
    places
        Windows.
    files
        Paths from the folder of all pictures on.
    top
        Signal that fills the panel of chromatin.
    work
        Folder in which finished batches are kept until all are.
    """

    compound: CompoundTracks
    tracks: TrackPaths
    genes: tuple[str, ...]
    places: tuple[GenePlace, ...]
    files: tuple[str, ...]
    top: float
    work: Path

    def batches(self, folder: Path, options: DrawOptions) -> list[DrawBatch]:
        """Cut the pictures into batches, in order."""
        named = " ".join(filter(None, (self.compound.compound, self.compound.exposure)))
        titles = [" · ".join(filter(None, (gene, named))) for gene in self.genes]
        paths = [folder / file for file in self.files]
        genes = list(map(GeneToDraw, self.genes, self.places, titles, paths))
        return [
            DrawBatch(
                self.tracks,
                tuple(genes[first : first + _BATCH_SIZE]),
                options,
                self.top,
                self.work / f"{first:06d}.npz",
            )
            for first in range(0, len(genes), _BATCH_SIZE)
        ]

    def rows(self, options: DrawOptions, n_sites: NDArray[np.int64]) -> pd.DataFrame:
        """Return the rows of the table of pictures."""
        import pandas as pd

        geometry = lay_out_picture(options)
        named = {"compound": self.compound.compound, "exposure": self.compound.exposure}
        each = zip(self.files, self.genes, self.places, n_sites.tolist(), strict=True)
        return pd.DataFrame(
            {"file": file, "gene": gene}
            | named
            | describe_picture(geometry, place)
            | {"n_sites": n}
            for file, gene, place, n in each
        )


def name_pictures(genes: Iterable[str], folder: str) -> list[str]:
    """Return a file name for each gene, the same in each run; none is there twice.

    Examples
    --------
    >>> name_pictures(["TP53", "HLA/A", "tp53"], "BPA")
    ['BPA/TP53.png', 'BPA/HLA_A.png', 'BPA/tp53_2.png']
    """
    taken: set[str] = set()
    files = []
    front = f"{folder}/" if folder else ""
    for gene in genes:
        stem = re.sub(r'[/\\:*?"<>|\s]+', "_", gene).strip("._") or "gene"
        name, number = stem, 1
        # Some disks tell no capitals from small letters.
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.casefold())
        files.append(f"{front}{name}.png")
    return files


class DrawnParts(NamedTuple):
    """What the batches of a compound kept.

    Attributes
    ----------
    values
        ``(n, C, n_bins)`` numeric tracks.
    n_sites
        ``(n,)`` CpG sites in each window.
    is_whole
        ``(n,)`` whether all of a window was measured.
    """

    values: NDArray[np.float32]
    n_sites: NDArray[np.int64]
    is_whole: NDArray[np.bool_]


def read_parts(parts: Sequence[Path]) -> DrawnParts:
    """Return what all batches kept, in order."""
    found: list[list[NDArray[Any]]] = [[] for _ in DrawnParts._fields]
    for part in parts:
        with np.load(part) as archive:
            for name, column in zip(DrawnParts._fields, found, strict=True):
                column.append(archive[name])
    return DrawnParts(*map(np.concatenate, found))
