"""What somebody who may write the database, drop its triggers and read the program could do to the record: one change,
behind the program's back, of a kind chosen by chance; or the same with every digest worked out anew after it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from caseapp.actions.shadow import cast_shadow
from caseapp.db import Hex, db
from caseapp.domain.audit.chain import START, change_content, digest, stamp, text_digest
from caseapp.domain.audit.heads import KEYED
from caseapp.domain.audit.held import HELD, held_content, key_text, row_digest
from caseapp.domain.audit.models import AuditEntry, ChainHead, HeldNow, HeldRow, Seal
from caseapp.domain.cases.history import effect_of
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.record import chained, take_up
from caseapp.domain.org.chronicle import Change
from caseapp.domain.org.models import UnitChange

CHANGED = {
    "case_event": ("kind", "at", "on_day", "recorded_at", "effect", "by", "facts", "text_digest", "digest"),
    "case_event_text": ("salt", "texts"),
    "seal": ("number", "length", "head", "digest"),
    "audit_entry": ("at", "actor", "action", "subject", "detail", "digest"),
    "unit_change": ("unit", "kind", "from_on", "facts", "by", "recorded_at", "reason", "digest"),
    "held_row": ("table", "key", "covered", "digest"),
    "held_now": ("salt", "key"),
    "chain_head": ("seq", "digest", "mark"),
    "case_file": (
        "state", "title", "description", "holder_id", "unit_id", "risk", "headcount", "category", "verified",
        "archived", "registered_by", "resolved_on", "merged_into", "length", "chain", "channel", "tier", "plan_owed",
        "team_from", "track", "sealed", "registered_at", "received_on", "accepted_on", "repeat_of",
    ),
    "case_party": ("name", "phone", "role", "contact", "address", "id_number"),
    "case_seat": ("holder", "deputy", "seat", "since", "case_open"),
    "case_access": ("username", "barred", "unit_id"),
    "frozen_report": (
        "month", "revision", "digest", "content", "settings", "stored", "anchor", "frozen_by", "frozen_at", "as_of",
        "moved", "name", "formulas",
    ),
    "frozen_paper": ("kind", "digest", "content"),
    "signing": ("signed_by", "signed_at", "move"),
    "number_series": ("last",),
    "flag": ("kind", "due_on", "rung", "flagged_on", "person", "seat", "acting", "logged_at"),
    "login_session": ("user_id", "started_at", "ended_at", "stage", "device"),
    "known_device": ("user_id", "digest", "factor_at"),
    "entry_code": ("user_id", "digest", "until", "ended_at", "made_by"),
    "unit": ("name", "path", "tier", "kind", "parent_id", "closed_on", "into_id", "code"),
    "interest": ("username", "undone_at"),
    "proposal": ("action", "asked_by", "approved", "decided_by"),
    "post": ("role", "user_id"),
}  # fmt: skip
DROPPED = (
    "held_row", "held_now", "case_event", "seal", "audit_entry", "unit_change", "case_party", "case_seat", "case_access", "frozen_report",
    "interest", "proposal", "post", "case_file", "case_event_text", "signing", "flag", "frozen_paper", "number_series",
    "login_session", "known_device", "entry_code", "unit_within",
)  # fmt: skip
DUE = {
    "case_file": ("handle_due_on", "serve_due_on"),
    "deadline": ("due_on", "start_on", "days", "rule", "kind", "charged_to", "not_by", "unit", "from_on", "to_on"),
}
FORGED = (
    "case_event",
    "seal",
    "audit_entry",
    "unit_change",
    "case_party",
    "case_access",
    "interest",
    "proposal",
    "post",
    "signing",
    "flag",
    "known_device",
    "entry_code",
)
CUT = ("seal", "held_row", "audit_entry", "unit_change", "case_event")
SWAPPED = ("case_event", "held_row", "seal", "audit_entry", "unit_change")


def past_the_triggers(session: Any) -> None:
    """Take the guards away, inside the transaction."""
    if db.engine.dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        return
    session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
    for name in session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(sa.text(f"DROP TRIGGER {name}"))


def this(event: Any) -> Any:
    """The clause of an event."""
    return sa.and_(CaseEvent.case_id == event.case_id, CaseEvent.seq == event.seq)


def text_of(event: Any) -> Any:
    """The clause of the texts of an event."""
    return sa.and_(CaseEventText.case_id == event.case_id, CaseEventText.seq == event.seq)


class Tampering:
    """One attack, told by its seed."""

    def __init__(self, session: Any, seed: int) -> None:
        self.session, self.chance = session, random.Random(seed)
        self.tables = db.metadata.tables

    def some(self, table: str) -> tuple[sa.Table, Any, Any]:
        """A table, the clause of one of its rows chosen by chance, and the row."""
        found = self.tables[table]
        rows = self.session.execute(sa.select(found)).all()
        row = self.chance.choice(rows)
        return found, sa.and_(*(column == getattr(row, column.key) for column in found.primary_key)), row

    def once(self) -> str:
        """Do one thing; what it was."""
        kinds: tuple[Callable[[], str], ...] = (
            self.change, self.change, self.drop, self.forge, self.cut, self.swap, self.held, self.held, self.due,
            self.run_to_come, self.appended,
        )  # fmt: skip
        return self.chance.choice(kinds)()

    def change(self) -> str:
        """Another value in one column of one row."""
        name = self.chance.choice(tuple(CHANGED))
        table, here, row = self.some(name)
        column = table.c[self.chance.choice(CHANGED[name])]
        value = self.other(column, getattr(row, column.key))
        self.session.execute(sa.update(table).where(here).values({column.name: value}))
        return f"changed {name}.{column.name} of {tuple(getattr(row, key.key) for key in table.primary_key)}"

    def held(self) -> str:
        """A row that follows from no event is changed, dropped, made up, or gets what another one has."""
        name = self.chance.choice(tuple(HELD))
        return self.chance.choice((self._held_change, self._held_drop, self._made_up, self._exchanged))(name)

    def _columns(self, name: str) -> list[Any]:
        table = self.tables[name]
        return [one for one in table.c if one.name not in HELD[name] and one not in set(table.primary_key)]

    def _held_change(self, name: str) -> str:
        table, here, row = self.some(name)
        column = self.chance.choice(self._columns(name))
        value = self.other(column, getattr(row, column.key))
        self.session.execute(sa.update(table).where(here).values({column.name: value}))
        return f"changed {name}.{column.name}"

    def _held_drop(self, name: str) -> str:
        table, here, _row = self.some(name)
        self.session.execute(sa.delete(table).where(here))
        return f"dropped {name}"

    def _made_up(self, name: str) -> str:
        """A row of its own, with other values in half of its columns than any that is there."""
        table, _here, row = self.some(name)
        values = {column.name: getattr(row, column.key) for column in table.c}
        columns = self._columns(name)
        for column in self.chance.sample(columns, (len(columns) + 1) // 2):
            values[column.name] = self.other(column, values[column.name])
        for key in table.primary_key:
            last = self.session.scalar(sa.select(sa.func.max(key)))
            values[key.name] = last + 1 if isinstance(last, int) else another(key, last)
        self.session.execute(sa.insert(table).values(values))
        return f"made up {name}"

    def _exchanged(self, name: str) -> str:
        """One column of two rows, exchanged: passwords, posts, secrets."""
        table, here, row = self.some(name)
        column = self.chance.choice(self._columns(name))
        rows = self.session.execute(sa.select(table).where(column != getattr(row, column.key))).all()
        other = self.chance.choice(rows)
        there = sa.and_(*(key == getattr(other, key.key) for key in table.primary_key))
        for place, value in ((here, getattr(other, column.key)), (there, getattr(row, column.key))):
            self.session.execute(sa.update(table).where(place).values({column.name: value}))
        return f"exchanged {name}.{column.name}"

    def appended(self) -> str:
        """A held row is changed or dropped, and the chain goes on with what it says now, as the program would have it;
        only the mark of the end cannot be made without the key."""
        name = self.chance.choice(tuple(HELD))
        told = self.chance.choice((self._held_change, self._held_drop))(name)
        append_links(self.session, name)
        marks = self.chance.choice((None, "", "0" * 64))
        if marks is not None:
            self.session.execute(sa.update(ChainHead).where(ChainHead.name == "held").values(mark=marks))
        return f"{told}, and appended the links"

    def run_to_come(self) -> str:
        """A job is told that it ran already, so that it never does: the anchor, the freezing, the sweep."""
        table = self.tables["job_run"]
        job = self.chance.choice(("anchor", "monthly_freeze", "sweep"))
        slot = datetime(2027, 1, 1 + self.chance.randrange(28), 23, 30, tzinfo=UTC)
        self.session.execute(sa.insert(table).values(job=job, slot=slot, ran_at=slot, result={}))
        return f"a run of {job} to come"

    def due(self) -> str:
        """A due date is moved, or gone."""
        name = self.chance.choice(tuple(DUE))
        table, here, row = self.some(name)
        if name == "deadline" and self.chance.random() < 0.4:
            self.session.execute(sa.delete(table).where(here))
            return "dropped a due date"
        column = table.c[self.chance.choice(DUE[name])]
        value = getattr(row, column.key)
        self.session.execute(
            sa.update(table)
            .where(here)
            .values({column.name: None if column.nullable and value else self.other(column, value)})
        )
        return f"moved {name}.{column.name}"

    def other(self, column: Any, value: Any) -> Any:
        """A value of the same kind that is another one."""
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + 1
        if isinstance(value, dict):
            return {**value, "forged": self.chance.randrange(1000)}
        if isinstance(value, datetime):
            return value + timedelta(hours=1 + self.chance.randrange(99))
        if isinstance(value, date):
            return value + timedelta(days=1 + self.chance.randrange(99))
        if isinstance(value, bytes):
            return value + b"x"
        if isinstance(value, list):
            return [*value, "forged"]
        if isinstance(value, frozenset):
            return frozenset(sorted(value)[1:])
        if isinstance(value, str):
            return self.word(column, value)
        return self.from_nothing(column)

    def word(self, column: Any, value: str) -> str:
        """Another word; where only some are allowed, another of those that stand there."""
        table = column.table
        if column.name in (
            "state",
            "role",
            "contact",
            "seat",
            "action",
            "kind",
            "effect",
            "channel",
            "risk",
            "category",
        ):
            kept = sa.select(column).distinct()
            words = [word for word in self.session.scalars(kept) if word != value]
            return self.chance.choice(words) if words else another(column, value)
        if isinstance(column.type, Hex):
            return f"{value[:-1]}{'1' if value.endswith('0') else '0'}"
        return f"{value[:-1]}{'x' if not value.endswith('x') else 'y'}" if table.name else value

    def from_nothing(self, column: Any) -> Any:
        """A value where there was none."""
        kind = column.type.python_type if hasattr(column.type, "python_type") else str
        made = {bool: True, int: 1, date: date(2026, 11, 1), bytes: "f0" * 32}
        if "Instant" in type(column.type).__name__:
            return datetime.fromisoformat("2026-11-01T08:00:00+08:00")
        return made.get(kind, "forged")

    def drop(self) -> str:
        """A row, and what hangs on it."""
        name = self.chance.choice(DROPPED)
        table, here, row = self.some(name)
        if name == "case_file":
            self.drop_case(row.id)
        else:
            if name == "case_event":
                self.session.execute(sa.delete(CaseEventText).where(text_of(row)))
            self.session.execute(sa.delete(table).where(here))
        return f"dropped {name}"

    def drop_case(self, case_id: int) -> None:
        """A case with every row that names it."""
        for table in self.tables.values():
            if "case_id" in table.c:
                self.session.execute(sa.delete(table).where(table.c.case_id == case_id))
        self.session.execute(sa.delete(Case).where(Case.id == case_id))

    def forge(self) -> str:
        """A row that looks like one that is there."""
        name = self.chance.choice(FORGED)
        table, _here, row = self.some(name)
        *_case, key = table.primary_key
        last = self.session.scalar(sa.select(sa.func.max(key)))
        values = {column.name: getattr(row, column.key) for column in table.c} | {key.name: last + 1}
        if name == "case_event":
            last_seq = sa.select(sa.func.max(table.c.seq)).where(table.c.case_id == row.case_id)
            values["seq"] = self.session.scalar(last_seq) + 1
        self.session.execute(sa.insert(table).values(values))
        return f"forged {name}"

    def cut(self) -> str:
        """The last rows of a log, as many as chance has it."""
        name = self.chance.choice(CUT)
        table = self.tables[name]
        keys = list(table.primary_key)
        latest = sa.select(*keys).order_by(
            table.c["recorded_at" if name == "case_event" else "seq"].desc(), keys[-1].desc()
        )
        rows = self.session.execute(latest.limit(1 + self.chance.randrange(5))).all()
        for row in rows:
            if name == "case_event":
                self.session.execute(sa.delete(CaseEventText).where(text_of(row)))
            self.session.execute(sa.delete(table).where(*(key == getattr(row, key.key) for key in keys)))
        return f"cut {len(rows)} of {name}"

    def swap(self) -> str:
        """Two rows of a log change places."""
        name = self.chance.choice(SWAPPED)
        table = self.tables[name]
        place = table.c.seq
        rows = self.session.execute(sa.select(table)).all()
        one = self.chance.choice(rows)
        same = [row for row in rows if row.seq != one.seq and (name != "case_event" or row.case_id == one.case_id)]
        other = self.chance.choice(same)
        group = table.c.case_id == one.case_id if name == "case_event" else sa.true()
        for seq, to in ((one.seq, -1), (other.seq, one.seq), (-1, other.seq)):
            self.session.execute(sa.update(table).where(place == seq, group).values(seq=to))
        return f"swapped {name}"

    def rewritten(self) -> str:
        """History made another one, with every digest worked out anew: no chain breaks. The anchors in the log go too, and
        so does whatever tells that the ends of the logs bore marks."""
        what = self.chance.choice(
            (self._text, self._fact, self._tail, self._case, self._entry, self._lost_entry, self._held_row)
        )()
        self.session.execute(sa.delete(AuditEntry).where(AuditEntry.action.in_(("anchored", KEYED))))
        self.session.execute(sa.update(ChainHead).values(mark=""))
        rebuild(self.session)
        return f"rewritten: {what}"

    def _held_row(self) -> str:
        """A post moves to another unit, and its digests with it."""
        table, here, row = self.some("post")
        units = list(
            self.session.scalars(sa.select(self.tables["unit"].c.id).where(self.tables["unit"].c.id != row.unit_id))
        )
        self.session.execute(sa.update(table).where(here).values(unit_id=self.chance.choice(units)))
        now = dict(self.session.execute(sa.select(table).where(here)).mappings().one())
        kept = self.session.get(HeldNow, ("post", str(row.id)))
        kept.covered = row_digest(kept.salt, "post", str(row.id), now)
        self.session.flush()
        last = sa.select(sa.func.max(HeldRow.seq)).where(HeldRow.table == "post", HeldRow.key == str(row.id))
        rows = HeldRow.__table__
        seq = self.session.scalar(last)
        self.session.execute(sa.update(rows).where(rows.c.seq == seq).values(covered=kept.covered))
        return "a post"

    def _event(self, *, with_text: bool = False) -> CaseEvent:
        query = sa.select(CaseEvent).where(CaseEvent.kind != "registered").order_by(*CaseEvent.__table__.primary_key)
        if with_text:
            query = sa.select(CaseEvent).join(CaseEvent.texts)
        return self.chance.choice(list(self.session.scalars(query)))

    def _text(self) -> str:
        event = self._event(with_text=True)
        row = self.session.get(CaseEventText, (event.case_id, event.seq))
        name = self.chance.choice(sorted(key for key in row.texts if isinstance(row.texts[key], str)))
        texts = {**row.texts, name: f"另一种说法{self.chance.randrange(999)}"}
        covered = text_digest(row.salt, texts)
        self.session.execute(sa.update(CaseEventText).where(text_of(event)).values(texts=texts))
        self.session.execute(sa.update(CaseEvent).where(this(event)).values(text_digest=covered))
        return "a text"

    def _fact(self) -> str:
        event = self._event()
        self.session.execute(sa.update(CaseEvent).where(this(event)).values(by="outsider"))
        return "who did it"

    def _tail(self) -> str:
        event = self._event()
        case_id, seq = event.case_id, event.seq
        for table in (CaseEventText, CaseEvent):
            self.session.execute(sa.delete(table).where(table.case_id == case_id, table.seq >= seq))
        return "the tail of a case"

    def _case(self) -> str:
        case = self.chance.choice(list(self.session.scalars(sa.select(Case).order_by(Case.id))))
        number, case_id = case.number, case.id
        self.session.expunge(case)
        self.drop_case(case_id)
        self.session.execute(sa.delete(AuditEntry).where(AuditEntry.subject == number))
        return "a case"

    def _entry(self) -> str:
        entries = self.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.not_in(("anchored", "proposed"))))
        entry = self.chance.choice([one for one in entries if one.action in ("setting_changed", "urged", "user_added")])
        self.session.execute(sa.update(AuditEntry).where(AuditEntry.seq == entry.seq).values(actor="leader"))
        return "who is in the audit log"

    def _lost_entry(self) -> str:
        found = sa.select(AuditEntry.seq).where(AuditEntry.action.in_(("setting_changed", "urged", "user_added")))
        seq = self.chance.choice(list(self.session.scalars(found.order_by(AuditEntry.seq))))
        self.session.execute(sa.delete(AuditEntry).where(AuditEntry.seq == seq))
        return "an entry of the audit log"


def append_links(session: Any, name: str) -> None:
    """Add to the chain of held rows what the rows of a table say now, where it says something else, and move its end."""
    session.expire_all()
    table, salt = db.metadata.tables[name], "0" * 32
    rows = {
        key_text(name, (row[key.name] for key in table.primary_key)): dict(row)
        for row in session.execute(sa.select(table)).mappings()
    }
    now = {one.key: one for one in session.scalars(sa.select(HeldNow).where(HeldNow.table == name))}
    for key in sorted({*rows, *now}):
        known = now.get(key)
        covered = row_digest(known.salt if known else salt, name, key, rows[key]) if key in rows else None
        if covered == (known.covered if known else None):
            continue
        head = session.get_one(ChainHead, "held", populate_existing=True)
        told = held_content(name, key, covered)
        link = {"seq": head.seq + 1, **told, "digest": digest(head.digest, told)}
        session.execute(sa.insert(HeldRow).values(link))
        here = HeldNow.table == name, HeldNow.key == key
        session.execute(sa.delete(HeldNow).where(*here))
        if covered is not None:
            session.execute(
                sa.insert(HeldNow).values(table=name, key=key, salt=known.salt if known else salt, covered=covered)
            )
        moved = {"seq": link["seq"], "digest": link["digest"]}
        session.execute(sa.update(ChainHead).where(ChainHead.name == "held").values(**moved))
        session.expire_all()


def rebuild(session: Any) -> None:
    """Work out every chain, every seal and every end anew, as the program would have."""
    session.expire_all()
    heads = _cases(session)
    _log(session, Seal, "seals", _seal_content(session, heads))
    _log(session, UnitChange, "units", lambda row, seq: change_content(seq, Change(
        row.unit, row.kind, row.from_on, row.facts, row.recorded_at, row.by, row.reason)))  # fmt: skip
    _log(session, AuditEntry, "audit", lambda row, _seq: {
        "at": stamp(row.at), "actor": row.actor, "action": row.action, "subject": row.subject, "detail": row.detail,
    })  # fmt: skip
    _log(session, HeldRow, "held", lambda row, _seq: held_content(row.table, row.key, row.covered))
    session.expire_all()


def _cases(session: Any) -> dict[tuple[str, int], str]:
    """Each case's chain; the head at each length."""
    heads: dict[tuple[str, int], str] = {}
    for case_id, number in session.execute(sa.select(Case.id, Case.number)).all():
        head, seq = START, 0
        for event in session.scalars(
            sa.select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
        ).all():
            seq += 1
            told = take_up(event.kind, (event.at, event.recorded_at), event.by, event.facts, {})
            link = digest(head, chained(number, seq, told, event.facts, event.text_digest))
            values = {"seq": seq, "digest": link, "on_day": told.on, "effect": effect_of(told)}
            session.execute(sa.update(CaseEvent.__table__).where(this(event)).values(values))
            head, heads[number, seq] = link, link
        session.execute(sa.update(Case).where(Case.id == case_id).values(length=seq, chain=head))
    return heads


