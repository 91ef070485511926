from .classify import (
    CellClassifier as CellClassifier,
    ClassifiedCells as ClassifiedCells,
    ModelOrFile as ModelOrFile,
    make_class_table as make_class_table,
    open_model as open_model,
)
from .deciding import UNDECIDED as UNDECIDED, count_classes as count_classes, decide as decide
from .files import ClassifyWork as ClassifyWork
from .folder import classify_folder_steps as classify_folder_steps, list_folder as list_folder
from .options import ClassifyOptions as ClassifyOptions
from .outputs import VERB as VERB
