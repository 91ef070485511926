"""Models that predict coverage from DNA: the card of one, and how it is read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from pydantic import Field, PositiveInt

from napari_seewhy.models.cards import NOT_MEASURED, BaseCard, Description
from napari_seewhy.models.files import load_network
from napari_seewhy.reading.options import CoverageNetworkOptions

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.reading.network import CourseNetwork, WordNetwork

_N_NAMED = 4
_COURSE_REACH_BINS = 128


class CoverageCard(BaseCard):
    """The description of a model that reads DNA; stands in the header of its file."""

    kind: ClassVar[str] = "reader of DNA"
    does: ClassVar[str] = "predicts coverage from DNA"
    key: ClassVar[str] = "napari-seewhy coverage"

    network: CoverageNetworkOptions
    tracks: tuple[str, ...] = Field(
        min_length=1, title="Tracks", description="Names of the tracks that it predicts."
    )
    bin_bp: PositiveInt = Field(title="Bin", description="Bases per predicted value.")
    window_bp: PositiveInt = Field(
        title="Window", description="Length of the windows that it was trained on, in bases."
    )
    genome: str = Field("", title="Genome", description="Genome of the windows, where known.")
    words: tuple[str, ...] = Field(
        (), title="Words", description="Words of DNA that its filters began with."
    )
    composition: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Composition",
        description="Weight of a linear model of words of five letters beside the network.",
    )

    @property
    def network_name(self) -> str:
        """What its network is called."""
        return self.network.network

    @property
    def reach_bp(self) -> int:
        """How far to both sides a predicted bin depends on letters, in bp; a whole bin more."""
        if self.network.network == "course":
            return (_COURSE_REACH_BINS + 2) * self.bin_bp
        doubled = [1 << i for i in range(self.network.reach_bins.bit_length())]
        return (sum(doubled) + sum(doubled[::2]) + 3) * self.bin_bp

    def build(self) -> WordNetwork | CourseNetwork:
        """Build the network with fresh weights."""
        from napari_seewhy.reading.network import build_reader

        return build_reader(self.network, len(self.tracks), self.bin_bp, self.composition)

    def describe(self) -> Description:
        """Say which tracks it predicts, from which windows, and how well."""
        named = ", ".join(self.tracks[:_N_NAMED])
        if len(self.tracks) > _N_NAMED:
            named = f"{len(self.tracks)} tracks: {named} ..."
        reached = self.metrics.get("pearson")
        quality = NOT_MEASURED if reached is None else f"Pearson r {reached:.3f}"
        sample = f"{self.window_bp:,} bp"
        rows = (
            ("Network", self.network.network),
            ("Tracks", ", ".join(self.tracks)),
            ("Window", f"{sample}, bins of {self.bin_bp} bp"),
            ("Depends on letters", f"up to {self.reach_bp:,} bp away"),
            ("Genome", self.genome or "not known"),
            ("Words", ", ".join(self.words)),
            ("Composition", f"weight {self.composition:g}" if self.composition else "not used"),
            ("Quality", quality),
        )
        sentence = f"Predicts the coverage of {named} from DNA."
        return Description(named, sentence, ("A", "C", "G", "T"), sample, quality, rows)


class CoverageModel(NamedTuple):
    """A network that reads DNA, and its card."""

    network: WordNetwork | CourseNetwork
    card: CoverageCard


def load_coverage(path: Path) -> CoverageModel:
    """Read a model, its network on the CPU and ready to be asked; nothing in the file is run.

    Raises
    ------
    FileError
        As `load_network`.
    """
    return CoverageModel(*load_network(path, CoverageCard))
