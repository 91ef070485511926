"""What can be chosen about a simulated dish in phase contrast, with a marker of its heart cells."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.options import Options


class DishOptions(Options):
    """How one place of a simulated dish looks: its cells, the microscope and the marker.

    The defaults are a 10x / 0.3 objective on a confluent dish in the middle of differentiation.
    """

    size_px: int = Field(
        512, ge=64, le=4096, title="Size", description="Height and width of the field in pixels."
    )
    pixel_size_um: float = Field(
        0.65, ge=0.3, le=1.5, title="Pixel size", description="Edge of a pixel in micrometres."
    )
    efficiency: float = Field(
        0.3,
        ge=0,
        le=0.7,
        title="Efficiency",
        description="Share of the field that cardiomyocytes cover.",
    )
    fated: float = Field(
        0.35,
        ge=0,
        le=0.7,
        title="Fated",
        description="Share of the field whose cells become cardiomyocytes sooner or later.",
    )
    dense_others: float = Field(
        0.25,
        ge=0,
        le=0.6,
        title="Dense others",
        description="Share of the remaining field whose other cells lie as densely.",
    )
    n_dead: int = Field(
        12, ge=0, le=2000, title="Dead cells", description="Number of round bright cells on top."
    )
    contrast: float = Field(
        1.0, gt=0, le=3, title="Contrast", description="Of the phase contrast; 1 is typical."
    )
    defocus_um: float = Field(
        0.0, ge=-12, le=12, title="Defocus", description="Of the phase contrast, in micrometres."
    )
    vignetting: float = Field(
        0.2, ge=0, lt=1, title="Vignetting", description="Light lost in the darkest corner."
    )
    exposure: float = Field(
        1.0,
        gt=0,
        le=10,
        title="Exposure",
        description="Light collected in phase contrast; less gives more noise.",
    )
    marker_spread: float = Field(
        0.45,
        ge=0,
        le=1,
        title="Marker spread",
        description="How unequally bright the cells' marker is (s.d. of the logarithm).",
    )
    marker_haze: float = Field(
        0.3,
        ge=0,
        lt=1,
        title="Marker haze",
        description="Share of the marker's light that is out of focus.",
    )
    seed: int = Field(0, ge=0, title="Seed", description="The same seed gives the same pixels.")
