"""The agreement that people's mediation came to, as the parties sign it (人民调解协议书, 口头协议登记表; 人民调解法
art. 28–30): plain, without a red head, with the seal of the committee, never of the town. What is not on record is left
to be written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from caseapp.domain.cases.agreements import Agreement, Undertaking
from caseapp.domain.cases.events import Party
from caseapp.kernel.yuan import in_figures, in_words
from caseapp.office.paper import Block, Form, FormCell, Paper, Part, Sentence, Signed
from caseapp.papers.wording import GAP, NO_DAY, day, row

TITLES = {"written": "人民调解协议书", "oral": "人民调解口头协议登记表"}
NO_NUMBER = "（　　）人调字第　　号"
SIDES = ("party", "respondent", "petitioner", "representative")
BLANK_ROWS, BLANK_CLAUSES = 2, 3
HOLDS = {
    "written": "本协议自各方当事人签名、盖章或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效。",
    "oral": "本口头协议自各方当事人达成协议之日起生效，由人民调解员记录在案。",
}
URGED = "各方当事人应当按照约定履行。人民调解委员会对履行情况进行监督，督促当事人履行约定的义务。"


def agreement_paper(agreement: Agreement | None, matter: str, parties: Sequence[Party], form: str = "written") -> Paper:
    """The agreement of a case with what was undertaken in it, clause by clause; without one, the form to write in."""
    form = agreement.form if agreement else form
    named = sorted((one for one in parties if one.name), key=lambda one: SIDES.index(one.role))
    number = agreement.number if agreement and agreement.number else NO_NUMBER
    blocks: list[Block] = [Form(list(_sides(named)))]
    blocks += [Part("一、纠纷的主要事实、争议事项"), Sentence(matter or GAP)]
    blocks += [Part("二、各方当事人自愿达成协议如下"), *_clauses(agreement)]
    blocks += [Part("三、协议的生效和履行"), Sentence(HOLDS[form]), Sentence(URGED)]
    blocks += [Sentence(_copies(len(named))), Form(list(_signatures(named)))]
    blocks.append(Signed(["人民调解委员会（印）", day(agreement.effective_on if agreement else None)]))
    return Paper(TITLES[form], blocks, datetime(2000, 1, 1, tzinfo=UTC), letter=True, number=number)


def _sides(named: Sequence[Party]) -> Iterable[Sequence[FormCell]]:
    """Two lines for each party: who, and room for what the law lists and nobody keeps here."""
    for name in [one.name for one in named] or [""] * BLANK_ROWS:
        yield row("当事人", name, "性别、民族、年龄", "")
        yield row("职业、联系方式", "", "住址", "")


def _clauses(agreement: Agreement | None) -> Iterable[Block]:
    if agreement is None:
        yield from (Sentence(f"{nth}. {GAP}") for nth in range(1, BLANK_CLAUSES + 1))
        return
    if agreement.content:
        yield Sentence(agreement.content)
    for one in agreement.undertakings:
        yield Sentence(f"{one.nth}. {clause(one)}")
    if agreement.sum and len(agreement.undertakings) > 1:
        yield Sentence(f"以上款项合计{in_words(agreement.sum)}（{in_figures(agreement.sum)}）。")


def clause(one: Undertaking) -> str:
    """Who does what by when, where, in which way, for whom; money in words and in figures that agree."""
    where = f"在{one.where}" if one.where else ""
    way = f"以{one.way}方式" if one.way else ""
    to = f"向{one.to}" if one.to else ""
    if one.amount is None:
        return f"{one.who}于{day(one.due_on)}前{where}{way}{to}履行：{one.what}。"
    money = f"{in_words(one.amount)}（{in_figures(one.amount)}）"
    return f"{one.who}于{day(one.due_on)}前{where}{way}{to}支付{money}，用于{one.what}。"


def _copies(parties: int) -> str:
    """One for each party and one for the committee (人民调解法 art. 29)."""
    copies = f"{parties + 1}" if parties else "＿"
    return f"本协议一式{copies}份，当事人各执一份，人民调解委员会留存一份。"


def _signatures(named: Sequence[Party]) -> Iterable[Sequence[FormCell]]:
    for name in [one.name for one in named] or [""] * BLANK_ROWS:
        told = f"当事人{name}（签名、盖章或者按指印）" if name else "当事人（签名、盖章或者按指印）"
        yield FormCell(told, 4, told=True), FormCell("\n", 4), FormCell(NO_DAY, 4)
    for who in ("人民调解员（签名）", "记录人（签名）"):
        yield FormCell(who, 4, told=True), FormCell("\n", 4), FormCell(NO_DAY, 4)
