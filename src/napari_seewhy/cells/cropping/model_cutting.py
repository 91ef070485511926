"""How crops are to be cut of an image so that a model sees what it saw in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.errors import OptionError
from napari_seewhy.models.preflight import Finding, SampleFacts, check_pixel_size, match_channels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_seewhy.images import CellImage
    from napari_seewhy.models.cards import ModelCard


@dataclass(frozen=True, slots=True)
class ModelCutting:
    """How the crops of one image are cut for one model.

    Attributes
    ----------
    options
        Size, centre, masking, pixel size and channels; the channels are those of the image, in the
        order of the model.
    scale
        By how much crops are enlarged (above 1) or made smaller (below 1) against the image.
    findings
        What differs from the images of training, and what is done about it.
    """

    options: CropOptions
    scale: float
    findings: tuple[Finding, ...]


def plan_cutting(
    card: ModelCard, image: CellImage, channels: Mapping[str, str] | None = None
) -> ModelCutting:
    """Work out how to cut crops of an image as those were cut that a model learned from.

    The card says whether neighbours were masked, what stood in the middle, and which plane of a
    stack was taken. Where the pixels of the image have another size, crops are cut larger or
    smaller and resampled, so that no margin has to be invented.

    Parameters
    ----------
    card
        Card of the model.
    image
        The image.
    channels
        Which channel of the image is given for which of the model, where the names do not tell;
        those that are not in it are found by their names.

    Returns
    -------
    ModelCutting
        With a finding of level red where the model cannot take the image.

    Raises
    ------
    OptionError
        If `channels` names one that the model or the image has not.
    """
    cut = card.samples.get("crop")
    trained = CropOptions(**cut) if cut else CropOptions()
    findings = [] if cut else [_unknown_cutting()]
    matched, of_channels = _match(card, image, channels or {})
    findings += of_channels
    scale, of_pixels = check_pixel_size(card, _facts_of_image(image))
    # Training brought images of several magnifications together, so another one is no news.
    is_usual = trained.pixel_size_um is not None and scale != 1
    findings += [] if is_usual else of_pixels
    pixel_size = None
    if image.pixel_size_um is not None:
        pixel_size = card.pixel_size_um if scale != 1 else trained.pixel_size_um
    height, width = image.shape_yx
    size = max(card.size_px)
    if size / scale > height and size / scale > width:
        sentence = (
            f"The model takes crops of {size / scale:.4g} x {size / scale:.4g} pixels of this image"
            f", which has only {height} x {width}; take a larger image."
        )
        findings.append(Finding("red", sentence))
    options = trained.change(
        size_px=size,
        size_um=None,
        pixel_size_um=pixel_size,
        channels=tuple(matched.values()),
    )
    return ModelCutting(options, scale, tuple(findings))


def _match(
    card: ModelCard, image: CellImage, chosen: Mapping[str, str]
) -> tuple[dict[str, str], list[Finding]]:
    """Find the channel of the image for each of the model, in the model's order."""
    unknown = [name for name in chosen if name not in card.channel_names]
    if unknown:
        raise OptionError(
            f"The model has no channel {unknown[0]}; it has {', '.join(card.channel_names)}."
        )
    given = {name: image.channels[image.channel_index(other)] for name, other in chosen.items()}
    left = [name for name in card.channel_names if name not in given]
    found = match_channels(left, [name for name in image.channels if name not in given.values()])
    if found is None:
        sentence = (
            f"The model takes the channels {', '.join(card.channel_names)} and the image has "
            f"{', '.join(image.channels)}; say which channel is which, or take another image."
        )
        return {}, [Finding("red", sentence)]
    matched = {name: (given | found)[name] for name in card.channel_names}
    if len(set(matched.values())) < len(matched):
        raise OptionError(
            f"The channels {', '.join(matched)} of the model are given "
            f"{', '.join(matched.values())}; give each another channel."
        )
    renamed = [f"{other} for {name}" for name, other in found.items() if other != name]
    if renamed:
        action = f"Use {', '.join(renamed)}."
        return matched, [Finding("amber", "The names of the channels differ.", action)]
    return matched, []


def _unknown_cutting() -> Finding:
    return Finding(
        "amber",
        "The model does not say how its samples were cut.",
        "Cut crops about the middle of the nuclei, neighbours left in.",
    )


def _facts_of_image(image: CellImage) -> SampleFacts:
    """Say of an image what can be said before its pixels are read."""
    return SampleFacts(0, (), image.shape_yx, str(image.pixels.dtype), image.pixel_size_um)
