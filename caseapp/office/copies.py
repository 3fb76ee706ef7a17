"""The archive of a backup: a tar whose every byte is accounted for.

Its parts come one after the other, then a list of them with sizes and digests (SHA-256), twice, each under a name that
holds the list's own digest, so far apart that no bad block takes both. From the list follows where everything stands,
and what every heading and every padding byte must be: so a changed bit is found wherever it is, told by the name of
what it is in, and costs nothing else.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from caseapp.kernel.errors import N_, CaseappError

BLOCK, PIECE = tarfile.BLOCKSIZE, 1 << 20
END = bytes(2 * BLOCK)
BETWEEN = bytes(1 << 16)
DATABASE, FILES = "database", "files/"
PART_NAME = re.compile(DATABASE + "|" + FILES + "[0-9a-f]{64}")
BARE = (b"PGDMP", b"SQLite format 3\0")
LIST_NAME = re.compile(rb"manifest-([0-9a-f]{64})\.json\0")


class Sink(Protocol):
    """What an archive is written to."""

    def write(self, content: bytes, /) -> object:
        """Take bytes."""


class Source(Protocol):
    """What an archive is read from, anywhere in it."""

    size: int

    def read(self, at: int, size: int) -> bytes:
        """Bytes from a place on; fewer at the end."""

    def flaws(self) -> Iterator[CaseappError]:
        """What was found damaged in reading it, beside what was read."""


class OpenFile:
    """A file as a source."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.size = file, os.fstat(file.fileno()).st_size

    def read(self, at: int, size: int) -> bytes:
        """Bytes from a place on; fewer at the end."""
        return read_at(self.file, at, min(size, self.size - at))

    def flaws(self) -> Iterator[CaseappError]:
        """None: what is read is what there is."""
        yield from ()


def read_at(file: BinaryIO, at: int, size: int) -> bytes:
    """Bytes from a place on; zeros for what the disk does not give any more."""
    size = max(size, 0)
    try:
        file.seek(max(at, 0))
        return file.read(size)
    except OSError:
        return bytes(size)


@dataclass(frozen=True)
class CopyPart:
    """Something in an archive."""

    name: str
    size: int
    sha256: str


class CopyWriter:
    """Writes an archive, its parts in turn. ``made`` is when, in seconds, for those who open it with tar."""

    def __init__(self, out: Sink, made: int) -> None:
        self.out, self.made = out, made
        self.parts: list[CopyPart] = []

    def add(self, name: str, content: BinaryIO, size: int) -> None:
        """Add a part of a size. Raises OSError when it is shorter."""
        digest, left = hashlib.sha256(), size
        self.out.write(_heading(name, size, self.made))
        while left:
            piece = content.read(min(left, PIECE))
            if not piece:
                raise OSError(f"{name} became shorter while it was copied")
            digest.update(piece)
            self.out.write(piece)
            left -= len(piece)
        self.out.write(_padding(size))
        self.parts.append(CopyPart(name, size, digest.hexdigest()))

    def close(self, about: Mapping[str, Any]) -> None:
        """Put down the list of the parts, with what else is to be known about the archive, and end."""
        listed = {**about, "made": self.made, "parts": [vars(part) for part in self.parts]}
        written = (json.dumps(listed, ensure_ascii=False, indent=0) + "\n").encode()
        self.out.write(_lists(_list_entry(written, self.made), self.made))


