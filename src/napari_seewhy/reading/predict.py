"""Coverage predicted from DNA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from napari_seewhy.errors import DataError
from napari_seewhy.genome import to_one_hot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.reading.card import CoverageModel

_LARGEST_LOG = 12.0


def predict_coverage(
    model: CoverageModel, codes: NDArray[np.uint8], runtime: Runtime
) -> NDArray[np.float32]:
    """Predict the coverage of the bins of one stretch of DNA.

    Parameters
    ----------
    model
        Its network on the device of `runtime`.
    codes
        ``(L,)`` as `encode_letters` gives them.
    runtime
        Where it runs.

    Returns
    -------
    ndarray, shape ``(n_tracks, L / bin_bp)``

    Raises
    ------
    DataError
        If the stretch is no whole number of bins, or shorter than what one bin depends on.
    """
    check_stretch(model, len(codes))
    letters = runtime.place(torch.from_numpy(to_one_hot(codes[None])))
    with torch.inference_mode(), runtime.autocast():
        said = model.network(letters).float()
    found: NDArray[np.float32] = said.clamp(max=_LARGEST_LOG).exp()[0].cpu().numpy()
    return found


def check_stretch(model: CoverageModel, length: int) -> None:
    """Refuse a stretch that the model cannot read."""
    card = model.card
    least = min(2 * card.reach_bp + card.bin_bp, card.window_bp)
    if length < least:
        raise DataError(
            f"The stretch has {length:,} bp and {card.name} looks {card.reach_bp:,} bp to both "
            f"sides; give it at least {least:,} bp."
        )
    if length % card.bin_bp:
        raise DataError(
            f"The stretch has {length:,} bp; wanted a multiple of the bins of {card.bin_bp} bp."
        )
