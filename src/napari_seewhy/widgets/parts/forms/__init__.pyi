from .editors import (
    Choice as Choice,
    NameChoice as NameChoice,
    Ticks as Ticks,
    WheelGuard as WheelGuard,
)
from .form import OptionsForm as OptionsForm, stack_rows as stack_rows
