"""`seewhy models`: the library of models: list, import, export, remove."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from napari_seewhy.cli.asking import fitting_samples
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags, printable
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import check_output
from napari_seewhy.models.cards import BaseCard, ModelCard
from napari_seewhy.models.exporting import PackageOptions
from napari_seewhy.models.files import SUFFIX, LibraryEntry, ModelLibrary, read_any_card
from napari_seewhy.samples.storing import SampleSet

app = App(name="models", help="The library of models: list, import, export, remove.")

_PACKAGE_FLAGS = flags("For --format bioimageio", sort_key=10)
_N_EXAMPLES = 4
_N_INPUTS = 4
_SUFFIXES = {"safetensors": SUFFIX, "onnx": ".onnx", "bioimageio": ".zip"}


@app.command(name="list")
def list_models(*, reporting: Reporting = DEFAULT_REPORTING) -> int:
    """List your models and those that come with the program."""
    library = ModelLibrary()
    entries = library.list_models()
    shown = Table(box=None, pad_edge=False)
    for title in ("Model", "Kind", "Says", "Channels", "Sample", "How good", "Whose"):
        shown.add_column(title)
    for entry in entries:
        shown.add_row(*(Text(printable(said)) for said in list_row(entry)))
    if not (reporting.quiet or reporting.as_json):
        Console().print(shown if entries else Text(f"No models in {library.folder}."))
        for entry in entries:
            if entry.problem:
                reporting.say(f"\n{entry.name} cannot be read: {entry.problem}")
    reporting.give(
        {"verb": "models list", "status": 0, "folder": str(library.folder)}
        | {"models": [_to_json(entry) for entry in entries]}
    )
    return 0


@app.command
def show(model: str, /, *, reporting: Reporting = DEFAULT_REPORTING) -> int:
    """Show the description of a model.

    Parameters
    ----------
    model
        Name in the library, or a model file (.safetensors).
    """
    path = ModelLibrary().find(Path(model).expanduser())
    card = read_any_card(path)
    shown = Table(box=None, show_header=False, pad_edge=False)
    for name, found in describe_card(path, card):
        shown.add_row(Text(name), Text(printable(found)))
    if not (reporting.quiet or reporting.as_json):
        Console().print(shown)
    document = {"verb": "models show", "status": 0, "path": str(path)}
    reporting.give(document | {"card": card.model_dump(mode="json")})
    return 0


@app.command(name="import")
def import_model(
    file: Path,
    /,
    *,
    name: str | None = None,
    replace: Annotated[bool, Parameter(negative="")] = False,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Copy a model file into the library.

    Parameters
    ----------
    file
        Model (.safetensors).
    name
        What it should be called; if not given, as its file.
    replace
        Overwrite another model of that name.
    """
    entry = ModelLibrary().import_model(file.expanduser(), name, replace=replace)
    reporting.say(f"{entry.name} is in the library: {entry.path}")
    reporting.give({"verb": "models import", "status": 0} | _to_json(entry))
    return 0


@app.command
def export(
    model: str,
    out: Path,
    /,
    *,
    format: Literal["safetensors", "onnx", "bioimageio"] = "safetensors",  # noqa: A002  (the name of the flag)
    replace: Annotated[bool, Parameter(negative="")] = False,
    examples: Path | None = None,
    package: Annotated[PackageOptions | None, _PACKAGE_FLAGS] = None,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Write a model for a colleague (safetensors) or for other programs (onnx, bioimageio).

    Parameters
    ----------
    model
        Name in the library, or a model file (.safetensors).
    out
        File to write: .safetensors, .onnx, or .zip for bioimageio.
    format
        Form of the file.
    replace
        Overwrite another file of that name.
    examples
        Sample set of which some samples are put into the BioImage.IO package, to test it with;
        they must be free to be given away.
    """
    library = ModelLibrary()
    out = check_output(out, _SUFFIXES[format])
    if format == "safetensors":
        out = library.export_model(model, out, replace=replace)
    else:
        path = library.find(Path(model).expanduser())
        if out.exists() and not replace:
            raise FileError(f"{out} is there already; give another name, or --replace.")
        if format == "onnx":
            _export_onnx(path, out)
        else:
            _export_package(path, out, examples, package)
    reporting.say(f"{model} is exported: {out}")
    document = {"verb": "models export", "status": 0, "path": str(out), "format": format}
    reporting.give(document)
    return 0


@app.command
def remove(name: str, /, *, reporting: Reporting = DEFAULT_REPORTING) -> int:
    """Delete a model from the library.

    Parameters
    ----------
    name
        Its name; models that came with the program stay.
    """
    ModelLibrary().remove(name)
    reporting.say(f"{name} is no longer in the library.")
    reporting.give({"verb": "models remove", "status": 0, "name": name})
    return 0


def _export_onnx(path: Path, out: Path) -> None:
    from napari_seewhy.models.exporting import export_onnx
    from napari_seewhy.models.files import load_model

    export_onnx(out, load_model(path))


def _export_package(
    path: Path, out: Path, examples: Path | None, package: PackageOptions | None
) -> None:
    from napari_seewhy.models.exporting import export_bioimageio
    from napari_seewhy.models.files import load_model

    if examples is None or package is None:
        raise OptionError(
            "A BioImage.IO package names its author and holds samples to test it with; give "
            "--author and --examples."
        )
    model = load_model(path)
    with (
        SampleSet(examples) as samples,
        fitting_samples(samples, model.card, DEFAULT_REPORTING, strict=False) as fitted,
    ):
        rows = range(min(len(fitted), _N_EXAMPLES))
        export_bioimageio(out, model, fitted.read_pixels(rows), package)


def list_row(entry: LibraryEntry) -> tuple[str, ...]:
    """Say of a model its name, kind, what it says, channels, sample, quality and whose it is."""
    whose = "shipped" if entry.is_shipped else "yours"
    if entry.card is None:
        return entry.name, "", "cannot be read", "", "", "", whose
    said = entry.card.describe()
    shown = said.says, ", ".join(said.channels), said.sample, said.quality
    return entry.name, entry.card.kind, *shown, whose


def describe_card(path: Path, card: BaseCard) -> list[tuple[str, str]]:
    """Say in rows of a name and a text what a card says."""
    inputs = [Path(file["path"]) for file in card.record.get("inputs", ())]
    rows = [
        ("File", str(path)),
        ("Name", card.name),
        ("Kind", f"{card.kind}, {card.does}"),
        *card.describe().rows,
        ("Trained on", card.data or ", ".join(map(str, _gather(inputs)))),
        ("Licence of the data", card.licence),
        ("Finished", str(card.record.get("finished", ""))),
    ]
    return [(name, found) for name, found in rows if found]


def _gather(inputs: list[Path]) -> Iterable[Path]:
    """Name the folders of files where there are too many to be named."""
    return inputs if len(inputs) <= _N_INPUTS else dict.fromkeys(path.parent for path in inputs)


def _to_json(entry: LibraryEntry) -> dict[str, Any]:
    card = entry.card
    return {
        "name": entry.name,
        "kind": entry.kind,
        "path": str(entry.path),
        "is_shipped": entry.is_shipped,
        "problem": entry.problem,
        "classes": list(card.classes) if isinstance(card, ModelCard) else [],
        "channels": [] if card is None else list(card.describe().channels),
        "metrics": {} if card is None else card.metrics,
    }
