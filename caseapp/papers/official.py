"""What the organ writes to other organs (公文, GB/T 9704): letters that pass a matter on or object to one, and the
report on what was assigned from above. The words are Chinese whatever the language of the pages: the paper is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime

from caseapp.domain.issuing.writing import LetterFacts
from caseapp.office.paper import Address, Block, Paper, Part, RedHead, Sentence, Signed
from caseapp.papers.wording import GAP, LAW, NO_NUMBER, Written, day, numbered

TITLES = {"transfer": "转送函", "report_up": "办理情况报告", "objection": "交办异议函"}
REPORTS = ("report_up",)
"""Those that go up (上行文): who signed them off stands in their head."""


def official_paper(kind: str, written: Written, facts: LetterFacts, mark: str, at: datetime | None) -> Paper:
    """A document to another organ. What is empty leaves room to be filled in by hand."""
    organ = facts.head.organ or GAP
    title = written.get("title") or f"{GAP}{TITLES[kind]}"
    blocks: list[Block] = [Address(f"{written.get('to') or GAP}："), *BODIES[kind](written), *_enclosed(written)]
    blocks.append(Signed([organ, day(facts.on)], note=f"（联系人：{written.get('contact') or GAP}）"))
    if kind in REPORTS:
        red = RedHead(f"{organ}文件", facts.signer or "　　　", printed=(organ, f"{day(facts.on)}印发"))
    else:
        red = RedHead(organ, letter=True)
    instant = at or datetime(2000, 1, 1, tzinfo=UTC)
    return Paper(title, blocks, instant, letter=True, number=facts.number or NO_NUMBER, mark=mark, red=red)


def _transfer(written: Written) -> Iterable[Block]:
    yield Sentence(f"依照{LAW}第二十二条、第二十三条，现将下列信访事项转送你单位依职责处理：")
    yield from numbered(written.get("matters", ""))
    yield Sentence(written.get("gist") or GAP)
    if requirement := written.get("requirement"):
        yield Sentence(requirement)
    answer = f"，并于{day(date.fromisoformat(written['answer_on']))}前函复办理情况" if written.get("answer_on") else ""
    yield Sentence(f"请自收到之日起15日内将是否受理书面告知信访人{answer}。")


def _report(written: Written) -> Iterable[Block]:
    yield Sentence(f"{written.get('assignment') or GAP}收悉。现将办理情况报告如下：")
    yield Part("一、信访人基本情况")
    yield Sentence(written.get("person") or GAP)
    yield Part("二、反映的问题和请求")
    yield from numbered(written.get("matters", ""))
    yield Part("三、调查核实和办理情况")
    yield Sentence(written.get("found") or GAP)
    yield Part("四、处理结果")
    yield Sentence(written.get("result") or GAP)
    for name, blank in (("信访人的意见", "voice"), ("尚待落实的事项", "rest")):
        if said := written.get(blank):
            yield Sentence(f"{name}：{said}")
    yield Sentence("特此报告。")


def _objection(written: Written) -> Iterable[Block]:
    yield Sentence(f"{written.get('assignment') or GAP}收悉。经研究，依照{LAW}第二十三条，提出异议如下：")
    yield Sentence(written.get("grounds") or GAP)
    yield Sentence("有关材料一并退回，妥否，请函复。")


BODIES: Mapping[str, Callable[[Written], Iterable[Block]]] = {
    "transfer": _transfer,
    "report_up": _report,
    "objection": _objection,
}


def _enclosed(written: Written) -> Iterable[Block]:
    """What lies with it, under the text (附件)."""
    lines = [line.strip() for line in written.get("enclosed", "").splitlines() if line.strip()]
    for nth, line in enumerate(lines, 1):
        told = line if len(lines) == 1 else f"{nth}. {line}"
        yield Sentence(f"附件：{told}" if nth == 1 else f"　　　{told}")
