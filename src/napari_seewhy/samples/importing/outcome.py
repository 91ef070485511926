"""What comes of gathering samples from many files, of which some may be unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from napari_seewhy.samples.storing import SampleSet


class Failure(NamedTuple):
    """An input that was left out, and the reason in one sentence."""

    path: str
    reason: str


class Gathered(NamedTuple):
    """The samples that were written, open for reading, and the inputs that were left out."""

    samples: SampleSet
    failures: tuple[Failure, ...]
