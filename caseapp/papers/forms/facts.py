"""What a form is filled with: what is on record in a case. Of a blank one nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from caseapp.domain.cases.agreements import Agreement
from caseapp.domain.cases.events import Event, Party
from caseapp.domain.cases.history import History
from caseapp.domain.cases.requests import together
from caseapp.domain.cases.snapshot import handle_due
from caseapp.domain.exchange.ledger_words import CATEGORIES, CHANNELS
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.receipts.rights import confirmed_by

SIDES = ("party", "respondent", "petitioner", "representative")
RESULTS = {
    "agreed": "达成协议", "partial": "部分达成协议", "failed": "未达成协议", "adjourned": "改期继续调解",
    "fulfilled": "已履行", "performing": "正在履行", "unfulfilled": "未履行", "relapsed": "有反复",
    "refused": "拒绝回访", "unreachable": "未能联系上",
}  # fmt: skip
CLASSES = {"appeal": "申诉求决", "suggestion": "意见建议", "accusation": "检举控告"}


PAPERS = {
    "photo": "照片", "letter": "来信", "evidence": "证据材料", "agreement": "协议书", "voucher": "凭证",
    "opinion": "意见书", "other": "其他材料",
}  # fmt: skip


def paper_name(kind: str, nth: int) -> str:
    """What a list calls a photo or paper of the case."""
    return f"{PAPERS[kind]}（材料{nth}）"


@dataclass(frozen=True)
class Beside:
    """What of a case is not in its history: the name of its unit, of who holds the lead seat; its letters with their
    numbers, and the number and the kind of each paper that lies with it."""

    today: date
    unit: str
    handler: str
    letters: Sequence[str]
    papers: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class FileLine:
    """A line of the list of what lies in a file: what it is, the page it begins on, a remark."""

    name: str
    page: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Volume:
    """A volume of the file of a case as it is put together: its number, of how many, what lies in it; how many pages
    are letters and forms, and how many pictures."""

    nth: int
    of: int
    lines: Sequence[FileLine]
    written: int
    pictures: int

    @property
    def pages(self) -> int:
        """How many pages are numbered."""
        return self.written + self.pictures


@dataclass(frozen=True)
class FormFacts:
    """What of a case stands in forms; ``handler`` is who holds the lead seat, by name, ``letters`` and ``papers`` are
    what the organ wrote and what was taken in, in order; ``volume`` a volume of its file, when that is put together."""

    organ: str = ""
    court: str = ""
    number: str = ""
    track: str = ""
    title: str = ""
    description: str = ""
    petition_class: str = ""
    channel: str = ""
    category: str = ""
    unit: str = ""
    headcount: str = ""
    handler: str = ""
    received_on: date | None = None
    registered_on: date | None = None
    accepted_on: date | None = None
    due_on: date | None = None
    resolved_on: date | None = None
    parties: Sequence[Party] = ()
    sessions: Sequence[Event] = ()
    visits: Sequence[Event] = ()
    agreement: Agreement | None = None
    confirm_by: date | None = None
    requests: str = ""
    letters: Sequence[str] = ()
    papers: Sequence[str] = ()
    volume: Volume | None = None

    @property
    def named(self) -> list[Party]:
        """The parties with a name, those who ask first."""
        return sorted((one for one in self.parties if one.name.strip()), key=lambda one: SIDES.index(one.role))

    @property
    def matter(self) -> str:
        """What it is about, as it was told."""
        return self.description or self.title

    @property
    def names(self) -> str:
        """The names of all."""
        return "、".join(one.name for one in self.named)


def facts_of(history: History, parties: Sequence[Party], office: OfficeRules, beside: Beside) -> FormFacts:
    """What stands in the forms of a case. ``parties``: with what of them the reader may see."""
    now, head = history.now, office.letterhead(beside.today)
    return FormFacts(
        organ=head.organ, court=head.court, number=history.head.number, track=history.head.track, title=now.title,
        description=now.description, petition_class=CLASSES.get(history.head.petition_class or "", ""),
        channel=CHANNELS.label(history.head.channel), category=CATEGORIES.label(now.category), unit=beside.unit,
        headcount=str(now.headcount), handler=beside.handler, received_on=now.received_on,
        registered_on=now.registered_on, accepted_on=now.accepted_on, due_on=handle_due(history.head, now, office),
        resolved_on=now.resolved_on, parties=tuple(parties), sessions=tuple(_of(history, "mediated")),
        visits=tuple(_of(history, "return_visited")), agreement=now.agreement,
        confirm_by=confirmed_by(history, office.calendar) if now.agreement else None,
        requests=together((one.nth, one.text) for one in now.requests), letters=beside.letters,
        papers=[paper_name(kind, nth) for nth, kind in beside.papers],
    )  # fmt: skip


def _of(history: History, kind: str) -> Iterator[Event]:
    return (event for event in history.events if event.kind == kind)
