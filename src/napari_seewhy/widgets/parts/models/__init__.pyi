from .choice import ModelChoice as ModelChoice
from .fit_card import FitCard as FitCard
from .picker import CardPicker as CardPicker, ModelPicker as ModelPicker
