"""A line that is no legal history is refused by its number and its rule; the others are taken."""

from __future__ import annotations

import pytest

from caseapp.db import db
from caseapp.domain.cases.models import Case
from tests.cli.terminal import REGISTERED, assert_told, case, count, then, written

pytestmark = pytest.mark.either_database

RESOLVED = then("resolved", method="mediation", evidence="调解协议", by="grid")
BAD = {
    "no JSON": ("{oops", "不是 JSON"),
    "half a line": (case()[:40], "不是 JSON"),
    "a bottomless list": ("[" * 100_000, "不是 JSON"),
    "no object": ("[1, 2]", "一个案件应为一个 JSON 对象"),
    "a word": ('"案件"', "一个案件应为一个 JSON 对象"),
    "no events": (case(events=[]), "案件须有事件，首个为登记"),
    "a unit nobody knows": (case(unit="NIX"), "没有代码为 NIX 的单位"),
    "a track nobody knows": (case(track="gossip"), "track：gossip 不在可选范围"),
    "a field nobody knows": (case(colour="red"), "colour"),
    "an event nobody knows": (case(then("jumped")), "kind：jumped 不在可选范围"),
    "a head count in words": (case(headcount="两人"), "涉及人数是 1 到 100000 之间的整数"),
    "no number at all": (case().replace('"title"', '"headcount": NaN, "title"'), "涉及人数是 1 到 100000 之间的整数"),
    "a title without end": (case(title="长" * 300), "title 超过 200 个字"),
    "a character nobody can read": (case(title="沟\x00渠"), "title 含有无法识别的字符"),
    "no instant": (case(events=[REGISTERED | {"at": "昨天"}]), "昨天 不是日期时间"),
    "no instant, no such day": (case(events=[REGISTERED | {"at": "2026-02-30T09:00"}]), "不是日期时间"),
    "the future": (case(then("withdrawn", reason="自愿") | {"at": "2036-01-01T09:00"}), "withdrawn 的时间在将来"),
    "recorded too early": (case(then("mediated", result="failed", recorded_at="2026-10-05T10:00")), "mediated"),
    "not yet possible": (case(then("archived")), "不能“archived”"),
    "a visit to an open case": (case(then("return_visited", result="fulfilled")), "不能“return_visited”"),
    "registered twice": (case(REGISTERED), "一案只登记一次，且为首个事件"),
    "up past a tier": (case(then("escalated", to="TH", reason="疑难")), "上"),
    "no evidence": (case(then("resolved", method="mediation", evidence="")), "evidence"),
    "confirmed by who resolved it": (
        case(RESOLVED, then("return_visited", result="fulfilled", by="grid") | {"at": "2026-10-07T09:00"}),
        "登记化解的人不得登记核实回访",
    ),
    "a case nobody knows": (case(then("repeated", of="太调〔2020〕9999号")), "没有案件 太调〔2020〕9999号"),
}


@pytest.mark.parametrize("what", BAD)
def test_an_illegal_line_is_refused_by_number_and_rule(run, nothing_changes, tmp_path, what):
    line, sentence = BAD[what]
    with nothing_changes():
        outcome = run("cases", "import", written(tmp_path, f"\n{line}\n"))
    assert_told(outcome, sentence, count(refused=1))
    assert outcome.stderr.startswith("第 2 行：")


def test_the_lines_around_bad_ones_are_taken(run, tmp_path):
    text = "\n".join([case(title="甲"), "{oops", case(title="乙"), case(then("archived"), title="丙"), "7"])
    outcome = run("cases", "import", written(tmp_path, text))
    assert_told(outcome, "第 2 行：不是 JSON", "第 4 行：", "第 5 行：一个案件", count(added=2, refused=3))
    assert sorted(found.title for found in db.session.query(Case)) == ["乙", "甲"]


def test_a_number_that_stands_there_twice_is_taken_once(run, tmp_path):
    text = f"{case(number='老〔2026〕1号')}\n{case(number='老〔2026〕1号', title='别的事')}\n"
    outcome = run("cases", "import", written(tmp_path, text))
    assert_told(outcome, "第 2 行：编号 老〔2026〕1号 出现两次", count(added=1, refused=1))


def test_a_contradiction_with_what_is_on_record_is_refused(run, nothing_changes, tmp_path):
    mediated = then("mediated", result="failed", by="grid")
    assert run("cases", "import", written(tmp_path, case(mediated, number="N1"))).exit_code == 0
    with nothing_changes():
        told = case(mediated | {"result": "agreed"}, number="N1")
        assert_told(run("cases", "import", written(tmp_path, told)), "第 1 行：", count(refused=1))


@pytest.mark.parametrize("content", [case().encode("gbk"), b"PK\x03\x04\xff\xfe\x00"])
def test_a_file_that_is_no_text_is_refused(run, nothing_changes, tmp_path, content):
    with nothing_changes():
        assert_told(run("cases", "import", written(tmp_path, content)), "不是 UTF-8 文本")


@pytest.mark.parametrize("path", ["no-such-file.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(run, nothing_changes, tmp_path, path):
    with nothing_changes():
        assert_told(run("cases", "import", tmp_path / path), f"无法读取 {tmp_path / path}")


@pytest.mark.parametrize("who", ["grid", "admin", "outsider"])
def test_nobody_imports_where_their_posts_do_not_reach(run, nothing_changes, tmp_path, who):
    with nothing_changes():
        outcome = run("cases", "import", written(tmp_path, case()), "--as", who)
    assert_told(outcome, "第 1 行：您的岗位不管辖 TH-SH-01", count(refused=1))


TOO_LONG = {
    "who did it": case(events=[REGISTERED | {"by": "某" * 500}]),
    "a party": case(parties=[{"role": "party", "name": "周" * 500}]),
    "a telephone number": case(parties=[{"role": "party", "name": "周甲一", "phone": "0" * 500}]),
    "who is complained of": case(about=["某" * 500]),
    "who takes a seat": case(then("seat_filled", seat="lead", holder="某" * 500)),
}


@pytest.mark.parametrize("what", TOO_LONG)
def test_a_name_without_end_is_refused_on_every_database(run, tmp_path, what):
    outcome = run("cases", "import", written(tmp_path, f"{case(title='好案件')}\n{TOO_LONG[what]}\n"))
    assert_told(outcome, "第 2 行：", count(added=1, refused=1))


@pytest.mark.parametrize("head", ["title", "number"])
def test_half_a_character_is_refused(run, tmp_path, head):
    half = case(**{head: "X"}).replace('"X"', '"\\ud800"')
    outcome = run("cases", "import", written(tmp_path, f"{case(title='好案件')}\n{half}\n"))
    assert_told(outcome, "第 2 行：", count(added=1, refused=1))