def _seal_content(session: Any, heads: dict[tuple[str, int], str]) -> Callable[[Any, int], dict[str, Any]]:
    for seal in session.scalars(sa.select(Seal)).all():
        if (seal.number, seal.length) not in heads:
            session.execute(sa.delete(Seal).where(Seal.seq == seal.seq))
        else:
            head = heads[seal.number, seal.length]
            session.execute(sa.update(Seal).where(Seal.seq == seal.seq).values(head=head))
    session.expire_all()
    return lambda row, _seq: {"number": row.number, "length": row.length, "head": row.head}


def _log(session: Any, model: Any, name: str, content: Callable[[Any, int], dict[str, Any]]) -> None:
    session.expire_all()
    head, seq = START, 0
    for row in session.scalars(sa.select(model).order_by(model.seq)).all():
        seq += 1
        link = digest(head, content(row, seq))
        table = model.__table__
        session.execute(sa.update(table).where(table.c.seq == row.seq).values(seq=seq, digest=link))
        head = link
    session.execute(sa.update(ChainHead).where(ChainHead.name == name).values(seq=seq, digest=head))


def shadow_of_all(ctx: Any) -> None:
    """What the program would show of the cases that are left."""
    for case in ctx.session.scalars(sa.select(Case)).all():
        cast_shadow(ctx, case, load_history(ctx.session, case, ctx.units))
    ctx.session.flush()


def another(column: Any, text: str) -> str:
    """Another text that the column has room for."""
    room = column.type.length
    return f"{text[:-1]}~" if room and len(text) >= room else f"{text}x"
