"""Passwords: long enough, none that is tried first, any signs, nothing else asked (NIST SP 800-63B)."""

from __future__ import annotations

import pytest

from caseapp.actions.accounts import add_user
from caseapp.actions.passwords import HASHER, digest_of, is_right
from caseapp.db import db, unit_of_work
from caseapp.domain.people.common_passwords import common_passwords
from caseapp.domain.people.models import User
from caseapp.domain.people.passwords import LONGEST, SHORTEST, check_password
from caseapp.domain.people.spelled import spelled
from caseapp.kernel.errors import RuleViolation
from tests.conftest import STRONG

pytestmark = pytest.mark.either_database

KNOWN = ("zhoujia", "周新来", "太和镇", "太和", "双合村", "13800001111")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse", "wo jia men qian", "门前两棵枣树一口井三只鹅", "          leading blanks", "ALLCAPITALSHERE", "全是汉字没有数字也行啊",
        "x" * 3 + "yzw" * 20, "48261730592", "🐎🐎🌾🌾🏠🏠🐓🐓🌙🌙☀️",
    ],
)  # fmt: skip
def test_any_signs_will_do_when_there_are_enough(password):
    check_password(password, KNOWN)


@pytest.mark.parametrize("password", ["", "short", "demo-2026", "九个汉字是不够的呀"])
def test_fewer_than_ten_are_refused(password):
    with pytest.raises(RuleViolation, match="characters or more"):
        check_password(password)


def test_what_is_kept_of_a_password_costs_whoever_guesses_19_mebibytes_a_try():
    assert STRONG.hash("correct horse").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_sixty_four_signs_are_taken_and_two_hundred_are_the_most():
    long = "quiet river stones " * 20
    check_password(long[:64])
    check_password(long[:LONGEST])
    with pytest.raises(RuleViolation, match="at most"):
        check_password(long[: LONGEST + 1])


@pytest.mark.parametrize(
    "password",
    [
        "password123", "PASSWORD123", "Passw0rd!123", "woaini1314520", "qwertyuiop", "1234567890", "0987654321",
        "aaaaaaaaaa", "abababababab", "admin123456", "123456admin", "iloveyou123", "1qaz2wsx3edc", "xinfangban123",
        "ｐａｓｓｗｏｒｄ123",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_refused(password):
    with pytest.raises(RuleViolation, match=r"tried first|others know"):
        check_password(password, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "太和镇2026年1月", "caseapp2026", "CaseApp-2026!", "zhoujia1990", "周新来13800001111", "双合村双合村20261123", "2026-2027-2028",
        "ｃａｓｅａｐｐ２０２６",
    ],
)  # fmt: skip
def test_what_is_made_of_names_and_years_that_others_know_is_refused(password):
    with pytest.raises(RuleViolation, match="others know"):
        check_password(password, KNOWN)


def test_a_known_name_beside_words_of_ones_own_is_fine():
    check_password("太和镇的桥下有三只白鹅", KNOWN)


def test_the_list_holds_thousands_and_none_that_would_be_too_short_anyway():
    common = common_passwords(SHORTEST)
    assert len(common) > 5000
    assert min(map(len, common)) == SHORTEST


def test_the_names_of_the_town_and_ones_own_are_known(system):
    for password in ("双合村第一组2026", "newperson2026", "周新来周新来周新来2026"):
        with pytest.raises(RuleViolation, match="others know"), unit_of_work(db.session):
            add_user(system, "newperson", "周新来", password, phone="000-0000-0199")


@pytest.mark.parametrize(
    "password",
    ["shuanghecun2026", "Taihe@123456", "houmangui2026", "Hou-Man-Gui123456", "gridgrid2026", "abcabcabc2026"],
)
def test_names_in_pinyin_are_known_too_and_a_word_again_and_again_is_one_word(system, password):
    with pytest.raises(RuleViolation, match=r"others know|tried first"), unit_of_work(db.session):
        add_user(system, "newperson", "侯满贵", password)


def test_a_name_is_spelled_in_every_reading_of_its_signs():
    assert spelled("双合村") >= {"shuanghecun"}
    assert spelled("单吕") >= {"danlv", "shanlu"}
    assert spelled("grid") == set()


def test_full_width_and_half_width_signs_are_one_password():
    user = User(password_hash=digest_of("ｃｏｒｒｅｃｔ　horse"))
    assert is_right(user, "correct horse")


def test_a_password_from_before_keeps_working_as_it_was_typed():
    old = User(password_hash=HASHER.hash("ｓhort１"))
    assert is_right(old, "ｓhort１")
    assert not is_right(old, "short1")


def test_nothing_is_the_password_of_an_account_that_has_none():
    for typed in ("", "anything at all"):
        assert not is_right(User(password_hash=""), typed)
        assert not is_right(None, typed)
