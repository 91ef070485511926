from .contents import name_content as name_content
from .outputs import (
    check_output as check_output,
    list_protected as list_protected,
    protect as protect,
    protecting as protecting,
)
from .problems import check_readable as check_readable, explain_os_error as explain_os_error
from .texts import (
    hash_file as hash_file,
    parse_json as parse_json,
    read_json as read_json,
    read_text as read_text,
)
from .whole import (
    make_folder as make_folder,
    remove_file as remove_file,
    write_json as write_json,
    write_text as write_text,
    writing as writing,
)
