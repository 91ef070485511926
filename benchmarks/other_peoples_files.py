"""What becomes of the files that other people bring: each situation in one line.

"right": the result is what it would be of a plain file; "told": the same, and what was assumed is
said; "asked" or "refused": nothing is computed, and one sentence says why and what to do.

    python benchmarks/other_peoples_files.py
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tifffile
from PIL import Image
from scipy.ndimage import maximum_filter, rotate

from napari_seewhy.cli.main import main
from napari_seewhy.samples import SampleSet

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"
FIELD = tifffile.imread(SAMPLES / "field_typical.ome.tif")
LABELS = tifffile.imread(SAMPLES / "truth" / "field_typical_labels.ome.tif").squeeze()
DNA, TRUTH = FIELD[0, :160, :160], LABELS[:160, :160]
OUTLINES = (maximum_filter(TRUTH, 3) > 0) & (TRUTH == 0)
ASKED = ("say ", "choose", "write the paths", "number its areas", "number the other", "add 1")


def call(*words: object) -> tuple[int, dict[str, Any]]:
    """Run a command; return its status and what `--json` says."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        status = main([*map(str, words), "--json"])
    return status, json.loads(out.getvalue())


def tell(name: str, status: int, document: dict[str, Any], *, is_right: bool) -> bool:
    """Print the line of a situation; return whether nothing went wrong silently."""
    inputs = document.get("inputs", [])
    reasons = [one["reason"] for one in inputs if one["reason"]] or [document.get("error", "")]
    told = [said for one in inputs for said in one["warnings"]] + document.get("warnings", [])
    if status:
        verdict = "asked" if any(word in reasons[0] for word in ASKED) else "refused"
        said = reasons[0]
    else:
        verdict = ("told" if told else "right") if is_right else "WRONG"
        said = told[0] if told else ""
    print(f"{verdict:8} {name:36} {said[:150]}")
    return bool(status) or is_right


