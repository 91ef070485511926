"""Sites of motifs as CSV, BED and GFF3, with their record; promoters as FASTA."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import pandas as pd

from napari_seewhy.files import write_json, write_text
from napari_seewhy.genome import UNKNOWN_BASE, decode_letters
from napari_seewhy.record import make_record
from napari_seewhy.sequence.motifs.scanning import list_too_short
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.options import Options
    from napari_seewhy.sequence.motifs.alignments import Alignments
    from napari_seewhy.sequence.motifs.conserving import Conserved
    from napari_seewhy.sequence.motifs.matrices import Matrix
    from napari_seewhy.sequence.motifs.scanning import Scan

_STRANDS = "+-"
_LINE = 80


def count_alignments(scan: Scan, alignments: Alignments) -> pd.DataFrame:
    """Count, per species, the alignments that have bases and those with a site."""
    rows = []
    for name, codes, hits in zip(scan.species, scan.codes, scan.hits, strict=True):
        is_base = (codes <= UNKNOWN_BASE).astype(np.int64)
        n_bases = np.add.reduceat(is_base, alignments.starts[:-1]) - 1
        where = np.searchsorted(alignments.starts, hits.first, side="right")
        rows.append((name, int((n_bases > 0).sum()), len(np.unique(where)), len(hits)))
    return pd.DataFrame(rows, columns=["species", "aligned", "with a site", "sites"])


def tabulate(
    scan: Scan, number: int, matrices: Sequence[Matrix], alignments: Alignments
) -> pd.DataFrame:
    """Return one row per site of a species; start and end are 0-based and half-open.

    The sequence is the chromosome where the file says the place, else the alignment, on which
    the bases of the species count from 0.
    """
    species, hits = scan.species[number], scan.hits[number]
    bases = np.concatenate([[0], np.cumsum(scan.codes[number] <= UNKNOWN_BASE)])
    index = np.searchsorted(alignments.starts, hits.first, side="right") - 1
    offset = hits.base - bases[alignments.starts[index]]
    rows = []
    for one, matrix, start, is_reverse in zip(
        index, hits.matrix, offset, hits.is_reverse, strict=True
    ):
        width, strand = matrices[matrix].width, _STRANDS[int(is_reverse)]
        place = alignments.places[one].get(species)
        sequence, begin, end = alignments.names[one], int(start), int(start) + width
        if place is not None:
            sequence, (begin, end) = place.chromosome, place.locate(int(start), width)
            strand = strand if place.strand == "+" else _STRANDS[1 - int(is_reverse)]
        rows.append((sequence, begin, end, strand, int(start)))
    table = pd.DataFrame(rows, columns=["sequence", "start", "end", "strand", "base"])
    table.insert(0, "species", species)
    table.insert(1, "promoter", [alignments.names[one] for one in index])
    table.insert(2, "matrix", [matrices[one].identifier for one in hits.matrix])
    table.insert(3, "motif", [matrices[one].name for one in hits.matrix])
    table["column"] = hits.first - alignments.starts[index]
    table["score"] = hits.score
    table["p"] = scan.p[number]
    return table


def tabulate_conserved(
    found: Conserved, matrices: Sequence[Matrix], alignments: Alignments
) -> pd.DataFrame:
    """Return one row per site of the reference, with what each other species has there."""
    table = tabulate(found.scan, 0, matrices, alignments)
    for number, name in enumerate(found.scan.species[1:]):
        table[f"identity {name}"] = found.identity[:, number]
        table[f"motif {name}"] = np.where(
            found.has_motif[:, number],
            "there",
            np.where(found.is_aligned[:, number], "not there", "not aligned"),
        )
    table["kept"] = found.is_kept
    return table


def write_scan(
    out: Path,
    scan: Scan,
    matrices: Sequence[Matrix],
    alignments: Alignments,
    options: Options,
    inputs: Sequence[Path],
) -> list[Path]:
    """Write the sites of every species, and the record.

    Raises
    ------
    FileError
        If they cannot be written.
    """
    tables = [tabulate(scan, number, matrices, alignments) for number in range(len(scan.species))]
    paths = [out / "sites.csv", out / "sites.bed", out / "sites.gff3"]
    table = pd.concat(tables, ignore_index=True)
    write_table(paths[0], table)
    write_text(paths[1], _to_bed(tables[0]))
    write_text(paths[2], _to_gff3(tables[0]))
    record = make_record(
        "motifs scan",
        options,
        inputs,
        outputs=[path.name for path in paths],
        assemblies=dict(alignments.assemblies),
        alignments=count_alignments(scan, alignments).to_dict("records"),
        left_out=list_too_short(scan, matrices),
    )
    write_json(out / "motifs.json", record)
    return [*paths, out / "motifs.json"]


def write_conserved(
    out: Path,
    found: Conserved,
    matrices: Sequence[Matrix],
    alignments: Alignments,
    options: Options,
    inputs: Sequence[Path],
) -> list[Path]:
    """Write the sites of the reference with their conservation, the counts and the record.

    The CSV holds every site of the reference; the BED and the GFF3 hold those that are kept.

    Raises
    ------
    FileError
        If they cannot be written.
    """
    table = tabulate_conserved(found, matrices, alignments)
    paths = [out / "sites.csv", out / "rules.csv", out / "conserved.bed", out / "conserved.gff3"]
    write_table(paths[0], table)
    write_table(paths[1], found.counts)
    write_text(paths[2], _to_bed(table[found.is_kept]))
    write_text(paths[3], _to_gff3(table[found.is_kept]))
    record = make_record(
        "motifs conserve",
        options,
        inputs,
        outputs=[path.name for path in paths],
        assemblies=dict(alignments.assemblies),
        rules=found.counts.to_dict("records"),
        left_out=list_too_short(found.scan, matrices),
    )
    write_json(out / "motifs.json", record)
    return [*paths, out / "motifs.json"]


def _to_bed(table: pd.DataFrame) -> str:
    lines = []
    for row in table.to_dict("records"):
        name = f"{row['matrix']}|{row['motif']}".replace(" ", "_")
        score = min(1000, round(-100 * np.log10(max(float(row["p"]), 1e-300))))
        fields = (
            str(row["sequence"]).replace(" ", "_"),
            row["start"],
            row["end"],
            name,
            score,
            row["strand"],
        )
        lines.append("\t".join(map(str, fields)) + "\n")
    return "".join(lines)


def _to_gff3(table: pd.DataFrame) -> str:
    lines = ["##gff-version 3\n"]
    for number, row in enumerate(table.to_dict("records"), 1):
        name = quote(str(row["motif"]), safe=" ():|/.-_")
        about = f"ID=site{number};Name={name};matrix={quote(str(row['matrix']), safe='.')}"
        fields = (
            quote(str(row["sequence"]), safe=".:^*$@!+_?-|"),
            "napari-seewhy",
            "TF_binding_site",
            int(row["start"]) + 1,
            row["end"],
            f"{row['score']:.3f}",
            row["strand"],
            ".",
            f"{about};p={row['p']:.3g}",
        )
        lines.append("\t".join(map(str, fields)) + "\n")
    return "".join(lines)


def write_promoters(path: Path, alignments: Alignments) -> None:
    """Write promoters of one species as FASTA, one row per gene with its place.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    lines = []
    for number, name in enumerate(alignments.names):
        row = alignments.codes[0, alignments.starts[number] : alignments.starts[number + 1] - 1]
        place = alignments.places[number][alignments.species[0]]
        text = decode_letters(row)
        lines.append(f">{name} {place.chromosome}:{place.start + 1}-{place.end}({place.strand})")
        lines += [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    write_text(path, "\n".join(lines) + "\n")
