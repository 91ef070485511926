from .folder import FIELDS as FIELDS, sample_folder as sample_folder
from .gene_pictures import (
    draw_sample_pictures_steps as draw_sample_pictures_steps,
    open_gene_pictures as open_gene_pictures,
)
from .providers import (
    open_crowded_field as open_crowded_field,
    open_dim_field as open_dim_field,
    open_dish as open_dish,
    open_dish_series as open_dish_series,
    open_field_with_truth as open_field_with_truth,
    open_simulated_field as open_simulated_field,
)
