"""Where the sample files lie: beside this file in a wheel, at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from napari_seewhy.errors import FileError

FIELDS = ("field_typical", "field_crowded", "field_dim")
"""Names of the fields that come with the package; the image is ``<name>.ome.tif``."""

_HERE = Path(__file__).resolve()
_PLACES = (_HERE.parent / "files", _HERE.parents[3] / "sample_data")


def sample_folder() -> Path:
    """Find the folder with the sample images; what is true of them is in its folder ``truth``.

    Returns
    -------
    Path
        Its ``*.ome.tif`` are images, nothing else; dishes, a time series, tracks and DNA are
        in ``dishes``, ``series``, ``epigenome`` and ``dna``.

    Raises
    ------
    FileError
        If the files are not there.
    """
    for place in _PLACES:
        if (place / f"{FIELDS[0]}.ome.tif").is_file():
            return place
    looked = " and ".join(str(place) for place in _PLACES)
    raise FileError(
        f"The sample files are not there (looked in {looked}); install the package again, or in a "
        "checkout draw them with: python tools/draw_samples.py --out sample_data --seed 0"
    )
