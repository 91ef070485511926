from .explain import explain_agreed_steps as explain_agreed_steps
from .explained import ExplainedCells as ExplainedCells
from .mean_cells import MeanCell as MeanCell
from .options import ExplainCellsOptions as ExplainCellsOptions
from .painting import paint_heatmaps_steps as paint_heatmaps_steps
from .sanity import check_cells_sanity_steps as check_cells_sanity_steps
from .work import ExplainWork as ExplainWork
