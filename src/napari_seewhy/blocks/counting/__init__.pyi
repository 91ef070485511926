from .comparison import (
    EfficiencyComparison as EfficiencyComparison,
    compare_efficiencies as compare_efficiencies,
)
from .efficiency import (
    Efficiency as Efficiency,
    combine_efficiencies as combine_efficiencies,
    estimate_efficiency as estimate_efficiency,
)
from .targets import call_blocks as call_blocks, measure_blocks as measure_blocks
