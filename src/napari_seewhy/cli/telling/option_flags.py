"""Flags of the command, read from the one declaration of an `Options` class.

The name, type, default, choices and help text of a flag are those of its field; bounds are checked
by the class itself, whose `OptionError` ends the command with status 2.
"""

from collections.abc import Mapping

from cyclopts import Group, Parameter


def flags(
    title: str, *, sort_key: int = 10, prefix: str = "", names: Mapping[str, str] | None = None
) -> Parameter:
    """Make every field of an `Options` argument a flag of the command, listed under `title`.

    Parameters
    ----------
    title
        Heading of the panel in ``--help``.
    sort_key
        Panels with a lower number come first.
    prefix
        Put before the name of each field, to tell the fields of two classes apart.
    names
        Names of flags that differ from those of their fields: field -> flag.

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
    known = names or {}

    def to_flag(field: str) -> str:
        return known.get(field, prefix + field.replace("_", "-"))

    return Parameter(name="*", group=Group(title, sort_key=sort_key), name_transform=to_flag)
