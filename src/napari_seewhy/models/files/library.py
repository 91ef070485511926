"""The library: the models of a person, and those that come with the program. Needs no torch."""

from __future__ import annotations

import difflib
import functools
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import explain_os_error, hash_file, writing
from napari_seewhy.models.files.weights_file import SUFFIX, read_any_card, read_card_among

if TYPE_CHECKING:
    from napari_seewhy.models.cards import BaseCard

FOLDER_VARIABLE = "SEEWHY_MODELS"
"""Environment variable that names another folder of models, as for all users of a computer."""

SHIPPED_FOLDER = Path(__file__).parents[1] / "shipped"
"""Models that come with the program."""

_NAME = re.compile(r"[^\W_][\w .+-]{0,59}")
# Windows opens devices under these names, whatever follows the dot.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def user_folder() -> Path:
    """Return the folder of a person's own models, or the one that ``SEEWHY_MODELS`` names."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("napari-seewhy", appauthor=False) / "models"


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One model of the library.

    Attributes
    ----------
    name
        What it is called: the name of its file without the ending.
    path
        Its file.
    card
        Its description; None where the file cannot be read.
    problem
        Why it cannot be read, empty where it can.
    is_shipped
        Whether it came with the program, so that it can be neither removed nor replaced.
    """

    name: str
    path: Path
    card: BaseCard | None = None
    problem: str = ""
    is_shipped: bool = False

    @property
    def kind(self) -> str | None:
        """What it is; None where the file cannot be read."""
        return None if self.card is None else self.card.kind


class ModelLibrary:
    """The models that are at hand, by name.

    Parameters
    ----------
    folder
        Where a person's models stand; made when the first one comes. `user_folder` where None.
    shipped
        Where those stand that come with the program; need not be there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     library = ModelLibrary(Path(folder))
    ...     [entry.name for entry in library.list_models() if not entry.is_shipped]
    []
    """

    def __init__(self, folder: Path | None = None, shipped: Path = SHIPPED_FOLDER) -> None:
        self.folder = user_folder() if folder is None else Path(folder)
        self.shipped = shipped

    def list_models(self, *kinds: type[BaseCard]) -> list[LibraryEntry]:
        """Return all models by name; a file that cannot be read is listed with the reason.

        Parameters
        ----------
        kinds
            The only kinds to list, beside files that cannot be read, so that the cards of no other
            kind are imported; none lists all.

        Raises
        ------
        FileError
            If the folder cannot be looked into.
        """
        shipped = _list_files(self.shipped)
        taken = {path.stem for path in shipped}
        own = [path for path in _list_files(self.folder) if path.stem not in taken]
        entries = [_read_entry(path, kinds, is_shipped=True) for path in shipped]
        entries += [_read_entry(path, kinds) for path in own]
        wanted = [entry for entry in entries if entry.card or entry.problem]
        return sorted(wanted, key=lambda entry: entry.name.casefold())

    def show(self, name: str) -> LibraryEntry:
        """Return one model by its name.

        Raises
        ------
        FileError
            If there is none of this name; similar ones are said.
        """
        path = self._locate(name)
        return _read_entry(path, is_shipped=path.parent == self.shipped)

    def find(self, model: str | Path) -> Path:
        """Return the file of a model that a person gave by its path or by its name in the library.

        Raises
        ------
        FileError
            If there is no such file and no such name.
        """
        path = Path(model)
        is_path = path.suffix == SUFFIX or len(path.parts) > 1 or path.is_file()
        return path if is_path else self._locate(str(model))

    def _locate(self, name: str) -> Path:
        """Return the file of a name, unread: a card may hold the whole story of a training."""
        for folder in (self.shipped, self.folder):
            path = folder / f"{name}{SUFFIX}"
            if path in _list_files(folder):
                return path
        known = [path.stem for path in _list_files(self.shipped) + _list_files(self.folder)]
        near = difflib.get_close_matches(name, known, 3) or sorted(known)[:10]
        advice = f"choose one of {', '.join(near)}" if near else "train or import one first"
        raise FileError(f"The library holds no model {name!r}; {advice}.")

    def place_of(self, name: str) -> Path:
        """Return where a person's model of this name stands or should stand.

        Raises
        ------
        OptionError
            If it can be no name of a file on every system, or a model that came with the program
            has it.
        """
        if not _NAME.fullmatch(name) or _DEVICES.fullmatch(name) or name != name.rstrip(" ."):
            raise OptionError(
                f"{name!r} can be no name of a model; take at most 60 letters, digits, spaces and "
                ". + - _, and begin with a letter or digit."
            )
        if self.shipped / f"{name}{SUFFIX}" in _list_files(self.shipped):
            raise OptionError(f"A model {name!r} came with the program; choose another name.")
        return self.folder / f"{name}{SUFFIX}"

    def import_model(
        self, path: Path, name: str | None = None, *, replace: bool = False
    ) -> LibraryEntry:
        """Copy a model into the library, after checking its file.

        Parameters
        ----------
        path
            A model file, as on a USB stick.
        name
            What it should be called; the name of the file where None.
        replace
            Whether another model of that name may be overwritten.

        Raises
        ------
        FileError
            If it is no model of ours, or the library holds another one of that name.
        OptionError
            If it can be no name.
        """
        path = Path(path)
        read_any_card(path)
        place = self.place_of(path.stem if name is None else name)
        _copy(path, place, replace=replace)
        return _read_entry(place)

    def export_model(self, name: str, path: Path, *, replace: bool = False) -> Path:
        """Copy a model out of the library, as onto a USB stick, and return where it stands.

        Parameters
        ----------
        name
            Its name.
        path
            A folder, or a file that ends in ``.safetensors``.
        replace
            Whether another file of that name may be overwritten.

        Raises
        ------
        FileError
            If there is no such model, its file is damaged, or the copy cannot be written.
        """
        entry = self.show(name)
        if entry.problem:
            raise FileError(entry.problem)
        path = Path(path)
        place = path / entry.path.name if path.is_dir() else path
        if place.suffix != SUFFIX:
            raise FileError(f"{path} is no folder and does not end in {SUFFIX}; name the file so.")
        _copy(entry.path, place, replace=replace)
        return place

    def remove(self, name: str) -> None:
        """Delete a model from the library; a damaged one too.

        Raises
        ------
        FileError
            If there is none of this name, it came with the program, or it cannot be deleted.
        """
        entry = self.show(name)
        if entry.is_shipped:
            raise FileError(f"The model {name!r} came with the program and cannot be removed.")
        try:
            entry.path.unlink()
        except OSError as error:
            raise FileError(explain_os_error(error, entry.path, "removed")) from error


