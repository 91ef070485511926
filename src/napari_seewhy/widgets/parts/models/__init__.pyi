from .choice import ModelChoice as ModelChoice
from .fit_card import FitCard as FitCard
from .picker import ModelPicker as ModelPicker
