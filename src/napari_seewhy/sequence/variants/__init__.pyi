from .reading import (
    Variant as Variant,
    check_variants as check_variants,
    read_variants as read_variants,
)
from .scoring import (
    score_variants_steps as score_variants_steps,
    write_scores as write_scores,
)
