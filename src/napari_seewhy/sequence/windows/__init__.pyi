from .course_file import read_windows as read_windows, write_windows as write_windows
from .cut import cut_windows_steps as cut_windows_steps
from .options import WindowOptions as WindowOptions
