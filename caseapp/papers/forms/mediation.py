"""Forms of people's mediation (司法部《人民调解文书格式》, 人民调解法): plain, with the seal of the committee. What a
person says, signs and decides is written by hand."""

from __future__ import annotations

from collections.abc import Iterable

from caseapp.domain.cases.events import Event
from caseapp.office.paper import Address, Block, Part, Sentence, Signed
from caseapp.papers.agreement import clause
from caseapp.papers.forms.facts import RESULTS, FormFacts
from caseapp.papers.forms.parts import form_of, room, sides, signed_by
from caseapp.papers.wording import GAP, NO_DAY, day, row

COMMITTEE = "人民调解委员会"
SEALED = Signed([f"{COMMITTEE}（印）", NO_DAY])
RIGHTS = (
    "选择或者接受人民调解员；", "接受调解、拒绝调解或者要求终止调解；", "要求调解公开进行或者不公开进行；",
    "自主表达意愿、自愿达成调解协议。",
)  # fmt: skip
DUTIES = (
    "如实陈述纠纷事实；", "遵守调解现场秩序，尊重人民调解员；", "尊重对方当事人行使权利。",
)  # fmt: skip


def application(facts: FormFacts) -> Iterable[Block]:
    """人民调解申请书."""
    yield form_of(sides(facts, ("申请人", "被申请人")))
    yield Part("一、纠纷简要情况")
    yield room(6, facts.matter)
    yield Part("二、申请事项")
    yield room(4)
    yield Sentence(f"{COMMITTEE}已将申请人民调解的相关规定告知我，现自愿申请进行调解。")
    yield signed_by("申请人签名或捺印")


def intake(facts: FormFacts) -> Iterable[Block]:
    """人民调解受理登记表."""
    yield form_of(
        [
            row("案件编号", facts.number, "受理日期", day(facts.registered_on)),
            row("纠纷类型", facts.category, "发生地", facts.unit),
            row("纠纷来源", "□当事人申请　□主动调解　□公安机关移交\n□人民法院委托　□政府有关部门移送　□其他"),
            *sides(facts, ("当事人",)),
            row("纠纷简要情况", f"{facts.matter}\n\n"),
            row("当事人是否同意调解", "□各方同意　□一方不同意（不予调解，告知其他途径）"),
        ]
    )
    yield signed_by("当事人签名或捺印", "登记人签名")
    yield SEALED


def rights(facts: FormFacts) -> Iterable[Block]:
    """人民调解当事人权利义务告知书: told before the first session."""
    yield Address(f"{facts.names or GAP}：")
    yield Sentence(
        "人民调解委员会是依法设立的调解民间纠纷的群众性组织，在当事人自愿、平等的基础上进行调解，不违背法律、法规和国家政策，"
        "尊重当事人的权利，不得因调解而阻止当事人依法通过仲裁、行政、司法等途径维护自己的权利。调解不收取任何费用。"
    )
    yield Part("一、当事人在调解活动中享有下列权利")
    yield from (Sentence(f"（{nth}）{one}") for nth, one in zip("一二三四", RIGHTS, strict=True))
    yield Part("二、当事人在调解活动中履行下列义务")
    yield from (Sentence(f"（{nth}）{one}") for nth, one in zip("一二三", DUTIES, strict=True))
    yield Part("三、调解协议的效力")
    yield Sentence(
        "调解协议具有法律约束力，当事人应当按照约定履行。双方认为有必要的，可以自协议生效之日起三十日内共同向人民法院申请司法确认；"
        "人民法院依法确认有效的，一方拒绝履行或者未全部履行，对方可以申请强制执行。"
    )
    yield Sentence("以上内容已向我告知，我已清楚，同意由人民调解委员会进行调解。")
    yield signed_by("当事人签名或捺印", "当事人签名或捺印", "人民调解员签名")


def inquiry(facts: FormFacts) -> Iterable[Block]:
    """人民调解调查记录."""
    yield form_of(
        [
            row("时间", "　　年　月　日　时　分至　时　分", "地点", ""),
            row("调查人", "", "记录人", ""),
            row("被调查人", "", "性别、年龄", ""),
            row("住址", "", "与当事人关系", ""),
        ]
    )
    yield Sentence(f"我们是{COMMITTEE}的人民调解员，现就{facts.title or GAP}一事向您了解情况，请如实陈述。")
    yield room(14)
    yield signed_by("被调查人签名或捺印", "调查人签名", "记录人签名")


def session(facts: FormFacts) -> Iterable[Block]:
    """人民调解记录: one for each session; the last that is on record, or the next one, by hand."""
    last = facts.sessions[-1] if facts.sessions else None
    yield form_of(
        [
            row(
                "时间",
                day(last.on) if last else "　　年　月　日　时　分至　时　分",
                "地点",
                last.text("place") if last else "",
            ),
            row("纠纷", facts.title, "案件编号", facts.number),
            row("当事人", facts.names),
            row("参加人（经当事人同意邀请）", last.text("invited") if last else ""),
            row("人民调解员", (last and last.text("mediators")) or facts.handler, "记录人", ""),
        ]
    )
    yield Part("一、告知权利义务")
    yield Sentence("人民调解员已告知当事人权利义务，各方表示清楚，同意调解。□另有书面告知书")
    for nth, part, lines in zip("二三四", ("各方陈述", "查明的事实", "调解过程和提示的风险"), (8, 8, 10), strict=True):
        yield Part(f"{nth}、{part}")
        yield room(lines)
    yield Part("五、调解结果")
    yield room(2, _told(last) if last else _results())
    yield signed_by("当事人签名或捺印", "当事人签名或捺印", "人民调解员签名", "记录人签名")


