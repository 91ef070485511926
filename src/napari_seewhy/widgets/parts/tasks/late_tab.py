"""A tab whose content is created when it is first shown, so that its dock opens at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from qtpy.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtGui import QShowEvent

ContentT = TypeVar("ContentT", bound=QWidget)


class LateTab(QWidget, Generic[ContentT]):
    """Holds a part of a dock that many people never open.

    Parameters
    ----------
    create
        Imports, creates and connects the content; called once.

    Attributes
    ----------
    created
        The content; None until it was first shown or asked for.
    """

    def __init__(self, create: Callable[[], ContentT], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._create = create
        self.created: ContentT | None = None
        QVBoxLayout(self).setContentsMargins(0, 0, 0, 0)

    @property
    def content(self) -> ContentT:
        """The content, which is created now if it was not before."""
        if self.created is None:
            self.created = self._create()
            self.layout().addWidget(self.created)
        return self.created

    def showEvent(self, event: QShowEvent) -> None:
        """Create the content when a person first opens the tab."""
        self.content.show()
        super().showEvent(event)
