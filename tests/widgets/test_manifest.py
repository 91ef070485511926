"""What the manifest promises to napari is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from npe2 import PluginManifest
from qtpy.QtWidgets import QScrollArea, QWidget

import napari_seewhy
from napari_seewhy.widgets.parts.tasks import LateTab

pytestmark = pytest.mark.widgets

PATH = Path(napari_seewhy.__file__).parent / "napari.yaml"
MANIFEST = PluginManifest.from_file(PATH)
WIDGETS = [widget.display_name for widget in MANIFEST.contributions.widgets]
COMMANDS = {command.id: command for command in MANIFEST.contributions.commands}


def test_the_manifest_at_the_top_is_a_link_to_the_one_in_the_package() -> None:
    link = Path(__file__).parents[2] / "napari.yaml"
    assert link.is_symlink()
    assert link.resolve() == PATH.resolve()


@pytest.mark.parametrize("more", [[], ["--imports"]], ids=["names", "imports"])
def test_npe2_finds_it_valid(more: list[str]) -> None:
    command = [sys.executable, "-m", "npe2", "validate", "napari-seewhy", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "valid!" in done.stdout


def test_every_menu_is_one_that_napari_lets_plugins_add_to() -> None:
    from napari._app_model.constants import MenuId

    assert set(MANIFEST.contributions.menus) <= MenuId.contributables()


def test_every_command_is_used_and_every_widget_is_in_a_menu() -> None:
    contributions = MANIFEST.contributions
    in_menus = {item.command for items in contributions.menus.values() for item in items}
    widgets = {widget.command for widget in contributions.widgets}
    acts = {
        f"napari-seewhy.{act}"
        for act in (
            *("open_images", "open_session", "save_session", "save_figure"),
            "name_cells",
            "mark_not_measured",
        )
    }
    assert in_menus == widgets | acts
    others = [*contributions.readers, *contributions.writers, *contributions.sample_data]
    assert widgets | acts | {other.command for other in others} == set(COMMANDS)


def test_titles_begin_with_a_verb_in_sentence_case() -> None:
    first = {"Segment", "Tidy", "Measure", "Crop", "Annotate", "Train"}
    verbs = first | {"Classify", "Explain", "Plot", "Stain", "Inspect", "Read", "Open", "Save"}
    verbs |= {"Combine", "Find", "Mark"}
    assert {command.title.split()[0] for command in COMMANDS.values()} <= verbs


@pytest.mark.parametrize("name", WIDGETS)
def test_every_widget_opens_scrolls_and_fits_a_small_screen(viewer, name: str) -> None:
    _, widget = viewer.window.add_plugin_dock_widget("napari-seewhy", name)
    assert isinstance(widget, QWidget)
    for tab in widget.findChildren(LateTab):
        assert tab.content.minimumSizeHint().width() <= 320
    assert widget.minimumSizeHint().width() <= 320
    assert widget.minimumWidth() <= 320
    assert widget.findChild(QScrollArea) is not None


OPEN_ALL = """
    import sys
    import napari
    from napari_seewhy.widgets.parts.tasks import LateTab

    viewer = napari.Viewer(show=False)
    for name in sys.argv[1:]:
        _, widget = viewer.window.add_plugin_dock_widget("napari-seewhy", name)
        for tab in widget.findChildren(LateTab):
            tab.content
    viewer.close()
    print([name for name in ("torch", "lightning_fabric", "timm") if name in sys.modules])
"""


def test_the_window_imports_no_torch_even_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("torch", "lightning_fabric", "timm"):
        (tmp_path / f"{name}.py").touch()
    # The package that this manifest is of, not another one that is installed.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(PATH.parents[1])]))
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(OPEN_ALL), *WIDGETS]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


NOT_OPENED = {
    "Tidy cells": (
        *("pyqtgraph", "tifffile", "napari_seewhy.images.read", "napari_seewhy.genome"),
        *("napari_seewhy.models", "napari_seewhy.samples"),
    ),
    "Measure cells": (
        *("pyqtgraph", "tifffile", "napari_seewhy.images.read", "napari_seewhy.genome"),
        *("napari_seewhy.models", "napari_seewhy.samples", "napari_seewhy.cells.cropping"),
    ),
    "Crop cells": ("pyqtgraph", "tifffile", "napari_seewhy.genome", "napari_seewhy.models"),
    "Segment cells": (
        *("pyqtgraph", "tifffile", "napari_seewhy.genome", "napari_seewhy.training"),
        *("napari_seewhy.models.cards.card", "napari_seewhy.staining", "napari_seewhy.reading"),
        *("napari_seewhy.generating", "napari_seewhy.widgets.segment.folder_view"),
        "napari_seewhy.widgets.segment.fine_tune_view",
    ),
}
"""What a dock does not load when it opens: other kinds of models, readers, plots, later tabs."""

OPEN_ONE_BY_ONE = """
    import json, sys
    import napari

    viewer = napari.Viewer(show=False)
    for name in sys.argv[1:]:
        viewer.window.add_plugin_dock_widget("napari-seewhy", name)
        print(json.dumps(sorted(sys.modules)))
    viewer.close()
"""


def test_a_dock_loads_only_what_it_shows_first() -> None:
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(OPEN_ONE_BY_ONE)]
    done = subprocess.run([*command, *NOT_OPENED], capture_output=True, text=True, check=True)
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert len(said) == len(NOT_OPENED)
    for (name, late), loaded in zip(NOT_OPENED.items(), said, strict=True):
        assert "napari_seewhy.widgets.parts.tasks" in loaded
        assert [module for module in late if module in loaded] == [], name


SHOWN = {
    "dish": (2, "micrometer"),
    "dish_series": (2, "micrometer"),
    "gene_pictures": (1, "pixel"),
}
"""What the samples that are no fields of cells show: number of layers, unit of a pixel's edge."""


@pytest.mark.parametrize("key", [sample.key for sample in MANIFEST.contributions.sample_data])
def test_every_sample_opens(viewer, monkeypatch, tmp_path, key: str) -> None:
    monkeypatch.setenv("SEEWHY_CACHE", str(tmp_path))
    layers = viewer.open_sample("napari-seewhy", key)
    # Cells have four stains; a dish has phase contrast and marker, a gene has two halves.
    n_layers, unit = SHOWN.get(key, (4, "micrometer"))
    assert len(layers) >= n_layers
    assert str(layers[0].units[-1]) == unit


def test_all_widgets_together_fit_a_screen_of_768_px(viewer, qtbot) -> None:
    viewer.show()
    docks = [viewer.window.add_plugin_dock_widget("napari-seewhy", name)[0] for name in WIDGETS]
    window = viewer.window._qt_window
    # A busy computer needs several seconds for so many.
    qtbot.waitUntil(
        lambda: len(window.tabifiedDockWidgets(docks[0])) == len(WIDGETS) - 1, timeout=30_000
    )
    for dock in docks:
        dock.raise_()
        qtbot.waitUntil(lambda dock=dock: not dock.visibleRegion().isEmpty())
        assert window.minimumSizeHint().height() <= 768, dock.windowTitle()
