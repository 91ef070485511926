from .card import (
    CoverageCard as CoverageCard,
    CoverageModel as CoverageModel,
    load_coverage as load_coverage,
)
from .mutate import mutate_steps as mutate_steps, weigh_bases as weigh_bases
from .options import CoverageOptions as CoverageOptions
from .predict import predict_coverage as predict_coverage
from .train import train_coverage_steps as train_coverage_steps
from .word_ridge import fit_ridge_steps as fit_ridge_steps
