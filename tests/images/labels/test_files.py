from __future__ import annotations

from typing import TYPE_CHECKING

import dask.array as da
import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image
from scipy.ndimage import maximum_filter

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.images import number_areas, read_labels, write_labels

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.filterwarnings("ignore:.* separate areas")
@pytest.mark.parametrize("shape", [(1, 1), (37, 50), (1100, 1300), (3, 600, 40)])
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int32, np.uint64])
def test_labels_come_back_as_they_were_written(
    tmp_path: Path, shape: tuple[int, ...], dtype: type
) -> None:
    path = tmp_path / "新 folder" / "a_labels.ome.tif"
    labels = np.random.default_rng(0).integers(0, 200, shape).astype(dtype)
    if dtype is bool:
        labels[..., shape[-1] // 2 :] = False
        labels[..., : shape[-1] // 2] = True  # one object, as one number can stand for no more
    write_labels(path, labels, pixel_size_um=0.325, name="nuclei")
    read = read_labels(path)
    assert read.labels.dtype == np.int32
    assert read.pixel_size_um == 0.325
    np.testing.assert_array_equal(read.labels, labels)
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_the_file_is_a_tiled_deflated_ome_tiff_of_int32(
    tmp_path: Path, tiny_labels: np.ndarray
) -> None:
    path = tmp_path / "a.ome.tif"
    write_labels(path, tiny_labels, name="nuclei")
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        assert file.is_ome
        assert file.series[0].name == "nuclei"
        assert page.dtype == np.int32
        assert page.is_tiled
        assert page.compression == tifffile.COMPRESSION.ADOBE_DEFLATE
    assert read_labels(path).pixel_size_um is None


def test_labels_that_are_read_by_pieces_are_never_whole_in_memory(tmp_path: Path) -> None:
    largest = 0

    def number(block: np.ndarray) -> np.ndarray:
        nonlocal largest
        largest = max(largest, block.size)
        return block + 3

    lazy = da.zeros((4096, 700), dtype=np.int64, chunks=(1024, 700)).map_blocks(number, dtype=int)
    path = tmp_path / "a.ome.tif"
    write_labels(path, lazy)
    assert largest <= 1024 * 700
    assert (read_labels(path).labels == 3).all()


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.zeros((4, 4), np.float32), "type float32; labels are whole numbers"),
        (np.zeros(4, int), r"shape \(4,\); wanted"),
        (np.zeros((1, 1, 4, 4), int), "wanted"),
        (np.zeros((0, 4), int), "wanted"),
        (np.full((4, 4), -1), "from -1 to -1"),
        (np.full((4, 4), 2**31), "from 2147483648 to"),
    ],
)
def test_what_are_no_labels_is_refused_and_leaves_no_file(
    tmp_path: Path, labels: np.ndarray, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        write_labels(tmp_path / "a.ome.tif", labels)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, tiny_labels: np.ndarray) -> None:
    path = tmp_path / "a.ome.tif"
    write_labels(path, tiny_labels)
    wrong = np.zeros((3000, 40), int)
    wrong[-1] = -5  # found only when the last rows are written
    with pytest.raises(DataError, match="from -5"):
        write_labels(path, wrong)
    np.testing.assert_array_equal(read_labels(path).labels, tiny_labels)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_masks_of_other_programs_are_read(tmp_path: Path, tiny_labels: np.ndarray) -> None:
    plain, png = tmp_path / "a.tif", tmp_path / "a.png"
    tifffile.imwrite(plain, tiny_labels.astype(np.uint16))
    png.write_bytes(imagecodecs.png_encode(tiny_labels.astype(np.uint16)))
    for path in (plain, png):
        np.testing.assert_array_equal(read_labels(path).labels, tiny_labels)


@pytest.mark.filterwarnings("ignore:.* separate areas")
def test_pictures_of_an_axis_without_a_name_are_time_points(tmp_path: Path) -> None:
    labels = np.random.default_rng(0).integers(0, 99, (3, 20, 30)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", labels, photometric="minisblack")
    np.testing.assert_array_equal(read_labels(tmp_path / "a.tif").labels, labels)


@pytest.mark.parametrize("axes", ["CYX", "ZYX", "YXS"])
def test_channels_planes_and_colours_are_no_labels(tmp_path: Path, axes: str) -> None:
    shape = (20, 30, 3) if axes == "YXS" else (3, 20, 30)
    color = "rgb" if axes == "YXS" else "minisblack"
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros(shape, np.uint8), photometric=color, metadata={"axes": axes})
    with pytest.raises(DataError, match=f"has the axes {axes}"):
        read_labels(path)


def test_probabilities_are_no_labels(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((20, 30), np.float32))
    with pytest.raises(DataError, match="type float32"):
        read_labels(tmp_path / "a.tif")


def test_whole_numbers_that_fiji_stores_as_real_ones_are_labels(
    tmp_path: Path, tiny_labels: np.ndarray
) -> None:
    tifffile.imwrite(tmp_path / "a.tif", tiny_labels.astype(np.float32), imagej=True)
    np.testing.assert_array_equal(read_labels(tmp_path / "a.tif").labels, tiny_labels)


