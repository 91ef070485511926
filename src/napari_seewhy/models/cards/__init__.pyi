from .card import ChannelCard as ChannelCard, JsonObject as JsonObject, ModelCard as ModelCard
from .generator import GeneratorCard as GeneratorCard
from .kinds import (
    CLASSIFIER as CLASSIFIER,
    GENERATOR as GENERATOR,
    KINDS as KINDS,
    SEGMENTER as SEGMENTER,
    STAIN as STAIN,
    AnyCard as AnyCard,
    CardT as CardT,
    Kind as Kind,
    KindName as KindName,
)
from .segmenter import ConfidenceCard as ConfidenceCard, SegmenterCard as SegmenterCard
from .stain import CalibrationCard as CalibrationCard, StainCard as StainCard
