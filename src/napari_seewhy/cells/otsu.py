"""The method `otsu`: blur, threshold, and a watershed on the distance to the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.segmenter import Found
from napari_seewhy.errors import DataError
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from napari_seewhy.cells.segment_options import SegmentOptions
    from napari_seewhy.images.image import Pixels


class OtsuSegmenter:
    """Nuclei are what is brighter than a threshold, cut apart at their waists."""

    install_hint = ""

    def find_steps(
        self, pixels: Pixels, options: SegmentOptions, diameter_px: float | None
    ) -> Task[Found]:
        """Find the nuclei of one plane, see `Segmenter.find_steps`."""
        from scipy import ndimage
        from skimage.feature import peak_local_max
        from skimage.filters import threshold_local, threshold_otsu
        from skimage.segmentation import watershed

        yield Step(0, 2, "Finding nuclei")
        values = np.asarray(pixels, np.float32)
        if not np.isfinite(values).all():
            raise DataError(
                "The channel holds NaN or infinite pixels; replace them before segmenting."
            )
        if values.min() == values.max():
            warning = f"The image is constant ({values.min():g}); no object was found."
            return Found(np.zeros(values.shape, np.int32), warnings=(warning,))
        smooth = ndimage.gaussian_filter(values, options.smoothing_px)
        threshold = threshold_otsu(smooth)
        mask = smooth > threshold
        if options.threshold == "local":
            mask &= smooth > threshold_local(smooth, 2 * round(2 * (diameter_px or 25)) + 1)
        yield Step(1, 2, "Splitting")
        parts, n_parts = ndimage.label(mask, np.ones((3, 3)))
        if n_parts == 0 or options.splitting == 0:
            return Found(parts, float(threshold))
        depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), 1.5)
        apart = max(3, round((diameter_px or 20) / 3))
        peaks = peak_local_max(depth, min_distance=apart, labels=parts)
        seeds = np.zeros(mask.shape, np.int32)
        seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
        labels = watershed(-depth, seeds, mask=mask).astype(np.int32)
        return Found(labels, float(threshold))
