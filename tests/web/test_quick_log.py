"""Log in sixty seconds: on a phone, over plain HTTP, on a line that is slow, far and loses a fifth."""

from __future__ import annotations

import logging
import time
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from caseapp.db import db
from caseapp.domain.cases.models import Case
from caseapp.domain.documents.models import Document
from tests.web.phones import NAME, NOTHING_WAITS, counts, log_in, phone, served, until
from tests.web.slow_line import Line, slow_line

told = logging.getLogger(__name__)  # ./run test … -n 0 -o log_cli=true --log-cli-level=INFO shows the figures
pytestmark = [pytest.mark.browser, pytest.mark.slow]
KILOBIT = 1000 / 8
A_CHARACTER = 1000  # milliseconds: sixty characters a minute, as people type Chinese on a phone
A_TAP = 0.7  # seconds to find the next place to tap
THE_CAMERA = 4.0  # seconds to hold it up and press twice


def snapshot() -> bytes:
    """A photo of twelve million points, held upright, as a camera writes it."""
    grain = Image.effect_noise((800, 600), 70).resize((4000, 3000), Image.Resampling.BICUBIC)
    slope = Image.linear_gradient("L").resize((4000, 3000))
    picture = Image.merge("RGB", (Image.blend(grain, slope, 0.6), slope, Image.blend(grain, slope, 0.4)))
    turned, out = Image.Exif(), BytesIO()
    turned[0x0112] = 6
    picture.save(out, "JPEG", quality=90, exif=turned)
    return out.getvalue()


class Thumb:
    """Taps like a thumb, and counts."""

    def __init__(self, page: Any) -> None:
        self.page, self.taps = page, 0

    def tap(self, selector: str) -> None:
        time.sleep(A_TAP)
        self.page.locator(selector).tap()
        self.taps += 1

    def type(self, text: str) -> None:
        for sign in text:
            self.page.keyboard.insert_text(sign)
            time.sleep(A_CHARACTER / 1000)

    def take_photo(self, data: bytes) -> None:
        with self.page.expect_file_chooser() as asked:
            self.tap("[data-part=camera]")
        time.sleep(THE_CAMERA)
        self.taps += 2  # the shutter, and yes
        asked.value.set_files([{"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": data}])


@pytest.mark.slow(seconds=80)
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_dispute_with_a_photo_is_logged_in_sixty_seconds_and_twelve_taps_on_a_bad_line(world, chromium):
    line = Line(
        rate=50 * KILOBIT, way=0.5, loss=0.2, drops=lambda nth: nth % 5 == 1
    )  # the first answer is lost already
    with served(world.app) as port, slow_line(port, line) as far:
        context = phone(chromium)
        page = context.new_page()
        log_in(page, f"http://{NAME}:{port}")
        context.new_cdp_session(page).send("Network.clearBrowserCache")
        picture, thumb = snapshot(), Thumb(page)
        begun = time.monotonic()
        page.goto(f"http://{NAME}:{far}/cases/new", wait_until="domcontentloaded")
        opened = time.monotonic() - begun
        assert page.evaluate("isSecureContext") is False
        thumb.tap("#story")
        thumb.type("两家为门前排水沟争执，已劝开")
        thumb.tap("#name")
        thumb.type("周甲一")
        thumb.tap(".stepper [data-step='1']")
        thumb.tap("#category input[value=neighbour], input[name=category][value=neighbour]")
        thumb.take_photo(picture)
        thumb.tap(".submit-bar button[type=submit]")
        page.wait_for_selector("#logged[data-state=sent] .result-number:not(:empty)", timeout=60_000)
        logged = time.monotonic() - begun
        number = page.inner_text(".result-number")
        until(page, NOTHING_WAITS, 180)
        arrived = time.monotonic() - begun
        context.close()
    told.info("opened %.1f s, logged %.1f s, photo there %.1f s, %d taps", opened, logged, arrived, thumb.taps)
    told.info("%d bytes, %d segments and %d answers lost", line.carried, line.lost, line.dropped)
    case, paper = db.session.query(Case).one(), db.session.query(Document).one()
    assert (case.number, case.headcount, case.category) == (number, 2, "neighbour")
    assert paper.case_id == case.id
    assert paper.pages[0].height > paper.pages[0].width  # as the camera was held
    assert line.dropped
    assert logged <= 60
    assert thumb.taps <= 12


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_first_page_weighs_no_more_than_sixty_kilobytes(world, chromium):
    with served(world.app) as port:
        context = phone(chromium)
        page = context.new_page()
        log_in(page, f"http://{NAME}:{port}")
        wire, weights = context.new_cdp_session(page), []
        wire.send("Network.enable")
        wire.send("Network.clearBrowserCache")
        wire.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
        page.goto(f"http://{NAME}:{port}/cases/new", wait_until="networkidle")
        context.close()
    told.info("%d bytes in %d answers", sum(weights), len(weights))
    assert 10_000 < sum(weights) <= 60_000


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_all_that_must_be_filled_in_is_on_the_first_screen_and_the_end_under_the_thumb(world, chromium):
    with served(world.app) as port:
        context = phone(chromium)
        page = context.new_page()
        log_in(page, f"http://{NAME}:{port}")
        page.goto(f"http://{NAME}:{port}/cases/new")
        edge = page.locator(".submit-bar").bounding_box()["y"]
        for field in ("#story", "#name", "#headcount", "#unit", "input[name=category] >> nth=0"):
            box = page.locator(field).bounding_box()
            assert box["y"] + box["height"] <= edge, field
        for button in (".submit-bar button", ".shot-bar", ".stepper button >> nth=1"):
            box = page.locator(button).bounding_box()
            assert box["height"] >= 40, button
        assert page.input_value("#unit") == "TH-SH-01"
        assert page.locator(".submit-bar button").bounding_box()["y"] > 844 / 2
        context.close()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_what_is_typed_is_kept_every_two_seconds_and_put_back(world, chromium):
    with served(world.app) as port:
        context = phone(chromium)
        page, address = context.new_page(), f"http://{NAME}:{port}"
        log_in(page, address)
        page.goto(address + "/cases/new")
        page.wait_for_selector("form[data-kept]")
        page.fill("#story", "写到一半")
        page.locator("input[name=category][value=land]").check()
        page.set_input_files("#photos", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": small()}])
        page.wait_for_selector(".shot-list canvas")
        until(page, "caseapp.store.get('drafts', 'grid /cases/new log').then((kept) => Boolean(kept))", 5)
        page.close()
        page = context.new_page()
        page.goto(address + "/cases/new")
        page.wait_for_selector(".draft-note:not([hidden])")
        assert page.input_value("#story") == "写到一半"
        assert page.is_checked("input[name=category][value=land]")
        assert page.locator(".shot-list canvas").count() == 1
        page.click(".draft-note button")
        assert page.input_value("#story") == ""
        page.reload()
        page.wait_for_selector("form[data-kept]")
        assert page.input_value("#story") == ""
        assert page.is_hidden(".draft-note")
        context.close()


def small() -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_what_is_missing_is_said_at_once_and_nothing_is_sent(world, chromium):
    with served(world.app) as port:
        context = phone(chromium)
        page, address = context.new_page(), f"http://{NAME}:{port}"
        log_in(page, address)
        page.goto(address + "/cases/new")
        page.wait_for_selector("form[data-taken]")
        page.click(".submit-bar button[type=submit]")
        assert page.locator(".field-error").count() == 2
        assert page.evaluate("document.activeElement.id") == "story"
        assert counts(page) == {"waiting": 0, "refused": 0, "others": 0}
        context.close()
    assert db.session.query(Case).count() == 0
