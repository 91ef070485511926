from .class_layer import (
    CLASSES as CLASSES,
    classes_layer as classes_layer,
    join_classes as join_classes,
)
from .coloring import (
    TRANSPARENT as TRANSPARENT,
    UNKNOWN as UNKNOWN,
    class_colors as class_colors,
    label_colors as label_colors,
)
from .features import (
    carry_over as carry_over,
    cells_from_features as cells_from_features,
    features_from_cells as features_from_cells,
)
from .from_layers import (
    assumed_of_layer as assumed_of_layer,
    axes_of_layer as axes_of_layer,
    channel_of_layer as channel_of_layer,
    image_from_layers as image_from_layers,
    labels_from_layer as labels_from_layer,
)
from .gene_overview import (
    OVERVIEW as OVERVIEW,
    OverviewPlace as OverviewPlace,
    overview_layers as overview_layers,
    overview_mark as overview_mark,
)
from .genes import (
    CHROMATIN as CHROMATIN,
    CHROMATIN_CONTOURS as CHROMATIN_CONTOURS,
    CHROMATIN_HEATMAP as CHROMATIN_HEATMAP,
    LINE as LINE,
    METHYLATION as METHYLATION,
    METHYLATION_CONTOURS as METHYLATION_CONTOURS,
    METHYLATION_HEATMAP as METHYLATION_HEATMAP,
    PICTURE as PICTURE,
    STRIP as STRIP,
    gene_contour_layers as gene_contour_layers,
    gene_heatmap_layers as gene_heatmap_layers,
    gene_layers as gene_layers,
    line_layer as line_layer,
    strip_layer as strip_layer,
)
from .grid import (
    LENT_UNITS as LENT_UNITS,
    METADATA_KEY as METADATA_KEY,
    Grid as Grid,
    known_units as known_units,
)
from .heatmaps import (
    HEATMAP as HEATMAP,
    heatmap_layer as heatmap_layer,
    heatmap_role as heatmap_role,
    join_attention as join_attention,
)
from .stain_layers import (
    BLOCK as BLOCK,
    DIFFERENCE as DIFFERENCE,
    FLUORESCENCE as FLUORESCENCE,
    POSITIVE as POSITIVE,
    TARGET as TARGET,
    StainPlace as StainPlace,
    block_heatmap_layer as block_heatmap_layer,
    difference_layer as difference_layer,
    fluorescence_layer as fluorescence_layer,
    positive_layer as positive_layer,
    probability_layer as probability_layer,
    stain_layer as stain_layer,
)
from .stains import (
    is_cellular as is_cellular,
    is_nuclear as is_nuclear,
    is_unstained as is_unstained,
)
from .to_layers import (
    LayerData as LayerData,
    image_layers as image_layers,
    labels_layer as labels_layer,
    name_of_image as name_of_image,
)
