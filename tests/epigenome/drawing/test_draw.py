from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from napari_seewhy.epigenome.drawing.compounds import CompoundTracks, read_compounds
from napari_seewhy.epigenome.drawing.draw import draw_genes, draw_genes_steps
from napari_seewhy.epigenome.drawing.options import DrawOptions
from napari_seewhy.epigenome.pictures import MODELS, annotation_path
from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.pictures.table import read_picture_table, row_geometry, row_place
from napari_seewhy.epigenome.pictures.tracks import open_tracks
from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.files import read_json
from napari_seewhy.genome import read_gene_models
from napari_seewhy.genome.track import Track

OPTIONS = DrawOptions(width_px=100, half_height_px=32, n_workers=1)


@pytest.fixture
def compound(tracks_folder):
    def make(name="BPA", **changed):
        files = {
            f"{front}{kind}": tracks_folder / sample / f"{kind}.bw"
            for front, sample in (("", "treated"), ("control_", "control"))
            for kind in ("chromatin", "methylation")
        }
        return CompoundTracks(compound=name, **(files | changed))

    return make


@pytest.fixture
def genes(tracks_folder):
    return tracks_folder / "genes.bed"


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.png")}


def test_what_is_drawn_opens_as_a_set_of_pictures_with_its_tracks(compound, genes, tmp_path):
    done = draw_genes([compound()], genes, tmp_path, OPTIONS)

    pictures = PictureSet(tmp_path)
    tracks = open_tracks(pictures)
    assert [one.n_pictures for one in done] == [2]
    assert done[0].depth_ratio == pytest.approx(2.0)
    assert pictures.table["gene"].tolist() == ["PLUS", "MINUS"]
    assert pictures.table["n_sites"].tolist() == [100, 100]
    assert pictures.read([0, 1]).shape == (2, *_size(OPTIONS), 3)
    ratio, difference = (
        tracks.values[:, tracks.names.index(name)]
        for name in ("chromatin log2 ratio", "methylation difference")
    )
    near = slice(42, 58)
    assert ratio[0, near] == pytest.approx(-1, abs=0.1)
    assert ratio[1] == pytest.approx(0, abs=1e-3)
    assert difference[0] == pytest.approx(0, abs=1e-6)
    assert difference[1, near] == pytest.approx(0.4, abs=1e-6)


def test_the_file_of_a_picture_says_itself_which_gene_it_shows(compound, genes, tmp_path):
    draw_genes([compound()], genes, tmp_path, OPTIONS)

    row = read_picture_table(tmp_path / "pictures.csv").iloc[1]
    with Image.open(tmp_path / row["file"]) as picture:
        said = json.loads(picture.text["napari-seewhy"])
    assert said["gene"] == "MINUS"
    assert row_place(said) == row_place(row)
    assert row_geometry(said) == row_geometry(row)
    assert row_place(row).is_mirrored
    assert row_place(row).tss == 40_000


def test_a_second_run_draws_nothing_anew(compound, genes, tmp_path):
    draw_genes([compound()], genes, tmp_path, OPTIONS)
    before = stamps(tmp_path)

    assert draw_genes([compound()], genes, tmp_path, OPTIONS) == []
    assert stamps(tmp_path) == before


def test_compounds_that_are_added_later_keep_the_scale_and_stand_in_the_same_table(
    compound, genes, tmp_path
):
    both = tmp_path / "both"
    draw_genes([compound("A"), compound("B")], genes, both, OPTIONS)
    later = tmp_path / "later"
    draw_genes([compound("A")], genes, later, OPTIONS)
    draw_genes([compound("B")], genes, later, OPTIONS)

    for name in ("pictures.csv", "B/PLUS.png"):
        assert (later / name).read_bytes() == (both / name).read_bytes()
    tracks = [open_tracks(PictureSet(folder)).values for folder in (both, later)]
    assert np.array_equal(*tracks)
    assert list(read_json(later / "record.json")["results"]["compounds"]) == ["A", "B"]


def test_what_was_deleted_since_is_drawn_anew_and_stands_where_it_stood(compound, genes, tmp_path):
    both = [compound("A"), compound("B")]
    draw_genes(both, genes, tmp_path, OPTIONS)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")}
    tracks = open_tracks(PictureSet(tmp_path)).values.copy()
    lost = tmp_path / "A" / "MINUS.png"
    drawn = lost.read_bytes()
    lost.unlink()

    assert len(draw_genes(both, genes, tmp_path, OPTIONS)) == 1
    assert lost.read_bytes() == drawn
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")} == before
    assert np.array_equal(open_tracks(PictureSet(tmp_path)).values, tracks)
    assert list(read_json(tmp_path / "record.json")["results"]["compounds"]) == ["A", "B"]


