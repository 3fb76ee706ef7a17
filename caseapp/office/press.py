"""Decodes one picture or PDF that a stranger sent and draws it anew; a program of its own, started by ``pictures.py``.

What it reads may be made to break the decoder, to fill the memory or to never end. So it runs in a process that may do
none of that to the office: it sets itself a limit of memory and of time before it looks, and what comes out are
pixels it encoded itself. It imports nothing of the application, so that it starts quickly.

It takes the kind of the file as its argument and the file on standard input, and answers on standard output: a line of
JSON, then the bytes of what the line names. What it refuses it says as ``{"refused": "too_many_pages"}``.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from PIL import Image

if sys.platform != "win32":
    import resource

MEGABYTE = 1024 * 1024
MOST_MEMORY = 1024 * MEGABYTE  # of addresses; the heaviest picture that is taken needs some 900
MOST_SECONDS = 45
MOST_PIXELS = 50_000_000
LONG_SIDE, LONG_SIDE_OF_PAGE, LONG_SIDE_OF_THUMBNAIL = 2560, 2000, 320
MOST_PAGES = 30
DENSEST = 4.0  # a page is drawn at 288 dots an inch at most
QUALITY, QUALITY_OF_PAGE, QUALITY_OF_THUMBNAIL = 85, 80, 78
WHITE = (255, 255, 255)


class Refused(Exception):
    """The slug of why a file is not taken."""


def limit_myself() -> None:
    """Set the limits, where the system knows any: on Windows the patience of who started this is the only one."""
    if sys.platform == "win32":
        return
    limits = {resource.RLIMIT_AS: MOST_MEMORY, resource.RLIMIT_CPU: MOST_SECONDS, resource.RLIMIT_CORE: 0}
    for what, most in limits.items():
        hardest = resource.getrlimit(what)[1]
        bound = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
        resource.setrlimit(what, (bound, bound))


def remake(kind: str, data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What the file shows, as new pictures: the line that says their sizes, and their bytes. Raises Refused."""
    told, blobs = [], []
    for page in _pages_of_pdf(data) if kind == "pdf" else [_picture(kind, data)]:
        full = _jpeg(page, QUALITY_OF_PAGE if kind == "pdf" else QUALITY)
        thumbnail = _jpeg(_within(page, LONG_SIDE_OF_THUMBNAIL), QUALITY_OF_THUMBNAIL)
        told.append([page.width, page.height, len(full), len(thumbnail)])
        blobs += [full, thumbnail]
    return {"pages": told}, blobs


def _picture(kind: str, data: bytes) -> Any:
    """A photo, upright, no larger than is kept."""
    if kind == "webp":
        _check_webp(data)
    image = Image.open(BytesIO(data), formats=[kind.upper()])
    _check_size(*image.size)
    if image.format != "MPO" and getattr(image, "is_animated", False):  # MPO: a phone's photo with others behind it
        raise Refused("moving")
    turn = _orientation(image)
    if kind == "jpeg":
        image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # decodes at a half, a quarter or an eighth where that suffices
    image.load()
    upright = _flat(_within(image, LONG_SIDE))
    return upright.transpose(turn) if turn is not None else upright


def _check_webp(data: bytes) -> None:
    """Size, and whether it moves, before the decoder makes room for the whole canvas."""
    chunk, head = data[12:16], data[20:30]
    if len(head) < 10:
        raise Refused("damaged")
    if chunk == b"VP8X":
        if head[0] & 2:
            raise Refused("moving")
        _check_size(1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little"))
    elif chunk == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        _check_size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    elif chunk == b"VP8 ":
        width, height = struct.unpack("<HH", head[6:10])
        _check_size(width & 0x3FFF, height & 0x3FFF)
    else:
        raise Refused("damaged")


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Refused("damaged")
    if width * height > MOST_PIXELS:
        raise Refused("too_many_pixels")


def _orientation(image: Any) -> Any:
    """How the camera was held, as the turn that puts the picture upright."""
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }  # fmt: skip
    try:
        return turns.get(image.getexif().get(0x0112))
    except Exception:  # noqa: BLE001 - what stands there is anybody's; the picture is good without it
        return None


def _within(image: Any, side: int) -> Any:
    """The image, its long side no longer than that."""
    share = side / max(image.size)
    if share >= 1:
        return image
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    return _plain(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _plain(image: Any) -> Any:
    """The image in a mode whose values can be mixed: no palette, no 16 bits."""
    if image.mode.startswith("I"):
        return image.point(lambda level: level / 256).convert("L")
    if image.mode in ("1", "P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    return image


def _flat(image: Any) -> Any:
    """The image in colours, on white where it was transparent: a new one, on which nothing of the old one hangs."""
    image, ground = _plain(image), Image.new("RGB", image.size, WHITE)
    if image.mode in ("RGBA", "LA"):
        ground.paste(image.convert("RGB"), mask=image.getchannel("A"))
    else:
        ground.paste(image.convert("RGB"))
    return ground


def _pages_of_pdf(data: bytes) -> Iterator[Any]:
    """Each page of a PDF as a picture. Its scripts, links and attachments stay behind."""
    import pypdfium2 as pdfium  # noqa: PLC0415 - a photo, which waits at somebody's gate, need not wait for it

    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as problem:
        raise Refused("locked" if "password" in str(problem).lower() else "damaged") from None
    if len(pdf) > MOST_PAGES:
        raise Refused("too_many_pages")
    if len(pdf) == 0:
        raise Refused("damaged")
    pdf.init_forms()  # what was typed into a form is drawn too; this pdfium runs no scripts
    for number in range(len(pdf)):
        page = pdf[number]
        width, height = page.get_size()
        if not (0 < width < 1e6 and 0 < height < 1e6):
            raise Refused("damaged")
        scale = min(LONG_SIDE_OF_PAGE / max(width, height), DENSEST)
        drawn = page.render(scale=scale, fill_color=(*WHITE, 255), rev_byteorder=True, prefer_bgrx=True).to_pil()
        page.close()
        yield _flat(_within(drawn, LONG_SIDE_OF_PAGE))


def _jpeg(image: Any, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def answer(make: Callable[[], tuple[dict[str, Any], list[bytes]]]) -> bytes:
    """The line and the bytes, or the line that refuses: what breaks a decoder is damaged."""
    try:
        told, blobs = make()
    except Refused as problem:
        told, blobs = {"refused": str(problem)}, []
    except MemoryError:
        told, blobs = {"refused": "too_heavy"}, []
    except Exception:  # noqa: BLE001 - decoders raise whatever they like on bytes that were made to break them
        told, blobs = {"refused": "damaged"}, []
    return json.dumps(told).encode() + b"\n" + b"".join(blobs)


if __name__ == "__main__":
    limit_myself()
    Image.MAX_IMAGE_PIXELS = None  # our own limit is lower, and a refusal
    file = sys.stdin.buffer.read()
    sys.stdout.buffer.write(answer(lambda: remake(sys.argv[1], file)))
