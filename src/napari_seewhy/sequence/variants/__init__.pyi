from .reading import Variant as Variant, read_variants as read_variants
from .scoring import (
    ScoredVariants as ScoredVariants,
    score_variants_steps as score_variants_steps,
    write_scores as write_scores,
)
