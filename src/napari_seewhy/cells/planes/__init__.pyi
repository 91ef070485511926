from .clumps import TOUCHING as TOUCHING
from .cutting import Cutter as Cutter
from .find_light import find_light_surface_steps as find_light_surface_steps
from .grow import (
    Foreground as Foreground,
    expand_nuclei_steps as expand_nuclei_steps,
    flood_cells_steps as flood_cells_steps,
)
from .intensity_levels import find_levels_steps as find_levels_steps, thickness_px as thickness_px
from .looks import Looks as Looks, is_grain as is_grain
from .smooth_plane import SmoothPlane as SmoothPlane
