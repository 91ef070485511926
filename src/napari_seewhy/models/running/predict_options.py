"""How a model is run over samples; needs no torch."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.models.running.device_options import DeviceOptions


class PredictOptions(DeviceOptions):
    """How a model is run over samples."""

    batch_size: int = Field(
        128, ge=1, title="Batch size", description="Samples at once; halved if memory is short."
    )
