from .draw import GeneDrawing as GeneDrawing, draw_genes_steps as draw_genes_steps
