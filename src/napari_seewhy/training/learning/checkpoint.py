"""Checkpoints: what a training needs to continue, as safetensors with JSON in the header."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import explain_os_error, writing

if TYPE_CHECKING:
    import torch

KIND = "napari-seewhy checkpoint"
SUFFIX = ".checkpoint"


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A training after a finished epoch.

    Attributes
    ----------
    weights
        All that learning changes, by name.
    best
        Weights of the best network so far.
    state
        Everything else, as JSON: epoch, history ...
    about
        What is trained with what, as JSON: a training continues only from its own checkpoint.
    """

    weights: dict[str, torch.Tensor]
    best: dict[str, torch.Tensor]
    state: dict[str, Any]
    about: dict[str, Any] = field(default_factory=dict)


def checkpoint_path(out: Path) -> Path:
    """Return where the checkpoint of the model `out` stands while it is trained."""
    return Path(f"{out}{SUFFIX}")


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, whole or not at all.

    Raises
    ------
    FileError
        If it cannot be written (full disk); the one before stays as it was.
    """
    from safetensors.torch import save

    tensors = {f"weights.{name}": value for name, value in checkpoint.weights.items()}
    tensors |= {f"best.{name}": value for name, value in checkpoint.best.items()}
    header = {
        "kind": KIND,
        "state": json.dumps(checkpoint.state),
        "about": json.dumps(checkpoint.about),
    }
    # Its own writing to files turns a full disk into an error that does not say so.
    data = save(tensors, metadata=header)
    with writing(path) as part:
        part.write_bytes(data)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; nothing in the file is run.

    Raises
    ------
    FileError
        If it cannot be read, is damaged, or is no checkpoint.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with path.open("rb"):
            pass
        with safe_open(path, "pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (the file cannot be iterated)
        if header.get("kind") != KIND:
            raise FileError(f"{path} is no checkpoint of napari-seewhy; train without resuming.")
        return Checkpoint(
            _choose(tensors, "weights."),
            _choose(tensors, "best."),
            json.loads(header["state"]),
            json.loads(header["about"]),
        )
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except (SafetensorError, KeyError, ValueError) as error:
        raise FileError(f"{path} is damaged or cut short; train without resuming.") from error


def find_checkpoint(out: Path, about: dict[str, Any]) -> Checkpoint | None:
    """Return the checkpoint of the training of the model `out`, None where there is none.

    Parameters
    ----------
    out
        Where the finished model should stand.
    about
        What is trained with what.

    Raises
    ------
    FileError
        If it cannot be read.
    OptionError
        If it is of another training.
    """
    path = checkpoint_path(out)
    if not path.exists():
        return None
    checkpoint = load_checkpoint(path)
    check_same(path, checkpoint.about, about)
    return checkpoint


def check_same(path: Path, there: dict[str, Any], here: dict[str, Any]) -> None:
    """Refuse to continue from the checkpoint of another training.

    Raises
    ------
    OptionError
        If it differs in anything; the first difference is said.
    """
    for name, value in here.items():
        if there.get(name) != value:
            raise OptionError(
                f"{path} belongs to a training with {name} {there.get(name)}, and this one has "
                f"{value}; give the same, or train without resuming."
            )


def _choose(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
