from .attention import (
    attention_per_area as attention_per_area,
    attention_shares as attention_shares,
    compare_attention as compare_attention,
    describe_attention as describe_attention,
    describe_comparison as describe_comparison,
    summarize_attention as summarize_attention,
)
from .explain import explain_steps as explain_steps
from .explain_options import ExplainOptions as ExplainOptions, MethodName as MethodName
from .heatmaps import (
    Heatmaps as Heatmaps,
    HeatmapScale as HeatmapScale,
    enlarge as enlarge,
    scale_heatmaps as scale_heatmaps,
    weigh_squares as weigh_squares,
)
from .sanity import check_sanity_steps as check_sanity_steps
from .sanity_verdict import SanityCheck as SanityCheck
