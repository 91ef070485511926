"""Reading of text and JSON that may come from anybody."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from napari_seewhy.errors import FileError
from napari_seewhy.files.problems import check_readable, explain_os_error

_DEEPEST = 100
"""Lists in lists: more of them cannot be written again."""

_MOST_DIGITS = 20
"""Of a whole number: the seed of torch, 2^64, has as many."""


def read_text(path: Path) -> str:
    """Read a UTF-8 text file.

    Raises
    ------
    FileError
        If it is missing, unreadable, no file, not UTF-8 or holds a NUL character, which no text
        and no path has.
    """
    check_readable(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not a UTF-8 text file; save it as UTF-8.") from error
    if "\0" in text:
        raise FileError(
            f"Line {text[: text.index(chr(0))].count(chr(10)) + 1} of {path} holds a NUL "
            "character; remove it."
        )
    return text


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    FileError
        If it is missing, unreadable, no JSON, or holds what `parse_json` refuses.
    """
    try:
        return parse_json(read_text(path))
    except json.JSONDecodeError as error:
        raise FileError(f"{path} holds no valid JSON (line {error.lineno}).") from error
    except ValueError as error:
        raise FileError(f"{path} holds no usable JSON: {error}.") from error


def parse_json(text: str) -> Any:
    """Read JSON that can be worked with: finite numbers of usual length, text, little depth.

    Raises
    ------
    ValueError
        If it holds anything else, with the reason.

    Examples
    --------
    >>> parse_json('{"n": 1}')
    {'n': 1}
    >>> parse_json("[" * 1000 + "]" * 1000)
    Traceback (most recent call last):
    ValueError: it has more than 100 levels
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_int=_parse_int)
    except RecursionError as error:
        raise ValueError(f"it has more than {_DEEPEST} levels") from error
    if not _is_shallow(value):
        raise ValueError(f"it has more than {_DEEPEST} levels")
    if "\\u" in text:
        written = json.dumps(value, ensure_ascii=False)
        try:
            written.encode()
        except UnicodeEncodeError as error:
            raise ValueError("it holds half of a character") from error
        if "\\u0000" in written:
            raise ValueError("it holds a NUL character")
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _parse_int(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(digits)} digits")
    return int(digits)


def _is_shallow(value: Any) -> bool:
    """Whether lists and objects inside each other end at `_DEEPEST`."""
    level = [value]
    for _ in range(_DEEPEST):
        inner = [one for one in level if isinstance(one, dict | list)]
        if not inner:
            return True
        level = [
            below for one in inner for below in (one.values() if isinstance(one, dict) else one)
        ]
    return False


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal.

    Of a folder, such as an OME-Zarr, it is that of the names, sizes and times of its files: to read
    all of them would take as long as the work itself. Labels, which are added to an image, do not
    count.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    if Path(path).is_dir():
        return _hash_folder(Path(path))
    check_readable(path)
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error


def _hash_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        state = path.stat()
        name = path.relative_to(folder).as_posix()
        if name.startswith("labels/"):
            continue
        digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
