"""Kinds of models: how the file of each is told from the others, and what its card is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from napari_seewhy.models.cards.card import SCHEMA_VERSION, ModelCard
from napari_seewhy.models.cards.generator import SCHEMA_VERSION as GENERATOR_VERSION, GeneratorCard
from napari_seewhy.models.cards.segmenter import SCHEMA_VERSION as SEGMENTER_VERSION, SegmenterCard
from napari_seewhy.models.cards.stain import SCHEMA_VERSION as STAIN_VERSION, StainCard

KindName: TypeAlias = Literal["classifier", "segmenter", "stain", "generator"]

AnyCard: TypeAlias = ModelCard | SegmenterCard | StainCard | GeneratorCard

CardT = TypeVar("CardT", ModelCard, SegmenterCard, StainCard, GeneratorCard)


@dataclass(frozen=True, slots=True)
class Kind(Generic[CardT]):
    """One kind of model.

    Attributes
    ----------
    name
        What it is called in lists.
    does
        What it is there for.
    key
        The one key of its file's metadata.
    card
        Class of its card.
    schema_version
        Highest version of the card that this program reads.
    """

    name: KindName
    does: str
    key: str
    card: type[CardT]
    schema_version: int


CLASSIFIER = Kind(
    "classifier",
    "tells classes of samples apart",
    "napari-seewhy model",
    ModelCard,
    SCHEMA_VERSION,
)
SEGMENTER = Kind(
    "segmenter",
    "finds nuclei in images",
    "napari-seewhy segmenter",
    SegmenterCard,
    SEGMENTER_VERSION,
)
STAIN = Kind(
    "stain",
    "paints a virtual immunostaining",
    "napari-seewhy stain",
    StainCard,
    STAIN_VERSION,
)
GENERATOR = Kind(
    "generator",
    "draws more samples of one class",
    "napari-seewhy generator",
    GeneratorCard,
    GENERATOR_VERSION,
)
KINDS: tuple[Kind[Any], ...] = (CLASSIFIER, SEGMENTER, STAIN, GENERATOR)
