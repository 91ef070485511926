"""The three classes of the report, and how their names are spelled in other people's tables."""

from __future__ import annotations

INDUCTION, SUPPRESSION, NON_SIGNIFICANT = "induction", "suppression", "non-significant"

GENE_CLASSES = (INDUCTION, SUPPRESSION, NON_SIGNIFICANT)
"""What experts sort pictures of genes into."""

_SPELLINGS = {
    "induced": INDUCTION,
    "suppressed": SUPPRESSION,
    "nonsignificant": NON_SIGNIFICANT,
    "ns": NON_SIGNIFICANT,
} | {name.replace("-", ""): name for name in GENE_CLASSES}


def spell_class(name: str) -> str:
    """Spell a class as one of the three where it means one of them; leave other names alone.

    Examples
    --------
    >>> spell_class("Non_Significant"), spell_class("INDUCTION"), spell_class("expressed")
    ('non-significant', 'induction', 'expressed')
    """
    name = name.strip()
    plain = name.casefold().translate(str.maketrans("", "", "-_ "))
    return _SPELLINGS.get(plain, name)
