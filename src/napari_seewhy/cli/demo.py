"""`seewhy demo`: the whole way on the sample data, in a real napari window."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.errors import MissingPackageError

_BINDINGS = ("PyQt5", "PyQt6", "PySide6")


def demo(*, out: Path, keep_open: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Go through cells, virtual staining and genes of the sample data in a real napari window.

    Parameters
    ----------
    out
        Folder for tables, crops, pictures of genes and screenshots.
    keep_open
        Leave the window open at the end.
    """
    if not any(find_spec(name) for name in _BINDINGS):
        raise MissingPackageError(
            "No Qt binding is installed, so no window can open; install one with "
            '`python -m pip install "napari-seewhy[pyqt6]"`.'
        )
    from napari_seewhy.widgets.demo import run_demo

    run_demo(out, keep_open=keep_open)
    return 0
