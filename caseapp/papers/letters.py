"""Letters of the organ in the words of the law (信访工作条例): what each kind says, as a plain document to a citizen
without a red head. The words are Chinese whatever the language of the pages, because the paper is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime

from caseapp.domain.exchange.ledger_words import CHANNELS
from caseapp.domain.issuing.parted import numbers_in
from caseapp.domain.issuing.writing import LetterFacts
from caseapp.office.paper import Address, Block, Form, Paper, Part, Sentence, Signed
from caseapp.papers import official
from caseapp.papers.wording import GAP, LAW, NO_DAY, NO_NUMBER, SHORT_GAP, Written, day, numbered, row

DRAFT, COPY = "草稿", "副本"
ROUTES = {
    "1": "第三十一条第（一）项，按照诉讼、复议等法律程序处理",
    "2": "第三十一条第（二）项，通过仲裁程序处理",
    "3": "第三十一条第（三）项，通过党员申诉、申请复审等程序处理",
    "4": "第三十一条第（四）项，通过相应的行政程序处理",
    "5": "第三十一条第（五）项，按照查处违法行为、履行法定职责的程序处理",
    "6": "第三十一条第（六）项，按照信访程序办理",
}
OUTCOMES = {
    "supported": "综上，对{you}的请求予以支持{by}。",
    "explained": "综上，{you}的请求事由合理，但缺乏法律依据，特作以上解释说明。",
    "not_supported": "综上，{you}的请求缺乏事实根据或者不符合法律、法规、规章以及其他有关规定，不予支持。",
}
OUTCOMES_OF_ONE = {
    "supported": "对该项请求予以支持。",
    "explained": "该项请求事由合理，但缺乏法律依据，特作以上解释说明。",
    "not_supported": "该项请求缺乏事实根据或者不符合法律、法规、规章以及其他有关规定，不予支持。",
}
WAYS = "□直接送达　□留置送达　□邮寄送达\n□电子送达　□委托送达　□公告送达"
TITLES = {
    "acceptance": "信访事项受理告知书", "opinion": "信访处理意见书", "route": "信访事项办理途径告知书",
    "extension": "信访事项延长办理期限告知书", "not_accepted": "信访事项不予受理告知书",
    "no_more": "信访事项不再受理告知书", "passed_on": "信访事项转送告知书", "slip": "送达回证", **official.TITLES,
}  # fmt: skip


def letter_name(kind: str, number: str | None) -> str:
    """What a list calls a letter."""
    return f"{TITLES[kind]}（{number or NO_NUMBER}）"


def letter_paper(kind: str, written: Written, facts: LetterFacts, mark: str = "", at: datetime | None = None) -> Paper:
    """A letter as a document. What is empty leaves room to be filled in by hand."""
    if kind in official.TITLES:
        return official.official_paper(kind, written, facts, mark, at)
    blocks: list[Block] = [Address(f"{written.get('to') or GAP}："), *BODIES[kind](written, facts), *_reached(facts)]
    blocks.append(Signed([facts.head.organ or GAP, day(facts.on)]))
    instant = at or datetime(2000, 1, 1, tzinfo=UTC)
    number = facts.number or NO_NUMBER
    return Paper(TITLES[kind], blocks, instant, letter=True, issuer=facts.head.organ, number=number, mark=mark)


def _acceptance(written: Written, facts: LetterFacts) -> Iterable[Block]:
    you, route = _you(written), written.get("route") or "6"
    yield Sentence(f"{_brought(you, facts)}已收悉。经审查，下列事项由我单位受理：")
    yield from numbered(written.get("matters", ""))
    yield Sentence(f"上述事项依照{LAW}{ROUTES[route]}。受理日期为{day(facts.accepted_on)}。")
    if route == "6":
        yield Sentence(
            f"自受理之日起计算，我单位最迟于{day(facts.due_on)}书面答复{you}；情况复杂确需延长办理期限的，"
            "将另行书面告知延长的理由和期限。"
        )
    if remark := written.get("remark"):
        yield Sentence(remark)
    yield Sentence("凭登记回执上的查询码，可以查询办理进度。")


def _opinion(written: Written, facts: LetterFacts) -> Iterable[Block]:
    you = _you(written)
    yield Sentence(f"{_brought(you, facts)}{_accepted(facts)}。现将处理意见书面答复如下：")
    yield Part("一、信访请求")
    yield from numbered(written.get("matters", ""))
    by = f"于{day(date.fromisoformat(written['perform_by']))}前办理完毕" if written.get("perform_by") else ""
    yield from _on_each(written, by) if numbers_in(written) else _on_the_whole(written, you, by)
    yield Sentence(
        f"如对本意见不服，可以自收到本意见书之日起30日内，向{facts.head.review or GAP}书面申请复查（{LAW}第三十五条）。"
    )


def _on_the_whole(written: Written, you: str, by: str) -> Iterable[Block]:
    yield Part("二、调查核实的事实和理由")
    yield Sentence(written.get("facts") or GAP)
    yield Part("三、处理意见及法律依据")
    yield Sentence(f"依据{written.get('basis') or GAP}，提出以下处理意见：")
    yield Sentence(written.get("opinion") or GAP)
    if outcome := written.get("outcome"):
        yield Sentence(OUTCOMES[outcome].format(you=you, by=f"，{by}" if by else ""))
    yield Part("四、救济途径")


def _on_each(written: Written, by: str) -> Iterable[Block]:
    """What was found of each request, what is thought of it and by which law (art. 32)."""
    yield Part("二、逐项调查核实的事实、处理意见及法律依据")
    for nth in numbers_in(written):
        yield Sentence(f"关于第{nth}项：经查，{written[f'facts_{nth}'] or GAP}")
        outcome = OUTCOMES_OF_ONE.get(written[f"outcome_{nth}"], "")
        opinion = written[f"opinion_{nth}"] or GAP
        ended = opinion if opinion[-1] in "。！？；" else f"{opinion}。"
        yield Sentence(f"依据{written[f'basis_{nth}'] or GAP}，{ended}{outcome}")
    if by:
        yield Sentence(f"上述予以支持的请求，{by}。")
    yield Part("三、救济途径")


def _route(written: Written, facts: LetterFacts) -> Iterable[Block]:
    yield from _matters(written, facts, "已收悉并登记")
    yield Sentence(
        f"经审查，依照{LAW}第二十三条、第三十一条，上述事项应当通过{written.get('procedure') or GAP}处理，"
        f"请向{written.get('organ') or GAP}提出。"
    )
    told = {"该单位地址": "address", "办理期限": "limit", "需要带去的材料": "bring"}
    for name, blank in told.items():
        if said := written.get(blank):
            yield Sentence(f"{name}：{said}")


def _extension(written: Written, facts: LetterFacts) -> Iterable[Block]:
    until = written.get("until")
    yield from _matters(written, facts, _accepted(facts))
    yield Sentence(f"延长办理期限的理由：{written.get('why') or GAP}")
    yield Sentence(
        f"依照{LAW}第三十四条，经本单位负责人批准，上述事项的办理期限由{day(facts.due_before)}"
        f"延长至{day(date.fromisoformat(until) if until else None)}。"
    )


def _passed_on(written: Written, facts: LetterFacts) -> Iterable[Block]:
    yield from _matters(written, facts, "已收悉")
    yield Sentence(
        f"依照{LAW}第二十二条、第二十三条，上述事项已转送有权处理的{written.get('organ') or GAP}，"
        "由其自收到之日起15日内将是否受理书面告知，请向其查询。"
    )


def _refused(shown: str, ground: str, article: str) -> Callable[[Written, LetterFacts], Iterable[Block]]:
    """The body of a refusal: what was found (in the field ``shown``), why that is none to accept, by which article."""

    def body(written: Written, facts: LetterFacts) -> Iterable[Block]:
        yield from _matters(written, facts, "已收悉")
        yield Sentence(f"经查：{written.get(shown) or GAP}")
        yield Sentence(f"{ground}。依照{LAW}{article}。")
        yield Sentence(f"{_you(written)}还可以：{written.get('remains') or GAP}")

    return body


def _matters(written: Written, facts: LetterFacts, then: str) -> Iterable[Block]:
    """What was brought forward, what became of that, and the matters one by one."""
    yield Sentence(f"{_brought(_you(written), facts)}{then}，事项如下：")
    yield from numbered(written.get("matters", ""))


def _accepted(facts: LetterFacts) -> str:
    number = f"（{facts.acceptance}）" if facts.acceptance else ""
    return f"，我单位于{day(facts.accepted_on)}受理{number}"


BODIES: Mapping[str, Callable[[Written, LetterFacts], Iterable[Block]]] = {
    "acceptance": _acceptance,
    "opinion": _opinion,
    "route": _route,
    "extension": _extension,
    "not_accepted": _refused(
        "taken_by", "上述事项已经由有关机关、单位受理或者正在办理，现又提出同一信访事项",
        "第十九条第三款，本单位不予受理",
    ),
    "no_more": _refused(
        "rereview", "上述事项已经作出复核意见，现仍以同一事实和理由提出",
        "第三十六条第三款，本单位不再受理。如有新的事实和理由，可以另行提出",
    ),
    "passed_on": _passed_on,
}  # fmt: skip


def slip_paper(kind: str, facts: LetterFacts, receiver: str, address: str) -> Paper:
    """The slip (送达回证) that goes with a letter to one receiver, filled in by hand when it is served."""
    named = f"{TITLES.get(kind, '')}\n{facts.number}".strip()
    rows = (
        row("送达机关", facts.head.organ, "案号", facts.case),
        row("受送达人", receiver, "文书及字号", named),
        row("送达地址", address),
        row("送达方式", WAYS),
        row("受送达人签名或捺印", "", "收到日期", NO_DAY),
        row("代收人签名、与受送达人的关系及代收理由", f"\n\n{NO_DAY}"),
        row("拒收或留置的情况、见证人签名", f"\n\n{NO_DAY}"),
        row("邮件号码", ""),
        row("送达人签名（两人）", f"\n{NO_DAY}"),
        row("备注", "\n"),
    )
    blocks = (Form(rows), Sentence("注：受送达人收到文书后签名或者捺印，注明收到日期；本回证由送达机关存卷。"))
    return Paper(TITLES["slip"], blocks, datetime(2000, 1, 1, tzinfo=UTC), letter=True, issuer=facts.head.organ)


def _you(written: Written) -> str:
    return "你们" if "、" in written.get("to", "") else "您"


def _brought(you: str, facts: LetterFacts) -> str:
    channel = CHANNELS.label(facts.channel) if facts.channel else SHORT_GAP
    return f"{you}于{day(facts.received_on)}通过{channel}反映的信访事项（登记编号：{facts.case or GAP}）"


def _reached(facts: LetterFacts) -> Iterable[Block]:
    head = facts.head
    told = {"地址": head.address, "电话": head.phone, "办公时间": head.hours}
    said = "；".join(f"{name}：{value}" for name, value in told.items() if value)
    if said:
        yield Sentence(f"联系方式——{said}。")
