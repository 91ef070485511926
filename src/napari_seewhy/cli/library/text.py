"""What `seewhy models` says of a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.models.cards import GeneratorCard, SegmenterCard, StainCard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_seewhy.models.cards import AnyCard, ModelCard
    from napari_seewhy.models.files import LibraryEntry

_N_INPUTS = 4


def list_row(entry: LibraryEntry) -> tuple[str, ...]:
    """Say of a model its name, kind, what it says, channels, sample, quality and whose it is."""
    whose = "shipped" if entry.is_shipped else "yours"
    if entry.card is not None:
        card = entry.card
        what = (", ".join(card.classes), ", ".join(card.channel_names), _size(card))
        return entry.name, "classifier", *what, _accuracy(card), whose
    if entry.segmenter_card is not None:
        found = f"nuclei, {_width(entry.segmenter_card)}"
        return entry.name, "segmenter", found, "", "", _precision(entry.segmenter_card), whose
    if entry.stain_card is not None:
        stain = entry.stain_card
        said = (_stain(stain), ", ".join(stain.channels), f"{stain.block_px} px", _f1(stain))
        return entry.name, "stain", *said, whose
    if entry.generator_card is not None:
        drawn = entry.generator_card
        said = (drawn.class_name, ", ".join(drawn.channels), _size(drawn), "")
        return entry.name, "generator", *said, whose
    return entry.name, "", "cannot be read", "", "", "", whose


def describe_card(path: Path, card: AnyCard) -> list[tuple[str, str]]:
    """Say in rows of a name and a text what a card says."""
    inputs = [Path(file["path"]) for file in card.record.get("inputs", ())]
    rows = [("File", str(path)), ("Name", card.name)]
    if isinstance(card, SegmenterCard):
        rows += _describe_segmenter(card)
    elif isinstance(card, StainCard):
        rows += _describe_stain(card)
    elif isinstance(card, GeneratorCard):
        rows += _describe_generator(card)
    else:
        rows += _describe_classifier(card)
    rows += [
        ("Trained on", card.data or ", ".join(map(str, _gather(inputs)))),
        ("Licence of the data", card.licence),
        ("Finished", str(card.record.get("finished", ""))),
    ]
    return [(name, found) for name, found in rows if found]


def _describe_segmenter(card: SegmenterCard) -> list[tuple[str, str]]:
    split = card.record.get("results", {}).get("split", {})
    names = {"train": "Images learned from", "stop": "To stop by", "held_out": "Held out"}
    return [
        ("Kind", "segmenter, finds nuclei"),
        ("Nuclei", f"{_width(card)} in its training"),
        ("Average precision", _precision(card)),
        *((title, str(len(split[part]))) for part, title in names.items() if split.get(part)),
    ]


def _describe_stain(card: StainCard) -> list[tuple[str, str]]:
    size_um = card.pixel_size_um
    return [
        ("Kind", "stain, paints a virtual immunostaining"),
        ("Network", card.network),
        ("Stains", _stain(card)),
        ("Block", f"{card.block_px} px, positive from {card.positive_area:.0%} of its area"),
        ("Channels", ", ".join(card.channels)),
        ("Pixel size", "not known" if size_um is None else f"{size_um:.4g} µm"),
        ("Positive from", f"a probability of {card.cut:.2f}"),
        ("Predicted fluorescence", "yes" if card.has_fluorescence else "no"),
        ("Quality", _f1(card)),
    ]


def _describe_generator(card: GeneratorCard) -> list[tuple[str, str]]:
    return [
        ("Kind", "generator, draws more samples of one class"),
        ("Class", card.class_name),
        ("Channels", ", ".join(card.channels)),
        ("Sample", _size(card)),
    ]


def _describe_classifier(card: ModelCard) -> list[tuple[str, str]]:
    size_um = card.pixel_size_um
    return [
        ("Kind", "classifier, tells classes of samples apart"),
        ("Network", card.network.backbone),
        ("Classes", ", ".join(card.classes)),
        ("Sample", _size(card)),
        ("Pixels", card.dtype),
        ("Pixel size", "not known" if size_um is None else f"{size_um:.4g} µm"),
        *(
            (f"Channel {channel.name}", f"{channel.low:.4g} to {channel.high:.4g} (98 % of pixels)")
            for channel in card.channels
        ),
        ("Balanced accuracy", _accuracy(card)),
        *(("Alarm", str(alarm)) for alarm in card.metrics.get("alarms", ())),
    ]


def _gather(inputs: list[Path]) -> Iterable[Path]:
    """Name the folders of files where there are too many to be named."""
    return inputs if len(inputs) <= _N_INPUTS else dict.fromkeys(path.parent for path in inputs)


def _width(card: SegmenterCard) -> str:
    return f"{card.diameters_px[0]:.0f} to {card.diameters_px[2]:.0f} px"


def _precision(card: SegmenterCard) -> str:
    figures = card.metrics.get("average_precision")
    if not isinstance(figures, dict):
        return "not measured"
    return ", ".join(f"{value:.3f} at IoU {overlap}" for overlap, value in figures.items())


def _stain(card: StainCard) -> str:
    return card.marker or "a marker that it does not name"


def _f1(card: StainCard) -> str:
    f1 = card.metrics.get("f1")
    return "not measured" if f1 is None else f"F1 {f1:.3f}"


def _size(card: ModelCard | GeneratorCard) -> str:
    return f"{card.size_px[0]} x {card.size_px[1]} px"


def _accuracy(card: ModelCard) -> str:
    figure = card.metrics.get("balanced_accuracy")
    if not isinstance(figure, dict):
        return "not measured"
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"
