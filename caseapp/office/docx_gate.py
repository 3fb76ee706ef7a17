"""Letting in a Word file that a stranger sent: what it is, and what it holds, is looked at before anything reads it.

A ``.docx`` is a zip of parts. Its directory is looked at first (sizes, a zip bomb), then which parts there are, then
each XML part: no document type (so no entities), no pointer to anything outside, no field that fetches or runs
something. What comes out is packed afresh from the parts that were looked at.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from caseapp.kernel.errors import N_, RuleViolation
from caseapp.office.docx_parts import look_through
from caseapp.office.zipped import pack

MAX_BYTES = 5 * 2**20
MAX_ENTRIES = 300
MAX_UNPACKED = 40 * 2**20
MAX_XML = 2**20
MAX_RATIO = 250
RATIO_FROM = 4 * 2**20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = b"wordprocessingml.document.main+xml"
TYPES = "[Content_Types].xml"
XML = (".xml", ".rels")
PICTURES = (".png", ".jpeg", ".jpg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf")
FONTS = (".odttf",)
NO_WORD_FILE = N_("this is not a Word file (.docx)")
DAMAGED = N_("the file is damaged or was cut off; save it again in Word")
OLD = N_("this is an old Word file (.doc), or one with a password; save it as .docx without a password")
MACROS = N_("the file holds macros (%(part)s); save it as a Word document without macros (.docx)")
EMBEDDED = N_("the file holds something embedded (%(part)s); a template holds text, tables and pictures alone")


def let_in(data: bytes) -> bytes:
    """A clean copy of a Word file. Raises RuleViolation("file", …) for whatever is none, or is not harmless."""
    if not data:
        raise _refusal(N_("the file is empty"))
    if len(data) > MAX_BYTES:
        raise _refusal(N_("the file is larger than %(limit)d MB"), limit=MAX_BYTES // 2**20)
    if data.startswith(OLE):
        raise _refusal(OLD)
    if not data.startswith(b"PK\x03\x04"):
        raise _refusal(NO_WORD_FILE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = _checked_directory(package.infolist())
            parts = [(name, package.read(name)) for name in names]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise _refusal(DAMAGED) from error
    _check_kind(dict(parts)[TYPES])
    for name, part in parts:
        if name.endswith(XML):
            look_through(name, part)
    return pack(parts)


def _refusal(message: str, **params: object) -> RuleViolation:
    return RuleViolation("file", message, **params)


def _checked_directory(entries: list[zipfile.ZipInfo]) -> list[str]:
    """The names of the parts, once the directory is found harmless. ``read`` never unpacks more than it declares."""
    if len(entries) > MAX_ENTRIES:
        raise _refusal(N_("the file holds %(count)d parts; a template has a few dozen"), count=len(entries))
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refusal(OLD)
    _check_sizes(entries)
    names = [entry.filename for entry in entries if not entry.is_dir()]
    if len({name.lower() for name in names}) < len(names):
        raise _refusal(DAMAGED)
    if TYPES not in names:
        raise _refusal(NO_WORD_FILE)
    for name in names:
        _check_name(name)
    return names


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO):
        raise _refusal(N_("the file would unpack to %(size)d MB and is not opened"), size=unpacked // 2**20)
    for entry in entries:
        if entry.filename.endswith(XML) and entry.file_size > MAX_XML:
            raise _refusal(
                N_("%(part)s holds more than %(limit)d MB of text; a template is a few pages"),
                part=entry.filename[:80], limit=MAX_XML // 2**20,
            )  # fmt: skip


def _check_name(name: str) -> None:
    """Text, pictures and fonts; nothing that runs, nothing that is a file of another program."""
    shown, small = name[:80], name.lower()
    if "vba" in small or "macro" in small:
        raise _refusal(MACROS, part=shown)
    if _leads_elsewhere(name):
        raise _refusal(DAMAGED)
    if "embeddings" in small or "activex" in small or not small.endswith((*XML, *PICTURES, *FONTS)):
        raise _refusal(EMBEDDED, part=shown)
    if small.endswith(XML) and not name.endswith(XML):
        raise _refusal(DAMAGED)


def _leads_elsewhere(name: str) -> bool:
    """Whether the name of a part is a path out of the file."""
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name


def _check_kind(types: bytes) -> None:
    """What the file says it is."""
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise _refusal(MACROS, part=TYPES)
    if b"wordprocessingml.template.main+xml" in types:
        raise _refusal(N_("this is a Word template (.dotx); save it as a Word document (.docx)"))
    if MAIN not in types:
        raise _refusal(NO_WORD_FILE)
