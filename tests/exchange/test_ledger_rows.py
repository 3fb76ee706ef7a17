"""A row of the ledger becomes a history (contract §5)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.law import Law
from caseapp.domain.exchange.casefile import read_case
from caseapp.domain.exchange.columns import find_headings
from caseapp.domain.exchange.ledger import row_to_case
from caseapp.domain.exchange.ledger_sheet import ledger_rows
from caseapp.domain.exchange.ledger_words import categories
from caseapp.domain.org.tree import Place, Tree
from tests.exchange.ledger_world import LOOKUP, NEEDED, TODAY, UNITS, case, events, problems, sheet

FULL: dict[str, object] = {
    "serial": 3, "number": "太调〔2024〕0007号", "registered_on": "2024.6.3", "channel": "网格排查",
    "village": "双合村", "group": "一组",
    "category": "邻里纠纷", "risk": "较大", "parties": "李山、王水 13900000000", "headcount": "7人",
    "gist": "两家争水渠", "tier": "村",
    "lead": "赵原、钱野", "dept": "司法所", "liaison": "孙坡", "mediations": 2, "progress": "现场划定水路",
    "due_on": "2024-07-03",
    "light": "正常", "resolved_on": "2024/6/20", "method": "人民调解", "agreement": "书面",
    "visited_on": "2024年6月27日",
    "visit_result": "已履行", "score": "满意", "again": "否", "state": "已核实", "remarks": "雨季再看",
}  # fmt: skip


def test_a_full_row_becomes_a_whole_history() -> None:
    assert case(**FULL) == {
        "number": "太调〔2024〕0007号",
        "track": "dispute",
        "channel": "screening",
        "unit": "TH-SH-01",
        "category": "neighbour",
        "title": "两家争水渠",
        "description": "〔办理层级：村〕\n〔调解次数：2〕\n〔协议形式：书面〕\n〔备注：雨季再看〕",
        "headcount": 7,
        "risk": "yellow",
        "parties": [{"role": "party", "name": "李山"}, {"role": "party", "name": "王水", "phone": "13900000000"}],
        "events": [
            {"kind": "registered", "at": "2024-06-03T00:00:00+08:00"},
            {
                "kind": "seat_filled",
                "at": "2024-06-03T00:00:00+08:00",
                "seat": "lead",
                "holder": "赵原",
                "deputy": "钱野",
            },
            {"kind": "seat_filled", "at": "2024-06-03T00:00:00+08:00", "seat": "dept", "holder": "司法所"},
            {"kind": "seat_filled", "at": "2024-06-03T00:00:00+08:00", "seat": "liaison", "holder": "孙坡"},
            {"kind": "resolved", "at": "2024-06-20T00:00:01+08:00", "method": "mediation", "evidence": "现场划定水路"},
            {"kind": "return_visited", "at": "2024-06-27T00:00:02+08:00", "result": "fulfilled"},
            {"kind": "rated", "at": "2024-06-27T00:00:03+08:00", "score": "satisfied"},
        ],
    }


def test_three_cells_are_enough() -> None:
    assert case() == {
        "track": "dispute",
        "channel": "other",
        "unit": "TH-SH",
        "category": "other",
        "title": "水渠堵塞",
        "description": "",
        "headcount": 1,
        "risk": "green",
        "parties": [],
        "events": [{"kind": "registered", "at": "2024-06-03T00:00:00+08:00"}],
    }


@pytest.mark.parametrize("cells", [FULL, NEEDED, FULL | {"resolved_on": "2024-06-03", "visited_on": "2024-06-03"}])
def test_the_history_is_legal_on_the_day_it_happens(cells: dict[str, object]) -> None:
    tree = Tree(Place(code, parent, tier, "", name) for code, parent, tier, name in UNITS)
    head, history = read_case(json.loads(json.dumps(case(**cells))), tree)
    last = max(event.at for event in history)
    assert check_history(head, history, Law(tree), last).registered_on == date(2024, 6, 3)
    assert [event.kind for event in sorted(history, key=lambda event: event.at)] == [event.kind for event in history]


def test_what_happened_today_is_never_in_the_future() -> None:
    found = events(registered_on=TODAY, resolved_on=TODAY, visited_on=TODAY, visit_result="已履行", score="满意")
    a_minute_past_midnight = datetime(2024, 12, 30, 16, 1, tzinfo=UTC)
    assert all(datetime.fromisoformat(str(event["at"])) < a_minute_past_midnight for event in found)


def test_the_same_row_gives_the_same_case() -> None:
    assert json.dumps(case(**FULL)) == json.dumps(case(**FULL))


@pytest.mark.parametrize(
    ("number", "channel", "track"),
    [
        ("太信〔2024〕0001号", "网格排查", "petition"),
        ("XF7017", "", "petition"),
        ("太调〔2024〕0001号", "来访", "dispute"),
        ("", "来访", "petition"),
        ("", "来信", "petition"),
        ("", "来电", "petition"),
        ("2024-17", "网上信访", "petition"),
        ("", "12345热线", "dispute"),
        ("", "乡贤反映", "dispute"),
        ("", "", "dispute"),
    ],
)
def test_the_track_goes_by_the_number_then_by_the_source(number: str, channel: str, track: str) -> None:
    found = case(number=number, channel=channel, parties="李山")
    assert (found["track"], found.get("petition_class")) == (track, "appeal" if track == "petition" else None)
    assert found["parties"] == [{"role": "petitioner" if track == "petition" else "party", "name": "李山"}]


def test_a_number_typed_as_a_number_is_kept() -> None:
    assert case(number=7017.0)["number"] == "7017"


def test_a_number_that_lost_its_digits_is_refused() -> None:
    assert problems(number=1.2345678901234568e17) == [
        (
            "编号: a number of 16 digits or more was typed as a number, and Excel has lost its last digits; "
            "set the cell to text and type it again"
        )
    ]


def test_words_nobody_knows_are_other_and_are_kept() -> None:
    found = case(category="物业纠纷", channel="微信群")
    assert (found["category"], found["channel"]) == ("other", "other")
    assert found["description"] == "〔来源：微信群〕\n〔类别：物业纠纷〕"


def test_a_category_of_the_offices_own_is_known() -> None:
    found = row_to_case(
        NEEDED | {"category": "物业"}, LOOKUP, 7, today=TODAY, categories=categories({"property": "物业"})
    )
    assert (found["category"], found["description"]) == ("property", "")


def test_a_method_nobody_knows_is_kept_before_the_evidence() -> None:
    resolved = events(resolved_on="2024-06-20", method="公证", progress="办了公证")[1]
    assert (resolved["method"], resolved["evidence"]) == ("other", "化解方式：公证；办了公证")


def test_a_resolution_without_words_says_where_it_came_from() -> None:
    resolved = events(resolved_on="2024-06-20", method="解释说明")[1]
    assert (resolved["method"], resolved["evidence"]) == ("explained", "台账导入")
    assert events(resolved_on="2024-06-20")[1]["method"] == "other"


def test_the_progress_of_an_open_case_is_kept() -> None:
    assert case(progress="已约双方", state="办理中")["description"] == "〔化解措施及进展：已约双方〕"


def test_a_long_gist_becomes_a_title_and_a_description() -> None:
    gist = "两家争水渠多年。" + "雨天尤甚" * 40
    found = case(gist=gist, remarks="急")
    assert (found["title"], found["description"]) == ("两家争水渠多年", f"{gist}\n〔备注：急〕")
    assert case(gist="字" * 150)["title"] == "字" * 60 + "…"


def test_one_person_holds_one_seat() -> None:
    found = case(lead="赵原", liaison="赵原、孙坡")
    seats = [(event["seat"], event["holder"]) for event in found["events"] if event["kind"] == "seat_filled"]  # type: ignore[attr-defined]
    assert seats == [("lead", "赵原"), ("liaison", "孙坡")]
    assert found["description"] == "〔责任人：赵原、孙坡〕"


def test_names_without_a_seat_are_kept() -> None:
    found = case(lead="赵原、钱野、孙坡", dept="司法所、派出所")
    assert found["description"] == "〔包案领导：赵原、钱野、孙坡〕\n〔责任站所：司法所、派出所〕"


def test_a_rating_without_a_visit_is_of_the_day_of_the_resolution() -> None:
    assert events(resolved_on="2024-06-20", score="不满意")[-1] == {
        "kind": "rated", "at": "2024-06-20T00:00:03+08:00", "score": "dissatisfied",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"registered_on": ""}, "登记日期: this is missing"),
        ({"village": "/"}, "所属村(社区): this is missing"),
        ({"gist": None}, "诉求/纠纷简要: this is missing"),
        ({"registered_on": "2024.13.1"}, "登记日期: there is no day 2024.13.1 in the calendar"),
        ({"registered_on": "2025-01-01"}, "登记日期: 2025-01-01 lies in the future; today is 2024-12-31"),
        ({"resolved_on": "2024-06-02"}, "化解日期: 2024-06-02 is before 登记日期, 2024-06-03"),
        (
            {"resolved_on": "2024-06-20", "visited_on": "2024-06-19", "visit_result": "已履行"},
            "首次回访日期: 2024-06-19 is before 化解日期, 2024-06-20",
        ),
        ({"village": "火星村"}, "所属村(社区): no village or community of ours is called 火星村"),
        ({"risk": "紧急"}, "风险等级: 紧急 is not known here; write one of 一般、较大、重大"),
        ({"headcount": "若干"}, "涉及人数: 若干 is not a number of people; write a whole number from 1"),
        ({"method": "人民调解"}, "化解方式: this stands here without 化解日期; give the day, or empty this cell"),
        (
            {"resolved_on": "2024-06-20", "visited_on": "2024-06-27"},
            (
                "回访结果: this is missing beside 首次回访日期; "
                "write one of 已履行、正在履行、未履行、反弹、拒绝回访、联系不上"
            ),
        ),
        ({"resolved_on": "2024-06-20", "visit_result": "反弹"}, "首次回访日期: this is missing beside 回访结果"),
        (
            {"visited_on": "2024-06-27", "visit_result": "已履行"},
            "化解日期: this is missing: a return visit follows a resolution",
        ),
        ({"score": "满意"}, "满意度: a rating needs a day: 化解日期 or 首次回访日期"),
        ({"resolved_on": "2024-06-20", "score": "还行"},
         "满意度: 还行 is not known here; write one of 满意、基本满意、不满意"),
        (
            {"resolved_on": "2024-06-20", "state": "办理中"},
            "状态: it says 办理中, but 化解日期 is 2024-06-20; correct one of the two",
        ),
        ({"state": "已化解"}, "化解日期: this is missing, but the state is 已化解"),
        (
            {"state": "已撤回"},
            "状态: a ledger row cannot tell when and why a case became 已撤回; enter this one by hand",
        ),
        (
            {"category": "检举控告"},
            "类别: an accusation is not kept in the ledger; enter it at its own desk, which seals it",
        ),
        ({"number": "号" * 61}, "编号: the text is longer than 60 characters"),
        ({"gist": "字" * 9_000}, "诉求/纠纷简要: the text is longer than 8000 characters"),
    ],
)  # fmt: skip
def test_each_problem_says_where_and_what_to_mend(cells: dict[str, object], said: str) -> None:
    assert problems(**cells) == [said]


def test_all_problems_of_a_row_are_told_at_once() -> None:
    found = problems(
        registered_on="24.6.3", village="火星村", risk="紧急", headcount="0", resolved_on="明天", visited_on="x"
    )
    assert [sentence.partition(":")[0] for sentence in found] == [
        "登记日期", "化解日期", "首次回访日期", "所属村(社区)", "涉及人数", "风险等级",
    ]  # fmt: skip


def test_a_date_that_cannot_be_read_is_one_problem_not_three() -> None:
    assert (
        len(
            problems(
                resolved_on="六月", method="人民调解", visit_result="已履行", visited_on="2024-06-27", score="满意"
            )
        )
        == 1
    )


def test_what_the_system_works_out_is_not_read() -> None:
    assert case(serial="甲", due_on="随便", light="随便") == case()


@pytest.mark.parametrize("state", ["已登记", "未化解", "办理中", "办结情况良好", "平稳"])
def test_a_state_decides_nothing(state: str) -> None:
    assert events(state=state) == events()


def test_empty_rows_repeated_headings_and_the_foot_are_passed_over() -> None:
    rows = sheet(NEEDED, {}, {"serial": 3}, NEEDED | {"gist": "又堵"})
    rows += [rows[1], ["合计", *[""] * 8, 2], ["制表人：李山", "审核人："], ["", "", "2024-06-30"]]
    found = ledger_rows(rows, find_headings(rows)).cases
    assert [row.number for row in found] == [3, 6, 10]
    assert problems(**found[-1].cells) == [
        "所属村(社区): this is missing",
        "诉求/纠纷简要: this is missing",
    ]


def test_rows_shorter_than_the_headings_are_read() -> None:
    rows: list[list[object]] = [["登记日期", "村", "诉求", "备注"], ["2024-06-03", "双合村", "水渠"]]
    assert ledger_rows(rows, find_headings(rows)).cases[0].cells["remarks"] == ""
