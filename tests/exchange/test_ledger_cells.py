"""Reading the single cells of a ledger (contract §5)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from caseapp.domain.cases import words as slugs
from caseapp.domain.exchange import ledger_words as words
from caseapp.domain.exchange.ledger_cells import read_day
from caseapp.domain.exchange.ledger_reading import read_headcount, read_names, read_parties
from caseapp.kernel.errors import RuleViolation
from tests.exchange.ledger_world import LOOKUP, TODAY

DAY = date(2024, 6, 3)


@pytest.mark.parametrize(
    "value",
    ["2024-06-03", "2024/6/3", "2024.6.3", "2024年6月3日", "2024年6月3号", "2024 年 6 月 3 日", "２０２４－６－３",
     "2024-06-03T09:30:00",
     "2024/6/3 9:30", "2024.6.3.", "20240603", 20240603, 45446, 45446.4, DAY,
     datetime(2024, 6, 3, 9, 30)],  # noqa: DTZ001
)  # fmt: skip
def test_every_way_of_writing_a_date_is_read(value: object) -> None:
    assert read_day(value, "登记日期", TODAY) == DAY


@pytest.mark.parametrize("value", ["", None, "  ", "/", "—", "无", "未化解", "未回访"])
def test_an_empty_date_is_none(value: object) -> None:
    assert read_day(value, "化解日期", TODAY) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("24.6.3", "24.6.3: write the year with four digits, as in 2024-06-03"),
        ("24年6月3日", "24年6月3日: write the year with four digits, as in 2024-06-03"),
        ("2024.2.30", "there is no day 2024.2.30 in the calendar"),
        ("2024-13-01", "there is no day 2024-13-01 in the calendar"),
        ("2024.6", "2024.6 is not a date; write year, month and day as 2024-06-03"),
        ("6月3日", "6月3日 is not a date; write year, month and day as 2024-06-03"),
        ("100%", "100% is not a date; write year, month and day as 2024-06-03"),
        ("2024.6.3、2024.6.5", "2024.6.3、2024.6.5 is not a date; write year, month and day as 2024-06-03"),
        ("2025-01-01", "2025-01-01 lies in the future; today is 2024-12-31"),
        (date(2025, 1, 1), "2025-01-01 lies in the future; today is 2024-12-31"),
        ("1024-06-03", "1024-06-03 lies too far back to be meant"),
        (0, "0 is not a date; write year, month and day as 2024-06-03"),
        (2024.6, "2024.6 is not a date; write year, month and day as 2024-06-03"),
    ],
)
def test_what_is_no_date_is_refused_by_its_value(value: object, said: str) -> None:
    with pytest.raises(RuleViolation) as caught:
        read_day(value, "登记日期", TODAY)
    assert (caught.value.field, str(caught.value)) == ("登记日期", said)


@pytest.mark.parametrize(
    ("text", "count"), [("5", 5), ("5人", 5), ("约30人", 30), ("30余人", 30), ("", None), ("/", None)]
)
def test_numbers_of_people_are_read(text: str, count: int | None) -> None:
    assert read_headcount(text, "涉及人数")[0] == count


@pytest.mark.parametrize("text", ["0", "-3", "2.5", "3户", "若干", "1000000"])
def test_what_is_no_number_of_people_is_refused(text: str) -> None:
    with pytest.raises(RuleViolation):
        read_headcount(text, "涉及人数")


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("李山、王 水", [("party", "李山", ""), ("party", "王水", "")]),
        (
            "李山;王水，周海\n吴江等12人",
            [("party", "李山", ""), ("party", "王水", ""), ("party", "周海", ""), ("party", "吴江", "")],
        ),
        (
            "李山 13900000000；王水（电话：0735-1234567）",
            [("party", "李山", "13900000000"), ("party", "王水", "07351234567")],
        ),
        (
            "申请人：李山；被申请人：王水、太和砖厂",
            [("party", "李山", ""), ("respondent", "王水", ""), ("respondent", "太和砖厂", "")],
        ),
        ("李山、李山", [("party", "李山", "")]),
        ("匿名", []),
        ("/", []),
        ("", []),
    ],
)
def test_parties_are_told_apart(text: str, parties: list[tuple[str, str, str]]) -> None:
    found = read_parties(text, "party", "当事人")
    assert [(party["role"], party["name"], party.get("phone", "")) for party in found.people] == parties


def test_an_identity_number_among_the_parties_is_refused_without_repeating_it() -> None:
    with pytest.raises(RuleViolation) as caught:
        read_parties("李山 431023199001010010", "party", "当事人")
    assert "identity number" in str(caught.value)
    assert "4310" not in str(caught.value)


def test_names_lose_their_telephone_numbers() -> None:
    assert read_names("李山(镇长) 电话：13900000000、王水（13900000001），李山(镇长)", "包案领导")[0] == [
        "李山(镇长)",
        "王水",
    ]


@pytest.mark.parametrize(
    ("village", "group", "code"),
    [
        ("双合村", "", "TH-SH"),
        ("双合", "", "TH-SH"),
        ("th-sh", "", "TH-SH"),
        ("太和镇双合村", "", "TH-SH"),
        ("双合村委会", "", "TH-SH"),
        ("双 合 村", "", "TH-SH"),
        ("太和社区居委会", "", "TH-SQ"),
        ("太和村", "", "TH-TH"),
        ("太和镇太和村", "", "TH-TH"),
        ("太和镇", "", "TH"),
        ("双合村", "第一组", "TH-SH-01"),
        ("双合村", "一组", "TH-SH-01"),
        ("双合村", "1组", "TH-SH-01"),
        ("双合村", "1", "TH-SH-01"),
        ("双合村", "01", "TH-SH-01"),
        ("双合村", "双合村第一组", "TH-SH-01"),
        ("双合村", "双合一组", "TH-SH-01"),
        ("双合村", "第二村民小组", "TH-SH-02"),
        ("双合村", "12组", "TH-SH-12"),
        ("双合村", "十二组", "TH-SH-12"),
        ("双合村", "TH-SH-02", "TH-SH-02"),
        ("双合村", "老屋", "TH-SH-LW"),
        ("双合村第一组", "", "TH-SH-01"),
        ("双合村第一组", "一组", "TH-SH-01"),
        ("太和社区", "1网格", "TH-SQ-01"),
        ("太和社区", "1组", "TH-SQ-Z1"),
    ],
)
def test_units_are_found_by_code_and_by_name(village: str, group: str, code: str) -> None:
    assert LOOKUP.place(village, group) == code


@pytest.mark.parametrize(
    ("village", "group", "heading", "said"),
    [
        ("火星村", "", "所属村(社区)", "no village or community of ours is called 火星村"),
        ("太和", "", "所属村(社区)",
         "太和 may mean 太和村 (TH-TH)、太和社区 (TH-SQ); write the whole name or the code"),
        ("太和村", "一组", "村民小组/网格", "太和村 has no group or grid 一组; it has —"),
        ("双合村第一组", "二组", "村民小组/网格", "双合村 has no group or grid 二组; it has 双合村第一组"),
        (
            "双合村", "第九组", "村民小组/网格",
            "双合村 has no group or grid 第九组; it has 双合村第一组、双合村第二组、第十二组、老屋组",
        ),
    ],
)  # fmt: skip
def test_unknown_units_are_refused_saying_what_there_is(village: str, group: str, heading: str, said: str) -> None:
    with pytest.raises(RuleViolation) as caught:
        LOOKUP.place(village, group)
    assert (caught.value.field, str(caught.value)) == (heading, said)


def test_a_number_that_two_groups_share_is_not_guessed() -> None:
    with pytest.raises(RuleViolation):
        LOOKUP.place("太和社区", "1")


def test_the_words_of_the_ledger_cover_every_slug() -> None:
    assert tuple(words.CHANNELS.lines) == slugs.CHANNELS
    assert tuple(words.CATEGORIES.lines) == slugs.CATEGORIES
    assert tuple(words.RISKS.lines) == slugs.RISKS
    assert tuple(words.METHODS.lines) == slugs.RESOLUTION_METHODS
    assert tuple(words.VISIT_RESULTS.lines) == slugs.VISIT_RESULTS
    assert tuple(words.SCORES.lines) == slugs.SCORES


@pytest.mark.parametrize(
    "table",
    [
        words.CHANNELS,
        words.CATEGORIES,
        words.RISKS,
        words.METHODS,
        words.VISIT_RESULTS,
        words.SCORES,
        words.TIERS,
        words.STATES,
    ],
)
def test_every_word_we_write_is_read_back(table: words.Vocabulary) -> None:
    assert [table.slug(table.label(slug)) for slug in table.lines] == list(table.lines)
    assert sum(len({slug, *line.split()}) for slug, line in table.lines.items()) == len(table.known), "a word twice"


def test_words_people_add_are_overlooked() -> None:
    assert words.CATEGORIES.slug("邻里矛盾纠纷") == "neighbour"
    assert words.CATEGORIES.slug("劳资（欠薪）纠纷") == "labour"
    assert words.CHANNELS.slug("来访（群众）") == "visit"
    assert words.RISKS.slug("红色（重大）") == "red"
    assert words.CATEGORIES.slug("量子纠缠") is None


def test_an_office_may_add_categories_of_its_own() -> None:
    own = words.categories({"property": "物业 小区物业"})
    assert (own.slug("物业纠纷"), own.slug("邻里"), own.label("property")) == ("property", "neighbour", "物业")