class CopyReader:
    """What is in an archive: by its list, else, as in those of earlier versions, by what one finds going through it; a
    bare database is taken as one, too. ``complete`` when it goes to its end.

    Raises CaseappError where there is something that belongs to no backup.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.about: dict[str, Any] = {}
        self.list, self.listed_at, self.complete, self.made = b"", 0, True, 0
        self.places: dict[str, int] = {}
        written = _find_list(source)
        self.parts = self._listed(written) if written else tuple(self._found())
        strange = [part.name for part in self.parts if not PART_NAME.fullmatch(part.name)]
        if strange or DATABASE not in self.places:
            raise CaseappError(N_("this is no backup: there is no database in it, or something that belongs to none"))

    def _listed(self, written: bytes) -> tuple[CopyPart, ...]:
        self.about = json.loads(written)
        parts = tuple(CopyPart(**part) for part in self.about["parts"])
        self.made = int(self.about["made"])
        self.list = _list_entry(written, self.made)
        for part in parts:
            self.places[part.name] = self.listed_at + BLOCK
            self.listed_at += BLOCK + part.size + len(_padding(part.size))
        return parts

    def _found(self) -> Iterator[CopyPart]:
        if self.source.read(0, BLOCK).startswith(BARE):
            self.places[DATABASE] = 0
            yield CopyPart(DATABASE, self.source.size, "")
            return
        self.complete = False
        try:
            with tarfile.open(fileobj=_Sequence(self.source), mode="r:") as archive:
                for entry in archive:
                    self.places[entry.name] = entry.offset_data
                    name = entry.name if entry.isreg() else f"{entry.name} (no file)"
                    yield CopyPart(name, entry.size, entry.name.removeprefix(FILES) if name != DATABASE else "")
                self.complete = self.source.size >= archive.offset + BLOCK and not [*self.source.flaws()]
        except (tarfile.TarError, ValueError, OSError):
            return  # what was found until there is what there is

    def copy(self, part: CopyPart, out: Sink) -> bool:
        """Give out what a part holds; whether it is what its digest says."""
        digest, at, left = hashlib.sha256(), self.places[part.name], part.size
        while left and (piece := self.source.read(at, min(PIECE, left))):
            digest.update(piece)
            out.write(piece)
            at, left = at + len(piece), left - len(piece)
        return not left and part.sha256 in ("", digest.hexdigest())

    def flaws(self) -> Iterator[CaseappError]:
        """What is not as it was written, each in a sentence."""
        for part in self.parts:
            if not self.copy(part, _Nowhere()):
                yield CaseappError(N_("%(name)s is damaged"), name=part.name)
        yield from self.flaws_around()

    def flaws_around(self) -> Iterator[CaseappError]:
        """What is wrong with what is not a part: headings, padding, the two lists, the end."""
        if self.list:
            for part in self.parts:
                yield from self._flaws_around(part)
            yield from self._flaws_of_lists()
        elif not self.complete:
            yield CaseappError(N_("the list of contents is missing, and the copy breaks off before its end"))
        yield from self.source.flaws()

    def _flaws_around(self, part: CopyPart) -> Iterator[CaseappError]:
        at, padding = self.places[part.name], _padding(part.size)
        heading = self.source.read(at - BLOCK, BLOCK) == _heading(part.name, part.size, self.made)
        if not (heading and self.source.read(at + part.size, len(padding)) == padding):
            yield CaseappError(N_("the frame around %(name)s is damaged, not what is in it"), name=part.name)

    def _flaws_of_lists(self) -> Iterator[CaseappError]:
        size, at = len(self.list), self.listed_at
        wanted = _lists(self.list, self.made)
        found, second = self.source.read(at, len(wanted) + 1), len(wanted) - len(END) - size
        for nth, begin in ((1, 0), (2, second)):
            if found[begin : begin + size] != self.list:
                yield CaseappError(N_("list %(nth)d of the contents is damaged; the other one is whole"), nth=nth)
        if found[size:second] != wanted[size:second] or found[second + size :] != END:
            yield CaseappError(N_("the end is damaged, cut off, or followed by something else"))


class _Sequence(io.RawIOBase):
    """A source as a file, for the library."""

    def __init__(self, source: Source) -> None:
        self.source, self.at = source, 0

    def read(self, size: int = -1) -> bytes:
        content = self.source.read(self.at, self.source.size if size < 0 else size)
        self.at += len(content)
        return content

    def seek(self, at: int, whence: int = io.SEEK_SET) -> int:
        self.at = at if whence == io.SEEK_SET else self.source.size + at
        return self.at

    def tell(self) -> int:
        return self.at


class _Nowhere:
    def write(self, content: bytes, /) -> None:
        """Forget it."""


def _heading(name: str, size: int, made: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, made, 0o600
    return entry.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def _list_entry(written: bytes, made: int) -> bytes:
    name = f"manifest-{hashlib.sha256(written).hexdigest()}.json"
    return _heading(name, len(written), made) + written + _padding(len(written))


def _lists(entry: bytes, made: int) -> bytes:
    """The list twice, with something between that is larger than a bad block, and the end."""
    return entry + _heading("between-the-lists", len(BETWEEN), made) + BETWEEN + entry + END


def _find_list(source: Source) -> bytes | None:
    """The list of the parts, looked for from the end: the first one that is whole."""
    last = source.size // BLOCK * BLOCK
    for begin in range(last - last % PIECE, -1, -PIECE):
        window = source.read(begin, PIECE)
        for at in reversed(range(0, len(window), BLOCK)):
            named = LIST_NAME.match(window, at)
            written = named and _written(source, begin + at)
            if named and written and hashlib.sha256(written).hexdigest().encode() == named[1]:
                return written
    return None


def _written(source: Source, at: int) -> bytes:
    try:
        entry = tarfile.TarInfo.frombuf(source.read(at, BLOCK), "ascii", "strict")
    except (tarfile.HeaderError, ValueError):
        return b""
    return source.read(at + BLOCK, entry.size)
