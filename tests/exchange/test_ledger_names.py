"""Who stands in a cell: taken apart where it is certain, refused where it is not, never more people than stand there."""

from __future__ import annotations

import pytest

from caseapp.domain.exchange.ledger_identity import holds_identity, is_identity
from caseapp.domain.exchange.ledger_names import people_told, read_people
from caseapp.kernel.errors import RuleViolation

BOTH = [("", "冉大", ""), ("", "谭二", "")]
ONE = [("", "冉大", "")]
CALLED = [("", "冉大", "13900001111")]


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("冉大、谭二", BOTH), ("冉大，谭二", BOTH), ("冉大\n谭二\n", BOTH), ("冉大;;谭二；", BOTH), ("冉大和谭二", BOTH),
        ("冉大与谭二", BOTH), ("冉大/谭二", BOTH), ("冉大诉谭二", BOTH), ("①冉大②谭二", BOTH), ("1.冉大 2.谭二", BOTH),
        ("双方：冉大、谭二", BOTH), ("冉大有 女 52岁、冉小有 男", [("", "冉大有", ""), ("", "冉小有", "")]),
        ("李和平", [("", "李和平", "")]), ("太和砖厂（普通合伙）", [("", "太和砖厂（普通合伙）", "")]),
        ("冉大·买买提", [("", "冉大·买买提", "")]), ("John Smith", [("", "John Smith", "")]), ("王 水", [("", "王水", "")]),
        ("甲方：冉大 乙方：谭二", [*ONE, ("respondent", "谭二", "")]), ("甲方冉大，乙方谭二", [*ONE, ("respondent", "谭二", "")]),
        ("原告冉大、被告：谭二", [*ONE, ("respondent", "谭二", "")]), ("冉大；代理人：谭二", [*ONE, ("representative", "谭二", "")]),
        ("冉大 １３９００００１１１１", CALLED), ("冉大139-0000-1111", CALLED), ("冉大（139 0000 1111）", CALLED),
        ("+86 13900001111 冉大", CALLED), ("冉大:13900001111", CALLED), ("冉大、13900001111", CALLED),
        ("冉大（男，住双合村一组，电话：13900001111）", CALLED), ("冉大(一组，13900001111)", CALLED),
        ("冉大（组长，13900001111）", CALLED), ("冉大 13900001111/13900002222", CALLED),
        ("冉大(0851)22334455", [("", "冉大", "085122334455")]), ("冉大 电话22334455", [("", "冉大", "22334455")]),
        ("冉大 13900001111 谭二 13900002222", [*CALLED, ("", "谭二", "13900002222")]),
        ("冉大有，女，汉族，52岁，太和镇双合村一组人", [("", "冉大有", "")]), ("冉大，男，52岁，谭二，女，50岁", BOTH),
        ("冉大等村民", ONE), ("冉大及家属", ONE), ("组长 冉大", ONE), ("冉大、组长", ONE), ("冉大（谭二之妻）", ONE),
        ("匿名", []), ("群众等30余人", []), ("/", []),
    ],
)  # fmt: skip
def test_people_who_are_certain_are_told_apart(cell: str, people: list[tuple[str, str, str]]) -> None:
    assert read_people(cell, "当事人").people == people


@pytest.mark.parametrize(
    "cell",
    ["冉大 谭二", "冉大\u3000谭二", "张三丰 李四", "冉大，外出打工", "冉大，双合村一组", "冉大有女52岁", "冉大 22334455",
     "冉大 139000011112", "冉大3", "冉大13900001111谭二", "双合村村民（冉大、谭二）", "冉大（组长", "冉\n大", "冉大、谭\n二",
     "甲：冉大，乙：谭二", "冉大及其妻谭二", "冉大（代）谭二", "冉大(男)谭二(女)", "太和砖厂（法人：冉大，13900001111）", "13900001111",
     "冉大 0851-22334455-801", "冉大 522121197001010011", "冉大 ５２２１２１１９７００１０１００１１"],
)  # fmt: skip
def test_who_is_not_certain_is_refused(cell: str) -> None:
    with pytest.raises(RuleViolation):
        read_people(cell, "当事人")


@pytest.mark.parametrize(
    ("cell", "words", "told"),
    [
        ("周某某等3人", "周某某等3人", 3),
        ("冉大、谭二等十余人 13900001111", "冉大、谭二等十余人", 10),
        ("冉大等（共5户12人）", "冉大等（共5户12人）", 12),
        ("冉大(组长)、谭二", "冉大（组长）、谭二", 0),
        ("甲方：冉大等村民 乙方：谭二，女，50岁", "甲方：冉大等村民；乙方：谭二", 0),
        ("冉大、谭二", "", 0),
    ],
)
def test_words_that_say_more_are_kept_and_read_the_same_again(cell: str, words: str, told: int) -> None:
    named = read_people(cell, "当事人")
    assert (named.words, people_told(named.words)) == (words, told)
    again = read_people(words, "当事人")
    assert (again.words, [one[:2] for one in again.people]) == (
        words,
        [one[:2] for one in named.people] if words else [],
    )


def test_seats_keep_titles_and_lose_telephones() -> None:
    for cell, names in (
        ("李山(镇长 13900000000)", ["李山(镇长)"]), ("镇长 周敏", ["镇长周敏"]), ("陈立，综治办", ["陈立", "综治办"]),
        ("陈立（１３９００００２２２２）", ["陈立"]), ("陈立 13900001111 周敏 13900002222", ["陈立", "周敏"]),
    ):  # fmt: skip
        assert read_people(cell, "责任人", titles=False).names == names


@pytest.mark.parametrize(
    "text", ["冉大身份证522121197001010011反映", "52212119700101001x", "522121-19700101-0011", "522121700101001",
             "５２２１２１１９７００１０１００１１", "证号522121 19700101 0011"]
)  # fmt: skip
def test_an_identity_number_is_found_in_a_sentence(text: str) -> None:
    assert holds_identity(text)


@pytest.mark.parametrize(
    "text", ["订单202406031234567", "卡6222020200112233445", "电话13900001111", "520321202413400123"]
)
def test_other_long_numbers_are_none(text: str) -> None:
    assert not holds_identity(text)


def test_a_case_number_as_long_as_an_identity_number_is_none() -> None:
    assert not is_identity("520300202406030012")
    assert not is_identity("太信〔2024〕0001号")
    assert is_identity("11010519491231002X")
