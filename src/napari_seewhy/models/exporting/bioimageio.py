"""Export to a BioImage.IO package: the model with its description, for other programs.

The format is described at https://bioimage.io/docs; the package holds the ONNX weights, samples to
test them with and what they must give, a cover picture, a page of documentation, licence and
citation, and was checked by the format's own program before it is given out.
"""

from __future__ import annotations

import re
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import (
    DataError,
    FileError,
    MissingPackageError,
    OptionError,
    TaskError,
)
from napari_seewhy.files import writing
from napari_seewhy.models.exporting.onnx import (
    AGREEMENT,
    INPUT,
    OUTPUT,
    check_packages,
    export_onnx,
    quiet,
    run_onnx,
)
from napari_seewhy.models.exporting.package_pages import write_cover, write_documentation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.models.exporting.options import PackageOptions
    from napari_seewhy.models.files import Model

SUFFIX = ".zip"
HOME = "https://github.com/napari-seewhy/napari-seewhy"

_N_EXAMPLES = 4
_LEAST_NAME = 5


def export_bioimageio(
    path: Path, model: Model, examples: NDArray[Any], options: PackageOptions
) -> None:
    """Write a model as a BioImage.IO package, whole or not at all, and check it without the net.

    Parameters
    ----------
    path
        Where; ends in ``.zip``.
    model
        The model.
    examples
        A few samples ``(N, C, H, W)`` with the channels and size of the model; four of them become
        the test and the cover, so they must be free to be given away.
    options
        Author, licence, citation.

    Raises
    ------
    DataError
        If the examples do not fit the model.
    FileError
        If the name ends otherwise, or the file cannot be written.
    MissingPackageError
        If the packages for it are not installed.
    OptionError
        If the licence is not known by SPDX.
    TaskError
        If the package does not pass the check of the format.
    """
    path = Path(path)
    if path.suffix != SUFFIX:
        raise FileError(f"{path} does not end in {SUFFIX}; name the package so.")
    check_packages("bioimageio.spec", "bioimageio.core", "onnx", "onnxruntime", "onnxscript")
    _check_versions(version("pydantic"), version("bioimageio.spec"))
    pixels = _choose_examples(model.card, examples)
    with tempfile.TemporaryDirectory() as made, quiet():
        folder = Path(made)
        _write_parts(folder, model, pixels)
        description = _describe(folder, model, options)
        with writing(path) as part:
            _package(description, part)
            _check_package(part, path)


def _check_versions(pydantic: str, spec: str) -> None:
    """Refuse a pair of packages that cannot work together, before anything is computed.

    bioimageio.spec calls a serialiser of pydantic with an argument that 2.14 no longer takes; this
    was fixed in 0.5.14.
    """
    if _to_numbers(pydantic, 2) >= (2, 14) and _to_numbers(spec, 3) < (0, 5, 14):
        raise MissingPackageError(
            f"bioimageio.spec {spec} cannot work with pydantic {pydantic}; run "
            '`pip install "pydantic<2.14"`.'
        )


def _to_numbers(version_text: str, n: int) -> tuple[int, ...]:
    return tuple(int(part) for part in version_text.split(".")[:n])


def _choose_examples(card: ModelCard, examples: NDArray[Any]) -> NDArray[np.float32]:
    wanted = (len(card.channels), *card.size_px)
    if examples.ndim != 4 or examples.shape[1:] != wanted or not len(examples):
        raise DataError(
            f"The examples have shape {examples.shape} and the model takes (N, {wanted[0]}, "
            f"{wanted[1]}, {wanted[2]}); give it some samples of those."
        )
    return np.ascontiguousarray(examples[:_N_EXAMPLES], np.float32)


def _write_parts(folder: Path, model: Model, pixels: NDArray[np.float32]) -> None:
    export_onnx(folder / "weights.onnx", model)
    np.save(folder / "test_input.npy", pixels)
    np.save(folder / "test_output.npy", run_onnx(folder / "weights.onnx", pixels))
    write_cover(folder / "cover.png", pixels)
    write_documentation(folder / "README.md", model.card)


