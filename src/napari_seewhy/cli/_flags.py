"""Flags of the command, read from the one declaration of an `Options` class.

The name, type, default, choices and help text of a flag are those of its field; bounds are checked
by the class itself, whose `OptionError` ends the command with status 2.
"""

from cyclopts import Group, Parameter


def flags(title: str, *, sort_key: int = 10) -> Parameter:
    """Make every field of an `Options` argument a flag of the command, listed under `title`.

    Parameters
    ----------
    title
        Heading of the panel in ``--help``.
    sort_key
        Panels with a lower number come first.

    Examples
    --------
    >>> from typing import Annotated
    >>> from cyclopts import App
    >>> from napari_seewhy.options import Options
    >>> class BlurOptions(Options):
    ...     sigma_px: float = 1.0
    >>> app = App(result_action="return_value")
    >>> @app.default
    ... def blur(options: Annotated[BlurOptions, flags("Blurring")] = BlurOptions()):
    ...     return options.sigma_px
    >>> app(["--sigma-px", "2.5"])
    2.5
    """
    return Parameter(name="*", group=Group(title, sort_key=sort_key))
