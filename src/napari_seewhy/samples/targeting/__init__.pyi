from .classes import (
    ClassBalance as ClassBalance,
    ClassMap as ClassMap,
    apply_class_map as apply_class_map,
    count_classes as count_classes,
    parse_classes as parse_classes,
)
from .targets import (
    NameTarget as NameTarget,
    read_folders as read_folders,
    target_from_names as target_from_names,
    target_from_values as target_from_values,
)
