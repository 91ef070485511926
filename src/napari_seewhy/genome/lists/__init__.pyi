from .combining import Operation as Operation, combine as combine
from .enrichment import (
    Enrichment as Enrichment,
    EnrichOptions as EnrichOptions,
    enrich as enrich,
    enrich_steps as enrich_steps,
)
from .figure import draw_enrichment as draw_enrichment
from .gene_list import (
    GeneList as GeneList,
    ListedGene as ListedGene,
    keep_classes as keep_classes,
    name_by_symbols as name_by_symbols,
    with_background as with_background,
)
from .identifiers import find_faults as find_faults
from .matching import GeneMatch as GeneMatch, match_genes as match_genes
from .reading import (
    read_gene_lists as read_gene_lists,
    read_gene_sets as read_gene_sets,
    read_one_list as read_one_list,
)
from .writing import describe_loss as describe_loss, write_gene_lists as write_gene_lists
