"""Names of the layers of a model that may be explained, read from its file without torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.errors import FileError
from napari_seewhy.files import check_readable, explain_os_error

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_DEEPEST = 2
"""Parts of a name: a stage and its blocks, not every convolution within."""

_MOST_TOKEN_WEIGHTS = 3
"""A block of a transformer has more matrices (attention and its two dense layers) than a head."""


def list_layers(path: Path) -> tuple[str, ...]:
    """Name the stages and blocks of a network that may see a sample as a grid.

    They are recognised by their weights: filters that run over places, or a block of a transformer.
    Which of them do is known for sure only when the network runs.

    Parameters
    ----------
    path
        File of a model.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    from safetensors import SafetensorError, safe_open

    check_readable(path)
    try:
        with safe_open(path, framework="numpy") as file:
            names = list(file.keys())
            n_axes = {name: len(file.get_slice(name).get_shape()) for name in names}
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except SafetensorError as error:
        raise FileError(
            f"{path} is damaged or cut short; copy it again or make it again."
        ) from error
    filters = [name for name, axes in n_axes.items() if axes > 2]
    matrices = [name for name, axes in n_axes.items() if axes == 2]
    blocks = [
        prefix
        for prefix in _list_prefixes(matrices)
        if prefix.rpartition(".")[2].isdigit()
        and sum(name.startswith(f"{prefix}.") for name in matrices) > _MOST_TOKEN_WEIGHTS
    ]
    return tuple(sorted({*_list_prefixes(filters), *blocks}, key=_natural))


def _list_prefixes(names: Iterable[str]) -> set[str]:
    """Name the modules, down to a stage's blocks, that the weights lie in."""
    parts = [name.split(".")[:-1] for name in names]
    return {
        ".".join(part[:depth]) for part in parts for depth in range(1, 1 + min(_DEEPEST, len(part)))
    }


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """Sort key that puts blocks.10 behind blocks.9."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in name.split(".")]
