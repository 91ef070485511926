from .classes import (
    ClassBalance as ClassBalance,
    ClassMap as ClassMap,
    apply_class_map as apply_class_map,
    count_classes as count_classes,
    parse_classes as parse_classes,
)
from .tables import (
    check_columns as check_columns,
    file_stem as file_stem,
    find_group as find_group,
    image_column as image_column,
    look_up as look_up,
    read_table as read_table,
)
from .targets import (
    NameTarget as NameTarget,
    target_from_names as target_from_names,
    target_from_values as target_from_values,
)
