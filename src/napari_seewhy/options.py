"""Options: what a person chose, declared once.

The form in a widget, the flags of the command, the JSON in a record and the reference page are all
read from one declaration: a field's type, default, bounds, `title` and `description`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import read_text, write_text

if TYPE_CHECKING:
    from pathlib import Path


class Options(BaseModel):
    """Frozen, checked choices of one verb; a subclass declares its fields with `pydantic.Field`.

    Raises
    ------
    OptionError
        If a field is unknown, of the wrong type or out of its bounds.

    Examples
    --------
    >>> from pydantic import Field
    >>> class BlurOptions(Options):
    ...     sigma_px: float = Field(1.0, ge=0, title="Blur", description="Width of the Gaussian.")
    >>> BlurOptions(sigma_px=2).sigma_px
    2.0
    >>> BlurOptions(sigma_px=-1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    napari_seewhy.errors.OptionError: Blur (sigma_px) is -1; input should be ... equal to 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise OptionError(self._explain(error)) from None

    @classmethod
    def _explain(cls, error: ValidationError) -> str:
        sentences = []
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]) or cls.__name__
            if problem["type"] == "extra_forbidden":
                known = ", ".join(cls.model_fields)
                sentences.append(f"{name} is no option here; the options are {known}.")
                continue
            field = cls.model_fields.get(name)
            shown = f"{field.title} ({name})" if field is not None and field.title else name
            if problem["type"] == "missing":
                sentences.append(f"{shown} is missing; give it.")
                continue
            wanted = problem["msg"][:1].lower() + problem["msg"][1:]
            sentences.append(f"{shown} is {problem['input']!r}; {wanted}.")
        return " ".join(sentences)

    def change(self, **fields: Any) -> Self:
        """Return a checked copy with some fields changed."""
        return type(self)(**(self.model_dump() | fields))

    def save(self, path: Path) -> None:
        """Write the options as JSON."""
        write_text(path, self.model_dump_json(indent=2) + "\n")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read options that `save` wrote.

        Raises
        ------
        FileError
            If the file cannot be read or is no JSON.
        OptionError
            If a field does not fit.
        """
        text = read_text(path)
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            if error.errors()[0]["type"] == "json_invalid":
                raise FileError(f"{path} holds no valid JSON; choose a file of options.") from None
            raise OptionError(cls._explain(error)) from None
