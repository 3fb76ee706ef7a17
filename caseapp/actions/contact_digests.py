"""Keeping the digests that cases are looked up by, when somebody gives a telephone or identity number, in line with
their parties and with the newest key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.db.rows import Rows
from caseapp.db.sealed import digests_of, seal_of
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.models import Case, CaseParty
from caseapp.domain.org.models import Mark
from caseapp.domain.search.contacts import numbers_of
from caseapp.domain.search.models import CaseContact
from caseapp.kernel.outage import Outage

KEYED_WITH = "looked_up_with"
"""The mark of the key that the digests are under."""
AT_ONCE = 500
Told = Mapping[int, Sequence[Party]]


def replace_contacts(session: Session, told: Told, rows: Rows, *, new: bool = False) -> None:
    """Bring the digests of some cases in line with their parties; of ``new`` ones there is none yet."""
    if told and not new:
        session.execute(delete(CaseContact).where(CaseContact.case_id.in_(told)))
    rows.add(
        CaseContact, [{"digest": one, "case_id": key} for key, parties in told.items() for one in _of(session, parties)]
    )


def _of(session: Session, parties: Iterable[Party]) -> list[str]:
    dialect = session.get_bind().dialect
    return sorted(next(digests_of(dialect, number)) for number in numbers_of(parties))


def key_contacts(ctx: Ctx) -> int:
    """Work all digests out anew when another key is the newest, or a migration made room for them. Returns of how many
    cases. What cannot be read, because its key is lost, is passed over."""
    seal, mark = seal_of(ctx.session.get_bind().dialect), ctx.session.get(Mark, KEYED_WITH, with_for_update=True)
    name = seal.newest.name if seal else "-"
    if mark is not None and mark.value == name:
        return 0
    ctx.session.execute(delete(CaseContact))
    cases = 0
    for told in _parties_of(ctx.session):
        _put_down(ctx.session, told, new=True)
        cases += len(told)
    ctx.session.merge(Mark(name=KEYED_WITH, value=name))
    return cases


def contacts_anew(ctx: Ctx, progress: Callable[[int, int], None] | None = None) -> int:
    """Work out the digests of those cases anew that have others than their parties say. Returns how many cases there
    are."""
    wrong = [case_id for case_id, _number in _unlike(ctx.session)]
    for begin in range(0, len(wrong), AT_ONCE):
        some = wrong[begin : begin + AT_ONCE]
        there = dict.fromkeys(some, ()) | {
            key: row for told in _parties_of(ctx.session, some) for key, row in told.items()
        }
        _put_down(ctx.session, there)
        if progress:
            progress(begin + len(some), len(wrong))
    return ctx.session.scalar(select(func.count()).select_from(Case)) or 0


def wrongly_found_by(ctx: Ctx) -> list[str]:
    """The cases that are looked up by other numbers than those of their parties."""
    return [number for _case_id, number in _unlike(ctx.session)]


def _unlike(session: Session) -> Iterator[tuple[int, str]]:
    there: dict[int, set[str]] = {}
    for case_id, digest in session.execute(select(CaseContact.case_id, CaseContact.digest)):
        there.setdefault(case_id, set()).add(digest)
    wanted = {key: set(_of(session, parties)) for told in _parties_of(session) for key, parties in told.items()}
    numbers = {row[0]: row[1] for row in session.execute(select(Case.id, Case.number))}
    for case_id in sorted(there.keys() | wanted.keys()):
        if there.get(case_id, set()) != wanted.get(case_id, set()):
            yield case_id, numbers[case_id]


def _parties_of(session: Session, some: Collection[int] | None = None) -> Iterator[dict[int, list[Party]]]:
    """The parties with a number, by case, some cases at a time; of all cases that are no accusations, or of some."""
    last = 0
    while True:
        of_cases = select(Case.id).where(Case.id > last, ~Case.sealed).order_by(Case.id).limit(AT_ONCE)
        ids = list(session.scalars(of_cases if some is None else of_cases.where(Case.id.in_(some))))
        if not ids:
            return
        try:
            yield _read(session, ids)
        except Outage:  # a key is lost: of each that can be read
            yield {key: row for one in ids for key, row in _readable(session, one).items()}
        last = ids[-1]


def _read(session: Session, ids: Sequence[int]) -> dict[int, list[Party]]:
    found: dict[int, list[Party]] = {}
    query = select(CaseParty).where(CaseParty.case_id.in_(ids), (CaseParty.phone != "") | (CaseParty.id_number != ""))
    for row in session.scalars(query.order_by(CaseParty.id)):
        found.setdefault(row.case_id, []).append(Party(row.role, phone=row.phone, id_number=row.id_number))
    return found


def _readable(session: Session, case_id: int) -> dict[int, list[Party]]:
    with suppress(Outage):
        return _read(session, [case_id])
    return {}


def _put_down(session: Session, told: Told, *, new: bool = False) -> None:
    rows = Rows()
    replace_contacts(session, told, rows, new=new)
    rows.put_down(session)
