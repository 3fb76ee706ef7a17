"""What axe-core, a narrow screen and a keyboard say of every page, for every role, on a phone and on a desktop."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from caseapp.actions.absences import enter_absence
from caseapp.actions.context import Ctx
from caseapp.actions.reports import freeze_month
from caseapp.actions.supervision import draft_by_hand, issue
from caseapp.actions.teams import staff_case
from caseapp.actions.track import TRACK, Pressed, report_pressure
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.people.models import User
from caseapp.domain.receipts.models import Receipt
from caseapp.kernel.periods import Month
from caseapp.web.entrance import word_of
from tests.cases.make import do, head, log, moment, petition
from tests.conftest import CAST, PASSWORD
from tests.documents.make import add, paper
from tests.screening.make import go_round, keep_rounds, matter
from tests.sizes import LONG
from tests.web.phones import PATIENCE, served

SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
NARROWEST = 320
KINDS = """
    () => {
        const named = (one) => Boolean(
            one.getAttribute("aria-label") || one.getAttribute("aria-labelledby") || one.title || one.alt ||
            (one.labels && one.labels.length) || one.textContent.trim());
        const told = ["type", "role", "aria-hidden", "aria-expanded", "aria-live", "tabindex", "lang", "scope", "hidden", "open"];
        const own = (one) => [one.tagName, ...[...one.classList].sort()].join(".");
        const path = (one) => (one.parentElement ? path(one.parentElement) + ">" : "") + own(one);
        const kind = (one) => [
            path(one), named(one), one.getAttributeNames().sort(), told.map((name) => one.getAttribute(name)),
            one.disabled, getComputedStyle(one).display,
        ].join("|");
        const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((one) => one.tagName).join();
        const landmarks = [...document.querySelectorAll("header, nav, main, footer, aside, section[aria-label]")];
        const page = ["page", levels.replace(/(H\\d)(,\\1)+/g, "$1"), landmarks.map(own), Boolean(document.title)].join("|");
        const kinds = (all) => [...new Set(all.map(kind))];
        const all = [...document.querySelectorAll("html, body, body *")];
        const inside = (one) => Boolean(one.closest("main"));
        return [[page, ...kinds(all.filter((one) => !inside(one)))], kinds(all.filter(inside))];
    }"""  # what a verdict of axe turns on: where an element stands, its attributes, whether it has a name and is shown
AXE = """
    (within) => axe.run(within === "html" ? document : within, {resultTypes: ["violations"], preload: false})
        .then((found) => found.violations)"""
TOKEN = re.compile(r'value="[^"]{60,}"|/track/[\w-]{24}')  # of a form or a receipt, another each time
ROLES = [name for name in CAST if not name.endswith("2") and name != "outsider"]

told = logging.getLogger(__name__)
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def address(world: Any) -> Iterator[str]:
    """The small world, served."""
    with served(world.app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def numbers(as_user: Callable[[str], Any]) -> list[str]:
    """A late dispute with a team, a petition that waits, a resolved matter, among people with names as long as names
    get."""
    with unit_of_work(db.session) as session:
        for user in session.scalars(select(User)):
            user.full_name += "·买买提艾力江·吐尔逊" * 2
    grid, office, leader = as_user("grid"), as_user("office"), as_user("leader")
    late = log(grid, head(title="界址争执" * 20, risk="red", headcount=12), at=moment(2026, 10, 1, 9, 0))
    do(grid, late, "follow_up", method="visit", note="到场查看" * 30)
    with unit_of_work(db.session):
        staff_case(leader, late)
        enter_absence(office, "liaison", "leave", office.today, office.today)
        issue(office, draft_by_hand(office, late, "handle_passed").id, "三日内到场" * 20, None)
        freeze_month(office, "TH", Month(2026, 10))
    for more in ({}, {"kind": "agreement", "data": paper(2), "name": "协议" * 20}):
        add(grid, late, current_app.extensions["caseapp"].files, **more)
    keep_rounds(office)
    go_round(
        as_user("village"),
        matter("界址争执" * 40, name="周甲一"),
        day="2026-11-01",
        area="第一组" * 60,
        households=12345,
    )
    waits = log(office, petition(title="低保申请未答复"), at=moment(2026, 11, 20, 9, 0))
    letter = {"sender": "县信访局", "letter_no": "县信交〔2026〕7号", "received_on": "2026-11-20"}
    do(office, waits, "take_assignment", **letter, answer_due="2026-12-02", report_wanted=True)
    done = log(grid, head(title="水渠漏水"), at=moment(2026, 11, 2, 9, 0))
    do(grid, done, "resolve", method="mediation", evidence="协议书已签")
    with unit_of_work(db.session):
        token = db.session.scalar(select(Receipt.token))
        report_pressure(
            Ctx(db.session, TRACK, office.clock), token, Pressed("one form", "有人上门" * 20, "晚上打电话", "somewhere")
        )
    return [late, waits, done]


def tracked(numbers: list[str]) -> list[str]:
    """What holders of receipts see: a matter that waits, one to be rated, the form to the discipline contact."""
    rows = select(Receipt.token).join(Case, Case.id == Receipt.case_id).where(Case.number.in_(numbers[1:]))
    tokens = list(db.session.scalars(rows))
    db.session.rollback()  # nothing is held open: others log in meanwhile
    return [*(f"/track/{token}" for token in tokens), f"/track/{tokens[0]}/pressed"]


def pages_of(page: Any, numbers: list[str]) -> list[str]:
    """Where the navigation leads, the cases, and the forms on them."""
    links = page.eval_on_selector_all(
        "nav a[href], .me-menu a[href]", "all => all.map(one => one.getAttribute('href'))"
    )
    inside = [link for link in dict.fromkeys(links) if link.startswith("/")]
    number = numbers[0]
    acts = [f"/act/{name}/{number}" for name in ("follow_up", "resolve", "extend")]
    more = [
        "/inbox",
        "/inbox/reach",
        "/day",
        "/day/town",
        "/supervision",
        "/teams/absences",
        "/teams/handover",
        "/teams/vacant",
    ]
    more += ["/settings/calendar", "/settings/days.notice", "/settings/category.own", f"/supervision/{word_of(1)}"]
    more += [
        "/settings/templates",
        "/units",
        "/units/TH-DS",
        "/units/TH-DS/merge",
        "/units/new",
        "/units/requests",
        "/retention",
        "/letters",
        "/assigned?show=all",
    ]
    more += [f"/help/{number}", f"/supervise/{number}", "/reports/TH/2026-10?revision=1"]
    more += ["/reports/TH/2026-Q3", "/reports/TH/2026?category=other"]
    more += ["/me/factor", f"/papers/{word_of(1)}", f"/papers/{word_of(2)}?page=2", "/queue", "/offline"]
    more += [
        f"/receipt/{numbers[1]}",
        f"/progress/{number}",
        "/pressed",
        f"/pressed/{word_of(1)}",
        "/settings/office.phone",
    ]
    more += ["/track", "/track/unknown", *tracked(numbers)]
    more += [
        f"/screening/TH-SH/{day}" for day in ("2026-11-01", "2026-11-16", "2026-11-16/record", "2026-11-01/correct")
    ]
    more += ["/settings/screening.cadence", "/settings/screening.sensitive", "/settings/screening.since"]
    inside = list(dict.fromkeys(inside + more))
    return [*inside, *(f"/cases/{one}" for one in numbers), *acts, f"/seat/lead/{number}", "/reports/TH/2026-10"]


class Judge:
    """Judges the pages it is shown, each thing once: a page all of whose elements are of kinds that axe has seen would be
    judged as they were, and so would the frame around one whose news is inside. In the long trials it judges every page,
    and all of it."""

    def __init__(self) -> None:
        self.shown: set[str] = set()
        self.kinds: set[str] = set()
        self.asked = self.opened = self.judged = self.whole = 0

    def is_new(self, answer: Any) -> bool:
        """Whether a page, as the server sends it, was never opened: one refusal looks like the other, and many pages are
        the same to every role."""
        self.asked += 1
        shown = TOKEN.sub("", answer.text[answer.text.index("<main") : answer.text.index("</main>")])
        new = LONG or shown not in self.shown
        self.shown.add(shown)
        return new

    def look(self, page: Any, path: str) -> Iterator[str]:
        """What is wrong with a page on a phone, on a desktop and on the narrowest screen, a line each."""
        self.opened += 1
        frame, inside = map(set, page.evaluate(KINDS))
        whole = LONG or not frame <= self.kinds
        with_axe = whole or not inside <= self.kinds
        self.kinds |= frame | inside
        self.judged += with_axe
        self.whole += whole
        yield from judged(page, path, within="html" if whole else "main" if with_axe else "")


def answer_to(client: Any, path: str) -> Any:
    """A page as the server sends it; nothing is held open while the browser is served."""
    answer = client.get(path, follow_redirects=True)
    db.session.rollback()
    return answer


@pytest.mark.slow(seconds=120)
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_axe_finds_nothing_and_nothing_runs_off_the_side(chromium, address, numbers, browse):
    findings, judge = [], Judge()
    for role in ROLES:
        client = browse(role)
        context = chromium.new_context()
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(address + "/login")
        if judge.is_new(answer_to(client.application.test_client(), "/login")):
            findings += judge.look(page, "/login")
        page.fill("#username", role)
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(address + "/")
        for path in pages_of(page, numbers):
            answer = answer_to(client, path)
            assert answer.status_code in (200, 403, 404), f"{role}: {path}"
            if judge.is_new(answer):
                assert page.goto(address + path).status == answer.status_code, f"{role}: {path}"
                findings += [f"{role}: {one}" for one in judge.look(page, path)]
        context.close()
    told.info(
        "%d pages, %d opened, %d judged by axe, %d with their frame",
        judge.asked,
        judge.opened,
        judge.judged,
        judge.whole,
    )
    assert judge.judged > 50
    assert not findings, "\n".join(findings)


def judged(page: Any, path: str, *, within: str) -> Iterator[str]:
    """What is wrong with a page on a phone, on a desktop and on the narrowest screen, a line each; axe looks within an
    element, or not at all."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if within:
            yield from violations(page, within, f"{path} ({size})")
        yield from run_off(page, path)
    page.set_viewport_size({"width": NARROWEST, "height": 844})
    yield from run_off(page, path)


