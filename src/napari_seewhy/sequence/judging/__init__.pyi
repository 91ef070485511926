from .baselines import correlate_words as correlate_words
from .evaluate import evaluate_coverage_steps as evaluate_coverage_steps
from .page import write_coverage_page as write_coverage_page
