"""Drawing some pictures of one compound, in whichever process; nothing but files is shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.batch import Result
from napari_seewhy.epigenome.drawing.bins import bin_gene
from napari_seewhy.epigenome.drawing.picture import PicturePainter
from napari_seewhy.files import writing
from napari_seewhy.genome import TrackPaths, WindowReader
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.epigenome.drawing.options import DrawOptions
    from napari_seewhy.genome import GenePlace
    from napari_seewhy.progress import Task


class GeneToDraw(NamedTuple):
    """One picture: its gene, its window, what is written above it, its file."""

    gene: str
    place: GenePlace
    title: str
    path: Path


@dataclass(frozen=True, slots=True)
class DrawBatch:
    """Pictures to draw one after the other, and the file that says that they are drawn."""

    tracks: TrackPaths
    genes: tuple[GeneToDraw, ...]
    options: DrawOptions
    top: float
    part: Path

    @property
    def title(self) -> str:
        """The first and the last gene."""
        return f"{self.genes[0].gene} ... {self.genes[-1].gene}"


@dataclass(frozen=True)
class DrawWork:
    """What is done to each batch of pictures, in whichever process."""

    def check(self) -> None:
        """Nothing makes every batch fail."""

    def is_done(self, batch: DrawBatch) -> bool:
        """Whether all pictures of a batch are drawn."""
        return batch.part.is_file()

    def steps(self, batch: DrawBatch) -> Task[Result]:
        """Draw the pictures of a batch."""
        yield Step(0, 1, "Drawing pictures")
        draw_batch(batch)
        return Result((str(batch.part),))


def draw_batch(batch: DrawBatch) -> None:
    """Draw pictures of genes, and keep their numeric tracks in ``batch.part``.

    Raises
    ------
    FileError
        If a track is damaged, or a picture cannot be written.
    """
    has_control = batch.tracks.control_methylation is not None
    painter = PicturePainter(batch.options, batch.top, has_control=has_control)
    values, n_sites, is_whole = [], [], []
    with WindowReader(batch.tracks) as reader:
        for gene in batch.genes:
            window = reader.read(gene.place)
            pixels = painter.draw(window, gene.title, reader.length(gene.place.chromosome))
            with writing(gene.path) as part:
                part.write_bytes(painter.encode(pixels, window, gene.gene))
            values.append(bin_gene(window, batch.options.n_bins, batch.top))
            n_sites.append(len(window.sites))
            is_whole.append(window.is_whole)
    with writing(batch.part) as part, part.open("wb") as stream:
        np.savez(
            stream,
            values=np.stack(values),
            n_sites=np.array(n_sites, np.int64),
            is_whole=np.array(is_whole, bool),
        )
