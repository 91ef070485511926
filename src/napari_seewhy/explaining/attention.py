"""Attention as numbers: which share of a heatmap lies in nucleus, rim, Golgi; needs no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray


COMPARISON_COLUMNS = [
    "region", "class", "others", "n", "n_others", "mean", "mean_others", "cliffs_delta", "p",
]  # fmt: skip
"""Columns of what `compare_attention` gives."""

_EFFECTS = ((0.474, "large"), (0.33, "medium"), (0.147, "small"), (0.0, ""))
"""Words for Cliff's delta from these bounds on (Romano et al. 2006)."""


def attention_shares(
    heatmaps: NDArray[np.float32], regions: Mapping[str, NDArray[np.bool_]]
) -> pd.DataFrame:
    """Say which share of every heatmap lies in each region.

    Parameters
    ----------
    heatmaps
        ``(N, H, W)``, at least 0.
    regions
        Name -> ``(N, H, W)`` bool. Regions may overlap; those that do not, and leave nothing out,
        have shares that sum to 1.

    Returns
    -------
    DataFrame
        One row per heatmap, one column per region, 0..1; NaN where a heatmap is all zero.

    Raises
    ------
    DataError
        If a region is of another shape than the heatmaps.

    Examples
    --------
    >>> heatmap = np.array([[[3, 1], [0, 0]]], np.float32)
    >>> left = np.array([[[True, False], [True, False]]])
    >>> attention_shares(heatmap, {"left": left, "right": ~left})
       left  right
    0  0.75   0.25
    """
    return _share(heatmaps, _checked(heatmaps, regions))


def attention_per_area(
    heatmaps: NDArray[np.float32], regions: Mapping[str, NDArray[np.bool_]]
) -> pd.DataFrame:
    """Say how much more of every heatmap lies in each region than its area alone would give.

    Parameters
    ----------
    heatmaps, regions
        See `attention_shares`.

    Returns
    -------
    DataFrame
        One row per heatmap, one column per region: 1 = as much as by chance, 2 = twice as much;
        NaN where the heatmap is all zero or the region is empty.
    """
    checked = _checked(heatmaps, regions)
    shares = _share(heatmaps, checked)
    areas = _share(np.ones(heatmaps.shape, np.float32), checked)
    return shares / areas.where(areas > 0)


def summarize_attention(
    shares: pd.DataFrame, per_area: pd.DataFrame, classes: ArrayLike
) -> pd.DataFrame:
    """Hold the attention of each class against the area that its regions have.

    Parameters
    ----------
    shares, per_area
        What `attention_shares` and `attention_per_area` gave, one row per cell.
    classes
        ``(N,)`` name of each row's class.

    Returns
    -------
    DataFrame
        ``class``, ``region``, means over the cells of the class: ``share`` of the attention,
        ``area`` of the sample (both 0..1), and ``ratio`` of the two: 1 = as much as by chance.

    Examples
    --------
    >>> import pandas as pd
    >>> shares = pd.DataFrame({"nucleus": [0.04]})
    >>> summarize_attention(shares, pd.DataFrame({"nucleus": [1.6]}), ["M"]).round(3)
      class   region  share   area  ratio
    0     M  nucleus   0.04  0.025    1.6
    """
    import pandas as pd

    areas = shares / per_area.where(per_area > 0)
    names = np.asarray(classes).astype(str)
    rows = []
    for name in sorted(set(names)):
        share, area = shares[names == name].mean(), areas[names == name].mean()
        for region in shares:
            values = float(share[region]), float(area[region])
            ratio = values[0] / values[1] if values[1] > 0 else np.nan
            rows.append((name, str(region), *values, ratio))
    return pd.DataFrame(rows, columns=["class", "region", "share", "area", "ratio"])


def describe_attention(summary: pd.DataFrame) -> str:
    """Say for each class which region gets most attention for its area.

    Parameters
    ----------
    summary
        What `summarize_attention` gave.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"class": ["M"], "region": ["nucleus"], "share": [0.04], "area": [0.023]}
    >>> describe_attention(pd.DataFrame(row | {"ratio": [1.74]}))
    'M: the nucleus gets 4 % of the attention on 2.3 % of the area, 1.7 times what chance gives.'
    """
    known = summary.dropna(subset=["ratio"])
    if known.empty:
        return ""
    most = known.loc[known.groupby("class")["ratio"].idxmax()]
    return " ".join(
        f"{row['class']}: the {row['region']} gets {100 * row['share']:.0f} % of the attention on "
        f"{100 * row['area']:.2g} % of the area, {row['ratio']:.1f} times what chance gives."
        for _, row in most.iterrows()
    )


