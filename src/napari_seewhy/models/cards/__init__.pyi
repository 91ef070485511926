from .base import (
    KEY_START as KEY_START,
    NOT_MEASURED as NOT_MEASURED,
    BaseCard as BaseCard,
    CardT as CardT,
    Description as Description,
    DtypeName as DtypeName,
    JsonObject as JsonObject,
    SizePx as SizePx,
    list_kinds as list_kinds,
    size_in_words as size_in_words,
)
from .card import ChannelCard as ChannelCard, ModelCard as ModelCard
