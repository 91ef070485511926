"""What a package for other people says besides the model's card; needs no torch."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.options import Options


class PackageOptions(Options):
    """What a BioImage.IO package says besides the model's card."""

    author: str = Field(
        min_length=1, title="Author", description="Who trained the model, by full name."
    )
    licence: str = Field(
        "CC-BY-4.0",
        title="Licence",
        description="Licence of the package by its SPDX name, such as CC-BY-4.0, BSD-3-Clause or "
        "CC0-1.0; the licence of the training data must allow it.",
    )
    description: str = Field(
        "",
        max_length=1024,
        title="Description",
        description="What the model is for; made from its card where empty.",
    )
    cite: str = Field(
        "", title="Cite", description="What to cite; the program where it is left empty."
    )
    doi: str = Field(
        "",
        pattern=r"^(10\.\d{4,}/\S+)?$",
        title="DOI",
        description="DOI of what to cite, such as 10.1091/mbc.E20-03-0187.",
    )
