"""A word after a command that makes no sense: one sentence, status 1 (2 for wrong usage), nothing printed or changed."""

from __future__ import annotations

import json

import pytest

from tests.cases.make import log, moment
from tests.cli.terminal import assert_told

pytestmark = pytest.mark.one_database
MONTH = ("report", "month")
OCTOBER = (*MONTH, "2026-10", "--unit", "TH", "--json")
BAD = {
    "a thirteenth month": ((*MONTH, "2024-13", "--unit", "TH", "--json"), "2024-13 不是月份，请写成 2026-03"),
    "no month at all": ((*MONTH, "2024-00", "--unit", "TH", "--json"), "2024-00 不是月份"),
    "a month in words": ((*MONTH, "六月", "--unit", "TH", "--json"), "六月 不是月份"),
    "a month in another form": ((*MONTH, "2024-6", "--unit", "TH", "--json"), "2024-6 不是月份"),
    "a month to come": ((*MONTH, "2026-12", "--unit", "TH", "--json"), "2026-12 尚未开始"),
    "a month far off": ((*MONTH, "9999-12", "--unit", "TH", "--json"), "9999-12 尚未开始"),
    "a report of no unit": ((*MONTH, "2026-10", "--unit", "NIX", "--json"), "没有代码为 NIX 的单位"),
    "as of no instant": ((*OCTOBER, "--as-of", "中午"), "中午 不是日期时间"),
    "as of no such day": ((*OCTOBER, "--as-of", "2026-02-30T09:00"), "2026-02-30T09:00 不是日期时间"),
    "as of the future": ((*OCTOBER, "--as-of", "2026-11-24T00:00"), "2026-11-24T00:00 在将来"),
    "as of before the month": ((*OCTOBER, "--as-of", "2026-09-30T23:00"), "2026-10 尚未开始"),
    "a report as nobody": ((*OCTOBER, "--as", "nobody"), "没有在用的用户 nobody"),
    "a report as who may not": ((*OCTOBER, "--as", "admin"), "您的岗位无此权限"),
    "frozen before it is over": ((*MONTH, "2026-11", "--unit", "TH", "--freeze", "--json"), "2026-11尚未结束"),
    "frozen as of before its end": ((*OCTOBER, "--freeze", "--as-of", "2026-10-05T00:00"), "2026-10尚未结束"),
    "frozen as of no instant": ((*OCTOBER, "--freeze", "--as-of", "中午"), "中午 不是日期时间"),
    "frozen by who may not": ((*OCTOBER, "--freeze", "--as", "village"), "您的岗位无此权限"),
    "a revision nobody made": ((*OCTOBER, "--revision", "9"), "2026-10没有第9版"),
    "a sweep of no day": (("sweep", "--on", "2026-02-30", "--json"), "2026-02-30 不是日期"),
    "a sweep of a word": (("sweep", "--on", "昨天", "--json"), "昨天 不是日期"),
    "overdue on no day": (("overdue", "--unit", "TH", "--on", "2026-13-01", "--json"), "2026-13-01 不是日期"),
    "overdue nowhere": (("overdue", "--unit", "NIX", "--json"), "没有代码为 NIX 的单位"),
    "overdue as nobody": (("overdue", "--unit", "TH", "--as", "nobody", "--json"), "没有在用的用户 nobody"),
    "a job nobody knows": (("jobs", "run", "nix"), "没有任务 nix；现有 units, sweep"),
    "a slot that is no instant": (("jobs", "run", "sweep", "--for", "中午"), "中午 不是日期时间"),
    "a slot to come": (("jobs", "run", "sweep", "--for", "2026-11-24T00:31"), "2026-11-24T00:31 在将来"),
    "the demo beside real cases": (("demo",), "数据库已有案件"),
}


@pytest.fixture
def overdue(as_user) -> str:
    """A case nobody has looked after since October."""
    return log(as_user("grid"), at=moment(2026, 10, 5, 9))


@pytest.mark.parametrize("what", BAD)
def test_a_word_that_makes_no_sense_is_refused(run, nothing_changes, overdue, what):
    words, sentence = BAD[what]
    with nothing_changes():
        assert_told(run(*words), sentence)


