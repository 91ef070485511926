from .files import (
    LABELS_ENDING as LABELS_ENDING,
    ImageOutputs as ImageOutputs,
    Picture as Picture,
    SegmentedFolder as SegmentedFolder,
    list_folder as list_folder,
    list_images as list_images,
    make_jobs as make_jobs,
)
from .fine_tune import (
    OVERLAP as OVERLAP,
    FineTuned as FineTuned,
    FineTuneJob as FineTuneJob,
    fine_tune_steps as fine_tune_steps,
    finish_tuning_steps as finish_tuning_steps,
)
from .image import SEGMENTERS as SEGMENTERS, segment_steps as segment_steps
from .label_source import ImageLabels as ImageLabels, LabelSource as LabelSource
from .measured_files import (
    MeasuredFiles as MeasuredFiles,
    MeasureWork as MeasureWork,
    measure_files_steps as measure_files_steps,
)
from .nuclei_segmenter import METHOD as METHOD, USUAL_MODEL as USUAL_MODEL
from .options import SegmentOptions as SegmentOptions
from .segmenter import CONFIDENCE as CONFIDENCE, Segmentation as Segmentation
from .work import SegmentWork as SegmentWork
