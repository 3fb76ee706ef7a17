"""Cases are looked up by the telephone and identity numbers of their parties, which nobody reads out of the database, by
who needs it for a reason, among the cases they see; and the digests are those of the parties, whatever happened."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from caseapp.actions.accusations import take_as_accusation
from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.contacts import look_up_number
from caseapp.actions.numbers_kept import KEYED_WITH, key_numbers, wrongly_keyed
from caseapp.cli.server import upgrade_schema
from caseapp.db import db, unit_of_work
from caseapp.db.sealed import use_seal
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.parties import write_party
from caseapp.domain.org.models import Mark
from caseapp.domain.search.models import CaseNumber
from caseapp.domain.search.numbers import numbers_of, spelled
from caseapp.kernel.errors import NotAllowed, RuleViolation
from caseapp.kernel.field_keys import keys_in
from tests.cases.make import do, head, log, petition
from tests.conftest import FIELD_KEYS

PHONE, CARD = "13900009999", "999999197001010009"
PARTIES = (Party("party", "周甲一", PHONE, id_number=CARD), Party("respondent", "周乙二", "0999-6220110/139 0000 8888"))


def found(ctx, number: str) -> list[str]:
    with unit_of_work(db.session):
        return [case.number for case in look_up_number(ctx, number, "来电询问进度")]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("139 0000 9999", PHONE), ("+86 139-0000-9999", PHONE), ("008613900009999", PHONE), ("１３９００００９９９９", PHONE),
        ("86139000", "86139000"), ("99999919700101000x", "99999919700101000X"), ("12345", ""), ("（）", ""),
    ],
)  # fmt: skip
def test_a_number_is_compared_however_it_was_typed(typed, told):
    assert spelled(typed) == told


@pytest.mark.one_database
def test_each_number_of_a_field_is_one():
    assert numbers_of(PARTIES) == {PHONE, CARD, "09996220110", "13900008888"}
    assert numbers_of([Party("party", "周甲一", "0999-6220110转8012", contact="none")]) == {"09996220110"}


def test_the_office_finds_the_cases_it_sees_on_record(as_user):
    first, second = (log(as_user("grid"), head(parties=PARTIES)) for _nth in range(2))
    log(as_user("grid"), head(parties=(Party("party", "周甲一", "13900009998"),)))
    for typed in ("139-0000-9999", CARD, "13900008888"):
        assert found(as_user("office"), typed) == [second, first]
    assert found(as_user("outsider"), PHONE) == []
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "number_looked_up").order_by(AuditEntry.seq)
    ).first()
    assert entry is not None
    assert (entry.actor, entry.detail["cases"], entry.detail["reason"]) == ("office", [second, first], "来电询问进度")
    assert PHONE not in str(entry.detail)


def test_it_takes_a_reason_a_number_and_a_post_that_may_see_one(as_user):
    for number, reason, field in ((PHONE, " ", "reason"), ("1390", "来电", "number")):
        with pytest.raises(RuleViolation) as refused:
            look_up_number(as_user("office"), number, reason)
        assert refused.value.field == field
    for who in ("auditor", "admin"):
        with pytest.raises(NotAllowed):
            look_up_number(as_user(who), PHONE, "来电")


def test_the_database_has_no_digest_that_can_be_guessed(as_user):
    log(as_user("grid"), head(parties=PARTIES))
    kept = set(db.session.scalars(select(CaseNumber.digest)))
    assert len(kept) == 4
    for number in numbers_of(PARTIES):
        assert not any(sha256(number.encode()).hexdigest().startswith(one) for one in kept)


def test_an_accusation_and_what_was_struck_out_are_not_found(as_user):
    number = log(as_user("office"), petition(unit="TH", parties=(Party("petitioner", "李乙二", PHONE),)))
    with unit_of_work(db.session):
        take_as_accusation(as_user("office"), number, "反映干部问题")
    assert db.session.scalar(select(func.count()).select_from(CaseNumber)) == 0
    assert found(as_user("office"), PHONE) == []
    other = log(as_user("grid"), head(parties=PARTIES))
    with unit_of_work(db.session):
        asked = propose(as_user("office"), Act(other, "void", {"reason": "重复登记"}))
    with unit_of_work(db.session):
        decide(as_user("leader"), asked.id, approved=True)
    assert found(as_user("office"), PHONE) == []


def test_a_number_that_was_corrected_is_found_by_the_new_one_alone(as_user):
    number = log(as_user("grid"), head(parties=PARTIES))
    parties = [write_party(replace(PARTIES[0], phone="13900007777")), write_party(PARTIES[1])]
    do(as_user("grid"), number, "amend", field="parties", to=parties, reason="号码写错")
    assert found(as_user("office"), PHONE) == []
    assert found(as_user("office"), "13900007777") == [number]
    assert found(as_user("office"), "13900008888") == [number]


def test_after_random_corrections_the_digests_are_those_of_the_parties(as_user, system, tried):
    dice, grid = random.Random(61), as_user("grid")
    numbers = [f"1390000{dice.randrange(1000, 9999)}" for _nth in range(6)]
    cases = [log(grid, head(parties=PARTIES[: dice.randint(0, 2)])) for _nth in range(5)]
    for _nth in range(30):
        parties = [
            Party("party", "周甲一", "/".join(dice.sample(numbers, dice.randint(0, 2))))
            for _ in range(dice.randint(0, 3))
        ]
        do(grid, dice.choice(cases), "amend", field="parties", to=[write_party(one) for one in parties], reason="更正")
        assert wrongly_keyed(system) == []
    tried(30)


def test_a_new_key_makes_new_digests_and_old_data_gets_them_at_the_start(
    as_user, run, app, system, tmp_path, monkeypatch
):
    number = log(as_user("grid"), head(parties=PARTIES))
    with unit_of_work(db.session) as session:  # a database of before the migration
        session.execute(delete(CaseNumber))
        session.execute(delete(Mark).where(Mark.name == KEYED_WITH))
    upgrade_schema()
    assert found(as_user("office"), PHONE) == [number]
    before = set(db.session.scalars(select(CaseNumber.digest)))
    with unit_of_work(db.session):
        assert key_numbers(system) == 0, "once"
    file = Path(shutil.copy(FIELD_KEYS, tmp_path / "field_keys"))
    monkeypatch.setitem(app.extensions, "caseapp", replace(app.extensions["caseapp"], field_keys=file))
    try:
        assert run("keys", "new").exit_code == 0
        assert not before & set(db.session.scalars(select(CaseNumber.digest)))
        assert found(as_user("office"), PHONE) == [number]
    finally:
        use_seal(db.engine, keys_in(FIELD_KEYS))


def test_digests_that_are_wrong_are_named_and_made_anew(as_user, run):
    number = log(as_user("grid"), head(parties=PARTIES))
    with unit_of_work(db.session) as session:
        session.execute(delete(CaseNumber))
        session.add(CaseNumber(digest="00" * 16, case_id=1))
    assert f"numbers       1 cases differ: {number}" in run("check", "--deep").output
    assert run("rebuild").exit_code == 0
    assert "numbers       as recounted" in run("check", "--deep").output
    assert found(as_user("office"), PHONE) == [number]


def test_the_page_asks_for_a_reason_and_lists_what_was_found(as_user, browse):
    number = log(as_user("grid"), head(parties=PARTIES))
    browser = browse("office")
    assert browser.post("/look-up", data={"number": PHONE}).status_code == 422
    assert browser.post("/look-up", data={"number": "12", "reason": "来电"}).status_code == 422
    page = browser.post("/look-up", data={"number": "139 0000 9999", "reason": "来电询问进度"})
    assert page.status_code == 200
    assert number in page.text
    assert "/look-up" in browser.get("/cases").text