def _list_files(folder: Path) -> list[Path]:
    """Return the model files in a folder; none where the folder is not there."""
    try:
        return [
            path
            for path in folder.iterdir()
            # What a Mac leaves on foreign disks begins with a dot, as do files being written.
            if path.suffix == SUFFIX and not path.name.startswith(".")
        ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise FileError(explain_os_error(error, folder, "read")) from error


def _read_entry(
    path: Path, kinds: tuple[type[BaseCard], ...] = (), *, is_shipped: bool = False
) -> LibraryEntry:
    """Read the card of a file; one that has not changed since is not read again.

    A model of another kind than those that are asked for has neither card nor problem.
    """
    try:
        state = path.stat()
    except OSError as error:
        problem = explain_os_error(error, path, "read")
        return LibraryEntry(path.stem, path, problem=problem, is_shipped=is_shipped)
    changes = (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return _read_state(path, kinds, is_shipped, changes)


@functools.lru_cache(maxsize=500)
def _read_state(
    path: Path, kinds: tuple[type[BaseCard], ...], is_shipped: bool, _: tuple[int, ...]
) -> LibraryEntry:
    try:
        card = read_card_among(path, kinds) if kinds else read_any_card(path)
    except FileError as error:
        return LibraryEntry(path.stem, path, problem=str(error), is_shipped=is_shipped)
    return LibraryEntry(path.stem, path, card, is_shipped=is_shipped)


def _copy(source: Path, place: Path, *, replace: bool) -> None:
    """Copy a model, compare the bytes, and overwrite another one only on request."""
    wanted = hash_file(source)
    if place.exists():
        if hash_file(place) == wanted:
            return
        if not replace:
            raise FileError(
                f"{place} holds another model; give this one another name, or say that it is to be "
                "replaced."
            )
    with writing(place) as part:
        shutil.copyfile(source, part)
        if hash_file(part) != wanted:
            raise FileError(f"{place} was not copied whole; try again or take another disk.")
