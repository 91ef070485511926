from .cell_model import (
    CellModel as CellModel,
    ModelOrFile as ModelOrFile,
    make_class_table as make_class_table,
    open_model as open_model,
    say_left_out as say_left_out,
)
from .classify import (
    ClassifiedCells as ClassifiedCells,
    classify_agreed_steps as classify_agreed_steps,
)
from .conditions import (
    ConditionCounts as ConditionCounts,
    compare_conditions as compare_conditions,
)
from .deciding import (
    ANNOTATION as ANNOTATION,
    UNDECIDED as UNDECIDED,
    count_classes as count_classes,
    decide as decide,
)
from .learned import (
    LearnedClasses as LearnedClasses,
    learn_classes_steps as learn_classes_steps,
    least_sure as least_sure,
)
from .options import ClassifyOptions as ClassifyOptions
from .work import ClassifyWork as ClassifyWork, LabelledWork as LabelledWork
