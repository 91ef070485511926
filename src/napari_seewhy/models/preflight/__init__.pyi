from .adaptation import Adaptation as Adaptation, AdaptedSamples as AdaptedSamples
from .checks import (
    Finding as Finding,
    check_intensities as check_intensities,
    check_object_size as check_object_size,
    check_pixel_size as check_pixel_size,
    match_channels as match_channels,
)
from .facts import (
    gather_facts_steps as gather_facts_steps,
    look_steps as look_steps,
    spread_rows as spread_rows,
)
from .look import (
    Level as Level,
    Preflight as Preflight,
    check_fit as check_fit,
    unless_refused as unless_refused,
)