def _describe(folder: Path, model: Model, options: PackageOptions) -> Any:
    """Return the description of the package as the format's own program holds it."""
    from bioimageio.spec import ValidationContext
    from bioimageio.spec.model import v0_5
    from pydantic import ValidationError

    from napari_seewhy import __version__

    card = model.card
    cite = {"text": options.cite or f"napari-seewhy {__version__}"}
    cite |= {"doi": options.doi} if options.doi else {"url": HOME}
    # Nothing is asked of the net: whether addresses answer is not ours to check.
    with ValidationContext(root=folder, perform_io_checks=True, disable_cache=True):
        try:
            return v0_5.ModelDescr(
                name=_plain_name(card.name),
                description=options.description or _say_what_for(card),
                authors=[v0_5.Author(name=options.author)],
                cite=[v0_5.CiteEntry.model_validate(cite)],
                license=options.licence,
                documentation=_file(folder, "README.md"),
                covers=[_file(folder, "cover.png")],
                tags=["classification", "microscopy", "napari-seewhy", *card.classes],
                inputs=[_describe_input(folder, card)],
                outputs=[_describe_output(folder, card)],
                weights=v0_5.WeightsDescr(onnx=_describe_weights(folder)),
                config=_describe_config(model),
            )
        except ValidationError as error:
            problems = error.errors()
            if any("license" in map(str, problem["loc"]) for problem in problems):
                raise OptionError(
                    f"The licence {options.licence!r} is not known by SPDX; take one such as "
                    "CC-BY-4.0, BSD-3-Clause or CC0-1.0."
                ) from error
            raise TaskError(f"The package cannot be described: {problems[0]['msg']}.") from error


def _file(folder: Path, name: str) -> Any:
    from bioimageio.spec.model import v0_5

    return v0_5.FileDescr(source=folder / name)


def _describe_input(folder: Path, card: ModelCard) -> Any:
    from bioimageio.spec.model import v0_5

    unit: dict[str, Any] = (
        {"unit": "micrometer", "scale": card.pixel_size_um} if card.pixel_size_um else {}
    )
    height, width = card.size_px
    return v0_5.InputTensorDescr(
        id=v0_5.TensorId(INPUT),
        description="Pixels as measured; they are normalised inside the network.",
        axes=[
            v0_5.BatchAxis(),
            v0_5.ChannelAxis(channel_names=list(card.channel_names)),
            v0_5.SpaceInputAxis(id=v0_5.AxisId("y"), size=height, **unit),
            v0_5.SpaceInputAxis(id=v0_5.AxisId("x"), size=width, **unit),
        ],
        data=v0_5.IntervalOrRatioDataDescr(type="float32"),
        test_tensor=_file(folder, "test_input.npy"),
    )


def _describe_output(folder: Path, card: ModelCard) -> Any:
    from bioimageio.spec.model import v0_5

    return v0_5.OutputTensorDescr(
        id=v0_5.TensorId(OUTPUT),
        description="Calibrated probability of every class.",
        axes=[v0_5.BatchAxis(), v0_5.ChannelAxis(channel_names=list(card.classes))],
        data=v0_5.IntervalOrRatioDataDescr(type="float32", range=(0.0, 1.0)),
        test_tensor=_file(folder, "test_output.npy"),
    )


def _describe_weights(folder: Path) -> Any:
    import onnx
    from bioimageio.spec.model import v0_5

    opset = onnx.load(folder / "weights.onnx", load_external_data=False).opset_import[0].version
    return v0_5.OnnxWeightsDescr(source=folder / "weights.onnx", opset_version=opset)


def _describe_config(model: Model) -> Any:
    from bioimageio.spec.model import v0_5

    tolerance = v0_5.ReproducibilityTolerance(absolute_tolerance=AGREEMENT)
    config = v0_5.BioimageioConfig(
        reproducibility_tolerance=[tolerance],
        architecture_type=model.card.network.backbone,
        task="classification",
        model_parameter_count=sum(value.numel() for value in model.network.parameters()),
    )
    return v0_5.Config(bioimageio=config, seewhy=model.card.model_dump(mode="json"))


def _package(description: Any, part: Path) -> None:
    from bioimageio.spec import save_bioimageio_package

    save_bioimageio_package(description, output_path=part, local_files_only=True)


def _check_package(part: Path, path: Path) -> None:
    """Have the format's own program run the weights on the test samples and compare."""
    from bioimageio.core import test_description

    summary = test_description(part, weight_format="onnx", expected_type="model")
    if summary.status != "passed":
        raise TaskError(
            f"{path.name} did not pass the check of BioImage.IO ({summary.status}): "
            f"{'; '.join(error.msg for error in summary.errors)[:500]}"
        )


def _plain_name(name: str) -> str:
    """Return a name with the few signs that the format allows, and not too short for it."""
    plain = re.sub(r"[^\w+() -]", "-", name, flags=re.ASCII)
    return plain if len(plain) >= _LEAST_NAME else f"model {plain}"


def _say_what_for(card: ModelCard) -> str:
    said = (
        f"Tells {', '.join(card.classes)} apart in samples of {', '.join(card.channel_names)}. "
        f"{card.data}"
    )
    return said.strip()[:1024]
