"""Letters of the demo, each at another step: what the clerk, the second clerk and the leader find on their desks."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.issuing import check_letter, draft_letter, issue_letter, kind_of, sign_off, write_letter
from caseapp.domain.cases.models import Case
from caseapp.domain.issuing.kinds import ACCEPTANCE, OPINION, Kind
from caseapp.domain.issuing.queries import written_in

OPINION_TEXT = {
    "facts": "经实地走访并查阅档案，信访人反映的情况基本属实。",
    "basis": "《信访工作条例》第三十二条",
    "opinion": "由村民委员会于期限内办理完毕，并将结果告知信访人。",
    "outcome": "supported",
}
ROUTE = {"route": "6"}
DRAFTED = (
    (ACCEPTANCE, ROUTE, 0),
    (OPINION, OPINION_TEXT, 1),
    (ACCEPTANCE, ROUTE, 1),
    (ACCEPTANCE, ROUTE, 3),
)
"""What is drafted in the latest petitions that were accepted: its kind, what is written in it, how many steps it
took."""


def write_letters(person: Callable[[str], Ctx]) -> None:
    """A notice of acceptance that is a draft, one that waits for the leader's signature, one that was issued and waits
    to be served; and an opinion that was checked. ``person``: somebody of the demo by their account."""
    open_ones = select(Case).where(
        Case.petition_class == "appeal", Case.standing == "open", ~Case.guarded, Case.matter.is_(None)
    )
    accepted = open_ones.where(Case.accepted_on.is_not(None)).order_by(Case.id.desc())
    found = person("office").session.scalars(accepted.limit(4)).all()
    for case, (kind, written, steps) in zip(found, DRAFTED, strict=False):
        _write(person, case, kind, written, steps)


def _write(person: Callable[[str], Ctx], case: Case, kind: Kind, written: dict[str, str], steps: int) -> None:
    letter = draft_letter(person("office"), case.number, kind.slug)
    blanks = kind_of(person("office"), letter).blanks
    told = {blank.name: written.get(blank.name.removesuffix(f"_{blank.nth}"), "") for blank in blanks}
    write_letter(
        person("office"), letter.id, {**told, **{name: said for name, said in written_in(letter).items() if said}}
    )
    takes = ((check_letter, "office-2"), (sign_off, "leader"), (issue_letter, "office"))
    for act, who in takes[:steps]:
        act(person(who), letter.id)
