"""Pictures of the genes of the sample epigenome: drawn when they are asked for, kept in a cache."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from napari_seewhy.files import hash_file
from napari_seewhy.progress import finish
from napari_seewhy.sample_data.folder import sample_folder

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.layers import LayerData
    from napari_seewhy.progress import Task

COMPOUND = "compound_01"
"""The treated sample whose genes are drawn."""


def open_gene_pictures() -> list[LayerData]:
    """Open the pictures of 200 genes, one after the other: chromatin above, methylation below.

    They lie in the folder that is the layer's source, which the widget Inspect gene pictures opens.

    Raises
    ------
    FileError
        If the sample files are not there, or the pictures cannot be written.
    """
    import numpy as np

    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.layers import METADATA_KEY

    folder = cached_pictures()
    pictures = PictureSet(folder)
    attributes = {
        "name": f"pictures of genes ({COMPOUND})",
        "rgb": True,
        "axis_labels": ("gene", "y", "x"),
        "metadata": {METADATA_KEY: {"role": "gene pictures", "source": str(folder)}},
    }
    return [
        (np.stack([pictures.read_one(row) for row in range(len(pictures))]), attributes, "image")
    ]


def cached_pictures() -> Path:
    """Give the folder of the sample's pictures in the user's cache; they are drawn if not there."""
    from platformdirs import user_cache_path

    from napari_seewhy.epigenome.drawing import DrawOptions

    tracks = sample_folder() / "epigenome"
    drawn_by = DrawOptions().model_dump_json() + hash_file(tracks / "truth.csv")
    name = hashlib.sha256(drawn_by.encode()).hexdigest()[:12]
    folder = user_cache_path("napari-seewhy", appauthor=False) / "sample_genes" / name
    finish(draw_sample_pictures_steps(folder))
    return folder


def draw_sample_pictures_steps(folder: Path) -> Task[None]:
    """Draw the pictures of one compound of the sample epigenome, if they are not there.

    Parameters
    ----------
    folder
        Gets a folder of pictures and their table, ``pictures.csv``.

    Raises
    ------
    FileError
        If the sample files are not there, or a picture cannot be written.
    """
    from napari_seewhy.epigenome.drawing import DrawOptions, draw_genes_steps, read_compounds

    tracks = sample_folder() / "epigenome"
    compounds = read_compounds(tracks / "compounds.csv")
    shown = [tracks_of for tracks_of in compounds if tracks_of.compound == COMPOUND]
    # One process: starting others takes longer than drawing so few.
    options = DrawOptions(n_workers=1)
    yield from draw_genes_steps(shown, tracks / "genes.bed", folder, options)
