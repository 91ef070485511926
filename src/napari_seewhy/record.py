"""The record: what was done, as JSON beside every output."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy import __version__
from napari_seewhy.files import hash_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_seewhy.options import Options

SCHEMA_VERSION = 1
_PACKAGES = (
    "numpy",
    "scipy",
    "scikit-image",
    "tifffile",
    "h5py",
    "pandas",
    "torch",
    "timm",
    "scikit-learn",
)


def make_record(
    verb: str,
    options: Options | Mapping[str, Any],
    inputs: Iterable[Path] | Mapping[Path, str],
    **results: Any,
) -> dict[str, Any]:
    """Say what was done, so that it can be repeated and checked.

    Parameters
    ----------
    verb
        What was done: "segment", "crop" ...
    options
        All choices, defaults included.
    inputs
        The files that were read, as a mapping with the SHA-256 of each where that is known.
    results
        What came out: counts, thresholds, file names; must be plain JSON values.

    Returns
    -------
    dict
        Keys ``schema_version``, ``verb``, ``options``, ``inputs``, ``versions``, ``computer``,
        ``finished`` (UTC, ISO 8601) and ``results``; see ``docs/reference/definitions.md``.
    """
    chosen = (
        dict(options) if not hasattr(options, "model_dump") else options.model_dump(mode="json")
    )
    known = (
        inputs.items()
        if isinstance(inputs, Mapping)
        else ((path, hash_file(path)) for path in map(Path, inputs))
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "verb": verb,
        "options": chosen,
        "inputs": [{"path": str(path), "sha256": digest} for path, digest in known],
        "versions": {"napari-seewhy": __version__, "python": platform.python_version()}
        | {name: _version(name) for name in _PACKAGES},
        "computer": platform.platform(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "results": results,
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
