"""The text of a message, and the bodies that robots take."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from caseapp.domain.notices.digest import Line, escaped, link_to, markdown, plain, subject
from caseapp.office.robots import as_bytes, judged, markdown_body, signed

LATE = Line("overdue", "太调〔2026〕0001号", "neighbour", "双合村", "handle:1", date(2026, 11, 20))
GIVEN = Line("given", "太调〔2026〕0002号", "land", "顶上村", "seat:lead")
SOON = Line("due_soon", "太调〔2026〕0003号", "land", "顶上村", "follow_up:2", date(2026, 11, 25))


def say(message: str) -> str:
    return message


def name(kind: str, slug: object) -> str:
    return f"<{kind} {slug}>"


def test_the_subject_says_how_many_and_how_many_are_overdue():
    assert subject([LATE, GIVEN, SOON], say) == "[Petitions and disputes] 3 to look at, 1 overdue"
    assert subject([GIVEN], say) == "[Petitions and disputes] 1 to look at"


def test_the_text_has_the_urgent_first_and_a_link_to_each_case():
    text = plain([GIVEN, SOON, LATE], say, name, "https://office.example/")
    first, second, third = (text.index(line.number) for line in (LATE, SOON, GIVEN))
    assert first < second < third
    assert "Overdue：<kind handle> · 太调〔2026〕0001号 · <category neighbour> · 双合村 · by 11/20/2026" in text
    assert "You were given a seat：<seat lead>" in text
    assert "https://office.example/cases/%E5%A4%AA%E8%B0%83%E3%80%942026%E3%80%950001%E5%8F%B7" in text


def test_without_an_address_there_are_no_links():
    assert "http" not in plain([LATE], say, name) + markdown([LATE], say, name)
    assert link_to("", "x") == ""


def test_markdown_is_escaped():
    text = markdown([Line("given", "a*b](http://bad)", "", "_村_")], say, name)
    assert r"a\*b\]\(http://bad\)" in text
    assert r"\_村\_" in text
    assert escaped("a\n# b") == r"a \# b"


def test_a_robot_gets_as_many_lines_as_it_takes_and_the_number_of_the_rest():
    many = [Line("given", f"太调〔2026〕{place:04d}号", "land", "顶上村") for place in range(200)]
    text = markdown(many, say, name, "https://office.example", 4000)
    listed = text.count("号 ·")
    assert len(text.encode()) <= 4000
    assert 5 < listed < 200
    assert f"and {200 - listed} more" in text


def test_a_mail_that_is_too_long_says_how_much_is_left():
    many = [GIVEN] * 600
    assert "and 100 more" in plain(many, say, name)


def test_the_bodies_are_what_the_robots_take():
    assert markdown_body("wecom", "题", "**文**") == {"msgtype": "markdown", "markdown": {"content": "**文**"}}
    assert markdown_body("dingtalk", "题", "文") == {"msgtype": "markdown", "markdown": {"title": "题", "text": "文"}}
    assert json.loads(as_bytes(markdown_body("wecom", "题", "文"))) == markdown_body("wecom", "题", "文")
    with pytest.raises(ValueError, match="pager"):
        markdown_body("pager", "", "")


def test_the_signature_of_dingtalk_is_over_the_time_and_the_secret():
    url = signed("https://robot.example/send?access_token=t", "SECabc", 1600000000000)
    asked = parse_qs(urlsplit(url).query)
    assert asked["timestamp"] == ["1600000000000"]
    # printf '1600000000000\nSECabc' | openssl dgst -sha256 -hmac SECabc -binary | base64
    assert asked["sign"] == ["ABcUcMOwyGGKmiNbHqEbhvKpuIGkMXqT1gAGfAAmnk8="]
    assert signed("https://robot.example/send", "", 1) == "https://robot.example/send"


@pytest.mark.parametrize(
    ("status", "answer", "taken", "known"),
    [
        (200, b'{"errcode": 0, "errmsg": "ok"}', True, True),
        (200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}', False, True),
        (200, b"<html>", False, False),
        (200, b"[]", False, False),
        (500, b"", False, True),
        (404, b"", False, True),
        (502, b"", False, False),
        (504, b"", False, False),
    ],
)
def test_what_a_robot_answers_is_taken_refused_or_unclear(status, answer, taken, known):
    problem, sure = judged(status, answer)
    assert (problem == "", sure) == (taken, known)
