from .explained import ExplainedCells as ExplainedCells
from .explainer import CellExplainer as CellExplainer
from .mean_cells import MeanCell as MeanCell
from .options import ExplainCellsOptions as ExplainCellsOptions
from .painting import CropPlaces as CropPlaces, paint_heatmaps as paint_heatmaps
from .sanity import check_cells_sanity_steps as check_cells_sanity_steps
from .work import ExplainWork as ExplainWork
