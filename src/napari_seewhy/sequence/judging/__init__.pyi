from .evaluate import evaluate_coverage_steps as evaluate_coverage_steps
from .page import write_coverage_page as write_coverage_page
