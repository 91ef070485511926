from .gene_figure import draw_gene_figure as draw_gene_figure
from .gene_list import list_kept_genes as list_kept_genes, list_peaks as list_peaks
from .listing import NOTES as NOTES, SAYS as SAYS, SPLIT as SPLIT
from .overview import (
    GeneOverview as GeneOverview,
    OverviewPanel as OverviewPanel,
    class_sources as class_sources,
    lay_out_overview as lay_out_overview,
)
from .places import CurrentPlaces as CurrentPlaces, find_places as find_places
from .queue import GeneQueue as GeneQueue
from .strip import GeneStrip as GeneStrip, GeneStrips as GeneStrips
from .strip_marks import draw_strip_picture as draw_strip_picture
from .under_mouse import describe_point as describe_point
