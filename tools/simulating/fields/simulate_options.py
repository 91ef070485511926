"""What can be chosen about a simulated field of cells."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.options import Options


class SimulateOptions(Options):
    """How a simulated field of cells looks: the dish, the microscope and the camera.

    The defaults are a 20x / 0.75 objective on a crowded dish, and hard enough that a threshold
    alone does not find every nucleus.
    """

    size_px: int = Field(
        512, ge=64, le=8192, title="Size", description="Height and width of the field in pixels."
    )
    pixel_size_um: float = Field(
        0.5, ge=0.1, le=2, title="Pixel size", description="Edge of a pixel in micrometres."
    )
    n_cells: int = Field(
        85, ge=0, le=20_000, title="Cells", description="Number of cells; dividing ones count once."
    )
    seed: int = Field(0, ge=0, title="Seed", description="The same seed gives the same pixels.")
    crowding: float = Field(
        0.2,
        ge=0,
        le=1,
        title="Crowding",
        description="Share of the cells whose nucleus is pressed against another one.",
    )
    mitotic_share: float = Field(
        0.08, ge=0, le=1, title="Mitotic share", description="Share of the cells that are dividing."
    )
    n_debris: int = Field(
        18, ge=0, title="Debris", description="Number of specks of dead cells and dust."
    )
    exposure: float = Field(
        1.0, gt=0, le=100, title="Exposure", description="Light collected; less gives more noise."
    )
    numerical_aperture: float = Field(
        0.75, gt=0.05, le=1.5, title="Aperture", description="Of the objective; less blurs more."
    )
    haze: float = Field(
        0.28, ge=0, lt=1, title="Haze", description="Share of the light that is out of focus."
    )
    vignetting: float = Field(
        0.35, ge=0, lt=1, title="Vignetting", description="Light lost in the darkest corner."
    )
    read_noise_e: float = Field(
        2.0, ge=0, title="Read noise", description="Noise of the camera in electrons per pixel."
    )
