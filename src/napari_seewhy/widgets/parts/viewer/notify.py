"""Telling the person what went wrong: one sentence in napari's notifications."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from napari_seewhy.errors import SeewhyError

if TYPE_CHECKING:
    from collections.abc import Iterator


def tell_error(message: str) -> None:
    """Show an error in napari's corner."""
    from napari.utils.notifications import show_error

    show_error(message)


def tell_warning(message: str) -> None:
    """Show a warning in napari's corner."""
    from napari.utils.notifications import show_warning

    show_warning(message)


@contextlib.contextmanager
def telling_errors() -> Iterator[None]:
    """Show what this package refuses as one sentence; anything else continues to napari's reporter.

    Every slot that calls the core stands in it.
    """
    try:
        yield
    except SeewhyError as error:
        tell_error(str(error))
