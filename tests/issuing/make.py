"""Letters for tests: a petition, what the office has set, a letter written whole, checked and signed off."""

from __future__ import annotations

from typing import Any

from caseapp.actions.issuing import check_letter, draft_letter, issue_letter, sign_off, write_letter
from caseapp.actions.settings import set_at_first
from caseapp.db import db, unit_of_work
from caseapp.domain.issuing.models import Letter
from tests.cases.make import log, petition

OFFICE = {
    "paper.organ": "太和镇人民政府", "paper.sign": "太信", "paper.review": "平安县人民政府",
    "office.phone": "000-0000-0110", "office.address": "太和镇政府一楼来访接待室", "office.hours": "工作日8:30—17:30",
}  # fmt: skip
ACCEPTANCE = {"to": "李乙二", "matters": "低保待遇核定", "route": "6"}
OPINION = {
    "to": "李乙二", "matters": "请求重新核定低保待遇", "facts": "经入户核查，家庭人均收入低于当地标准。",
    "basis": "《社会救助暂行办法》第九条", "opinion": "自本月起按规定给予最低生活保障。", "outcome": "supported",
    "perform_by": "2026-12-20",
}  # fmt: skip
TO = {"to": "李乙二", "matters": "低保待遇核定"}
TEXTS = {
    "acceptance": ACCEPTANCE, "opinion": OPINION,
    "route": {
        **TO, "organ": "平安县人民法院", "procedure": "诉讼程序", "address": "平安县城关镇和平路1号", "limit": "以人民法院告知的为准",
        "bring": "身份证件、承包合同",
    },
    "extension": {**TO, "until": "2027-02-10", "why": "需要等候县自然资源局的测绘结果。"},
    "not_accepted": {
        **TO, "taken_by": "柳河镇人民政府于2026年10月12日受理（柳信受〔2026〕9号），正在办理。",
        "remains": "等候柳河镇人民政府的书面答复；对答复不服的，可以自收到之日起30日内申请复查。",
    },
    "passed_on": {**TO, "organ": "平安县自然资源局"},
    "transfer": {
        "to": "平安县自然资源局", "title": "关于转送低保待遇核定信访事项的函", "matters": "低保待遇核定",
        "gist": "信访人李乙二请求重新核定低保待遇。", "requirement": "请依职责处理。", "answer_on": "2027-01-20",
        "enclosed": "信访事项登记表1份（共2页）\n信访人提交的材料1份（共5页）", "contact": "赵甲一，000-0000-0110",
    },
    "report_up": {
        "to": "县信访局", "title": "关于李乙二反映低保待遇核定信访事项办理情况的报告",
        "assignment": "你单位交办的《低保待遇核定》（县信交〔2026〕31号）已于2026年11月23日", "person": "李乙二，太和镇山花村村民。",
        "matters": "低保待遇核定", "found": "经入户核查，家庭人均收入低于当地标准。", "result": "自本月起给予最低生活保障。",
        "voice": "表示满意。", "rest": "十月待遇于2026年12月20日前补发。", "enclosed": "信访处理意见书及送达回证1份",
        "contact": "赵甲一，000-0000-0110",
    },
    "objection": {
        "to": "县信访局", "title": "关于对低保待遇核定信访事项交办提出异议的函",
        "assignment": "你单位交办的《低保待遇核定》（县信交〔2026〕31号）已于2026年11月23日",
        "grounds": "该事项属于县民政局的职责范围。", "contact": "赵甲一，000-0000-0110",
    },
    "no_more": {
        **TO, "rereview": "平安市人民政府于2025年9月3日作出复核意见（平复核〔2025〕6号），9月8日送达。",
        "remains": "如有新的事实和理由，另行提出；生活困难的，向村民委员会申请救助。",
    },
}  # fmt: skip


def set_up(ctx: Any) -> None:
    """What the office says of itself on papers."""
    with unit_of_work(db.session):
        for key, value in OFFICE.items():
            set_at_first(ctx, key, value)


def drafted(as_user: Any, number: str, kind: str = "acceptance", **more: str) -> int:
    """A draft of a letter, written whole by the petition office."""
    with unit_of_work(db.session):
        letter = draft_letter(as_user("office"), number, kind)
        write_letter(as_user("office"), letter.id, {**TEXTS[kind], **more})
        return letter.id


def signed(as_user: Any, number: str, kind: str = "acceptance", **more: str) -> int:
    """The same, checked by a second clerk and signed off by a leader."""
    key = drafted(as_user, number, kind, **more)
    with unit_of_work(db.session):
        check_letter(as_user("office2"), key)
    with unit_of_work(db.session):
        sign_off(as_user("leader"), key)
    return key


def issued(as_user: Any, number: str, kind: str = "acceptance", **more: str) -> Letter:
    """The same, issued."""
    key = signed(as_user, number, kind, **more)
    with unit_of_work(db.session):
        issue_letter(as_user("office"), key)
    return db.session.get_one(Letter, key)


def petitioned(as_user: Any, **more: Any) -> str:
    """A petition that the town holds."""
    return log(as_user("office"), petition(unit="TH", **more))
