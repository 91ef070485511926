from .assumed import AssumedLine as AssumedLine
from .channel_choices import ChannelChoices as ChannelChoices
from .choice import (
    AxesChoice as AxesChoice,
    LayerChoice as LayerChoice,
    LayerTicks as LayerTicks,
    is_image as is_image,
    is_labels as is_labels,
)
from .coloring import COLORMAP as COLORMAP, ValueColors as ValueColors, value_colors as value_colors
from .figure import FigureButton as FigureButton
from .labelled_image import (
    is_cells_of as is_cells_of,
    rank_as_nuclei as rank_as_nuclei,
    read_layers as read_layers,
    role_of as role_of,
    shape_yx as shape_yx,
)
from .labelled_layers import LabelledLayers as LabelledLayers
from .lines import is_lines as is_lines, show_lines as show_lines
from .same_image import (
    is_same_image as is_same_image,
    is_seen as is_seen,
    may_be_same_image as may_be_same_image,
    original_of as original_of,
    turn_to_image as turn_to_image,
)
from .viewer_layers import (
    find_layer as find_layer,
    note_correction as note_correction,
    put_layer as put_layer,
    remove_layer as remove_layer,
    take_away as take_away,
)