@pytest.mark.parametrize("name", ["pictures.csv", "gene_tracks.npz"])
def test_without_its_table_or_tracks_a_folder_is_drawn_anew(compound, genes, tmp_path, name):
    both = [compound("A"), compound("B")]
    draw_genes(both, genes, tmp_path, OPTIONS)
    before = (tmp_path / "pictures.csv").read_bytes()
    (tmp_path / name).unlink()

    assert len(draw_genes(both, genes, tmp_path, OPTIONS)) == 2
    assert (tmp_path / "pictures.csv").read_bytes() == before
    assert open_tracks(PictureSet(tmp_path)).values.shape[0] == 4


def test_a_run_that_was_broken_off_goes_on_where_it_was(compound, tracks_folder, tmp_path):
    genes = tmp_path / "many.bed"
    genes.write_text(
        "".join(f"chr21\t{at}\t{at + 1}\tG{at}\t0\t+\n" for at in range(6000, 50_000, 400))
    )
    out = tmp_path / "out"
    steps = draw_genes_steps([compound()], genes, out, OPTIONS)
    while not (step := next(steps)).done:
        pass
    steps.close()
    before = stamps(out)

    first = next(step for step in draw_genes_steps([compound()], genes, out, OPTIONS) if step.total)

    assert step.done == first.done == len(before) == 64
    draw_genes([compound()], genes, out, OPTIONS)
    assert {path: stamps(out)[path] for path in before} == before
    assert len(PictureSet(out)) == len(stamps(out)) == 110
    assert not (out / ".drawing").exists()


def test_what_a_broken_run_drew_with_other_options_is_drawn_anew(compound, genes, tmp_path):
    steps = draw_genes_steps([compound()], genes, tmp_path, OPTIONS)
    while not next(steps).done:
        pass
    steps.close()

    draw_genes([compound()], genes, tmp_path, OPTIONS.change(width_px=64))

    pictures = PictureSet(tmp_path)
    assert pictures.read([0, 1]).shape[2] == pictures.table["width_px"][0]


def test_the_folder_of_another_job_is_left_alone(compound, genes, tmp_path):
    (tmp_path / "record.json").write_text('{"verb": "segment", "results": {}}')

    with pytest.raises(OptionError, match="another job"):
        draw_genes([compound()], genes, tmp_path, OPTIONS)


def test_several_processes_draw_what_one_draws(compound, tmp_path):
    genes = tmp_path / "many.bed"
    genes.write_text(
        "".join(f"chr21\t{at}\t{at + 1}\tG{at}\t0\t+\n" for at in range(6000, 50_000, 600))
    )

    draw_genes([compound()], genes, tmp_path / "one", OPTIONS)
    draw_genes([compound()], genes, tmp_path / "two", OPTIONS.change(n_workers=2))

    for path in stamps(tmp_path / "one"):
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert other.read_bytes() == path.read_bytes()


def test_a_folder_drawn_otherwise_is_not_mixed(compound, genes, tracks_folder, tmp_path):
    draw_genes([compound()], genes, tmp_path, OPTIONS)
    other_genes = tmp_path / "other.bed"
    other_genes.write_text("chr21\t30000\t30001\tX\n")

    with pytest.raises(OptionError, match="scale sqrt, not linear"):
        draw_genes([compound("B")], genes, tmp_path, OPTIONS.change(scale="linear"))
    with pytest.raises(OptionError, match="of the genes of"):
        draw_genes([compound("B")], other_genes, tmp_path, OPTIONS)
    swapped = compound(chromatin=tracks_folder / "control" / "chromatin.bw")
    with pytest.raises(OptionError, match="drawn from other tracks"):
        draw_genes([swapped], genes, tmp_path, OPTIONS)
    alone = compound("C", control_chromatin=None, control_methylation=None)
    with pytest.raises(OptionError, match="with and without control"):
        draw_genes([alone], genes, tmp_path, OPTIONS)


def test_a_sample_without_a_control_is_drawn_alone(compound, genes, tmp_path):
    alone = compound("", control_chromatin=None, control_methylation=None)

    (done,) = draw_genes([alone], genes, tmp_path, OPTIONS)

    assert done.depth_ratio == 1
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["MINUS.png", "PLUS.png"]


