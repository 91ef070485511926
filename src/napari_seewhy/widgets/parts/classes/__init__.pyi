from .class_buttons import N_KEYS as N_KEYS, ClassButtons as ClassButtons
from .form import RARE as RARE, ClassifyForm as ClassifyForm
from .shown_classes import ClassifyOrigin as ClassifyOrigin, ShownClasses as ShownClasses