def violations(page: Any, within: str, where: str) -> Iterator[str]:
    """What axe has to say of a page, or of a part of it."""
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for one in page.evaluate(AXE, within):
        yield from (f"{where}: {one['id']}: {node['html'][:160]}" for node in one["nodes"][:3])


def run_off(page: Any, path: str) -> Iterator[str]:
    """What runs off the side of the screen."""
    wide, narrow = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if wide > narrow:
        yield f"{path}: {wide} px of content on {narrow} px"


def walk_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is on what a selector names."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_keyboard_alone_logs_in_finds_what_is_late_and_puts_work_on_record(chromium, address, numbers):
    page = chromium.new_context(viewport=dict(zip(("width", "height"), SIZES["desktop"], strict=True))).new_page()
    page.goto(address + "/login")
    walk_to(page, ".skip")
    walk_to(page, "#username")
    page.keyboard.type("grid")
    walk_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(address + "/")
    walk_to(page, ".case-link")
    page.keyboard.press("Enter")
    page.wait_for_selector(".act-bar")
    walk_to(page, ".act-bar a[href*='/act/']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".act-form")
    walk_to(page, ".act-form input[type=radio]")
    page.keyboard.press("Space")
    walk_to(page, ".act-form textarea")
    page.keyboard.type("键盘记录")
    walk_to(page, ".act-form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".timeline")
    assert "键盘记录" in page.inner_text(".timeline")
    page.context.close()


def fill_by_keyboard(page: Any, texts: dict[str, str], submit: str) -> None:
    """Type into the fields that selectors name, choose the first of radio buttons, press Enter on the button."""
    for selector, text in texts.items():
        walk_to(page, selector)
        page.keyboard.type(text) if text else page.keyboard.press("Space")
    walk_to(page, submit)
    page.keyboard.press("Enter")


def act_by_keyboard(page: Any, action: str, texts: dict[str, str]) -> None:
    """From a case to an act on it and back, with what is put on record there."""
    link = f".act-bar a[href*='/act/{action}/']"
    if not page.is_visible(link):
        walk_to(page, ".act-more > summary")
        page.keyboard.press("Enter")
    walk_to(page, link)
    page.keyboard.press("Enter")
    page.wait_for_selector(".act-form")
    fill_by_keyboard(page, texts, ".act-form button[type=submit]")
    page.wait_for_selector(".timeline")


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_keyboard_alone_logs_a_case_follows_it_up_resolves_it_and_looks_it_up(chromium, address):
    page = chromium.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(address + "/login")
    page.fill("#username", "grid")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(address + "/")
    page.goto(address + "/cases/new")
    page.wait_for_selector("form[data-taken]")
    fill_by_keyboard(page, {"#story": "两家水沟争执", "input[name=category]": ""}, ".submit-bar button[type=submit]")
    page.wait_for_selector("#logged[data-state=sent] .result-number:not(:empty)")
    number = page.inner_text(".result-number")
    walk_to(page, "#logged a[data-part=open]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".act-bar")
    act_by_keyboard(page, "follow_up", {".act-form input[type=radio]": "", ".act-form textarea": "到场看过"})
    act_by_keyboard(page, "resolve", {".act-form input[type=radio]": "", ".act-form textarea": "协议书已签"})
    assert "协议书已签" in page.inner_text(".timeline")
    page.context.clear_cookies()
    db.session.expire_all()
    found = select(Receipt.token, Receipt.code).join(Case, Case.id == Receipt.case_id).where(Case.number == number)
    token, code = db.session.execute(found).one()
    db.session.rollback()  # a reader here would keep the server from writing
    page.goto(address + "/track")
    fill_by_keyboard(page, {"#number": number, "#code": code}, "main button[type=submit]")
    page.wait_for_url(f"{address}/track/{token}")
    assert number in page.inner_text("main")
    page.context.close()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_large_text_is_a_quarter_larger_stays_and_fits_the_narrowest_screen(chromium, address, numbers):
    page = chromium.new_context(viewport={"width": NARROWEST, "height": 640}).new_page()
    page.goto(address + "/login?text=large")
    page.fill("#username", "leader")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    found = []
    for path in pages_of(page, numbers):
        page.goto(address + path)
        if not path.startswith("/track"):  # the public page has big type of its own
            assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px", path
        found += run_off(page, path)
    page.goto(address + "/?text=normal")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "16px"
    page.context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_work_that_takes_longer_than_a_second_says_so(chromium, address, numbers):
    page = chromium.new_context().new_page()
    page.clock.install()
    page.goto(address + "/login")
    page.fill("#username", "office")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.goto(address + "/reports")
    page.evaluate("document.addEventListener('click', event => event.preventDefault())")  # the next page never comes
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    page.click("a[href='/reports/TH/2026-10']")
    page.clock.run_for(900)
    assert page.is_hidden("#being-worked-out")
    page.clock.run_for(200)
    assert page.is_visible("#being-worked-out")
    page.goto(address + "/reports/TH/2026-10")
    assert page.is_hidden("#being-worked-out")
