from .gene_list import list_kept_genes as list_kept_genes
from .listing import NOTES as NOTES, SAYS as SAYS, SPLIT as SPLIT, filters as filters
from .queue import GeneQueue as GeneQueue
