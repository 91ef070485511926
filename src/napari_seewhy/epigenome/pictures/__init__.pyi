from .annotation import (
    ISLANDS as ISLANDS,
    MODELS as MODELS,
    annotation_path as annotation_path,
    keep_annotation as keep_annotation,
    keep_annotation_steps as keep_annotation_steps,
)
from .classes import (
    GENE_CLASSES as GENE_CLASSES,
    INDUCTION as INDUCTION,
    NON_SIGNIFICANT as NON_SIGNIFICANT,
    SUPPRESSION as SUPPRESSION,
    spell_class as spell_class,
)
from .dividing_line import between as between
from .geometry import PictureGeometry as PictureGeometry
from .listing import TABLE_NAME as TABLE_NAME, find_pictures as find_pictures
from .names import suggest_patterns as suggest_patterns
from .notes import TEXT_KEY as TEXT_KEY
from .pixels import read_size as read_size
from .scale import drawn_scale as drawn_scale
from .set import NoDividingLineError as NoDividingLineError, PictureSet as PictureSet
from .table import (
    describe_picture as describe_picture,
    read_picture_table as read_picture_table,
    row_place as row_place,
    write_picture_table as write_picture_table,
)
from .tracks import (
    TRACKS_NAME as TRACKS_NAME,
    PictureTracks as PictureTracks,
    open_tracks as open_tracks,
)
