from .conditions import (
    conditions_by_name as conditions_by_name,
    conditions_by_table as conditions_by_table,
)
from .csv_files import (
    check_columns as check_columns,
    read_table as read_table,
    restore_text as restore_text,
    write_table as write_table,
)
from .groups import file_stem as file_stem, find_group as find_group, name_groups as name_groups
from .looking_up import check_apart as check_apart, image_column as image_column, look_up as look_up
