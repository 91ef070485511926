"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MAGICS = {
    **dict.fromkeys((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), "a TIFF file"),
    b"\x89PNG\r\n\x1a\n": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"ZISRAWFILE": "a CZI file",
    b"\xda\xce\xbe\x0a": "an ND2 file",
    b"\x1f\x8b": "compressed by gzip",
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
    b"BZh": "compressed by bzip2",
    b"\xfd7zXZ": "compressed by xz",
    b"PK\x03\x04": "a ZIP archive or an Excel file",
    b"\x93NUMPY": "an array of numpy",
    b"BAM\x01": "a BAM file",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"\x26\xfc\x8f\x88": "a bigWig",
    b"\xeb\xf2\x89\x87": "a bigBed",
    b"version https://git-lfs": "a pointer of Git LFS, not the file (git lfs pull)",
    b"<!DOCTYPE html": "a web page, as a link that asks to sign in gives",
    b"<html": "a web page, as a link that asks to sign in gives",
}
_N_BYTES = 32


def name_content(path: Path) -> str:
    """Say what a file is, with its article; "" where its first bytes do not tell.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as stream:
        start = stream.read(_N_BYTES)
    # Containers say their kind behind their length.
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "a WebP picture"
    if start[4:8] == b"ftyp":
        is_picture = start[8:12] in (b"heic", b"heix", b"mif1", b"avif")
        return "a HEIC or AVIF picture" if is_picture else "a film (MP4)"
    return next((name for magic, name in _MAGICS.items() if start.startswith(magic)), "")