@pytest.mark.parametrize("value", [0.5, np.nan, np.inf, -1.0])
def test_one_value_that_is_no_label_refuses_real_numbers(
    tmp_path: Path, tiny_labels: np.ndarray, value: float
) -> None:
    numbers = tiny_labels.astype(np.float32)
    numbers[0, 0] = value
    tifffile.imwrite(tmp_path / "a.tif", numbers)
    with pytest.raises(DataError, match=r"type float32|from -1"):
        read_labels(tmp_path / "a.tif")


def test_places_of_a_palette_are_labels(tmp_path: Path, tiny_labels: np.ndarray) -> None:
    picture = Image.fromarray(tiny_labels.astype(np.uint8), mode="P")
    picture.putpalette(bytes(range(255, -1, -1)) * 3)
    picture.save(tmp_path / "a.png")
    tifffile.imwrite(
        tmp_path / "a.tif",
        tiny_labels.astype(np.uint8),
        photometric="palette",
        colormap=np.random.default_rng(0).integers(0, 65536, (3, 256)).astype(np.uint16),
    )
    for name in ("a.png", "a.tif"):
        np.testing.assert_array_equal(read_labels(tmp_path / name).labels, tiny_labels)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({0: 0, 1: 255}, "only the number 255 for 5 separate areas"),
        ({0: 0, 1: 1}, "only the number 1 for 5 separate areas"),
        ({0: 2, 1: 1}, r"the numbers 1 and 2, and no background \(0\)"),
        ({0: 0, 1: 1, 2: 2}, "the numbers 1, 2 for 5 separate areas"),
    ],
)
def test_a_mask_is_not_taken_for_labels(
    tmp_path: Path, tiny_labels: np.ndarray, values: dict[int, int], said: str
) -> None:
    classes = np.where(tiny_labels > 0, 1 + tiny_labels % (len(values) - 1), 0)
    tifffile.imwrite(tmp_path / "a.tif", np.vectorize(values.get)(classes).astype(np.uint8))
    with pytest.raises(DataError, match=f"{said}, so it is a mask.*`seewhy number`"):
        read_labels(tmp_path / "a.tif")
    assert len(np.unique(read_labels(tmp_path / "a.tif", is_mask=True).labels)) == len(values)


def test_one_object_with_a_stray_pixel_and_a_frame_of_one_number_are_labels(tmp_path: Path) -> None:
    labels = np.zeros((3, 40, 40), np.uint8)
    labels[:, 5:25, 5:25] = 7
    labels[1, 35, 35] = 7
    tifffile.imwrite(tmp_path / "a.tif", labels, photometric="minisblack")
    np.testing.assert_array_equal(read_labels(tmp_path / "a.tif").labels, labels)


def test_areas_of_a_mask_are_numbered(tiny_labels: np.ndarray) -> None:
    mask = np.stack([np.where(tiny_labels > 0, 1, 2)] * 2)
    numbered = number_areas(mask, background=2)
    for frame in numbered:
        pairs = np.unique(np.stack([frame.ravel(), tiny_labels.ravel()]), axis=1)
        assert pairs.shape == (2, 6)


@pytest.mark.parametrize("name", ["a.jpg", "a.npy"])
def test_other_kinds_of_files_hold_no_labels(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(FileError, match="is no file of labels"):
        read_labels(tmp_path / name)
    with pytest.raises(FileError, match="does not exist"):
        read_labels(tmp_path / "b.tif")


@pytest.mark.parametrize("background", [1, 65_535])
def test_a_background_that_is_not_0_is_no_object(
    tmp_path: Path, tiny_labels: np.ndarray, background: int
) -> None:
    labels = np.where(tiny_labels > 0, tiny_labels + 1, background).astype(np.uint16)
    labels[:3, :3] = 77  # an object in the corner
    tifffile.imwrite(tmp_path / "a.tif", labels)
    with pytest.raises(DataError, match=f"its number {background} fills most of the border"):
        read_labels(tmp_path / "a.tif")
    assert len(np.unique(number_areas(labels, background))) == len(np.unique(tiny_labels)) + 1


def test_cells_that_fill_the_frame_have_no_background(tmp_path: Path) -> None:
    rows, columns = np.indices((60, 60)) // 20
    labels = (1 + rows + 3 * columns).astype(np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", labels)
    np.testing.assert_array_equal(read_labels(tmp_path / "a.tif").labels, labels)


def test_a_number_about_all_objects_and_one_given_twice_are_told(
    tmp_path: Path, tiny_labels: np.ndarray
) -> None:
    outlines = (maximum_filter(tiny_labels, 3) > 0) & (tiny_labels == 0)
    tifffile.imwrite(tmp_path / "a.tif", np.where(outlines, 255, tiny_labels).astype(np.uint8))
    with pytest.warns(SeewhyWarning, match="has the number 255 for 5 separate areas each of"):
        read_labels(tmp_path / "a.tif")
    twice = np.where(tiny_labels == 2, 1, tiny_labels)
    tifffile.imwrite(tmp_path / "a.tif", twice.astype(np.uint8))
    with pytest.warns(SeewhyWarning, match="has the number 1 for 2 separate areas"):
        read_labels(tmp_path / "a.tif")
