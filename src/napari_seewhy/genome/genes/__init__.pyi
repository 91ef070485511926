from .files import read_genes as read_genes
from .places import GenePlace as GenePlace
