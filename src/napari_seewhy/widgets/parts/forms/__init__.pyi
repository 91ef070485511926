from .editors import (
    Choice as Choice,
    NameChoice as NameChoice,
    Ticks as Ticks,
)
from .form import OptionsForm as OptionsForm, stack_rows as stack_rows
from .tame import show_whole_names as show_whole_names, tame as tame
