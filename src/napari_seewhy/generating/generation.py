"""Draw pictures with a trained generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from napari_seewhy.generating.pixel_range import PixelRange
from napari_seewhy.models.running import Runtime, choose_device
from napari_seewhy.training.learning import seeded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.generating.card import PictureGenerator
    from napari_seewhy.models.running import DeviceName

_N_AT_ONCE = 16


def generate(
    generator: PictureGenerator, n: int, seed: int = 0, *, device: DeviceName = "cpu"
) -> NDArray[Any]:
    """Draw pictures of the class that a generator learned.

    Parameters
    ----------
    generator
        From `train_generator` or `load_generator`.
    n
        How many. The first ones of a longer series are those of a shorter one.
    seed
        Another number draws other pictures.
    device
        Where it is done.

    Returns
    -------
    ndarray, shape ``(n, C, H, W)``
        Of the type, and within the limits, of the real pictures.

    Raises
    ------
    OptionError
        If the device is not there.
    """
    network, card = generator
    runtime = Runtime(choose_device(device))
    pixel_range = PixelRange(card.limits, card.dtype)
    runtime.place_network(network.eval())
    drawn = [np.empty((0, len(card.channels), *card.size_px), card.dtype)]
    with torch.inference_mode():
        for number in range(-(-n // _N_AT_ONCE)):
            with seeded(seed, number):
                noise = torch.randn(_N_AT_ONCE, card.n_noise).to(runtime.device)
                shown = network(noise).cpu().numpy()
            drawn.append(pixel_range.to_pixels(shown))
    network.cpu()
    return np.concatenate(drawn)[:n]
