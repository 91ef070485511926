"""Colours of classes that people with any colour vision can distinguish."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

Color: TypeAlias = tuple[float, float, float, float]
"""Red, green, blue and opacity, 0 to 1."""

# Okabe & Ito 2008, https://jfly.uni-koeln.de/color/, without the black, which a black canvas hides.
_OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")

UNKNOWN: Color = (0.6, 0.6, 0.6, 1.0)
"""Colour of what has no class: grey."""

TRANSPARENT: Color = (0.0, 0.0, 0.0, 0.0)


def class_colors(classes: Sequence[str], unknown: str = "") -> dict[str, Color]:
    """Give each class a colour of the palette of Okabe and Ito; the eighth has the first again.

    Parameters
    ----------
    classes
        Names in their order.
    unknown
        The one that stands for cells without a class, which is grey.

    Examples
    --------
    >>> class_colors(["G1", "M"])["M"]
    (0.337, 0.706, 0.914, 1.0)
    """
    named = [name for name in classes if name != unknown]
    colors = {name: _rgba(_OKABE_ITO[i % len(_OKABE_ITO)]) for i, name in enumerate(named)}
    return {name: colors.get(name, UNKNOWN) for name in classes}


def label_colors(
    features: pd.DataFrame, column: str = "class", unknown: str = ""
) -> dict[int | None, Color]:
    """Colour every label by its class, for napari's ``DirectLabelColormap``.

    Parameters
    ----------
    features
        With a column ``label`` and the column of classes, a Categorical or text.
    column
        Which column.
    unknown
        The class that stands for cells without one, which is grey.

    Returns
    -------
    dict
        Label to colour; grey where the class is not known. The background (0) and whatever label
        is not in the table (None) are not drawn.
    """
    classes = features[column].astype("category")
    colors = class_colors([str(name) for name in classes.cat.categories], unknown)
    palette = [*colors.values(), UNKNOWN]
    # The code of a missing class is -1, which is the last of the palette.
    of_label: dict[int | None, Color] = {
        int(label): palette[code]
        for label, code in zip(features["label"], classes.cat.codes, strict=True)
    }
    return of_label | {0: TRANSPARENT, None: TRANSPARENT}


def _rgba(code: str) -> Color:
    red, green, blue = (round(int(code[i : i + 2], 16) / 255, 3) for i in (1, 3, 5))
    return (red, green, blue, 1.0)
