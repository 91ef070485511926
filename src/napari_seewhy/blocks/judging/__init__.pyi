from .evaluate import (
    evaluate_stains_steps as evaluate_stains_steps,
    thresholding_of as thresholding_of,
)
from .figures import StainCounter as StainCounter, StainFigures as StainFigures
from .page import write_stain_page as write_stain_page
