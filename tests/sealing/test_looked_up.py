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
from caseapp.actions.contact_digests import KEYED_WITH, key_contacts, wrongly_found_by
from caseapp.actions.contacts import look_up_number
from caseapp.cli.server import upgrade_schema
from caseapp.db import db, unit_of_work
from caseapp.db.sealed import use_seal
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.parties import write_party
from caseapp.domain.org.models import Mark
from caseapp.domain.search.contacts import numbers_of, numbers_typed
from caseapp.domain.search.models import CaseContact
from caseapp.kernel.errors import NotAllowed, RuleViolation
from caseapp.kernel.field_keys import keys_in, new_key
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
        ("139 0000 9999", {PHONE}), ("+86 139-0000-9999", {PHONE}), ("008613900009999", {PHONE}),
        ("１３９００００９９９９", {PHONE}), ("+86 0999-6220110", {"09996220110"}), ("(0999)6220110", {"09996220110"}),
        ("0999-6220110转8012", {"09996220110"}), ("0999-6220110 ext 12", {"09996220110"}),
        (f"{PHONE}/13900008888", {PHONE, "13900008888"}), (f"{PHONE}／13900008888", {PHONE, "13900008888"}),
        (f"{PHONE} 13900008888", {PHONE, "13900008888"}), (f"{PHONE}或13900008888", {PHONE, "13900008888"}),
        ("86139000", {"86139000"}), ("99999919700101000x", {"99999919700101000X", "99999919700101000"}),
        ("G12345678", {"G12345678", "12345678"}), ("12345", set()), ("（）", set()), ("unknown", set()), ("ABCDEF", set()),
    ],
)  # fmt: skip
def test_a_number_is_compared_however_it_was_typed(typed, told):
    found_by = numbers_typed(typed)
    assert told <= found_by
    assert bool(told) == bool(found_by)


@pytest.mark.one_database
def test_whatever_stands_in_a_field_is_found_when_it_is_typed_so():
    for field in ("139 0000 9999", "0999-6220110转8012", f"{PHONE}／+86 13900008888", "(0999) 622-0110; 110120"):
        numbers = numbers_of([Party("party", "周甲一", field)])
        assert numbers
        assert numbers <= numbers_typed(field)
    assert numbers_of([Party("party", "周甲一", id_number=CARD)]) <= numbers_typed(CARD)


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
    query = select(AuditEntry).where(AuditEntry.action == "number_looked_up").order_by(AuditEntry.seq)
    told = [(one.actor, one.subject, one.detail) for one in db.session.scalars(query)]
    reason = {"reason": "来电询问进度"}
    assert told == [
        *(("office", number, reason) for _typed in range(3) for number in (second, first)),
        ("outsider", "", reason),
    ]


def test_who_is_complained_of_reads_of_no_look_up_of_the_case(as_user, browse):
    """Neither the number nor the reason, nor that of another case of the same person beside it."""
    complained = log(
        as_user("office"), petition(unit="TH", about=("auditor",), parties=(Party("petitioner", "李乙二", PHONE),))
    )
    other = log(as_user("grid"), head(parties=PARTIES))
    with unit_of_work(db.session):
        assert len(look_up_number(as_user("office"), PHONE, "来电询问投诉进度")) == 2
    page = browse("auditor").get("/audit").text
    assert other in page
    assert complained not in page
    assert page.count("来电询问投诉进度") == 1


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
    kept = set(db.session.scalars(select(CaseContact.digest)))
    assert len(kept) == 4
    for number in numbers_of(PARTIES):
        assert not any(sha256(number.encode()).hexdigest().startswith(one) for one in kept)


def test_an_accusation_and_what_was_struck_out_are_not_found(as_user):
    number = log(as_user("office"), petition(unit="TH", parties=(Party("petitioner", "李乙二", PHONE),)))
    with unit_of_work(db.session):
        take_as_accusation(as_user("office"), number, "反映干部问题")
    assert db.session.scalar(select(func.count()).select_from(CaseContact)) == 0
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
        assert wrongly_found_by(system) == []
    tried(30)


def test_a_new_key_makes_new_digests_and_old_data_gets_them_at_the_start(
    as_user, run, app, system, tmp_path, monkeypatch
):
    number = log(as_user("grid"), head(parties=PARTIES))
    with unit_of_work(db.session) as session:  # a database of before the migration
        session.execute(delete(CaseContact))
        session.execute(delete(Mark).where(Mark.name == KEYED_WITH))
    upgrade_schema()
    assert found(as_user("office"), PHONE) == [number]
    before = set(db.session.scalars(select(CaseContact.digest)))
    with unit_of_work(db.session):
        assert key_contacts(system) == 0, "once"
    file = Path(shutil.copy(FIELD_KEYS, tmp_path / "field_keys"))
    monkeypatch.setitem(app.extensions, "caseapp", replace(app.extensions["caseapp"], field_keys=file))
    try:
        assert run("keys", "new").exit_code == 0
        assert not before & set(db.session.scalars(select(CaseContact.digest)))
        assert found(as_user("office"), PHONE) == [number]
    finally:
        use_seal(db.engine, keys_in(FIELD_KEYS))


def test_while_a_new_key_is_made_everybody_is_found_by_the_old_one(as_user, tmp_path):
    number = log(as_user("grid"), head(parties=PARTIES))
    try:
        use_seal(db.engine, [*keys_in(FIELD_KEYS), new_key("aes")])  # the file has it, nothing is worked out anew yet
        assert found(as_user("office"), PHONE) == [number]
    finally:
        use_seal(db.engine, keys_in(FIELD_KEYS))


def test_a_number_whose_key_is_lost_keeps_no_others_from_being_found(as_user, system):
    use_seal(db.engine, [lost := new_key("aes")])
    log(as_user("grid"), head(parties=PARTIES))
    use_seal(db.engine, keys_in(FIELD_KEYS))
    number = log(as_user("grid"), head(parties=PARTIES))
    with unit_of_work(db.session) as session:
        session.execute(delete(Mark).where(Mark.name == KEYED_WITH))
    db.session.expire_all()
    with unit_of_work(db.session):
        assert key_contacts(system) == 1
    assert lost.name not in {key.name for key in keys_in(FIELD_KEYS)}
    assert found(as_user("office"), PHONE) == [number]


def test_digests_that_are_wrong_are_named_and_made_anew(as_user, run):
    number = log(as_user("grid"), head(parties=PARTIES))
    with unit_of_work(db.session) as session:
        session.execute(delete(CaseContact))
        session.add(CaseContact(digest="00" * 16, case_id=1))
    assert f"contacts      1 cases differ: {number}" in run("check", "--deep").output
    assert run("rebuild").exit_code == 0
    assert "contacts      as recounted" in run("check", "--deep").output
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
