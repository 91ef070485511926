from .fine_tune import (
    OVERLAP as OVERLAP,
    FineTuned as FineTuned,
    FineTuneJob as FineTuneJob,
    fine_tune_steps as fine_tune_steps,
)
from .image import segment_steps as segment_steps
from .image_jobs import Picture as Picture, list_images as list_images, name_outputs as name_outputs
from .image_labels import ImageLabels as ImageLabels, LabelSource as LabelSource
from .nuclei_segmenter import METHOD as METHOD, USUAL_MODEL as USUAL_MODEL, find_model as find_model
from .options import SegmentOptions as SegmentOptions
from .segmentation import CONFIDENCE as CONFIDENCE, Segmentation as Segmentation
from .segmented_files import (
    LABELS_ENDING as LABELS_ENDING,
    VERB as VERB,
    ImageOutputs as ImageOutputs,
    SegmentedFolder as SegmentedFolder,
)
from .segmenters import SEGMENTERS as SEGMENTERS
