from .classes import (
    ClassBalance as ClassBalance,
    ClassMap as ClassMap,
    apply_class_map as apply_class_map,
    count_classes as count_classes,
    parse_classes as parse_classes,
)
from .folders import explain_levels as explain_levels, read_folders as read_folders
from .targets import (
    NameTarget as NameTarget,
    target_from_names as target_from_names,
    target_from_values as target_from_values,
)
