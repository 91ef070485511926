"""Figures of what is seen: the files, the scale bar and the legend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer
from qtpy.QtGui import QImage
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.layers import (
    Grid,
    class_colors,
    heatmap_layer,
    image_layers,
    label_colors,
    labels_layer,
)
from napari_seewhy.widgets.parts.layers.figure import (
    FigureButton,
    find_scale,
    list_entries,
    write_figure,
)

if TYPE_CHECKING:
    from pathlib import Path

    from napari import Viewer

    from napari_seewhy.images import CellImage

pytestmark = pytest.mark.widgets


@pytest.fixture
def shown(viewer: Viewer, tiny_image: CellImage, tiny_labels) -> Viewer:
    """An image with classes, and a heatmap."""
    for data in image_layers(tiny_image):
        viewer.add_layer(Layer.create(*data))
    n = int(tiny_labels.max())
    classes = pd.Categorical(["M", *["G1"] * (n - 1)], ["G1", "M"])
    cells = pd.DataFrame({"label": range(1, n + 1), "class": classes})
    grid = Grid.of_image(tiny_image)
    labels = viewer.add_layer(
        Layer.create(*labels_layer(tiny_labels, cells, name="classes", grid=grid))
    )
    labels.colormap = label_colors(labels.features)
    heat = np.linspace(0, 1, tiny_labels.size, dtype=np.float32).reshape(tiny_labels.shape)
    viewer.add_layer(Layer.create(*heatmap_layer(heat, "M", image_name="A01", grid=grid)))
    viewer.show()
    viewer.reset_view()
    return viewer


def test_the_legend_names_channels_classes_and_bars(shown: Viewer) -> None:
    entries = list_entries(shown)
    assert [entry.name for entry in entries] == ["heatmap M (A01)", "G1", "M", "Golgi", "DNA"]
    assert entries[0].ends == ("0", "1")
    assert len(entries[0].colors) == 64
    np.testing.assert_allclose(entries[2].colors[0], class_colors(["G1", "M"])["M"][:3])
    shown.layers["classes"].visible = False
    assert "G1" not in [entry.name for entry in list_entries(shown)]


def test_the_legend_names_labels_that_have_one_colour_and_frames_white(
    viewer: Viewer, tmp_path: Path
) -> None:
    orange = (0.9, 0.6, 0.0)
    positive = np.array([[0, 1], [1, 0]])
    colors = {0: "transparent", 1: (*orange, 1), None: "transparent"}
    viewer.add_labels(positive, colormap=colors, name="positive blocks (dish)")
    viewer.add_labels(positive, name="nuclei")
    (entry,) = list_entries(viewer)
    assert entry.name == "positive blocks (dish)"
    np.testing.assert_allclose(entry.colors, [orange], atol=1e-6)

    viewer.layers.clear()
    viewer.add_image(np.ones((8, 8)), name="phase")
    write_figure(viewer, tmp_path / "white.png")
    pixels = QImage(str(tmp_path / "white.png"))
    below = [
        pixels.pixelColor(x, y)
        for x in range(60)
        for y in range(pixels.height() - 40, pixels.height())
    ]
    assert sum(color.getRgb()[:3] == (160, 160, 164) for color in below) > 20


def test_the_scale_bar_is_as_long_as_it_says(shown: Viewer) -> None:
    width_px = 2 * shown.window._qt_viewer.canvas.size[1]
    length_px, text = find_scale(shown, width_px)
    length_um, unit = text.split()
    assert unit == "µm"
    assert length_px == pytest.approx(float(length_um) * shown.scene.camera.zoom * 2)
    assert width_px / 20 < length_px <= width_px / 5


def test_the_picture_is_as_large_as_the_scale_bar_says(viewer: Viewer, tmp_path: Path) -> None:
    viewer.add_image(
        np.full((100, 100), 9.0),
        contrast_limits=(0, 1),
        scale=(0.5, 0.5),
        units=("micrometer", "micrometer"),
    )
    viewer.show()
    viewer.reset_view()
    zoom = viewer.scene.camera.zoom
    write_figure(viewer, tmp_path / "figure.png")
    assert viewer.scene.camera.zoom == zoom
    picture = QImage(str(tmp_path / "figure.png"))
    height, width = (2 * edge for edge in viewer.window._qt_viewer.canvas.size)
    row = [picture.pixelColor(x, height // 2).lightness() > 200 for x in range(width)]
    length_px, text = find_scale(viewer, width)
    assert sum(row) * float(text.split()[0]) / length_px == pytest.approx(50, rel=0.02)


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_figure_holds_picture_and_legend(shown: Viewer, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"figure{suffix}"
    write_figure(shown, path)
    content = path.read_bytes()
    if suffix == ".svg":
        text = content.decode()
        assert "<image" in text
        assert all(name in text for name in ("Golgi", "heatmap M (A01)", "µm"))
    elif suffix == ".pdf":
        assert content.startswith(b"%PDF")
        assert len(content) > 2000
    else:
        picture = QImage(str(path))
        height, width = shown.window._qt_viewer.canvas.size
        assert picture.width() == 2 * width
        assert picture.height() > 2 * height
        colors = {picture.pixelColor(x, picture.height() - 30).name() for x in range(0, 80)}
        assert len(colors) > 1


@pytest.mark.parametrize("dpi", [150, 300, 600])
def test_the_button_asks_for_kind_and_dots_per_inch(
    shown: Viewer, tmp_path: Path, monkeypatch, dpi: int
) -> None:
    def choose(*asked: Any) -> tuple[str, str]:
        kinds = asked[-1].split(";;")
        return str(tmp_path / "mine"), next(x for x in kinds if f"Picture, {dpi} dpi" in x)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    FigureButton(shown).click()
    picture = QImage(str(tmp_path / "mine.png"))
    assert picture.dotsPerMeterX() == round(dpi / 0.0254)
    assert picture.width() == shown.window._qt_viewer.canvas.size[1] * dpi // 150


def test_a_document_is_as_wide_on_paper_at_every_number_of_dots(
    shown: Viewer, tmp_path: Path
) -> None:
    boxes = []
    for dpi in (150, 600):
        path = tmp_path / f"{dpi}.pdf"
        write_figure(shown, path, dpi)
        (box,) = re.findall(rb"/MediaBox \[([\d. ]+)\]", path.read_bytes())
        boxes.append([float(edge) for edge in box.split()])
    assert boxes[0] == pytest.approx(boxes[1], rel=0.02)
