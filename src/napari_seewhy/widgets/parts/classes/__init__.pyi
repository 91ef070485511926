from .form import RARE as RARE, ClassifyForm as ClassifyForm
from .shown_classes import ClassifyOrigin as ClassifyOrigin, ShownClasses as ShownClasses
