from .calibrate import fit_temperature as fit_temperature
from .cross_validate import (
    LearnAndSay as LearnAndSay,
    cross_validate_steps as cross_validate_steps,
    shuffled_control_steps as shuffled_control_steps,
)
from .evaluate import evaluate_steps as evaluate_steps
from .evaluation import ClassFigures as ClassFigures, Evaluation as Evaluation, Figure as Figure
from .learned_places import describe_places as describe_places
from .metrics import Judge as Judge
from .options import EvaluateOptions as EvaluateOptions
from .predictions import evaluate_predictions as evaluate_predictions
from .trained_rows import find_report_rows as find_report_rows