UNWRITTEN = {
    "histories of no unit": (("cases", "export", "OUT", "--unit", "NIX"), "没有代码为 NIX 的单位"),
    "histories as nobody": (("cases", "export", "OUT", "--as", "nobody"), "没有在用的用户 nobody"),
    "histories as who may not": (("cases", "export", "OUT", "--as", "grid"), "您的岗位无此权限"),
    "telephone numbers for no reason": (("cases", "export", "OUT", "--with-contacts"), "理由"),
    "telephone numbers for an empty one": (("cases", "export", "OUT", "--with-contacts", "--reason", " "), "理由"),
    "a reason for nothing": (("cases", "export", "OUT", "--reason", "回访"), "--with-contacts"),
    "a ledger of no unit": (("ledger", "export", "OUT", "--unit", "NIX"), "没有代码为 NIX 的单位"),
    "a ledger from no day": (
        ("ledger", "export", "OUT", "--unit", "TH", "--from", "2026-02-30"),
        "2026-02-30 不是日期",
    ),
    "a ledger to no day": (("ledger", "export", "OUT", "--unit", "TH", "--to", "月底"), "月底 不是日期"),
    "a ledger backwards": (
        ("ledger", "export", "OUT", "--unit", "TH", "--from", "2026-02-01", "--to", "2026-01-31"),
        "起止日期颠倒",
    ),
    "a ledger as who may not": (("ledger", "export", "OUT", "--unit", "TH", "--as", "admin"), "您的岗位无此权限"),
    "a workbook of no month": ((*MONTH, "2026-13", "--unit", "TH", "--xlsx", "OUT"), "2026-13 不是月份"),
}


@pytest.mark.parametrize("what", UNWRITTEN)
def test_what_is_refused_leaves_no_file_behind(run, nothing_changes, overdue, tmp_path, what):
    words, sentence = UNWRITTEN[what]
    with nothing_changes():
        assert_told(run(*[tmp_path / "out" if word == "OUT" else word for word in words]), sentence)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("cases", "export", "OUT"), ("ledger", "export", "OUT", "--unit", "TH"),
        (*MONTH, "2026-10", "--unit", "TH", "--xlsx", "OUT"),
        (*MONTH, "2026-10", "--unit", "TH", "--json", "--xlsx", "OUT"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_written_is_named(run, nothing_changes, overdue, tmp_path, words):
    place = tmp_path / "nowhere" / "out"
    with nothing_changes():
        assert_told(run(*[place if word == "OUT" else word for word in words]), f"无法写入 {place}")


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",), ("cases", "nonsense"), ("cases", "import"), ("units", "load"), ("ledger", "export", "out.xlsx"),
        ("overdue", "--json"), (*MONTH, "2026-10"), ("sweep", "--nonsense"), ("jobs", "run"), ("serve", "--port", "no"),
        ("users", "add", "neu", "--full-name", "新来的", "--unit", "TH"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_ends_with_two(run, nothing_changes, words):
    with nothing_changes():
        outcome = run(*words)
    assert (outcome.exit_code, outcome.stdout, "Usage:" in outcome.stderr) == (2, "", True)


@pytest.mark.parametrize(
    "words",
    [
        ("sweep", "--on", "0001-01-01", "--json"), ("jobs", "run", "sweep", "--for", "0001-01-01T00:00Z"),
        ("jobs", "run", "monthly_freeze", "--for", "0001-01-01T00:00Z"),
    ],
)  # fmt: skip
def test_the_first_day_of_all_is_answered_in_a_sentence(run, nothing_changes, words):
    with nothing_changes():
        assert_told(run(*words), "0001-01-01")


def test_a_month_of_no_unit_is_not_frozen(run, nothing_changes):
    with nothing_changes():
        assert_told(run(*MONTH, "2026-10", "--unit", "NIX", "--freeze"), "没有代码为 NIX 的单位")


@pytest.mark.parametrize(
    "words",
    [
        (*MONTH, "2026-09", "--unit", "TH", "--freeze", "--revision", "3"),
        (*OCTOBER, "--revision", "1", "--as-of", "2026-11-01T00:00"),
    ],
    ids=["which to make", "as of when"],
)
def test_words_that_contradict_each_other_are_refused(run, words):
    assert run(*OCTOBER, "--freeze").exit_code == 0
    assert run(*words).exit_code in (1, 2)


def test_nothing_is_flagged_before_its_day(run, nothing_changes, as_user):
    log(as_user("grid"), at=moment(2026, 11, 23, 9))
    with nothing_changes():
        assert_told(run("sweep", "--on", "2027-11-23", "--json"), "在将来")


@pytest.mark.parametrize("who", ["village", "outsider"])
def test_figures_of_a_unit_out_of_reach_are_refused(run, overdue, who):
    assert_told(run(*OCTOBER, "--as", who), "没有此报表")


def test_a_list_of_what_is_overdue_is_what_the_user_may_see_of_it(run, overdue):
    assert json.loads(run("overdue", "--unit", "TH", "--json", "--as", "outsider").stdout) == []
    assert json.loads(run("overdue", "--unit", "TH", "--json", "--as", "village").stdout)


def test_who_sees_no_case_is_told_so_when_asking_for_the_overdue(run, overdue):
    assert_told(run("overdue", "--unit", "TH", "--json", "--as", "admin"), "您的岗位无此权限")