def _results() -> str:
    return (
        "□达成协议　□部分达成协议　□改期继续调解\n"
        "□未达成协议，已告知可以依法申请仲裁、请求行政机关处理或者向人民法院起诉"
    )


def _told(event: Event) -> str:
    result = RESULTS.get(event.text("result"), "")
    return "。".join(one for one in (result, event.text("note")) if one)


def visit(facts: FormFacts) -> Iterable[Block]:
    """人民调解回访记录."""
    last = facts.visits[-1] if facts.visits else None
    agreement = facts.agreement
    yield form_of(
        [
            row("案件编号", facts.number, "协议编号", agreement.number if agreement else ""),
            row("被回访人", facts.names if last is None else "", "回访日期", day(last.on) if last else NO_DAY),
            row("回访方式", "□上门　□电话　□其他", "回访人", ""),
            row("协议履行情况", f"{_told(last)}\n" if last else "\n\n"),
            row("当事人满意度", "□满意　□基本满意　□不满意"),
            row("有无反复、激化或者起诉", "\n"),
            row("采取的措施", "\n\n"),
        ]
    )
    yield signed_by("被回访人签名", "回访人签名")


def performance(facts: FormFacts) -> Iterable[Block]:
    """协议履行凭证: who received what, for each thing undertaken."""
    agreement = facts.agreement
    yield Sentence(f"协议编号：{agreement.number or GAP if agreement else GAP}")
    for text in _clauses(facts):
        yield form_of(
            [
                row("约定", text),
                row("履行情况", "\n", "履行日期", NO_DAY),
                row("履行人签名", "\n", "接收人签名", "\n"),
            ]
        )


def _clauses(facts: FormFacts) -> list[str]:
    """What was undertaken, or room for one thing."""
    undertaken = facts.agreement.undertakings if facts.agreement else ()
    return [clause(one) for one in undertaken] or [GAP]


def confirmation(facts: FormFacts) -> Iterable[Block]:
    """司法确认申请书: asked for jointly by both sides within 30 days (人民调解法 art. 33)."""
    agreement = facts.agreement
    on = agreement.effective_on if agreement else None
    yield form_of(sides(facts, ("申请人",)))
    yield Part("一、请求事项")
    number = f"（{agreement.number}）" if agreement and agreement.number else ""
    yield Sentence(f"请求人民法院确认申请人于{day(on)}在{COMMITTEE}主持下达成的人民调解协议{number}有效。")
    yield Part("二、事实和理由")
    yield room(4, facts.matter)
    yield Sentence("协议约定如下：")
    yield from (Sentence(f"{nth}. {text}") for nth, text in enumerate(_clauses(facts), 1))
    yield Sentence(
        "申请人出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；如果因为该协议内容而给他人造成损害的，愿意承担相应的"
        "民事责任和其他法律责任。"
    )
    yield Sentence("附：人民调解协议书、申请人身份证明、与协议有关的财产权利证明、授权委托书（有代理人的）。")
    yield Address(f"此致\n{facts.court or GAP}")
    yield signed_by("申请人签名或捺印", "申请人签名或捺印")
    if facts.confirm_by:
        yield Sentence(f"注：最迟于{day(facts.confirm_by)}由各方共同提出。")


def ended(facts: FormFacts) -> Iterable[Block]:
    """终止调解告知书 (人民调解法 art. 26): with the ways that remain."""
    times = str(len(facts.sessions)) if facts.sessions else "＿＿"
    yield Address(f"{facts.names or GAP}：")
    yield Sentence(f"你们因{facts.title or GAP}一事，经{COMMITTEE}{times}次调解未能达成一致，本次调解于{NO_DAY}终止。")
    yield Part("一、终止的原因")
    yield room(3)
    yield Part("二、可以采取的途径")
    yield Sentence("可以依法申请仲裁、请求有关行政机关处理，或者向人民法院起诉。请注意相应的时效和期限。")
    yield signed_by("当事人签名或捺印", "当事人签名或捺印", "人民调解员签名")
    yield SEALED


def closing(facts: FormFacts) -> Iterable[Block]:
    """人民调解结案报告表."""
    agreement = facts.agreement
    yield form_of(
        [
            row("卷号", "", "填表日期", NO_DAY),
            row("调解单位", COMMITTEE, "人民调解员", facts.handler),
            row("受理日期", day(facts.registered_on), "结案日期", day(facts.resolved_on)),
            row("纠纷类型", facts.category, "纠纷来源", ""),
            *sides(facts, ("当事人",)),
            row("纠纷简要情况", f"{facts.matter}\n"),
            row("协议形式", _form_of(facts), "协议编号", agreement.number if agreement else ""),
            row("调解结果", f"{_told(facts.sessions[-1])}\n" if facts.sessions else "\n\n"),
            row("履行情况", f"{_told(facts.visits[-1])}\n" if facts.visits else "\n\n"),
        ]
    )
    yield signed_by("填表人签名", "负责人签名")


def _form_of(facts: FormFacts) -> str:
    if facts.agreement is None:
        return "□书面　□口头"
    return {"written": "书面", "oral": "口头"}[facts.agreement.form]
