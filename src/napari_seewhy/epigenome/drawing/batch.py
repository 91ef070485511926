"""Drawing some pictures of one compound, in whichever process; nothing but files is shared."""

from __future__ import annotations

import multiprocessing
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.epigenome.drawing.bins import bin_gene
from napari_seewhy.epigenome.drawing.picture import PicturePainter
from napari_seewhy.files import writing
from napari_seewhy.genome import TrackPaths, WindowReader

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from napari_seewhy.epigenome.drawing.options import DrawOptions
    from napari_seewhy.genome import GenePlace


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


def draw_batch(batch: DrawBatch) -> int:
    """Draw pictures of genes, and keep their numeric tracks in ``batch.part``.

    Returns
    -------
    int
        How many were drawn.

    Raises
    ------
    FileError
        If a track is damaged, or a picture cannot be written.
    """
    has_control = batch.tracks.control_methylation is not None
    painter = PicturePainter(batch.options, batch.top, has_control=has_control)
    values, n_sites = [], []
    with WindowReader(batch.tracks) as reader:
        for gene in batch.genes:
            window = reader.read(gene.place)
            pixels = painter.draw(window, gene.title, reader.length(gene.place.chromosome))
            with writing(gene.path) as part:
                part.write_bytes(painter.encode(pixels, window, gene.gene))
            values.append(bin_gene(window, batch.options.n_bins, batch.top))
            n_sites.append(len(window.sites))
    with writing(batch.part) as part, part.open("wb") as stream:
        np.savez(stream, values=np.stack(values), n_sites=np.array(n_sites, np.int64))
    return len(batch.genes)


def end_with_parent() -> None:
    """Let this process end when the one that started it does, even if that was killed.

    Processes of a pool wait for work on a pipe that each of them holds open for the others, so they
    would wait for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for, args=(parent,), daemon=True).start()


def _wait_for(parent: BaseProcess) -> None:
    parent.join()
    # Nothing is left half done: a picture gets its name when it is whole.
    os._exit(1)
