"""What the widgets of virtual staining have the child process do.

A window must not import torch, so what needs it is imported when a task runs, in the child.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.blocks.block_targets import measure_blocks
from napari_seewhy.blocks.learned_blocks import LearnedBlocks
from napari_seewhy.blocks.model_scale import find_zoom, rescale_phase, sample_nearest
from napari_seewhy.blocks.registration import Shift, estimate_shift
from napari_seewhy.blocks.stain import Stainer, stain_image_steps
from napari_seewhy.blocks.train_stains import train_stains_steps
from napari_seewhy.files import hash_file
from napari_seewhy.layers import name_of_image
from napari_seewhy.models.library import ModelLibrary, user_folder
from napari_seewhy.models.weights_file import SUFFIX
from napari_seewhy.progress import Step
from napari_seewhy.staining.grid import BlockGrid
from napari_seewhy.training.checkpoint import checkpoint_path
from napari_seewhy.training.tasks import UNFINISHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.blocks.apply_options import ApplyStainOptions
    from napari_seewhy.blocks.pair_options import StainPairOptions
    from napari_seewhy.blocks.pairs import Pair
    from napari_seewhy.blocks.read_fields import FieldReader
    from napari_seewhy.blocks.stained_image import StainedImage
    from napari_seewhy.images import CellImage
    from napari_seewhy.progress import Task
    from napari_seewhy.staining.stain_options import StainOptions


class StainedLayer(NamedTuple):
    """A virtual stain, and from which of its blocks the model has learned.

    Attributes
    ----------
    stained
        The virtual stain.
    learned
        ``(T, h, w)`` bool.
    """

    stained: StainedImage
    learned: NDArray[np.bool_]


def stain_layer_steps(
    image: CellImage, model: Path, options: ApplyStainOptions
) -> Task[StainedLayer]:
    """Stain an image, and find out from which of its blocks the model has learned.

    Parameters
    ----------
    image
        Phase contrast.
    model
        File of the model.
    options
        How it is stained.
    """
    stained = yield from stain_image_steps(image, model, options)
    yield Step(0, 0, "Looking whether the model has learned from it")
    return StainedLayer(stained, _find_learned(image, stained))


def _find_learned(image: CellImage, stained: StainedImage) -> NDArray[np.bool_]:
    """Say which blocks hold pixels that the model has learned from, in all frames."""
    learned = np.zeros(stained.probability.shape, bool)
    known, path = LearnedBlocks.of(stained.card), Path(image.source)
    # A training on open layers has read no file, so that only the name tells.
    is_known = bool(known.hashes) and path.is_file()
    if is_known and hash_file(path) not in known.hashes:
        return learned
    own = name_of_image(image)
    for t, blocks in enumerate(learned):
        pixels = np.zeros(stained.shape_yx, bool)
        if own:
            known.paint((own, f"{own} t={t}"), pixels, is_known=is_known)
        blocks[:] = measure_blocks(sample_nearest(pixels, stained.seen_px), stained.grid) > 0
    return learned


class BlockPlace(NamedTuple):
    """Frame, row and column of a block."""

    frame: int
    row: int
    column: int


class ExplainedBlock(NamedTuple):
    """Where the network looked for one block.

    Attributes
    ----------
    place
        The block.
    heatmap
        ``(H, W)``, 0..1, over all that the block can see.
    top_left
        Row and column of its first pixel in the field as the network saw it.
    probability
        What the network says of the block.
    """

    place: BlockPlace
    heatmap: NDArray[np.float32]
    top_left: tuple[int, int]
    probability: float

    def describe(self) -> str:
        """Say which block it is and what is said of it."""
        frame = f" in frame {self.place.frame}" if self.place.frame else ""
        return (
            f"Block in row {self.place.row}, column {self.place.column}{frame}: positive with "
            f"{self.probability:.0%}. Bright: what speaks for it."
        )


def explain_block_steps(
    image: CellImage, model: Path, options: ApplyStainOptions, place: BlockPlace
) -> Task[ExplainedBlock]:
    """Show where the network looked for one block.

    Parameters
    ----------
    image
        The whole image.
    model
        File of the model.
    options
        How it was stained.
    place
        The block.
    """
    from napari_seewhy.staining.explain_block import explain_block

    yield Step(0, 0, "Loading the model")
    stainer = Stainer.open(model, options)
    yield Step(0, 0, "Looking at the block")
    card, name = stainer.card, image.source or "The image"
    pixels = stainer.choose_phase(image).frame(place.frame).pixels
    zoom = find_zoom(card, image.pixel_size_um, name, rescale=options.rescale)
    if zoom != 1:
        pixels = rescale_phase(pixels, zoom, name)
    grid = BlockGrid(card.block_px, options.stride_px or card.block_px)
    found = explain_block(stainer.model, pixels, place.row, place.column, grid)
    return ExplainedBlock(place, found.heatmap, (found.top, found.left), found.probability)


def check_shift_steps(pair: Pair, options: StainPairOptions, frame: int) -> Task[Shift]:
    """Find out whether phase contrast and marker lie on each other.

    Parameters
    ----------
    pair
        Both images.
    options
        Which channels and planes are taken.
    frame
        The time point that is looked at.
    """
    yield Step(0, 0, "Comparing the edges in both images")
    images = pair.read(options)
    t = min(frame, images.n_frames - 1)
    phase, marker = (np.asarray(one.frame(t).pixels) for one in (images.phase, images.marker))
    return estimate_shift(phase, marker[0])


@dataclass(frozen=True, slots=True, eq=False)
class StainTrainJob:
    """One training of a virtual stain, as a person planned it.

    Attributes
    ----------
    pairs
        Phase contrast and marker.
    reader
        What is taken of the images, and from which brightness on the marker is positive.
    name
        Of the model in the library.
    options
        How it is trained.
    library
        Folder of the library, that of the person if not given.
    """

    pairs: tuple[Pair, ...]
    reader: FieldReader
    name: str
    options: StainOptions
    library: Path = field(default_factory=user_folder)

    @property
    def place(self) -> Path:
        """Where the finished model shall stand.

        Raises
        ------
        OptionError
            If the name cannot be one of a model.
        """
        return ModelLibrary(self.library).place_of(self.name)

    @property
    def unfinished(self) -> Path:
        """Where the model stands until it is finished, its checkpoint beside it."""
        return self.place.parent / UNFINISHED / f"{self.name}{SUFFIX}"

    @property
    def can_go_on(self) -> bool:
        """Whether a training of this name was stopped, so that its best network is kept."""
        return checkpoint_path(self.unfinished).exists()


class TrainedModel(NamedTuple):
    """A virtual stain that is in the library now.

    Attributes
    ----------
    path
        Its file.
    scores
        Figures by name on the blocks that said when to stop; empty where none could be spared.
    history
        One entry per epoch: ``loss``, ``stop_loss``, ``stop_balanced_accuracy`` ...
    best_epoch
        Epoch whose weights it has, from 1.
    left_out
        Names of pairs that could not be used, and why.
    """

    path: Path
    scores: dict[str, Any]
    history: list[dict[str, float]]
    best_epoch: int
    left_out: tuple[tuple[str, str], ...]


def train_job_steps(job: StainTrainJob, *, resume: bool = False) -> Task[TrainedModel]:
    """Train a virtual stain; it enters the library at the very end.

    Parameters
    ----------
    job
        What to train.
    resume
        Whether to go on from the checkpoint of a training that was stopped.
    """
    from napari_seewhy.staining.stain_file import save_stain

    trained = yield from train_stains_steps(
        job.pairs, job.reader, job.options, out=job.unfinished, resume=resume
    )
    save_stain(job.place, trained.model)
    job.unfinished.unlink(missing_ok=True)
    card = trained.model.card
    results = card.record["results"]
    return TrainedModel(
        path=job.place,
        scores=card.metrics.get("stop", {}),
        history=results["history"],
        best_epoch=results["best_epoch"],
        left_out=trained.left_out,
    )
