"""What `seewhy models` says of a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_seewhy.models.cards import BaseCard
    from napari_seewhy.models.files import LibraryEntry

_N_INPUTS = 4


def list_row(entry: LibraryEntry) -> tuple[str, ...]:
    """Say of a model its name, kind, what it says, channels, sample, quality and whose it is."""
    whose = "shipped" if entry.is_shipped else "yours"
    if entry.card is None:
        return entry.name, "", "cannot be read", "", "", "", whose
    said = entry.card.describe()
    shown = said.says, ", ".join(said.channels), said.sample, said.quality
    return entry.name, entry.card.kind, *shown, whose


def describe_card(path: Path, card: BaseCard) -> list[tuple[str, str]]:
    """Say in rows of a name and a text what a card says."""
    inputs = [Path(file["path"]) for file in card.record.get("inputs", ())]
    rows = [
        ("File", str(path)),
        ("Name", card.name),
        ("Kind", f"{card.kind}, {card.does}"),
        *card.describe().rows,
        ("Trained on", card.data or ", ".join(map(str, _gather(inputs)))),
        ("Licence of the data", card.licence),
        ("Finished", str(card.record.get("finished", ""))),
    ]
    return [(name, found) for name, found in rows if found]


def _gather(inputs: list[Path]) -> Iterable[Path]:
    """Name the folders of files where there are too many to be named."""
    return inputs if len(inputs) <= _N_INPUTS else dict.fromkeys(path.parent for path in inputs)
