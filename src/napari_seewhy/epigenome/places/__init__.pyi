from .classes import (
    GENE_CLASSES as GENE_CLASSES,
    INDUCTION as INDUCTION,
    NON_SIGNIFICANT as NON_SIGNIFICANT,
    SUPPRESSION as SUPPRESSION,
    spell_class as spell_class,
)
from .genes import place_genes as place_genes, read_genes as read_genes
from .geometry import GenePlace as GenePlace, PictureGeometry as PictureGeometry
from .text_tables import (
    check_order as check_order,
    count_columns as count_columns,
    read_text_columns as read_text_columns,
)