def test_half_a_control_is_refused(compound, genes, tmp_path):
    with pytest.raises(OptionError, match="both have a control, or neither"):
        draw_genes([compound(control_methylation=None)], genes, tmp_path, OPTIONS)


@pytest.mark.filterwarnings("ignore:.*not say which cytosines are CpG")
def test_methylation_in_per_cent_from_text_is_drawn_as_that_of_a_bigwig(
    compound, genes, tracks_folder, tmp_path
):
    changed = {}
    for front, sample in (("", "treated"), ("control_", "control")):
        level = "0.6" if sample == "treated" else "0.2"
        lines = []
        for at in range(50, 60_000, 100):
            share = level if abs(at - 40_000) < 1000 else "0.2"
            lines.append(f"chr21\t{at + 1}\t{at + 1}\t{100 * float(share)}\t1\t1\n")
        path = tmp_path / f"{sample}.cov"
        path.write_text("".join(lines))
        changed[f"{front}methylation"] = path

    draw_genes([compound()], genes, tmp_path / "bigwig", OPTIONS)
    with pytest.warns(SeewhyWarning, match="per cent"):
        draw_genes([compound(**changed)], genes, tmp_path / "text", OPTIONS)

    values = [open_tracks(PictureSet(tmp_path / name)).values for name in ("bigwig", "text")]
    assert values[0] == pytest.approx(values[1], abs=1e-6)


def test_windows_without_a_site_are_said_and_what_is_beyond_the_chromosome_is_grey(
    compound, tmp_path, write_bigwig
):
    genes = tmp_path / "genes.bed"
    genes.write_text("chr21\t1000\t2000\tEDGE\t0\t+\n")
    far = write_bigwig(tmp_path / "far.bw", {"chr21": 60_000}, [("chr21", 50_000, 50_001, 0.5)])

    with pytest.warns(SeewhyWarning, match="1 of 1 windows hold no CpG"):
        draw_genes([compound(methylation=far)], genes, tmp_path / "out", OPTIONS)

    pictures = PictureSet(tmp_path / "out")
    geometry = pictures.geometry(0)
    upper = pictures.read_one(0)[geometry.chromatin_half]
    assert (upper[:, :40] == 240).all()
    assert not (upper[:, 40:] == 240).all(axis=(0, 2)).any()
    assert row_place(pictures.table.iloc[0]).start == -4000


@pytest.mark.realdata
def test_real_tracks_show_open_promoters_of_active_genes(real_data, tmp_path):
    folder = real_data / "epigenome"
    lines = (folder / "lung_chr21_genes_rpkm.bed").read_text().splitlines()[::8]
    genes = tmp_path / "genes.bed"
    genes.write_text("\n".join(lines) + "\n")
    lung = CompoundTracks(
        chromatin=folder / "lung_chr21_H3K4me3.bw", methylation=folder / "lung_chr21_meth.bw"
    )

    draw_genes([lung], genes, tmp_path / "out", OPTIONS)

    values, names = open_tracks(PictureSet(tmp_path / "out"))
    is_active = np.array([float(line.split("\t")[4]) > 1 for line in lines])
    near = slice(40, 60)
    chromatin, methylation = (
        values[:, names.index(name), near].mean(1) for name in ("chromatin", "methylation")
    )
    assert len(values) == len(lines) == 90
    assert chromatin[is_active].mean() > 3 * chromatin[~is_active].mean()
    assert methylation[is_active].mean() < methylation[~is_active].mean()


def test_bins_must_fill_the_window():
    with pytest.raises(OptionError, match="cannot be cut into bins of 300 bp"):
        DrawOptions(bin_bp=300)


def test_a_table_of_compounds_is_read_from_its_own_folder(tmp_path):
    path = tmp_path / "compounds.csv"
    path.write_text("compound,exposure,chromatin,methylation\nBPA,10uM,a.bw,b.bw\n")

    (found,) = read_compounds(path)

    assert found.folder == "BPA_10uM"
    assert found.chromatin == tmp_path / "a.bw"
    assert found.control_chromatin is None


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("", "is empty"),
        ("BPA,a.bw,\n", "Line 2 .* no methylation"),
        ("BPA,a.bw,b.bw\nbpa,c.bw,d.bw\n", "Two lines are of the compound 'bpa'"),
    ],
)
def test_a_table_of_compounds_that_cannot_be_is_refused(tmp_path, lines, sentence):
    path = tmp_path / "compounds.csv"
    path.write_text("compound,chromatin,methylation\n" + lines)

    with pytest.raises(DataError, match=sentence):
        read_compounds(path)


