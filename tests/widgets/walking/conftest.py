"""A person at the window: goes by the names that a page gives, with the mouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from npe2 import PluginManager
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDockWidget,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QTabBar,
    QTabWidget,
)

from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.widgets.parts.tasks.state import ViewerState, state_of
from napari_seewhy.widgets.parts.tasks.task_row import TaskRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from napari import Viewer
    from pytestqt.qtbot import QtBot
    from qtpy.QtWidgets import QWidget

    from napari_seewhy.engine import TaskRunner


class Person:
    """Goes through menus and presses buttons by their names, with the mouse."""

    def __init__(self, viewer: Viewer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.viewer, self._qtbot, self._monkeypatch = viewer, qtbot, monkeypatch
        self.dock: Any = None

    @property
    def window(self) -> Any:
        """The main window, which may not outlive the viewer in a variable."""
        return self.viewer.window._qt_window

    def choose(self, way: Sequence[str]) -> None:
        """Open one menu after the other, and click the entry of the last name."""
        menu: Any = self.window.menuBar()
        for name in way:
            entry = self.find_entry(menu, name)
            if entry.menu() is None:
                QTest.mouseClick(
                    menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center()
                )
                continue
            # A click closes a menu instead, where the last one was let go just before.
            menu.setActiveAction(entry)
            menu = entry.menu()
            self._qtbot.waitUntil(menu.isVisible)

    def open(self, way: Sequence[str], title: str = "") -> QWidget:
        """Choose a widget in the menus; it is then in front."""
        self.choose(way)
        self.dock = self._find_front(title or way[-1])
        return self.dock

    def follow(self, name: str) -> QWidget:
        """Press a button of *Next*; its widget is then in front."""
        self.press(name)
        self.dock = self._find_front(name)
        return self.dock

    def press(self, name: str) -> None:
        """Press the button of this name in the widget in front."""
        button = self.find(name)
        assert button.isEnabled(), name
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def run(self, name: str) -> None:
        """Press a button that starts a task, and wait for its end."""
        button = self.find(name)
        assert button.isEnabled(), name
        row = button.parentWidget()
        assert isinstance(row, TaskRow)
        with self._qtbot.waitSignal(
            row.running_changed, timeout=120_000, check_params_cb=lambda on: not on
        ):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert not row.has_failed, row.message

    def find(self, name: str) -> QAbstractButton:
        """Return the button of this name that is seen in the widget in front."""
        seen = [b for b in self.dock.findChildren(QAbstractButton) if b.isVisible()]
        # Of buttons of one name, that of the task is below *Next*.
        found = [b for b in seen if b.text().removesuffix(" ...") == name]
        assert found, f"{name} is not among {[b.text() for b in seen]}"
        return found[-1]

    def turn_to(self, name: str) -> None:
        """Click a tab of the widget in front."""
        bars = [tabs.tabBar() for tabs in self.dock.findChildren(QTabWidget)]
        bar, place = next(
            (bar, i) for bar in bars for i in range(bar.count()) if bar.tabText(i) == name
        )
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())

    def bring_forward(self, title: str) -> None:
        """Click the tab of a widget that is open."""
        for bar in self.window.findChildren(QTabBar):
            for i in range(bar.count()):
                if bar.isVisible() and bar.tabText(i) == title:
                    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(i).center())
        self.dock = self._find_front(title)

    def send(self, name: str, entry: str) -> None:
        """Choose an entry of the menu of a button."""
        button = self.find(name)
        menu = button.menu()
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))
        place = menu.actionGeometry(self.find_entry(menu, entry)).center()
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)

    def tick(self, label: str, ending: str) -> int:
        """Tick the lines of a list beside a label that end like this; return how many there are."""
        lines = self.find_beside(label, QListWidget)
        found = [
            item for item in map(lines.item, range(lines.count())) if item.text().endswith(ending)
        ]
        for item in found:
            lines.scrollToItem(item)
            box = lines.visualItemRect(item)
            middle = QPoint(box.left() + box.height() // 2, box.center().y())
            QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=middle)
            assert item.checkState() == Qt.CheckState.Checked
        return len(found)

    def answer(self, path: Path) -> None:
        """Have every file dialog answered by this path."""
        for ask, said in (
            ("getOpenFileName", (str(path), "")),
            ("getOpenFileNames", ([str(path)], "")),
            ("getSaveFileName", (str(path), "")),
            ("getExistingDirectory", str(path)),
        ):
            self._monkeypatch.setattr(QFileDialog, ask, lambda *_, said=said: said)

    def type(self, line: QLineEdit, text: str) -> None:
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    @staticmethod
    def list_widgets() -> set[str]:
        """Return the names of the widgets in the menus."""
        return {one.display_name for one in PluginManager.instance().iter_widgets()}

    def _find_front(self, title: str) -> QWidget:
        """Return the widget of this title, once it is seen."""

        def find() -> list[QDockWidget]:
            docks = self.window.findChildren(QDockWidget)
            return [d for d in docks if d.windowTitle() == title and d.isVisible()]

        self._qtbot.waitUntil(
            lambda: any(not dock.visibleRegion().isEmpty() for dock in find()), timeout=20_000
        )
        return find()[-1].widget()

    def pick(self, label: str, text: str) -> None:
        """Choose an entry of the list beside a label."""
        box = self.find_beside(label, QComboBox)
        assert box.findText(text) >= 0, (text, [box.itemText(i) for i in range(box.count())])
        box.setCurrentIndex(box.findText(text))
        box.activated.emit(box.currentIndex())

    def find_beside(self, label: str, kind: type[QWidget]) -> Any:
        """Return the control to the right of a label in the widget in front."""
        named = [x for x in self.dock.findChildren(QLabel) if x.isVisible() and x.text() == label]
        assert named, f"{label} is not among the labels"
        place = named[0].mapTo(self.dock, named[0].rect().center())
        rows = {}
        for part in self.dock.findChildren(kind):
            corner = part.mapTo(self.dock, QPoint())
            is_level = corner.y() <= place.y() <= corner.y() + part.height()
            if part.isVisible() and is_level and corner.x() > place.x():
                rows[corner.x()] = part
        return rows[min(rows)]

    @staticmethod
    def find_entry(menu: Any, name: str) -> Any:
        """Return the entry of a menu of this name, or whose name goes on in brackets."""
        texts = {
            a.text()
            .replace("&", "")
            .removesuffix("...")
            .strip()
            .removesuffix(" (napari-seewhy)"): a
            for a in menu.actions()
        }
        found = [a for text, a in texts.items() if text == name or text.startswith(f"{name} (")]
        assert found, f"{name} is not among {list(texts)}"
        return found[0]


@pytest.fixture
def person(
    viewer: Viewer,
    qtbot: QtBot,
    warm_runner: TaskRunner,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Person]:
    state_of(viewer)._runner = state_of(viewer).beside._runner = warm_runner
    monkeypatch.setattr(ViewerState, "leave", lambda _: None)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    viewer.show()
    person = Person(viewer, qtbot, monkeypatch)
    yield person
    # pytest keeps what a fixture gave until the window is gone.
    person.dock = None


class Page:
    """A tutorial: what it names in the window, and which of these names were met there.

    Parameters
    ----------
    path
        The page, in Markdown.
    prose
        What it emphasises and what is no name.
    """

    def __init__(self, path: Path, prose: Sequence[str] = ()) -> None:
        self.text = path.read_text(encoding="utf-8")
        plain = re.sub(r"^    .*$|`[^`\n]*`", "", self.text, flags=re.MULTILINE)
        named = re.findall(r"(?<!\*)(\*\*?)([^*\n]+(?:\n[^*\n]+)?)\1(?!\*)", plain)
        self._names = {" ".join(name.split()) for _, name in named}
        assert self._names >= {*prose}
        self.unmet = self._names - {*prose}

    def meet(self, name: str) -> str:
        """Return a name that the page gives, and note that it was met in the window."""
        assert name in self._names, f"{name} is not among {sorted(self._names)}"
        self.unmet.discard(name)
        return name

    def way(self, start: str) -> list[str]:
        """Return the way through the menus that begins like this."""
        (name,) = (one for one in self._names if one.startswith(start))
        return self.meet(name).split(" > ")


@pytest.fixture
def tutorial() -> Callable[..., Page]:
    """Open a tutorial by the name of its file."""
    folder = Path(__file__).parents[3] / "docs" / "tutorials"
    return lambda name, **options: Page(folder / f"{name}.md", **options)
