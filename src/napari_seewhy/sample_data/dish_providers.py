"""What File > Open Sample gives of dishes: one place of a dish, and one through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.sample_data.folder import sample_folder

if TYPE_CHECKING:
    from napari_seewhy.images import CellImage
    from napari_seewhy.layers import LayerData

DISH = "dish_001_day_14"
"""The dish that is opened; its file lies in ``dishes`` of the sample folder."""

SERIES_DAYS = (5, 6, 7, 8, 9, 10, 12, 14)
"""Days of the time series."""

_SERIES_PX, _SERIES_FINAL, _HALF_WAY_DAY = 384, 0.5, 8.0
_SERIES_SEED = 20
_COLORMAPS = ("gray", "green")
"""Of phase contrast and of the marker, as microscopes show them."""


def open_dish() -> list[LayerData]:
    """Open a place of a differentiating dish: phase contrast and the marker of cardiomyocytes.

    Raises
    ------
    FileError
        If the sample files are not there.
    """
    from napari_seewhy.images import read_image

    return _layers_of(read_image(sample_folder() / "dishes" / f"{DISH}.ome.tif"))


def open_dish_series() -> list[LayerData]:
    """Open one place of a dish on eight days, while cells become cardiomyocytes."""
    from napari_seewhy.sample_data.cardiac_dish import simulate_series
    from napari_seewhy.sample_data.dish_options import DishOptions
    from napari_seewhy.sample_data.dishes import efficiency_on

    # Drawn when it is opened, which takes a few seconds: as a file it would outweigh all others.
    efficiencies = [efficiency_on(day, _SERIES_FINAL, _HALF_WAY_DAY) for day in SERIES_DAYS]
    options = DishOptions(size_px=_SERIES_PX, seed=_SERIES_SEED)
    return _layers_of(simulate_series(efficiencies, options).image)


def _layers_of(image: CellImage) -> list[LayerData]:
    from napari_seewhy.layers import image_layers

    return [
        (pixels, attributes | {"colormap": colormap}, kind)
        for (pixels, attributes, kind), colormap in zip(
            image_layers(image), _COLORMAPS, strict=True
        )
    ]
