"""What a file is, told by its first bytes. Its name and what the sender calls it say nothing: anyone types them."""

from __future__ import annotations

from collections.abc import Iterator

PICTURES = ("jpeg", "png", "webp")
STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"%PDF-", "pdf"),
    (b"\xef\xbb\xbf%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "word"),  # Word, Excel, WPS of before 2007
    (b"{\\rtf", "word"),
)
HEIF_BRANDS = {
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"hevx",
    b"hevm",
    b"hevs",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
}
ZIP = b"PK\x03\x04"
OFFICE_PARTS = (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"mimetypeapplication/vnd.oasis")


def kind_of(data: bytes) -> str:
    """``jpeg``, ``png``, ``webp`` or ``pdf``; of what is not taken ``empty``, ``heic``, ``video``, ``word`` or
    ``other``."""
    if not data.strip(b"\0 \t\r\n"):
        return "empty"
    known = next((kind for start, kind in STARTS if data.startswith(start)), None)
    return known or _kind_of_container(data) or "other"


def _kind_of_container(data: bytes) -> str | None:
    """What is packed into a file that may hold this or that."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return "video" if HEIF_BRANDS.isdisjoint(_brands(data)) else "heic"
    if data.startswith(ZIP) and any(part in data[:4096] for part in OFFICE_PARTS):
        return "word"
    return None


def _brands(data: bytes) -> Iterator[bytes]:
    """The brands an ISO media file says it follows: its own, then those it is compatible with."""
    length = min(int.from_bytes(data[:4], "big"), 256)
    yield data[8:12]
    yield from (data[place : place + 4] for place in range(16, length, 4))
