"""users add: an account that makes no sense is refused, and neither the account nor the post is kept."""

from __future__ import annotations

import pytest

from tests.cli.terminal import assert_told

pytestmark = pytest.mark.either_database

WORD = "a long enough word\n"
NEW = {"name": "newcomer", "full-name": "周新来", "role": "office", "unit": "TH"}
BAD = {
    "a role nobody knows": ({"role": "king"}, WORD, "没有角色 king；角色有 grid"),
    "a unit nobody knows": ({"unit": "NIX"}, WORD, "没有代码为 NIX 的单位"),
    "a name in characters": ({"name": "周新来"}, WORD, "用户名由拉丁字母、数字、- 和 _ 组成"),
    "a name with a space": ({"name": "new comer"}, WORD, "用户名由拉丁字母、数字、- 和 _ 组成"),
    "no name": ({"name": ""}, WORD, "用户名由拉丁字母、数字、- 和 _ 组成"),
    "no full name": ({"full-name": " "}, WORD, "缺少姓名"),
    "a short password": ({}, "short\n", "密码至少 10 位"),
    "no password": ({}, "", "密码至少 10 位"),
    "a post that is held": (
        {"name": "grid", "full-name": "网格员甲", "role": "grid", "unit": "TH-SH-01"},
        WORD,
        "网格员甲 已任此岗",
    ),
}


def words(**changed: str) -> list[str]:
    asked = NEW | changed
    options = [word for name in ("full-name", "role", "unit") for word in (f"--{name}", asked[name])]
    return ["users", "add", *options, "--", asked["name"]]


@pytest.mark.parametrize("what", BAD)
def test_an_account_that_makes_no_sense_is_refused(run, nothing_changes, what):
    changed, typed, sentence = BAD[what]
    with nothing_changes():
        assert_told(run(*words(**changed), typed=typed), sentence)


def test_the_password_is_never_said_again(run):
    outcome = run(*words(), typed=WORD)
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert WORD.strip() not in outcome.stderr


def test_a_user_name_that_is_somebody_elses_is_refused(run, nothing_changes):
    with nothing_changes():
        asked = {"name": "grid", "full-name": "周新来", "role": "village", "unit": "TH-SH"}
        assert_told(run(*words(**asked), typed=WORD), "grid")


@pytest.mark.parametrize("changed", [{"name": "n" * 300}, {"full-name": "周" * 300}], ids=["name", "full name"])
def test_a_name_without_end_is_refused_on_every_database(run, nothing_changes, changed):
    with nothing_changes():
        assert_told(run(*words(**changed), typed=WORD), "")
