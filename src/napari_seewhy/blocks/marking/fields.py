"""Reading pairs as fields: the threshold first where all share one, then pair after pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.blocks.marking.measured_field import measure_fields
from napari_seewhy.blocks.marking.threshold import sample_marker, threshold_of_samples
from napari_seewhy.errors import DataError, SeewhyError
from napari_seewhy.images import read_image
from napari_seewhy.inputs import find_inputs
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.blocks.marking.measured_field import MeasuredField
    from napari_seewhy.blocks.marking.options import StainThresholdOptions
    from napari_seewhy.blocks.marking.threshold import Threshold
    from napari_seewhy.blocks.pairing import Pair, StainPairOptions
    from napari_seewhy.progress import Task


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Reads pairs as fields.

    Attributes
    ----------
    reading
        What is taken of the images.
    thresholding
        From which brightness on the marker is positive.
    """

    reading: StainPairOptions
    thresholding: StainThresholdOptions

    def find_common_steps(self, pairs: Sequence[Pair]) -> Task[Threshold | None]:
        """Find the threshold that all pairs share; None where each is looked at alone.

        Raises
        ------
        SeewhyError
            If no pair can be read, all are blank, or the negative control is not there.
        """
        # A threshold that was given needs no look at the images.
        if self.thresholding.is_per_image or isinstance(self.thresholding.threshold, float):
            return None
        samples, reasons = [], []
        for i, pair in enumerate(pairs):
            yield Step(i, len(pairs), f"Looking at the marker of {pair.name}")
            try:
                marker = pair.read(self.reading).marker.load()
                known = marker.measured
                samples.append(sample_marker(marker.pixels, len(pairs), pair.name, known))
            except SeewhyError as error:
                reasons.append(str(error))
        if not samples:
            raise DataError(f"Not one pair can be used: {reasons[0]}")
        return threshold_of_samples(samples, self.thresholding, controls=self._read_controls())

    def read(self, pair: Pair, common: Threshold | None) -> tuple[MeasuredField, ...]:
        """Read every time point of a pair.

        Raises
        ------
        SeewhyError
            If it cannot be read or used; the sentence says why.
        """
        images = pair.read(self.reading)
        return tuple(measure_fields(images, self.reading, self.thresholding, common))

    def _read_controls(self) -> list[NDArray[Any]]:
        if not self.thresholding.control:
            return []
        channel = self.reading.marker_channel
        images = [read_image(path) for path in find_inputs([self.thresholding.control])]
        chosen = [
            image.select([channel if channel and len(image.channels) > 1 else 0])
            for image in images
        ]
        return [np.asarray(image.flatten_z().pixels) for image in chosen]
