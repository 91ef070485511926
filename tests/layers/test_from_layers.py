"""Layers that a person opened, as an image and labels."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Image, Labels, Layer

from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage
from napari_seewhy.layers import (
    Grid,
    axes_of_layer,
    image_from_layers,
    image_layers,
    labels_from_layer,
    labels_layer,
)


@pytest.mark.parametrize("axes", ["CYX", "TCYX", "CZYX", "TCZYX"])
def test_an_image_comes_back_as_it_was(axes: str) -> None:
    sizes = {"T": 2, "C": 2, "Z": 3, "Y": 4, "X": 5}
    shape = tuple(sizes[axis] for axis in axes)
    z_step_um = 1.5 if "Z" in axes else None
    pixels = np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)
    image = CellImage(pixels, axes, ("DNA", "Golgi"), 0.5, z_step_um, "/a/b.tif", "B2")
    back = image_from_layers([Layer.create(*data) for data in image_layers(image)])
    np.testing.assert_array_equal(back.pixels, pixels)
    for name in ("axes", "channels", "pixel_size_um", "z_step_um", "source", "scene"):
        assert getattr(back, name) == getattr(image, name)


def test_a_plain_layer_is_an_image_of_unknown_size() -> None:
    image = image_from_layers([Image(np.zeros((8, 9)), name="DAPI", scale=(2, 2))])
    assert image.channels == ("DAPI",)
    assert image.pixel_size_um is None
    assert image.axes == "CYX"


@pytest.mark.parametrize(("unit", "size_um"), [("nm", 0.25), ("um", 250), ("mm", 250_000)])
def test_the_pixel_size_is_read_in_any_unit_of_length(unit: str, size_um: float) -> None:
    layer = Image(np.zeros((8, 9)), scale=(250, 250), units=(unit, unit))
    assert image_from_layers([layer]).pixel_size_um == pytest.approx(size_um)


def test_pixels_that_are_not_square_keep_their_area() -> None:
    layer = Image(np.zeros((8, 9)), scale=(1, 4), units=("um", "um"))
    assert image_from_layers([layer]).pixel_size_um == pytest.approx(2)


@pytest.mark.parametrize(
    ("names", "axes"),
    [(("t", "y", "x"), "TYX"), (("Z", "Y", "X"), "ZYX"), (("frame", "y", "x"), "TYX")],
)
def test_the_names_of_axes_tell_what_they_are(names: tuple[str, ...], axes: str) -> None:
    assert axes_of_layer(Image(np.zeros((3, 8, 9)), axis_labels=names)) == axes


def test_three_axes_without_names_are_asked_for() -> None:
    layer = Image(np.zeros((3, 8, 9)), name="film")
    assert axes_of_layer(layer) is None
    with pytest.raises(DataError, match="'film' has 3 axes"):
        image_from_layers([layer])
    assert image_from_layers([layer], axes="TYX").axes == "TCYX"
    assert image_from_layers([layer], axes="ZYX").axes == "CZYX"


def test_a_coloured_layer_has_three_channels() -> None:
    pixels = np.zeros((8, 9, 3), np.uint8)
    pixels[..., 1] = 7
    image = image_from_layers([Image(pixels, rgb=True, name="H&E")])
    assert image.channels == ("H&E red", "H&E green", "H&E blue")
    assert image.pixels[1].min() == 7


def test_channels_of_the_same_name_are_told_apart() -> None:
    a, b = (Image(np.zeros((8, 9)), metadata={"napari-seewhy": {"channel": "DNA"}}) for _ in "ab")
    assert image_from_layers([a, b]).channels == ("DNA 1", "DNA 2")


def test_layers_of_other_shapes_are_refused() -> None:
    layers = [Image(np.zeros((8, 9))), Image(np.zeros((8, 8)))]
    with pytest.raises(DataError, match=r"\(8, 8\), \(8, 9\); choose layers of the same image"):
        image_from_layers(layers)


def test_no_layer_is_refused() -> None:
    with pytest.raises(DataError, match="open an image"):
        image_from_layers([])


def test_of_a_pyramid_the_full_size_is_taken() -> None:
    layer = Image([np.zeros((64, 64)), np.zeros((32, 32))], multiscale=True)
    assert image_from_layers([layer]).shape_yx == (64, 64)


def test_large_layers_are_put_together_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("napari_seewhy.layers.from_layers._IN_MEMORY_BYTES", 100)
    first, second = np.zeros((8, 9)), np.ones((8, 9))
    image = image_from_layers([Image(first), Image(second)])
    assert image.is_lazy
    np.testing.assert_array_equal(image.load().pixels, [first, second])


@pytest.mark.parametrize("shape", [(8, 9), (2, 8, 9)])
def test_labels_come_back_in_their_shape(shape: tuple[int, ...]) -> None:
    labels = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    np.testing.assert_array_equal(labels_from_layer(Labels(labels)), labels)


def test_labels_of_a_series_of_stacks_come_back_flat() -> None:
    labels = np.ones((2, 8, 9), np.int32)
    labels[1] = 2
    grid = Grid("TZYX", (1, 1, 1, 1), (0, 0, 0, 0), ("pixel",) * 4).for_labels(5)
    layer = Layer.create(*labels_layer(labels, name="nuclei", grid=grid))
    np.testing.assert_array_equal(labels_from_layer(layer), labels)


PLACED = {
    "flipped": {"scale": (-0.5, 0.5), "translate": (40.0, 3.0)},
    "affine": {"affine": np.diag([0.5, 0.5, 1.0])},
    "turned": {"scale": (0.5, 0.5), "rotate": 30, "translate": (7.0, -2.0)},
    "turned by the affine": {
        "scale": (5.0, 5.0),
        "affine": np.array([[0.0, -0.1, 3.0], [0.1, 0.0, 4.0], [0.0, 0.0, 1.0]]),
    },
    "not square": {"scale": (1.0, 0.5), "affine": np.diag([0.5, 1.0, 1.0])},
    "sheared": {"scale": (0.5, 0.5), "shear": (0.7,), "translate": (1.0, 2.0)},
}


@pytest.mark.parametrize("name", PLACED)
def test_a_layer_however_placed_gives_its_pixel_size_and_labels_that_lie_on_it(name: str) -> None:
    layer = Image(np.zeros((8, 9)), units=("um", "um"), **PLACED[name])
    image = image_from_layers([layer])
    assert image.pixel_size_um == pytest.approx(0.5)
    grid = Grid.of_layer(layer, "YX")
    laid = Layer.create(*labels_layer(np.zeros((8, 9), int), name="nuclei", grid=grid))
    for corner in ((0, 0), (7, 0), (0, 8), (3, 5)):
        np.testing.assert_allclose(
            laid.data_to_world(corner), layer.data_to_world(corner), atol=1e-9
        )


def test_labels_of_a_turned_stack_lie_on_its_planes() -> None:
    affine = np.array([[2, 0, 0, 1], [0, 0, -0.5, 2], [0, 0.5, 0, 3], [0, 0, 0, 1.0]])
    layer = Image(np.zeros((4, 8, 9)), units=("um",) * 3, affine=affine)
    grid = Grid.of_layer(layer, "ZYX")
    assert (grid.pixel_size_um, grid.z_step_um) == (0.5, 2.0)
    flat = grid.for_labels(4)
    laid = Layer.create(*labels_layer(np.zeros((8, 9), int), name="nuclei", grid=flat))
    np.testing.assert_allclose(laid.data_to_world((3, 5)), layer.data_to_world((0, 3, 5))[1:])


@pytest.mark.parametrize(
    ("unit", "size_um"),
    [("nm", 1e-3), ("mm", 1e3), ("cm", 1e4), ("inch", 25_400.0), ("angstrom", 1e-4), ("s", None)],
)
def test_every_unit_of_length_is_converted(unit: str, size_um: float | None) -> None:
    image = image_from_layers([Image(np.zeros((8, 9)), scale=(1, 1), units=(unit, unit))])
    assert image.pixel_size_um == (None if size_um is None else pytest.approx(size_um))


def test_slices_of_which_nothing_is_known_are_asked_for() -> None:
    pixels = np.zeros((1, 3, 8, 9), np.uint8)
    image = CellImage(pixels, "CZYX", ("DNA",), 0.5, assumed=("Said once.",), is_open=True)
    (layer,) = (Layer.create(*data) for data in image_layers(image))
    assert axes_of_layer(layer) is None
    for axes in ("TYX", "ZYX"):
        back = image_from_layers([layer], axes=axes)
        assert (back.axes, back.is_open) == (f"C{axes}" if axes == "ZYX" else "TCYX", False)


def test_what_was_assumed_when_reading_goes_with_the_layers() -> None:
    pixels = np.zeros((2, 8, 9), np.uint8)
    image = CellImage(pixels, "CYX", ("DNA", "Golgi"), assumed=("Said once.", "And this."))
    layers = [Layer.create(*data) for data in image_layers(image)]
    assert image_from_layers(layers).assumed == ("Said once.", "And this.")
    assert image_from_layers([Image(np.zeros((8, 9)))]).assumed == ()
