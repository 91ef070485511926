from .editors import Choice as Choice, NamesEditor as NamesEditor, WheelGuard as WheelGuard
from .form import OptionsForm as OptionsForm
