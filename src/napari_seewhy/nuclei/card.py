"""The card of a segmenter, drawn up from the pictures that it learns from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.models.cards import SegmenterCard

if TYPE_CHECKING:
    from napari_seewhy.nuclei.examples import Examples

__all__ = ["SegmenterCard", "describe_examples"]


def describe_examples(examples: Examples) -> dict[str, Any]:
    """Return the fields of a card that the examples decide."""
    # Comes with torch, and windows read cards.
    from napari_seewhy.nuclei.maps import NOMINAL_PX

    return {
        "nominal_px": NOMINAL_PX,
        "diameters_px": _summarise(np.concatenate(examples.diameters_px)),
        "background": _summarise([example.background for example in examples.train]),
    }


def _summarise(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in np.percentile(values, (5, 50, 95)))
