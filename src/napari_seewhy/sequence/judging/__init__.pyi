<<<<<<< HEAD
from .evaluate import evaluate_coverage_steps as evaluate_coverage_steps
=======
from .baselines import correlate_words as correlate_words
from .evaluate import (
    CoverageEvaluation as CoverageEvaluation,
    evaluate_coverage_steps as evaluate_coverage_steps,
)
>>>>>>> 23c48c0 (Train on DNA in the window, beside the linear model of words)
from .page import write_coverage_page as write_coverage_page
