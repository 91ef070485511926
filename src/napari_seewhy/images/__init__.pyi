from .declared import NOTHING_DECLARED as NOTHING_DECLARED, Declared as Declared
from .image import (
    CellImage as CellImage,
    Pixels as Pixels,
    Slices as Slices,
    ZPlane as ZPlane,
)
from .labels.files import (
    LABEL_SUFFIXES as LABEL_SUFFIXES,
    read_labels as read_labels,
    write_labels as write_labels,
)
from .labels.masks import (
    check_no_mask as check_no_mask,
    explain_scattered as explain_scattered,
    number_areas as number_areas,
)
from .labels.ome_zarr import write_zarr_labels as write_zarr_labels
from .measured import (
    explain_unmeasured as explain_unmeasured,
    fill_unmeasured as fill_unmeasured,
    find_measured as find_measured,
)
from .ome_set import (
    find_image_files as find_image_files,
    without_set_members as without_set_members,
)
from .ome_tiff import (
    physical_size as physical_size,
    write_image as write_image,
    write_ome_tiff as write_ome_tiff,
)
from .percentiles import find_percentiles as find_percentiles
from .picture import read_raw as read_raw
from .quiet import reading as reading
from .read import list_scenes as list_scenes, read_image as read_image
from .scratch import (
    cut_strips as cut_strips,
    make_scratch as make_scratch,
    release as release,
)
from .tiff_metadata import to_um as to_um
from .tiles import Box as Box, Tile as Tile, cut_tiles as cut_tiles
from .work import ImageJob as ImageJob, ImageWork as ImageWork, Written as Written
