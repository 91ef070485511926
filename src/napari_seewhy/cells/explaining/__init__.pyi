from .explain import (
    check_cells_sanity_steps as check_cells_sanity_steps,
    explain_agreed_steps as explain_agreed_steps,
)
from .explained import (
    CropPlaces as CropPlaces,
    ExplainedCells as ExplainedCells,
    paint_heatmaps_steps as paint_heatmaps_steps,
)
from .mean_cells import MeanCell as MeanCell
from .options import ExplainCellsOptions as ExplainCellsOptions
from .work import ExplainWork as ExplainWork