def write(path: str, pixels: np.ndarray, size_um: float = 0.5, **metadata: Any) -> None:
    """Write as ImageJ does."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    known = {"unit": "um", "axes": "YX"} | metadata
    tifffile.imwrite(path, pixels, imagej=True, resolution=(1 / size_um,) * 2, metadata=known)


def try_masks() -> list[bool]:
    """Take masks of other programs for labels."""
    write("m/a.tif", DNA)
    n_nuclei = len(np.unique(TRUTH)) - 1
    palette = Image.fromarray((TRUTH % 256).astype("u1"), mode="P")
    palette.putpalette(bytes(range(256)) * 3)
    forms = {
        "mask of 0 and 255": ((TRUTH > 0) * 255).astype("u1"),
        "mask of 1 and 2": np.where(TRUTH > 0, 1, 2).astype("u1"),
        "labels as real numbers": TRUTH.astype("f4"),
        "labels as a palette": palette,
        "background of 1": (TRUTH + 1).astype("u2"),
        "background of 65535": np.where(TRUTH > 0, TRUTH, 65_535).astype("u2"),
        "255 about all objects (VOC)": np.where(OUTLINES, 255, TRUTH).astype("u1"),
    }
    good = []
    for i, (name, form) in enumerate(forms.items()):
        folder = Path(f"m/{i}")
        folder.mkdir(parents=True)
        if isinstance(form, np.ndarray):
            tifffile.imwrite(folder / "a.tif", form)
        else:
            form.save(folder / "a.png")
        words = ("crop", "m/a.tif", "--labels", folder, "--size-px", 32, "--out", f"m/{i}.h5")
        status, said = call(*words)
        n_samples = said.get("samples", {}).get("n_samples")
        # What is told of counts beside the nuclei.
        is_right = n_samples in (n_nuclei, n_nuclei + ("VOC" in name))
        good.append(tell(name, status, said, is_right=is_right))
    return good


def try_images() -> list[bool]:
    """Segment images that say little, or something strange, of themselves."""
    write("i/plain.tif", DNA)
    whole = FIELD[:, :160, :160].astype(float)
    low, high = (np.percentile(whole, p, axis=(1, 2), keepdims=True) for p in (1, 99.7))
    grey = (np.clip((whole - low) / (high - low), 0, 1) * 255).astype("u1")
    tifffile.imwrite("i/merge.tif", np.moveaxis(grey[[1, 3, 0]], 0, -1), photometric="rgb")
    movie = np.stack([np.roll(DNA, 18 * i, 1) for i in range(3)])
    write("i/slices.tif", movie, axes="ZYX", finterval=600.0)
    write("i/frames.tif", movie, axes="TYX", finterval=600.0)
    write("i/untold.tif", movie, axes="ZYX")
    alpha = np.full(DNA.shape, 255, "u1")
    alpha[:80] = 0
    grey = (np.clip(DNA / np.percentile(DNA, 99.9), 0, 1) * 255).astype("u1")
    Image.fromarray(np.stack([grey, alpha], -1), mode="LA").save("i/half.png")
    turned = rotate(FIELD[0, :256, :256], 20, order=1).astype("u2")
    write("i/turned.tif", turned)

    def cells(name: str) -> tuple[int, dict[str, Any], int]:
        words = ("segment", f"i/{name}.tif", "--method", "otsu", "--out", "i/out")
        status, said = call(*words)
        found = said["inputs"][0]["results"].get("n_cells", -1)
        return status, said, found

    status, said, _ = cells("merge")
    good = [tell("merged colour picture", status, said, is_right=False)]
    n_frames = cells("frames")[2]
    status, said, n_slices = cells("slices")
    good.append(tell("movie saved as slices", status, said, is_right=n_slices == n_frames))
    status, said, _ = cells("untold")
    good.append(tell("slices that say nothing", status, said, is_right=False))
    call("segment", "i/half.png", "--method", "otsu", "--out", "i/out")
    found = tifffile.imread("i/out/half_labels.ome.tif")
    status, said = call("segment", "i/half.png", "--method", "otsu", "--out", "i/out")
    is_right = bool(found.any()) and not found[:80].any()
    good.append(tell("half of it transparent", status, said, is_right=is_right))
    status, said, _ = cells("turned")
    table = np.genfromtxt("i/out/turned_cells.csv", delimiter=",", names=True)
    lowest = table["background_channel_0"].min()
    good.append(tell("turned image, corners of 0", status, said, is_right=lowest > 100))
    return good


def try_frames() -> list[bool]:
    """Segment images whose frames are filled in part, or that are of another kind than they say."""
    Path("n").mkdir()
    grey = Image.fromarray((np.clip(DNA / np.percentile(DNA, 99.9), 0, 1) * 255).astype("u1"))
    left = {"signed, filled with 0": ("i2", 0), "filled with 4095": ("u2", 4095)}
    good = []
    for i, (name, (dtype, fill)) in enumerate(left.items()):
        frame = np.minimum(DNA, 4000).astype(dtype)
        frame[:, 100:] = fill
        tifffile.imwrite(f"n/{i}.tif", frame)
        status, said = call("segment", f"n/{i}.tif", "--method", "otsu", "--out", "n/out")
        found = tifffile.imread(f"n/out/{i}_labels.ome.tif")
        is_right = bool(found[:, :100].any()) and not found[:, 100:].any()
        good.append(tell(name, status, said, is_right=is_right))
    pair = np.stack([DNA, DNA])
    pair[1, :, :60] = 0
    names = {"axes": "CYX", "Channel": {"Name": ["DNA", "marker"]}}
    tifffile.imwrite("n/pair.ome.tif", pair, metadata=names)
    status, said = call("segment", "n/pair.ome.tif", "--method", "otsu", "--out", "n/out")
    cells = pd.read_csv("n/out/pair_cells.csv")
    is_left = cells["x_min"] < 60
    is_right = bool((cells["mean_marker"].isna() == is_left).all() and is_left.any())
    good.append(tell("channel shifted onto another", status, said, is_right=is_right))
    words = ("crop", "n/pair.ome.tif", "--labels", "n/out", "--size-px", 32, "--out", "n/pair.h5")
    status, said = call(*words)
    with SampleSet(Path("n/pair.h5")) as samples:
        # Cells beside the empty part: of the others all is empty.
        edges = [crop[1] for crop in samples.read_pixels(range(len(samples))) if crop[1].any()]
    good.append(tell("crops beside it", status, said, is_right=min(map(np.min, edges)) > 0))
    tifffile.imwrite("n/many.tif", np.stack([DNA] * 8), imagej=True)
    tifffile.imwrite("n/base.tif", DNA)
    with tifffile.TiffWriter("n/pyramid.tif") as writer:
        for times in (1, 2, 4):
            writer.write(DNA[::times, ::times], subfiletype=int(times > 1))
    grey.save("n/jpeg.tif", "JPEG", quality=95)
    Path("n/page.tif").write_text("<!DOCTYPE html><html>Sign in</html>")
    kinds = {
        "eight channels without names": "many",
        "pyramid": "pyramid",
        "JPEG called .tif": "jpeg",
        "web page called .tif": "page",
    }
    words = ("--method", "otsu", "--scene", "all", "--out", "n/out")
    n_cells = call("segment", "n/base.tif", *words)[1]["inputs"][0]["results"]["n_cells"]
    for name, stem in kinds.items():
        status, said = call("segment", f"n/{stem}.tif", *words)
        found = [one["results"].get("n_cells") for one in said["inputs"]]
        good.append(tell(name, status, said, is_right=found == [n_cells]))
    return good


def describe_set(names: list[str], ids: list[str], axis: str) -> str:
    """Describe one image per file, or one image of which each file is a place along an axis."""

    def data(i: int, t: int) -> str:
        where = f'<UUID FileName="{names[i]}">urn:uuid:{ids[i]}</UUID>'
        return f'<TiffData First{axis or "T"}="{t}" IFD="0" PlaneCount="1">{where}</TiffData>'

    def image(i: int, blocks: str) -> str:
        return (
            f'<Image ID="Image:{i}"><Pixels ID="Pixels:{i}" DimensionOrder="XYCZT" Type="uint16" '
            f'SizeX="160" SizeY="160" SizeC="{sizes["C"]}" SizeZ="1" SizeT="{sizes["T"]}">'
            f"{blocks}</Pixels></Image>"
        )

    n = len(names)
    sizes = {"C": 1, "T": 1} | ({axis: n} if axis else {})
    if axis:
        return image(0, "".join(data(i, i) for i in range(n)))
    return "".join(image(i, data(i, 0)) for i in range(n))


def try_sets() -> list[bool]:
    """Segment a folder of OME-TIFF files that name each other."""
    places = [FIELD[0, i * 160 : i * 160 + 160, :160] for i in range(3)]
    names = [f"p{i}.ome.tif" for i in range(3)]
    ids = [str(uuid.UUID(int=i + 1)) for i in range(3)]
    schema = 'xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"'
    good = []
    for kind, axis in (("positions", ""), ("time points", "T"), ("channels", "C")):
        inner, n_images = describe_set(names, ids, axis), 1 if axis else 3
        for described in ("in each file", "in the first file", "in a companion"):
            folder = Path("s") / f"{kind} {described}"
            folder.mkdir(parents=True)
            whole = f'<OME {schema} UUID="urn:uuid:{ids[0]}">{inner}</OME>'
            first, master = names[0], uuid.UUID(int=99)
            if described == "in a companion":
                first = "set.companion.ome"
                whole = whole.replace(ids[0], str(master), 1)
                (folder / first).write_text(whole, encoding="utf-8")
            named = ids[0] if first == names[0] else master
            link = f'<BinaryOnly MetadataFile="{first}" UUID="urn:uuid:{named}"/>'
            for name, own, pixels in zip(names, ids, places, strict=True):
                is_whole = described == "in each file" or name == first
                text = f'<OME {schema} UUID="urn:uuid:{own}">{inner if is_whole else link}</OME>'
                tifffile.imwrite(folder / name, pixels, description=text, metadata=None)
            status, said = call("segment", folder, "--method", "otsu", "--out", folder / "out")
            tables = {path.read_text() for path in (folder / "out").glob("*_cells.csv")}
            is_right = len(said["inputs"]) == len(tables) == n_images
            good.append(tell(f"set of {kind}, {described}", status, said, is_right=is_right))
    return good


def try_tables() -> list[bool]:
    """Crop two images of one name by a table of classes."""
    for i, day in enumerate(("day1", "day2")):
        write(f"t/{day}/field.tif", FIELD[0, i * 160 : i * 160 + 160, :160])
        folder = Path("t/labels") / day
        call("segment", f"t/{day}", "--method", "otsu", "--out", folder)
    call("segment", "t/day1", "t/day2", "--method", "otsu", "--out", "t/labels")
    good = []
    for name, image in (("paths", Path("t/day1/field.tif").absolute()), ("names", "field.tif")):
        rows = "".join(f"{image},{label},treated\n" for label in range(1, 100))
        Path(f"t/{name}.csv").write_text(f"image,label,phase\n{rows}")
        words = ("--target-from-table", f"t/{name}.csv", "--target-column", "phase")
        cut = ("crop", "t/day1", "t/day2", "--labels", "t/labels", "--size-px", 32)
        status, said = call(*cut, *words, "--out", f"t/{name}.h5")
        samples = said.get("samples", {})
        is_right = samples.get("n_unknown", 0) > 0 and samples.get("n_groups") == 2
        good.append(tell(f"two fields of one name, by {name}", status, said, is_right=is_right))
    texts = {
        "semicolons, decimal commas": "label;area;phase\n{};3,5;treated\n",
        "signs at the end of lines": "label,phase\n{},treated,\n",
        "labels that count from 0": "label,phase\n0,treated\n{},treated\n",
        "labels that are words": "label,phase\ncell_{},treated\n",
        "a column twice": "label,phase,phase\n{},treated,control\n",
    }
    for i, (name, text) in enumerate(texts.items()):
        Path("t/one.csv").write_text(text.format(1))
        words = ("--target-from-table", "t/one.csv", "--target-column", "phase")
        cut = ("crop", "t/day1", "--labels", "t/labels/day1", "--size-px", 32)
        status, said = call(*cut, *words, "--out", f"t/one{i}.h5")
        samples = said.get("samples", {})
        is_right = samples.get("n_samples", 0) - samples.get("n_unknown", 0) == 1
        good.append(tell(name, status, said, is_right=is_right))
    return good


def try_folders() -> list[bool]:
    """Bring in folders of crops."""
    for i in range(12):
        crop, name = FIELD[0, i * 32 : i * 32 + 32, 64:96], ("G1", "G2")[i % 2]
        write(f"f/split/{('train', 'train', 'val', 'test')[i % 4]}/{name}/{i}.tif", crop)
        write(f"f/scales/{name}/{i}.tif", crop, (0.25, 0.5)[i % 2])
    good = []
    for name, title in (("split", "folders of a split"), ("scales", "two pixel sizes in one")):
        status, said = call("samples", "import", "folders", f"f/{name}", "--out", f"f/{name}.h5")
        is_right = list(said.get("samples", {}).get("classes", ())) == ["G1", "G2"]
        good.append(tell(title, status, said, is_right=is_right))
    more = {
        "folders that systems leave": ("G1", "G2", "__MACOSX", "G1/.ipynb_checkpoints"),
        "the same folders in all": ("G1/day1", "G1/day2", "G2/day1", "G2/day2"),
        "classes that differ in case": ("G1", "g1"),
        "a copy in another class": ("G1", "G2"),
    }
    for at, (title, folders) in enumerate(more.items()):
        for i, folder in enumerate(folders):
            # The last kind has one image in both.
            place = 0 if title.startswith("a copy") else 32 * i
            write(f"f/more{at}/{folder}/{i}.tif", FIELD[0, place : place + 32, 64:96])
        words = ("samples", "import", "folders", f"f/more{at}", "--out", f"f/more{at}.h5")
        status, said = call(*words)
        classes = sorted({folder.split("/")[0] for folder in folders} - {"__MACOSX"})
        is_right = sorted(said.get("samples", {}).get("classes", ())) == classes
        good.append(tell(title, status, said, is_right=is_right))
    return good


def try_genes() -> list[bool]:
    """Read two genes from tables whose columns say other things than they seem to."""
    import warnings

    from napari_seewhy.errors import SeewhyError
    from napari_seewhy.genome import read_genes

    bed = "chr1\t100\t200\ta\t0\t{}\nchr1\t300\t400\tb\t0\t{}\n"
    tables = {
        "GenomicRanges of R": '"seqnames"\t"start"\t"end"\t"width"\t"strand"\t"gene"\n'
        '"1"\t"chr1"\t101\t200\t100\t"+"\t"a"\n"2"\t"chr1"\t301\t400\t100\t"-"\t"b"\n',
        "SAF of featureCounts": "GeneID\tChr\tStart\tEnd\tStrand\na\tchr1\t101\t200\t+\n"
        "b\tchr1\t301\t400\t-\n",
        "strands W and C": bed.format("W", "C"),
        "strands of full width": bed.format("\uff0b", "\uff0d"),
        "strands 0 and 1": bed.format("0", "1"),
        "strands of dots alone": bed.format(".", "."),
        "names that became dates": bed.format("+", "-").replace("\ta\t", "\t1-Mar\t"),
        "pairs of intervals (BEDPE)": "chr1\t100\t200\tchr1\t300\t400\ta\t0\t+\t-\n",
    }
    good = []
    for name, text in tables.items():
        Path("g/genes.txt").write_text(text, encoding="utf-8")
        starts, document = [], {}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                starts = read_genes(Path("g/genes.txt"))["tss"].tolist()
            except SeewhyError as error:
                document["error"] = str(error)
        document["warnings"] = [str(one.message) for one in caught]
        wanted = [100, 300] if "dots" in name else [100, 399]
        good.append(tell(name, int(not starts), document, is_right=starts == wanted))
    return good


def try_genomes() -> list[bool]:
    """Draw the picture of one gene from tables of methylation and of genes."""
    import warnings

    from napari_seewhy.errors import SeewhyError
    from napari_seewhy.genome import read_genes
    from napari_seewhy.genome.methylation.files import find_format

    Path("g").mkdir()
    good = []
    row = "chr1\t{}\t{}\t{}\t9\t3\n"
    tables = {
        "Bismark .cov": (row.format(101, 101, 75), "Bismark .cov"),
        "whole CpGs of Bismark": (row.format(101, 102, "75.000000"), "merged_CpG_evidence"),
        "single bases of Bismark": (row.format(100, 101, 75), ".zero.cov"),
        "regions of modkit entropy": (
            "chr1\t100\t900\tr\t0.2\t+\t0.2\t0\t0.5\t17\t4\t30\t12\t0\n",
            "",
        ),
    }
    for name, (text, wanted) in tables.items():
        Path("g/table.txt").write_text(text)
        try:
            found, reason = find_format(Path("g/table.txt")), ""
        except SeewhyError as error:
            found, reason = "", str(error)
        document = {"error": reason}
        is_right = bool(wanted) and wanted in found
        good.append(tell(name, int(not found), document, is_right=is_right))
    good += try_genes()
    bed = "chr1\t{}\t{}\tENST0000000000{}.1\t0\t+\t0\t0\t0\t1\t{},\t0,\n"
    text = bed.format(100, 900, 1, 800) + bed.format(300, 1200, 2, 900)
    Path("g/genes.bed").write_text(text)
    for join, n_genes in ((False, 2), (True, 1)):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            genes = read_genes(Path("g/genes.bed"), join_transcripts=join)
        said = {"warnings": [str(one.message) for one in caught]}
        how = "joined" if join else "each alone"
        good.append(tell(f"transcripts, {how}", 0, said, is_right=len(genes) == n_genes))
    return good


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        tries = (try_masks, try_images, try_frames, try_sets, try_tables, try_folders, try_genomes)
        is_good = [one for attempt in tries for one in attempt()]
        os.chdir("/")
    sys.exit(0 if all(is_good) else 1)
