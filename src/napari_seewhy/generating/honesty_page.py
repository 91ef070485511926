"""The honesty panel as one page of HTML: drawn pictures beside the nearest real ones."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.generating.honesty import COPY
from napari_seewhy.generating.pixel_range import PixelRange
from napari_seewhy.pages import (
    DASHES,
    LINE_COLORS,
    SOFT,
    Axes,
    draw_image,
    draw_key,
    draw_table,
    draw_thumbnail,
    figure,
    head,
    line,
    section,
    write_page,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.generating.card import GeneratorCard
    from napari_seewhy.generating.honesty import Likeness
    from napari_seewhy.generating.verdict import Comparison, Difference

_MOST_PAIRS = 24
_GAP_PX = 2
_COLOR_CHANNELS = 3
_PAIR_STYLE = """
.pairs { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 18px; }
.pairs figure { margin: 0; break-inside: avoid; }
.pairs img { display: block; width: 100%; image-rendering: pixelated; border: 1px solid #c9c9c9; }
.pairs img + img { margin-top: 3px; border-color: #0072B2; }
"""


def write_honesty_page(
    path: Path,
    card: GeneratorCard,
    likeness: Likeness,
    drawn: NDArray[Any],
    real: NDArray[Any],
    comparison: Comparison | None = None,
) -> None:
    """Write what drawn pictures are worth as a page to read, print or send.

    Parameters
    ----------
    path
        HTML file to write, whole or not at all.
    card
        Of the generator.
    likeness
        From `measure_likeness` of the pictures below.
    drawn, real
        ``(n, C, H, W)`` and ``(m, C, H, W)``; the 24 drawn ones that are nearest to a real one are
        shown, for there a copy would be.
    comparison
        What they did for a classifier, where that was found out.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    title = f"Drawn pictures of {card.class_name}"
    is_well = likeness.judgement == "new"
    sections = [
        head(
            title,
            f"By {card.name}, which learned from {card.n_samples} real pictures.",
            f'<div class="{"well" if is_well else "alarm"}"><p>{escape(likeness.describe())}</p>'
            "</div>",
        ),
        section("Do they help?", _tell_comparison(comparison)),
        section("How near they are to real pictures", _plot(likeness)),
        section(
            "The drawn pictures (grey rim) nearest to a real one (blue rim)",
            f'<div class="pairs">{"".join(_pairs(card, likeness, drawn, real))}</div>',
        ),
    ]
    write_page(path, title, sections, _PAIR_STYLE)


def draw_picture(pixels: NDArray[Any], pixel_range: PixelRange) -> bytes:
    """Draw a sample as a PNG file: in colour where it has three channels, or halves of three each.

    Parameters
    ----------
    pixels
        ``(C, H, W)``; halves stand above each other, other channels side by side in grey.
    pixel_range
        Black and white of each channel.
    """
    from PIL import Image

    if len(pixels) % _COLOR_CHANNELS:
        return draw_thumbnail(pixels, list(pixel_range.limits))
    shown = (pixel_range.from_pixels(pixels[None])[0] + 1) / 2
    bytes_of = (255 * np.clip(shown, 0, 1)).round().astype(np.uint8)
    halves = bytes_of.reshape(-1, _COLOR_CHANNELS, *bytes_of.shape[1:]).transpose(0, 2, 3, 1)
    apart = np.pad(halves, ((0, 0), (0, _GAP_PX), (0, 0), (0, 0)), constant_values=255)
    stream = io.BytesIO()
    Image.fromarray(np.concatenate(list(apart))[:-_GAP_PX]).save(stream, format="PNG")
    return stream.getvalue()


def _tell_comparison(comparison: Comparison | None) -> str:
    if comparison is None:
        return (
            "<p>Not found out. Only a comparison of a classifier with and without them, judged on "
            "real pictures, can tell; until then they should not be learned from.</p>"
        )
    verdict, *_ = comparison.describe().split("\n")
    kind = {"helps": "well", "harms": "alarm", "makes no difference": "alarm"}[comparison.outcome]
    named = {
        "Balanced accuracy": comparison.balanced_accuracy,
        f"Recall of {comparison.class_name}": comparison.recall,
        f"F1 of {comparison.class_name}": comparison.f1,
    }
    rows = [_difference_row(name, figure) for name, figure in named.items()]
    notes = "".join(f"<p>{escape(note)}</p>" for note in comparison.describe().split("\n")[4:])
    columns = ("Figure", "Without", "Without, another seed", "With", "Change", "95 % interval")
    return f'<div class="{kind}"><p>{escape(verdict)}</p></div>{draw_table(columns, rows)}{notes}'


def _difference_row(name: str, figure: Difference) -> tuple[str, ...]:
    return (
        name,
        f"{figure.without:.3f}",
        f"{figure.another_seed:.3f}",
        f"{figure.amplified:.3f}",
        f"<b>{figure.gain:+.3f}</b>",
        f"{figure.low:+.3f} to {figure.high:+.3f}",
    )


def _plot(likeness: Likeness) -> str:
    """Draw which share of the pictures is nearer than a distance, drawn ones beside real ones."""
    near = {
        "drawn": likeness.distance / likeness.usual,
        "real, to another real one": likeness.real_distance / likeness.usual,
        "drawn, to another drawn one": likeness.drawn_distance / likeness.usual,
    }
    farthest = max(2.0, float(np.ceil(max(np.percentile(v, 98) for v in near.values()))))
    axes = Axes(
        "Distance to the nearest (1 = usual between real ones)",
        "Share of the pictures",
        x_range=(0, farthest),
        x_ticks=np.linspace(0, farthest, 5).tolist(),
    )
    marks = [line(axes.x(COPY), axes.y(0), axes.x(COPY), axes.y(1), SOFT, dash="2 3")]
    for values, color, dash in zip(near.values(), LINE_COLORS, DASHES, strict=False):
        x = np.clip(np.sort(values), 0, farthest)
        marks.append(
            axes.curve(x.tolist(), (np.arange(1, len(x) + 1) / len(x)).tolist(), color, dash)
        )
    key = draw_key(zip(near, LINE_COLORS, DASHES, strict=False))
    caption = (
        "Left of the dotted line a picture is a copy: nearer than half the usual distance. Drawn "
        "pictures should lie where the real ones do."
    )
    plot = axes.draw(marks, "Distances to the nearest picture")
    return f'<div class="plots">{figure(key + plot, caption)}</div>'


def _pairs(
    card: GeneratorCard, likeness: Likeness, drawn: NDArray[Any], real: NDArray[Any]
) -> Iterator[str]:
    pixel_range = PixelRange(card.limits, card.dtype)
    rows = card.record.get("results", {}).get("rows")
    for i in np.argsort(likeness.distance, kind="stable")[:_MOST_PAIRS]:
        nearest = int(likeness.nearest[i])
        shown = "".join(
            draw_image(draw_picture(pixels, pixel_range), words)
            for pixels, words in (
                (drawn[i], f"Drawn picture {i}"),
                (real[nearest], f"Real picture {nearest}"),
            )
        )
        which = f"sample {rows[nearest]}" if rows else f"picture {nearest}"
        yield figure(
            shown,
            f"drawn {i}, {likeness.distance[i] / likeness.usual:.2f} of the usual distance from "
            f"{which}",
        )
