"""A model file that lets weights of Evo or Evo 2 answer beside what is known of a genome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.errors import OptionError
from napari_seewhy.models.files import load_network, save_network
from napari_seewhy.reading.language import LanguageCard
from napari_seewhy.record import make_record

if TYPE_CHECKING:
    from pathlib import Path

_WINDOW_BP = 8192
"""What all their weights were trained on first."""

_NAMES = ("evo2_", "evo-")


def adopt_weights(weights: str, beside: Path, out: Path) -> LanguageCard:
    """Write a language model whose answers come from weights of Evo or Evo 2.

    The letters of another model go with it: codon usage, counted contexts, natural DNA and copied
    stretches are taken of them. Neither the package nor a GPU is needed before the model is asked.

    Parameters
    ----------
    weights
        Their name in the package, such as ``evo2_7b`` or ``evo-1-8k-base``.
    beside
        A language model of the genome that is compared with.
    out
        Model file to write.

    Raises
    ------
    OptionError
        If it is no name of such weights.
    FileError
        If a file cannot be read or written.
    """
    if not weights.startswith(_NAMES):
        raise OptionError(
            f"{weights!r} names no weights of Evo; wanted a name such as evo2_7b or evo-1-8k-base."
        )
    network, card = load_network(beside, LanguageCard)
    record = make_record("sequence adopt", {"weights": weights}, [beside])
    adopted = card.change(
        name=out.stem,
        weights=weights,
        network=card.network.change(window_bp=_WINDOW_BP),
        metrics={},
        record=record,
        data=f"{weights}: see its authors; beside it: {card.data or card.genome}",
    )
    save_network(out, network, adopted)
    return adopted
