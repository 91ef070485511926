"""A tab whose content is created when it is first shown."""

from __future__ import annotations

import pytest
from qtpy.QtWidgets import QLabel, QTabWidget

from napari_seewhy.widgets.parts.tasks.late_tab import LateTab

pytestmark = pytest.mark.widgets


def test_the_content_is_created_once_and_shown_when_its_tab_is_opened(qtbot) -> None:
    created = []

    def create() -> QLabel:
        created.append(QLabel("here"))
        return created[-1]

    tabs, late = QTabWidget(), LateTab(create)
    tabs.addTab(QLabel("first"), "First")
    tabs.addTab(late, "Late")
    qtbot.addWidget(tabs)
    tabs.show()
    assert (created, late.created) == ([], None)
    tabs.setCurrentIndex(1)
    assert created == [late.created]
    assert late.created.isVisible()
    tabs.setCurrentIndex(0)
    tabs.setCurrentIndex(1)
    assert late.content is created[0]
    assert len(created) == 1
