from .folder_work import (
    FileStatus as FileStatus,
    count_statuses as count_statuses,
    work_on_images_steps as work_on_images_steps,
)
from .image import CellImage as CellImage, Pixels as Pixels, ZPlane as ZPlane
from .image_job import FileResult as FileResult, ImageJob as ImageJob
from .image_record import (
    check_owner as check_owner,
    is_up_to_date as is_up_to_date,
    read_image_record as read_image_record,
)
from .labels_file import (
    LABEL_SUFFIXES as LABEL_SUFFIXES,
    read_labels as read_labels,
    write_labels as write_labels,
)
from .ome_tiff import physical_size as physical_size, write_ome_tiff as write_ome_tiff
from .percentiles import find_percentiles as find_percentiles
from .picture import read_raw as read_raw
from .quiet import reading as reading
from .read import list_scenes as list_scenes, read_image as read_image
from .tiles import Box as Box, Tile as Tile, cut_tiles as cut_tiles
from .write import write_image as write_image
