from .baselines import correlate_words_steps as correlate_words_steps
from .evaluate import evaluate_coverage_steps as evaluate_coverage_steps
from .page import write_coverage_page as write_coverage_page
