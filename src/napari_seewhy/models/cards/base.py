"""`BaseCard`: the description of a model of any kind, and how the program finds all kinds."""

from __future__ import annotations

import math
import numbers
from abc import ABC, abstractmethod
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import AfterValidator, Field

from napari_seewhy.options import Options
from napari_seewhy.record import check_record

if TYPE_CHECKING:
    from torch import nn

NOT_MEASURED = "not measured"

KEY_START = "napari-seewhy "
"""The `key` of every kind begins so: a file tells whose it is before any card is imported."""


def _to_json_value(value: Any) -> Any:
    """Turn tuples into lists, numbers of numpy into Python's, and NaN or infinity into None.

    JSON knows none of them; so a card says the same before it is saved and after it is loaded.
    """
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, dict):
        return {str(key): _to_json_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json_value(inner) for inner in value]
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    raise ValueError(f"{value!r} is of type {type(value).__name__}, which JSON does not know")


JsonObject: TypeAlias = Annotated[dict[str, Any], AfterValidator(_to_json_value)]
"""A dict that JSON can hold; NaN becomes None."""

DtypeName: TypeAlias = Annotated[str, Field(pattern=r"^(u?int(8|16|32|64)|float(16|32|64))$")]
"""Type of pixels: uint8, uint16 ..."""


SizePx: TypeAlias = Annotated[int, Field(ge=1, le=16384)]
"""Edge of a sample in pixels; a larger one is an image."""


class Description(NamedTuple):
    """What lists and pages show of a card.

    Attributes
    ----------
    says
        What the model says, in a few words: its classes, its marker.
    sentence
        The same as a sentence.
    channels
        Names of the channels that it takes or draws.
    sample
        Size of a sample, in words.
    quality
        How good it is, in words.
    rows
        A name and a text of each property.
    """

    says: str
    sentence: str
    channels: tuple[str, ...] = ()
    sample: str = ""
    quality: str = ""
    rows: tuple[tuple[str, str], ...] = ()


class BaseCard(Options, ABC):
    """The description of a model; written into the header of its file.

    A kind of model is a subclass in a file ``card.py`` of the room whose networks it describes. It
    names the kind (`kind`, `does`, `key`), adds the fields that its network needs, and says how the
    network is built and how a person reads the card. The file must not import torch at its top:
    windows read cards.

    Attributes
    ----------
    kind
        What this kind of model is called in lists.
    does
        What it is there for: "finds nuclei in images".
    key
        The one key of its file's metadata, by which the kinds are distinguished; it begins with
        `KEY_START`.
    """

    kind: ClassVar[str]
    does: ClassVar[str]
    key: ClassVar[str]

    schema_version: Literal[1] = 1
    name: str = Field(
        min_length=1, title="Name", description="Name that it was given when trained."
    )
    licence: str = Field("", title="Licence", description="Licence of the data it was trained on.")
    data: str = Field("", title="Data", description="What it was trained on.")
    metrics: JsonObject = Field(
        default_factory=dict, title="Metrics", description="How good it is on held-out data."
    )
    record: Annotated[JsonObject, AfterValidator(check_record)] = Field(
        default_factory=dict, title="Record", description="How it was trained."
    )

    @property
    def network_name(self) -> str:
        """What its network is called."""
        return self.kind

    @abstractmethod
    def build(self) -> nn.Module:
        """Build the network with fresh weights, which its file then replaces.

        Raises
        ------
        OptionError
            If this version of the program cannot build it.
        """

    @abstractmethod
    def describe(self) -> Description:
        """Say what a person wants to know of the model."""


CardT = TypeVar("CardT", bound=BaseCard)


@cache
def _import_cards() -> None:
    """Import the file ``card.py`` of every room that has one; that of classifiers lies here."""
    package = Path(__file__).parents[2]
    for path in [*package.glob("*/card.py"), *package.glob("*/*/card.py")]:
        names = path.relative_to(package.parent).with_suffix("").parts
        import_module(".".join(names))


def list_kinds() -> list[type[BaseCard]]:
    """Return the cards of all kinds of models; a new kind needs no entry in a list."""
    _import_cards()
    return BaseCard.__subclasses__()


def size_in_words(size_px: tuple[int, int]) -> str:
    """Say a height and width in pixels."""
    return f"{size_px[0]} x {size_px[1]} px"
