"""`seewhy samples`: inspect sample sets, or create one from other files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App
from rich.console import Console
from rich.table import Table
from rich.text import Text

from napari_seewhy.cli.asking import gather_samples
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags, printable
from napari_seewhy.files import check_output
from napari_seewhy.samples.annotating import open_annotated
from napari_seewhy.samples.importing import (
    ImagesOptions,
    ImageTableOptions,
    NpzOptions,
    import_folders_steps,
    import_npz_steps,
    import_table_steps,
)
from napari_seewhy.samples.storing import describe_samples

app = App(name="samples", help="Inspect sample sets, or create one from other files.")
import_app = App(name="import", help="Create a sample set from samples of another program.")
app.command(import_app)

IMPORT = "samples import"
_FLAGS = flags("Importing", names={"classes": "class-names"})
_NPZ, _IMAGES, _TABLE = NpzOptions(), ImagesOptions(), ImageTableOptions()
_MOST_GROUPS = 12


@app.command
def info(file: Path, /, *, reporting: Reporting = DEFAULT_REPORTING) -> int:
    """Describe the contents of a sample set.

    Parameters
    ----------
    file
        Sample set (.h5).
    """
    with open_annotated(file) as samples:
        described = describe_samples(samples)
    if not (reporting.quiet or reporting.as_json):
        _show(file, described)
    reporting.give({"verb": "samples info", "status": 0, "path": str(file)} | described)
    return 0


@import_app.command
def npz(
    archive: Path,
    /,
    *,
    out: Path,
    options: Annotated[NpzOptions, _FLAGS] = _NPZ,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Create a sample set from a numpy archive.

    Parameters
    ----------
    archive
        File (.npz) with the samples in one array and their classes, groups and channels in others.
    out
        Sample set to write, such as samples.h5.
    """
    task = import_npz_steps(archive, check_output(out, ".h5"), options)
    return gather_samples(IMPORT, task, [str(archive)], [], reporting)


@import_app.command
def folders(
    root: Path,
    /,
    *,
    out: Path,
    options: Annotated[ImagesOptions, _FLAGS] = _IMAGES,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Create a sample set from folders of images, one folder per class.

    Parameters
    ----------
    root
        Folder of the class folders; these are searched to their depths.
    out
        Sample set to write, such as samples.h5.
    """
    task = import_folders_steps(root, check_output(out, ".h5"), options)
    return gather_samples(IMPORT, task, [str(root)], [], reporting)


@import_app.command
def table(
    csv: Path,
    /,
    *,
    out: Path,
    options: Annotated[ImageTableOptions, _FLAGS] = _TABLE,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Create a sample set from the images that a table lists.

    Parameters
    ----------
    csv
        Table (.csv) with one image per row: its path, class and group.
    out
        Sample set to write, such as samples.h5.
    """
    task = import_table_steps(csv, check_output(out, ".h5"), options)
    return gather_samples(IMPORT, task, [str(csv)], [], reporting)


def _show(file: Path, described: Mapping[str, Any]) -> None:
    size_um = described["pixel_size_um"]
    scale = "pixel size not known" if size_um is None else f"{size_um:.4g} µm per pixel"
    groups = described["groups"]
    listed = ", ".join(f"{name} {n}" for name, n in list(groups.items())[:_MOST_GROUPS])
    more = f" and {len(groups) - _MOST_GROUPS} more" if len(groups) > _MOST_GROUPS else ""
    rows = [
        ("File", str(file)),
        ("Samples", f"{described['n_samples']} from {described['n_sources']} files"),
        ("Size", f"{described['height_px']} x {described['width_px']} px, {scale}"),
        ("Pixels", described["dtype"]),
    ]
    rows += [(f"Channel {name}", _range(found)) for name, found in described["channels"].items()]
    rows += [(f"Class {name}", str(n)) for name, n in described["classes"].items()]
    rows += [("Class unknown", str(described["n_unknown"])), ("Groups", f"{listed}{more}")]
    shown = Table(box=None, show_header=False, pad_edge=False)
    for name, found in rows:
        shown.add_row(Text(printable(name)), Text(printable(found)))
    Console().print(shown)


def _range(found: Mapping[str, float | None]) -> str:
    if found["mean"] is None:
        return "no finite pixel"
    return f"{found['min']:.4g} to {found['max']:.4g}, mean {found['mean']:.4g}"
