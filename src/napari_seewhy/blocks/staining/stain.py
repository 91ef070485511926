"""Painting a virtual immunostaining onto an image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.blocks.pairing import match_channels, split_names, spread_planes
from napari_seewhy.blocks.staining.model_scale import find_zoom, rescale_phase, sample_nearest
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.blocks.staining.stained_image import StainedImage
from napari_seewhy.images import explain_unmeasured
from napari_seewhy.models.files import ModelLibrary
from napari_seewhy.progress import Step, blocking

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.images import CellImage, Pixels
    from napari_seewhy.progress import Task
    from napari_seewhy.staining import StainCard, StainedPixels

_DEFAULTS = ApplyStainOptions()


def stain_image_steps(
    image: CellImage, model: str | Path, options: ApplyStainOptions = _DEFAULTS
) -> Task[StainedImage]:
    """Say of every block of an image how probably the marker is there, from its looks alone.

    Parameters
    ----------
    image
        Phase contrast, with or without focal planes and time points; other channels may be there.
    model
        File of a model, or its name in the library.
    options
        Channels, stride, what counts as positive.

    Raises
    ------
    DataError
        If the field is smaller than a block, has other channels or another pixel size than the
        model.
    FileError
        If there is no such model, or it is of another kind.
    OptionError
        If the image has no such channel or plane.
    """
    yield Step(0, 0, "Loading the model")
    stainer = Stainer.open(ModelLibrary().find(model), options)
    return (yield from stainer.stain_steps(image))


stain_image = blocking(stain_image_steps)


@dataclass(slots=True, eq=False)
class Stainer:
    """A model that is ready to stain many images.

    Attributes
    ----------
    model
        Network and card.
    options
        How it stains.
    runtime
        Where the network runs.
    """

    model: Any
    options: ApplyStainOptions
    runtime: Any = field(repr=False)

    @classmethod
    def open(cls, path: Path, options: ApplyStainOptions = _DEFAULTS) -> Stainer:
        """Load a model.

        Raises
        ------
        FileError
            If it cannot be read or is of another kind.
        OptionError
            If the device is not there.
        """
        from napari_seewhy.models.running import choose_runtime
        from napari_seewhy.staining import load_stain

        model = load_stain(path)
        return cls(model, options, choose_runtime(options))

    @property
    def card(self) -> StainCard:
        """What the model says of itself."""
        card: StainCard = self.model.card
        return card

    def stain_steps(self, image: CellImage) -> Task[StainedImage]:
        """Stain every time point of an image; see `stain_image`."""
        card, options = self.card, self.options
        phase = self.choose_phase(image)
        name = image.source or "The image"
        zoom = find_zoom(card, image.pixel_size_um, name, rescale=options.rescale)
        stained = []
        for t in range(phase.n_frames):
            yield Step(t, phase.n_frames, "Staining")
            pixels = phase.frame(t).pixels
            if zoom != 1:
                pixels = rescale_phase(pixels, zoom, name)
            seen = int(pixels.shape[-2]), int(pixels.shape[-1])
            known = None if phase.measured is None else sample_nearest(phase.measured, seen)
            stained.append((yield from self.stain_pixels_steps(pixels, known)))
        return StainedImage(
            probability=np.stack([one.probability for one in stained]),
            grid=stained[0].grid,
            seen_px=seen,
            shape_yx=image.shape_yx,
            card=card,
            cut=card.cut if options.cut is None else options.cut,
            counting=options.efficiency,
            fluorescence=_stack_fluorescence(stained, image.shape_yx),
            device=self.runtime.describe(),
            warnings=(
                *_advise(phase, card, zoom, image.pixel_size_um),
                *explain_unmeasured(
                    np.isfinite([one.probability for one in stained]),
                    is_declared=phase.measured is not None,
                ),
            ),
        )

    def stain_pixels_steps(
        self, phase: Pixels, declared: NDArray[np.bool_] | None = None
    ) -> Task[StainedPixels]:
        """Stain the pixels ``(C, Y, X)`` of one time point, as the model takes them."""
        from napari_seewhy.staining import stain_pixels_steps

        return (
            yield from stain_pixels_steps(
                self.model,
                phase,
                stride_px=self.options.stride_px,
                runtime=self.runtime,
                declared=declared,
            )
        )

    def choose_phase(self, image: CellImage) -> CellImage:
        """Return the inputs of the model: axes ``CYX`` or ``TCYX``.

        Raises
        ------
        DataError, OptionError
            If the image has not the channels and planes.
        """
        options, wanted = self.options, self.card.channels
        planes = [int(plane) for plane in split_names(options.planes)]
        chosen = split_names(",".join(options.channels), image.channels)
        spread = spread_planes(image.select(chosen) if chosen else image, planes)
        return match_channels(spread, wanted)


def _stack_fluorescence(
    stained: list[StainedPixels], shape_yx: tuple[int, int]
) -> np.ndarray[Any, np.dtype[np.float32]] | None:
    from skimage.transform import resize

    planes = [one.fluorescence for one in stained if one.fluorescence is not None]
    if not planes:
        return None
    return np.stack(
        [
            plane
            if plane.shape == shape_yx
            else resize(plane, shape_yx, order=1, preserve_range=True).astype(np.float32)
            for plane in planes
        ]
    )


def _advise(
    phase: CellImage, card: StainCard, zoom: float, pixel_size_um: float | None
) -> tuple[str, ...]:
    """Say what a person may not expect."""
    said = []
    names = [name.casefold() for name in phase.channels]
    if names != [name.casefold() for name in card.channels]:
        said.append(
            f"Its channels ({', '.join(phase.channels[:3])}) are taken for those of the model "
            f"({', '.join(card.channels[:3])}) in their order."
        )
    if zoom != 1:
        said.append(f"It was rescaled by {zoom:.3g} to the pixel size of the model.")
    if card.pixel_size_um and not pixel_size_um:
        said.append(
            f"Its pixel size is not known; the model expects {card.pixel_size_um:.4g} µm, and is "
            "wrong for another magnification."
        )
    return tuple(said)
