from .following import (
    at_end_of as at_end_of,
    follow as follow,
    follow_mouse as follow_mouse,
    is_open as is_open,
)
from .gene_lists import SessionLists as SessionLists
from .mixed_channels import MixedChannels as MixedChannels
from .notify import (
    tell_error as tell_error,
    tell_warning as tell_warning,
    telling_errors as telling_errors,
)
from .selection import CellKey as CellKey, CellSelection as CellSelection
from .sessions import (
    mixes_channels as mixes_channels,
    open_images as open_images,
    open_session as open_session,
    save_session as save_session,
)
from .settling import settle as settle
from .status_bar import StatusBar as StatusBar
from .theme import ThemeColors as ThemeColors, theme_colors as theme_colors
from .units import align_units as align_units, keep_units_alike as keep_units_alike