@pytest.mark.parametrize("name", ["a/b", "..", " x"])
def test_a_name_that_can_be_no_folder_is_refused(compound, name):
    with pytest.raises(OptionError, match="name of a folder"):
        compound(name)


def _size(options):
    from napari_seewhy.epigenome.drawing.frame import lay_out_picture

    geometry = lay_out_picture(options)
    return geometry.height_px, geometry.width_px


def rewrite(source, out, write_bigwig, change):
    """Write a bigWig again with other values: ``change(start, value)``."""
    with Track(source) as track:
        found = track.read("chr21", 0, 60_000)
        rows = zip(found.start.tolist(), found.end.tolist(), found.value.tolist(), strict=True)
        records = [("chr21", start, end, change(start, value)) for start, end, value in rows]
        return write_bigwig(out, track.lengths, records)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("kind", ["chromatin", "methylation"])
def test_one_value_that_is_no_number_changes_nothing_but_its_place(
    compound, genes, tracks_folder, write_bigwig, tmp_path, kind, bad
):
    whole = draw_genes([compound()], genes, tmp_path / "whole", OPTIONS)
    files = {
        f"{front}{kind}": rewrite(
            tracks_folder / sample / f"{kind}.bw",
            tmp_path / f"{sample}.bw",
            write_bigwig,
            lambda start, value: bad if 20_000 <= start < 20_200 else value,
        )
        for front, sample in (("", "treated"), ("control_", "control"))
    }

    with pytest.warns(SeewhyWarning, match="1 of 2 windows hold places that were not measured"):
        done = draw_genes([compound(**files)], genes, tmp_path / "holed", OPTIONS)

    assert done[0].n_incomplete == 1
    assert done[0].depth_ratio == pytest.approx(whole[0].depth_ratio, rel=0.01)
    records = [read_json(tmp_path / name / "record.json")["results"] for name in ("whole", "holed")]
    assert records[0]["top"] == records[1]["top"]
    assert [r["compounds"]["BPA"]["n_incomplete"] for r in records] == [0, 1]
    pictures = [PictureSet(tmp_path / name).read([0, 1]) for name in ("whole", "holed")]
    is_changed = (pictures[0] != pictures[1]).any(axis=(1, 3))
    assert 1 <= is_changed[0].sum() <= 12
    assert not is_changed[1].any()
    assert np.isfinite(open_tracks(PictureSet(tmp_path / "holed")).values).all()


def test_what_was_assumed_stands_in_the_record_and_in_what_is_returned(
    compound, tracks_folder, tmp_path
):
    with Track(tracks_folder / "treated" / "methylation.bw") as track:
        found = track.read("chr21", 0, 60_000)
    table = tmp_path / "table.txt"
    table.write_text(
        "".join(
            f"NC_000021.9\t{s}\t{s + 1}\t{100 * v:.0f}\t{round(100 * v)}\t{100 - round(100 * v)}\n"
            for s, v in zip(found.start.tolist(), found.value.tolist(), strict=True)
        )
    )
    genes = tmp_path / "genes.txt"
    genes.write_text("chr21\t20000\t25000\tA\t1\nchr21\t35000\t40001\tB\t-1\n")
    out = tmp_path / "out"

    with pytest.warns(SeewhyWarning) as said:
        done = draw_genes([compound(methylation=table)], genes, out, OPTIONS)

    assumed = read_json(out / "record.json")["results"]["compounds"]["BPA"]["assumed"]
    assert assumed == list(done[0].assumed)
    told = " ".join(assumed)
    assert (
        "table.txt is read as MethylDackel or Bismark .zero.cov, with levels in per cent." in told
    )
    assert "strand in column 5" in told
    assert "chr21 and" in told
    assert "NC_000021.9; both are taken for the same" in told
    assert "stores no zeros" in told
    assert {str(one.message) for one in said} <= set(assumed)
    assert read_picture_table(out / "pictures.csv")["strand"].tolist() == ["+", "-"]


def test_the_genes_of_the_windows_are_kept_beside_the_pictures(compound, genes, tmp_path):
    draw_genes([compound()], genes, tmp_path, OPTIONS)

    kept = read_gene_models(annotation_path(tmp_path, MODELS))
    assert set(PictureSet(tmp_path).table["gene"]) <= set(kept["gene"])
