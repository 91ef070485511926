"""Choosing a model that stains virtually, with what it learned and what it wants to see."""

from __future__ import annotations

from html import escape

from napari_seewhy.staining import StainCard
from napari_seewhy.widgets.parts.models import CardPicker


class StainPicker(CardPicker[StainCard]):
    """The choice of a virtual stain."""

    KIND = StainCard
    HOW = (
        "A model paints the immunostaining that it has learned from phase contrast. Train one with "
        "Train virtual staining, or choose one that came with the program or from a colleague."
    )
    TOOLTIP = "The model that predicts for each block whether it is positive."

    def describe(self, card: StainCard) -> list[str]:
        """Say the marker, the wanted channels, and how good it is."""
        n_channels = len(card.channels)
        wants = ", ".join(card.channels) if n_channels < 4 else f"{n_channels} planes"
        size = "" if card.pixel_size_um is None else f", {card.pixel_size_um:.3g} µm per pixel"
        lines = [
            f"Paints <b>{escape(card.marker or 'its marker')}</b> in blocks of {card.block_px} px.",
            f"Wants {escape(wants)}{size}.",
        ]
        if card.data:
            lines.append(f"Trained on {escape(card.data)}.")
        scores = card.metrics if "f1" in card.metrics else card.metrics.get("stop", {})
        if "f1" in scores:
            lines.append(
                f"F1 {scores['f1']:.2f} on {scores['n_blocks']:,} blocks not learned from."
            )
        return lines