def compare_attention(shares: pd.DataFrame, classes: ArrayLike) -> pd.DataFrame:
    """Compare the attention of one class with that of the others, region by region.

    Parameters
    ----------
    shares
        What `attention_shares` gave; rows of NaN are left out.
    classes
        ``(N,)`` name of each row's class.

    Returns
    -------
    DataFrame
        ``region``, ``class``, ``others``, ``n``, ``n_others``, ``mean``, ``mean_others``;
        ``cliffs_delta``: the effect size, -1..1: how much more often a value of the class is above
        one of the others than below (Cliff 1993); ``p``: of the Mann-Whitney test, which takes
        every cell for one experiment. Of two classes the first is compared with the second; of
        more, each with all others. Nothing where there is one class only.
    """
    import pandas as pd

    names = np.asarray(classes).astype(str)
    rows = [
        {"region": region, "class": name, "others": others}
        | _compare(shares[region].to_numpy(float), names == name)
        for region in shares
        for name, others in _pairs(sorted(set(names)))
    ]
    return pd.DataFrame(rows, columns=COMPARISON_COLUMNS)


def describe_comparison(comparison: pd.DataFrame) -> str:
    """Say in a sentence in which region the attention of the classes differs most.

    Parameters
    ----------
    comparison
        What `compare_attention` gave.

    Returns
    -------
    str
        Empty where nothing can be compared.

    Examples
    --------
    >>> import pandas as pd
    >>> shares = pd.DataFrame({"nucleus": [0.5, 0.6, 0.1, 0.2]})
    >>> describe_comparison(compare_attention(shares, ["G2", "G2", "G1", "G1"]))
    'Largest difference: nucleus, 15 % for G1 and 55 % for G2 (a large effect).'
    """
    known = comparison.dropna(subset=["cliffs_delta"])
    if known.empty:
        return ""
    row = known.iloc[int(np.argmax(known["cliffs_delta"].abs().to_numpy()))]
    effect = next(name for bound, name in _EFFECTS if abs(row["cliffs_delta"]) >= bound)
    if not effect:
        return "The network looks at the same regions in all classes."
    return (
        f"Largest difference: {row['region']}, {100 * row['mean']:.0f} % for {row['class']} and "
        f"{100 * row['mean_others']:.0f} % for {row['others']} (a {effect} effect)."
    )


def _share(heatmaps: NDArray[np.float32], regions: Mapping[str, NDArray[np.bool_]]) -> pd.DataFrame:
    import pandas as pd

    total = heatmaps.sum(axis=(1, 2), dtype=np.float64)
    known = np.where(total > 0, total, np.nan)
    columns = {
        name: np.einsum("nhw,nhw->n", heatmaps, region, dtype=np.float64) / known
        for name, region in regions.items()
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(heatmaps)))


def _checked(
    heatmaps: NDArray[np.float32], regions: Mapping[str, NDArray[np.bool_]]
) -> Mapping[str, NDArray[np.bool_]]:
    for name, region in regions.items():
        if region.shape != heatmaps.shape:
            raise DataError(
                f"The region {name} has the shape {region.shape} and the heatmaps "
                f"{heatmaps.shape}; cut both from the same cells."
            )
    return regions


def _pairs(names: list[str]) -> Iterator[tuple[str, str]]:
    if len(names) == 2:
        yield names[0], names[1]
    elif len(names) > 2:
        yield from ((name, "all others") for name in names)


def _compare(values: NDArray[np.float64], is_class: NDArray[np.bool_]) -> dict[str, float]:
    from scipy.stats import mannwhitneyu

    is_known = ~np.isnan(values)
    of_class, others = values[is_class & is_known], values[~is_class & is_known]
    row = {"n": len(of_class), "n_others": len(others)}
    if not len(of_class) or not len(others):
        means = [float(part.mean()) if len(part) else np.nan for part in (of_class, others)]
        return row | {
            "mean": means[0], "mean_others": means[1], "cliffs_delta": np.nan, "p": np.nan
        }  # fmt: skip
    test = mannwhitneyu(of_class, others)
    return row | {
        "mean": float(of_class.mean()),
        "mean_others": float(others.mean()),
        "cliffs_delta": float(2 * test.statistic / (len(of_class) * len(others)) - 1),
        "p": float(test.pvalue),
    }
