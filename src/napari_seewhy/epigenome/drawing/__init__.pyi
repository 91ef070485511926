from .compounds import CompoundTracks as CompoundTracks, read_compounds as read_compounds
from .draw import GeneDrawing as GeneDrawing, draw_genes_steps as draw_genes_steps
from .options import DrawOptions as DrawOptions
