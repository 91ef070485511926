from .classify import (
    CellClassifier as CellClassifier,
    ClassifiedCells as ClassifiedCells,
    ModelOrFile as ModelOrFile,
    make_class_table as make_class_table,
    open_model as open_model,
)
from .deciding import UNDECIDED as UNDECIDED, count_classes as count_classes, decide as decide
from .options import ClassifyOptions as ClassifyOptions
from .work import ClassifyWork as ClassifyWork, LabelledWork as LabelledWork
