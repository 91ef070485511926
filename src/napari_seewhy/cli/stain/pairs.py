"""The pairs that a person named for `seewhy stain`, and the report about them."""

from cyclopts import Parameter

from napari_seewhy.blocks.pairing import Pairing, StainPairOptions, find_pairs
from napari_seewhy.cli.telling import Reporting, flags

PAIR_FLAGS: Parameter = flags("Images", sort_key=1)
THRESHOLD_FLAGS: Parameter = flags("Threshold of the marker", sort_key=2)

_N_NAMED = 5


def find_named_pairs(reading: StainPairOptions, reporting: Reporting) -> Pairing:
    """Find the pairs, say how many there are, and warn of files without a partner.

    Raises
    ------
    SeewhyError
        If there is no pair.
    """
    pairing = find_pairs(reading)
    n, n_dishes = len(pairing.pairs), len({pair.place.dish for pair in pairing.pairs})
    reporting.say(
        f"{n} {'pair' if n == 1 else 'pairs'} of images, "
        f"{n_dishes} {'dish' if n_dishes == 1 else 'dishes'}."
    )
    for path, reason in pairing.unmatched[:_N_NAMED]:
        reporting.warn(f"Warning: {path} is left out: {reason}.".replace("..", "."))
    n_more = len(pairing.unmatched) - _N_NAMED
    if n_more > 0:
        reporting.warn(f"Warning: {n_more} more files are left out for like reasons.")
    return pairing
