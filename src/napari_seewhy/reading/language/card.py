"""Language models of genomes: the card of one, and how it is read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from pydantic import Field, NonNegativeInt, PositiveInt

from napari_seewhy.models.cards import NOT_MEASURED, BaseCard, Description
from napari_seewhy.models.files import load_network
from napari_seewhy.reading.language.options import LanguageNetworkOptions

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.reading.language.model import LanguageReader


class LanguageCard(BaseCard):
    """The description of a language model; stands in the header of its file."""

    kind: ClassVar[str] = "language model of DNA"
    does: ClassVar[str] = "expects the next base of DNA"
    key: ClassVar[str] = "napari-seewhy language"

    network: LanguageNetworkOptions
    n_letters: PositiveInt = Field(
        title="Letters", description="Training letters; the file holds them, to count contexts."
    )
    n_gaps: NonNegativeInt = Field(
        0, title="Gaps", description="Stretches of unknown letters among them."
    )
    genome: str = Field("", title="Genome", description="What it learned from.")
    weights: str = Field(
        "",
        title="Weights",
        description="Weights of Evo or Evo 2 that answer in place of its network, such as evo2_7b; "
        "its own letters stand beside them.",
    )

    @property
    def network_name(self) -> str:
        """What its network is called."""
        return self.weights or f"contexts + {self.network.layers}"

    def build(self) -> LanguageReader:
        """Build the network with fresh weights."""
        from napari_seewhy.reading.language.model import LanguageReader

        return LanguageReader(self.network, self.n_letters, self.n_gaps)

    def describe(self) -> Description:
        """Say what it learned from, and how well it expects letters that it never saw."""
        quality = NOT_MEASURED
        bits = self.metrics.get("bits")
        if bits is not None:
            quality = (
                f"{bits:.3f} bits per base, {self.metrics['bits_new']:.3f} off repeats "
                f"(counted contexts {self.metrics['mixture_bits']:.3f}, "
                f"{self.metrics['mixture_bits_new']:.3f})"
            )
        genome = self.genome or "a genome"
        sample = f"{self.network.window_bp:,} bp"
        rows = (
            ("Network", self.network_name),
            ("Genome", self.genome or "not known"),
            ("Training letters", f"{self.n_letters:,}, kept in the file"),
            ("Window", sample),
            ("Held-out letters", quality),
        )
        sentence = f"Expects the next base of DNA like that of {genome}."
        if self.weights:
            sentence = f"Expects the next base of DNA by {self.weights}, beside {genome}."
        return Description(genome, sentence, ("A", "C", "G", "T"), sample, quality, rows)


class LanguageModel(NamedTuple):
    """A language model and its card."""

    network: LanguageReader
    card: LanguageCard


def load_language(path: Path) -> LanguageModel:
    """Read a model, its network on the CPU and ready to be asked; nothing in the file is run.

    Raises
    ------
    FileError
        As `load_network`.
    OptionError
        If its weights are those of Evo, and their package or a GPU is not there.
    """
    reader, card = load_network(path, LanguageCard)
    if card.weights:
        from napari_seewhy.reading.language.evo import Evo

        reader.evo = Evo(card.weights)
    return LanguageModel(reader, card)
