"""Sample data: simulated fields of cells, dishes and gene tracks, with the truth about them."""

from napari_seewhy.sample_data.dish_providers import open_dish, open_dish_series
from napari_seewhy.sample_data.folder import FIELDS, sample_folder
from napari_seewhy.sample_data.gene_pictures import open_gene_pictures
from napari_seewhy.sample_data.providers import (
    open_crowded_field,
    open_dim_field,
    open_field_with_truth,
    open_simulated_field,
)

__all__ = [
    "FIELDS",
    "open_crowded_field",
    "open_dim_field",
    "open_dish",
    "open_dish_series",
    "open_field_with_truth",
    "open_gene_pictures",
    "open_simulated_field",
    "sample_folder",
]
