"""What a person sees of a BioImage.IO package: its cover and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.models.cards import ModelCard

_COVER_PX = 512
_GAP_PX = 8


def write_cover(path: Path, pixels: NDArray[np.float32]) -> None:
    """Write a square picture of samples ``(N, C, H, W)``: their first channel, side by side."""
    from PIL import Image

    n_rows = int(np.ceil(np.sqrt(len(pixels))))
    edge = (_COVER_PX - _GAP_PX * (n_rows + 1)) // n_rows
    cover = Image.new("L", (_COVER_PX, _COVER_PX), 0)
    for place, plane in enumerate(pixels[:, 0]):
        low, high = np.percentile(plane, (1, 99.5))
        grey = np.clip((plane - low) / max(high - low, 1e-12), 0, 1) * 255
        row, column = divmod(place, n_rows)
        corner = (_GAP_PX + column * (edge + _GAP_PX), _GAP_PX + row * (edge + _GAP_PX))
        cover.paste(Image.fromarray(grey.astype(np.uint8)).resize((edge, edge)), corner)
    cover.save(path)


def write_documentation(path: Path, card: ModelCard) -> None:
    """Write a page in Markdown that says what a model takes, what it gives and how good it is."""
    pixel = f"{card.pixel_size_um:.4g} µm" if card.pixel_size_um else "not known"
    channels = "\n".join(
        f"| {channel.name} | {channel.mean:.5g} | {channel.std:.5g} | {channel.low:.5g} to "
        f"{channel.high:.5g} |"
        for channel in card.channels
    )
    text = f"""# {card.name}

Made with [napari-seewhy](https://github.com/napari-seewhy/napari-seewhy).

## What it takes

Samples of {card.size_px[0]} x {card.size_px[1]} pixels as measured ({card.dtype} in training), in
this order of channels. Pixel size: {pixel}. Normalising is inside the network.

| channel | mean | standard deviation | 1st to 99th percentile |
|---|---|---|---|
{channels}

## What it gives

The probability of each class, in this order: {", ".join(card.classes)}.

## Validation

{_list_metrics(card.metrics)}

## Data

{card.data or "Not said."} Licence of the data: {card.licence or "not said"}.
"""
    path.write_text(text, encoding="utf-8")


def _list_metrics(metrics: dict[str, Any]) -> str:
    """List the metrics that are one figure; tables and plots stand in the card."""
    said = {name: _say_figure(value) for name, value in metrics.items()}
    lines = [f"- {name.replace('_', ' ')}: {figure}" for name, figure in said.items() if figure]
    return "\n".join(lines) or "Not evaluated."


def _say_figure(value: Any) -> str:
    """Say a number, or one with its interval and baseline; nothing for anything else."""
    if isinstance(value, int | float):
        return f"{value:.4g}"
    if not isinstance(value, dict) or not isinstance(value.get("value"), int | float):
        return ""
    said = f"{value['value']:.4g}"
    if None not in (value.get("low"), value.get("high")):
        said += f" ({value['low']:.4g} to {value['high']:.4g})"
    return said + (f", baseline {value['baseline']:.4g}" if value.get("baseline") else "")
