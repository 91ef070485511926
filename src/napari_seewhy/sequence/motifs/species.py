"""Names of assemblies, and the species that they are of."""

from __future__ import annotations

import re

_ASSEMBLIES = {
    "human": r"hg\d+|grch\d+|human|homo_sapiens|hs1",
    "mouse": r"mm\d+|grcm\d+|mouse|mus_musculus",
    "rat": r"rn\d+|rnor\w*|mratbn\w*|rat|rattus_norvegicus",
    "dog": r"canfam\d+|dog|canis_\w*familiaris",
    "chimpanzee": r"pantro\d+|chimpanzee",
    "macaque": r"rhemac\d+|macaque",
    "cow": r"bostau\d+|cow",
    "chicken": r"galgal\d+|chicken",
    "zebrafish": r"danrer\d+|zebrafish",
}


def is_known_species(name: str) -> bool:
    """Whether the species of an assembly is known."""
    return name_species(name) in _ASSEMBLIES


def name_species(assembly: str) -> str:
    """Return the species of an assembly; a name that is not known stays as it is.

    Examples
    --------
    >>> name_species("hg18"), name_species("rn4"), name_species("felCat3")
    ('human', 'rat', 'felcat3')
    """
    for species, pattern in _ASSEMBLIES.items():
        if re.fullmatch(pattern, assembly, re.IGNORECASE):
            return species
    return assembly.lower()
