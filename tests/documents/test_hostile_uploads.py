"""What is made to do harm is refused with a sentence, or becomes a picture of which nothing but the pixels is left."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO

import pytest
from PIL import Image

from caseapp.actions.documents import Prepared, Upload, prepare
from caseapp.kernel.errors import RuleViolation
from caseapp.office import pictures
from caseapp.office.picture_pdf import bind
from caseapp.office.sniff import kind_of
from tests.documents import hostile, make

SLUG_OF = {sentence: slug for slug, sentence in pictures.REFUSALS.items()}
IN_PICTURES = (b"HOSTILE", b"<script", b"<?php", b"Exif", b"ICC_PROFILE", b"http", b"Photoshop")
IN_PAPERS = (*IN_PICTURES, b"JavaScript", b"EmbeddedFile", b"/Launch", b"/OpenAction", b"/Annots", b"/Metadata")
MEGABYTE = 1024 * 1024


@cache
def all_of(group: Callable[[], Iterator[tuple[str, hostile.Hostile]]]) -> tuple[tuple[str, hostile.Hostile], ...]:
    """The uploads of a group, made once."""
    return tuple(group())


def became(upload: hostile.Hostile) -> tuple[str, Prepared | None]:
    """``clean`` and what is kept, or the slug of the refusal."""
    try:
        return hostile.CLEAN, prepare(Upload("photo", upload.name, upload.data))
    except RuleViolation as problem:
        return SLUG_OF[problem.message], None


def segments(jpeg: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments of a JPEG up to its pixels."""
    place = 2
    while jpeg[place + 1] != 0xDA:
        length = int.from_bytes(jpeg[place + 2 : place + 4], "big")
        yield jpeg[place + 1], jpeg[place + 4 : place + 2 + length]
        place += 2 + length


def assert_clean(jpeg: bytes, width: int, height: int, most: int) -> None:
    """A plain JPEG in three colours: its own segments, no comment, no profile, nothing behind its end."""
    assert jpeg.startswith(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    assert jpeg.endswith(b"\xff\xd9")
    assert jpeg.count(b"\xff\xd9") == 1
    assert {marker for marker, _ in segments(jpeg)} <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}
    for trace in IN_PICTURES:
        assert trace not in jpeg
    with Image.open(BytesIO(jpeg)) as image:
        image.load()
        assert (image.size, image.mode, image.format) == ((width, height), "RGB", "JPEG")
        assert max(image.size) <= most
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
        assert not image.getexif()


@pytest.mark.parametrize("group", hostile.GROUPS, ids=lambda group: group.__name__)
def test_none_of_it_is_accepted_wrongly(group):
    wrong = []
    for name, upload in all_of(group):
        slug, kept = became(upload)
        if upload.outcome not in (slug, hostile.EITHER):
            wrong.append(f"{name}: {slug} instead of {upload.outcome}")
        for page in kept.pages if kept else ():
            assert_clean(page.full, page.width, page.height, 2560)
            with Image.open(BytesIO(page.thumbnail)) as small:
                assert_clean(page.thumbnail, *small.size, 320)
        if kept and kept.form == "pdf":
            bound = bind((page.width, page.height, page.full) for page in kept.pages)
            assert [trace for trace in IN_PAPERS if trace in bound] == []
    assert not wrong, "\n".join(wrong)


def test_there_are_enough_of_them_and_each_is_another():
    found = [
        hashlib.sha256(one.data + one.name.encode()).digest() for group in hostile.GROUPS for _, one in all_of(group)
    ]
    assert len(found) == len(set(found)) >= 60


def test_each_refusal_is_a_sentence_in_chinese(app):
    from flask_babel import force_locale, gettext

    with app.test_request_context(), force_locale("zh_Hans_CN"):
        for sentence in pictures.REFUSALS.values():
            assert gettext(sentence) != sentence


PEAK = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-I", sys.argv[1], sys.argv[2]], stdin=sys.stdin.buffer, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def peak(data: bytes) -> int:
    """The most memory the process that decodes held, measured from a small process of its own."""
    words = [sys.executable, "-I", "-c", PEAK, str(pictures.PRESS), kind_of(data)]
    told = subprocess.run(words, input=data, capture_output=True, check=True)
    return int(told.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no limits")
def test_the_memory_it_takes_is_bounded():
    ordinary = make.picture(4000, 3000)
    assert peak(ordinary) < 150 * MEGABYTE
    bombs = dict(all_of(hostile.bombs))
    heavy = {name: peak(bombs[name].data) for name in bombs if "megapixels" in name or "itself" in name}
    heavy["transparent"] = peak(hostile.large("PNG", "RGBA"))
    assert len(heavy) == 5
    assert max(heavy.values()) < 1100 * MEGABYTE, heavy
    lies = dict(all_of(hostile.headers_that_lie))
    lying = {name: peak(lies[name].data) for name in lies if " × " in name}
    assert max(lying.values()) < 250 * MEGABYTE, lying


def test_a_photo_is_turned_upright_and_no_larger_than_is_kept():
    out = BytesIO()
    image = Image.new("RGB", (4000, 1000), "red")
    image.paste("blue", (0, 0, 2000, 1000))  # left half
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise: what is left comes to the top
    image.save(out, "JPEG", exif=exif)
    [page] = prepare(Upload("photo", "x.jpg", out.getvalue())).pages
    assert (page.width, page.height) == (640, 2560)
    with Image.open(BytesIO(page.full)) as kept:
        assert kept.getpixel((320, 600))[2] > 200
        assert kept.getpixel((320, 2000))[0] > 200


def test_the_same_file_becomes_the_same_bytes():
    data = make.paper(2)
    assert prepare(Upload("other", "a", data)) == prepare(Upload("other", "a", data))


def test_names_are_made_harmless():
    names = {
        upload.name: prepare(Upload("photo", upload.name, upload.data)).name for _, upload in all_of(hostile.names)
    }
    assert names["../../../etc/passwd"] == "passwd"
    assert names["..\\..\\windows\\system32\\evil.jpg"] == "evil.jpg"
    assert names["a\0.php.jpg"] == "a.php.jpg"
    assert names["gpj.\u202eexe"] == "gpj.exe"
    assert len(names["名" * 300]) == 80
    assert all(name.isprintable() for name in names.values())


def test_a_paper_bound_again_shows_the_pages_it_had():
    kept = prepare(Upload("agreement", "x.pdf", make.paper(3)))
    bound = bind((page.width, page.height, page.full) for page in kept.pages)
    again = prepare(Upload("agreement", "x.pdf", bound))
    assert len(again.pages) == 3
    assert all(page.full in bound for page in kept.pages)
