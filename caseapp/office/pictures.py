"""Photos and papers as files: what came in is decoded and drawn anew, and only what the program drew itself is kept.

So a picture keeps no place, no camera, no comment and no second file behind its end; a paper keeps no script, no link
and no attachment. The decoding is done by ``press.py``, in a process of its own with limits of memory and time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import BoundedSemaphore

from caseapp.kernel.errors import N_, RuleViolation
from caseapp.office.sniff import kind_of

MEGABYTE = 1024 * 1024
LARGEST = 15
PATIENCE = 90
NEEDED_TO_START = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
PRESS = Path(__file__).with_name("press.py")
REFUSALS = {
    "empty": N_("the file is empty"),
    "too_large": N_("the file is larger than %(most)d MB"),
    "heic": N_("this is a HEIC photo, which other devices cannot show: set the phone's camera to “most compatible”"),
    "video": N_("films are not taken: take a photo of what matters"),
    "word": N_("Word and Excel files are not taken: print it to PDF"),
    "other": N_("only photos (JPEG, PNG, WebP) and PDF are taken; what is inside counts, not the name"),
    "moving": N_("moving pictures are not taken: send a still one"),
    "damaged": N_("the file is damaged or was cut off: send it again"),
    "locked": N_("the PDF is locked by a password: save it without one"),
    "too_many_pages": N_("a PDF has 30 pages at most: divide it"),
    "too_many_pixels": N_("the picture has more than 50 megapixels: make it smaller"),
    "too_heavy": N_("the file takes too much memory or time to open: make it smaller, or take a photo of it"),
}
_at_once = BoundedSemaphore(2)


@dataclass(frozen=True)
class Page:
    """One picture as it is kept, a JPEG file with its thumbnail."""

    width: int
    height: int
    full: bytes
    thumbnail: bytes


def remake(data: bytes) -> tuple[str, list[Page]]:
    """The form of a file (picture, pdf) and what it shows, drawn anew. Raises RuleViolation with why it is not taken.

    At most two are worked on at once in a process, each within a bounded memory.
    """
    if len(data) > LARGEST * MEGABYTE:
        raise refused("too_large")
    kind = kind_of(data)
    if kind in REFUSALS:
        raise refused(kind)
    with _at_once:
        line, _, rest = _pressed(kind, data).partition(b"\n")
    told = json.loads(line)
    if "refused" in told:
        raise refused(told["refused"])
    return "pdf" if kind == "pdf" else "picture", list(_pages(told["pages"], rest))


def refused(slug: str) -> RuleViolation:
    """Why a file is not taken, as a sentence."""
    return RuleViolation("photos", REFUSALS[slug], most=LARGEST)


def _pressed(kind: str, data: bytes) -> bytes:
    """What the process answers. One that was stopped by its limits, or by what it read, says nothing.

    It is told no more of the environment than it needs to start: no key, no address of a database.
    """
    words = [sys.executable, "-I", str(PRESS), kind]
    told = {name: os.environ[name] for name in NEEDED_TO_START if name in os.environ}
    try:
        done = subprocess.run(words, input=data, capture_output=True, timeout=PATIENCE, env=told, check=False)  # noqa: S603 - words of our own
    except subprocess.TimeoutExpired:
        raise refused("too_heavy") from None
    if done.returncode:
        raise refused("too_heavy")
    return done.stdout


def _pages(told: list[list[int]], rest: bytes) -> Iterator[Page]:
    ends = [0]
    for _width, _height, *sizes in told:
        ends += [ends[-1] + sizes[0], ends[-1] + sum(sizes)]
    parts = [rest[start:end] for start, end in pairwise(ends)]
    for place, (width, height, *_sizes) in enumerate(told):
        yield Page(width, height, parts[2 * place], parts[2 * place + 1])
