"""Pictures bound into a PDF: nothing but one JPEG a page, and the same bytes for the same pictures."""

from __future__ import annotations

from collections.abc import Iterable

LONG_SIDE_OF_A4 = 842


def bind(pages: Iterable[tuple[int, int, bytes]]) -> bytes:
    """A PDF of JPEG files, each with its width and height, one a page, printed at the size of A4."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for width, height, picture in pages:
        share = LONG_SIDE_OF_A4 / max(width, height)
        wide, high = width * share, height * share
        first = len(objects) + 1
        kids.append(b"%d 0 R" % first)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R"
            b" /Resources << /XObject << /P %d 0 R >> >> >>" % (wide, high, first + 1, first + 2),
            _stream(b"", b"q %.2f 0 0 %.2f 0 0 cm /P Do Q" % (wide, high)),
            _stream(
                b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
                b" /Filter /DCTDecode" % (width, height),
                picture,
            ),
        ]
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return _file(objects)


def _stream(told: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (told, len(content), content)


def _file(objects: list[bytes]) -> bytes:
    """The objects, and the table that says where each begins."""
    parts, places, length = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"], [], 0
    length = len(parts[0])
    for number, told in enumerate(objects, 1):
        places.append(length)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, told))
        length += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table))
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, length))
    return b"".join(parts)
