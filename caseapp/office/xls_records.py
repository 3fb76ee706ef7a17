"""What an old ``.xls`` says beside its cells: errors, hidden rows, and from when its days are counted.

The reader of cells gives "" for an error. The records of the file are walked here once, without unpacking anything:
an ``.xls`` is a small file system (compound file) with one stream of records, each a number, a length and its bytes.
Whatever does not look as it should ends the walk and is told as damaged; nothing is allocated by what a file claims.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

from caseapp.office.sheet_cells import Unreadable
from caseapp.office.xlsx_parts import SheetFacts

MINI = 64
NO_MORE = 0xFFFFFFFA  # numbers from here on end a chain or mark what is free
DATES, SHEET, BEGIN, ROW, LITERAL, FORMULA = 0x22, 0x85, 0x809, 0x208, 0x205, 0x6
ROW_HIDDEN = 0x20
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def xls_facts(data: bytes) -> tuple[list[SheetFacts], bool]:
    """The facts of each sheet in their order, and whether days are counted from 1904. Raises Unreadable("damaged")."""
    try:
        stream = _Compound(data).workbook()
        begins, since_1904 = _globals(stream)
        return [_facts(stream, at) for at in begins], since_1904
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise Unreadable("damaged") from error


class _Compound:
    """A compound file: sectors in chains, and a directory of streams."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = 1 << struct.unpack_from("<H", data, 30)[0]
        count, self.root, _, self.cutoff, mini, _, more, _ = struct.unpack_from("<2I I I I I I I", data, 44)
        heads = list(struct.unpack_from("<109I", data, 76))
        while more < NO_MORE and len(heads) <= len(data) // self.size + 109:
            piece = self._numbers(more)
            heads, more = heads + list(piece[:-1]), piece[-1]
        self.next = [number for head in heads[:count] for number in self._numbers(head)]
        self.mini = [number for at in self._chain(mini, self.next) for number in self._numbers(at)]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{self.size // 4}I", self.data, (sector + 1) * self.size)

    def _chain(self, start: int, following: list[int]) -> Iterator[int]:
        for _ in range(len(self.data) // MINI + 1):
            if start >= NO_MORE:
                return
            yield start
            start = following[start]
        raise ValueError("a chain without an end")

    def _stream(self, start: int, size: int) -> bytes:
        places = list(islice(self._chain(start, self.next), len(self.data) // self.size + 1))
        return b"".join(self.data[(at + 1) * self.size : (at + 2) * self.size] for at in places)[:size]

    def workbook(self) -> bytes:
        """The stream that holds the records."""
        directory = self._stream(self.root, len(self.data))
        entries: dict[str, tuple[int, int]] = {}
        for at in range(0, len(directory) - 127, 128):
            length = struct.unpack_from("<H", directory, at + 64)[0]
            name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            entries.setdefault(name.casefold(), struct.unpack_from("<2I", directory, at + 116))
        start, size = entries["workbook"] if "workbook" in entries else entries["book"]
        if size >= self.cutoff:
            return self._stream(start, size)
        small = self._stream(*entries["root entry"])
        return b"".join(small[at * MINI : (at + 1) * MINI] for at in self._chain(start, self.mini))[:size]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place on, up to the end of their part; parts inside it (drawings, charts) are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        depth += (kind == BEGIN) - (kind == 0x0A)
        if depth == 0:
            return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _globals(stream: bytes) -> tuple[list[int], bool]:
    begins, since_1904 = [], False
    for kind, body in _records(stream, 0):
        if kind == DATES:
            since_1904 = body[:1] == b"\x01"
        elif kind == SHEET:
            begins.append(struct.unpack_from("<I", body)[0])
    return begins, since_1904


def _facts(stream: bytes, at: int) -> SheetFacts:
    facts = SheetFacts()
    for kind, body in _records(stream, at):
        if kind == ROW and struct.unpack_from("<H", body, 12)[0] & ROW_HIDDEN:
            facts.hidden.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == LITERAL and body[7]:
            facts.broken[struct.unpack_from("<2H", body)] = ERRORS.get(body[6], "#ERROR!")
        elif kind == FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            facts.broken[struct.unpack_from("<2H", body)] = ERRORS.get(body[8], "#ERROR!")
    return facts
