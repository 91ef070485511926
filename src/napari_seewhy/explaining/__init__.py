"""What a network looked at: heatmaps, and the attention that they show as numbers.

What needs torch stands in `explaining.explain` and is not loaded from here.
"""

from napari_seewhy.explaining.explain_options import ExplainOptions
from napari_seewhy.explaining.heatmaps import Heatmaps, scale_heatmaps

__all__ = ["ExplainOptions", "Heatmaps", "scale_heatmaps"]
