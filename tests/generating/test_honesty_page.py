from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from napari_seewhy.generating.card import GeneratorCard
from napari_seewhy.generating.honesty import measure_likeness
from napari_seewhy.generating.honesty_page import draw_picture, write_honesty_page
from napari_seewhy.generating.pixel_range import PixelRange


@pytest.mark.parametrize(
    ("n_channels", "size", "mode"),
    [(3, (28, 20), "RGB"), (6, (28, 42), "RGB"), (1, (28, 20), "L"), (2, (58, 20), "L")],
)
def test_pictures_are_in_colour_halves_above_each_other_and_else_in_grey(n_channels, size, mode):
    pixels = np.zeros((n_channels, 20, 28), np.uint8)
    pixels[0] = 255
    picture = Image.open(
        io.BytesIO(draw_picture(pixels, PixelRange([(0, 255)] * n_channels, "u1")))
    )
    assert (picture.size, picture.mode) == (size, mode)
    assert picture.getpixel((0, 0)) == ((255, 0, 0) if mode == "RGB" else 255)


def test_the_page_shows_the_pictures_most_like_a_copy_first(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (40, 3, 20, 28)).astype(np.uint8)
    real, drawn = pixels[:30], pixels[30:].copy()
    drawn[4] = real[7]
    card = GeneratorCard(
        name="mine & yours",
        class_name="<induction>",
        channels=("red", "green", "blue"),
        limits=((0, 255),) * 3,
        size_px=(20, 28),
        dtype="uint8",
        width=4,
        n_noise=8,
        n_samples=30,
        record={"results": {"rows": list(range(100, 130))}},
    )
    likeness = measure_likeness(drawn, real, PixelRange(card.limits, card.dtype))
    page = tmp_path / "panel.html"
    write_honesty_page(page, card, likeness, drawn, real)
    text = page.read_text(encoding="utf-8")
    first = text.index("<figcaption>drawn")
    assert text[first:].startswith(
        "<figcaption>drawn 4, 0.00 of the usual distance from sample 107"
    )
    assert "Drawn pictures of &lt;induction&gt;" in text
    assert "mine &amp; yours" in text
    assert text.count("<img") == 20
