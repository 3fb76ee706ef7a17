"""Whatever happened in a case, each letter that was issued and each paper lies in its file once."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.history import History
from caseapp.domain.documents.kinds import KINDS
from caseapp.domain.issuing.kinds import ISSUED, STATES
from caseapp.domain.issuing.kinds import KINDS as LETTERS
from caseapp.domain.issuing.volume import FiledLetter, FiledPaper, lacking, pieces_of, volumes_of
from caseapp.domain.org.tree import Place, Tree


@pytest.mark.one_database
def test_whatever_happened_each_letter_and_each_paper_lies_in_it_once():
    dice, trees = random.Random(11), Tree([Place("TH", "", "town", "镇", "太和镇")])
    for nth in range(300):
        track = dice.choice(("petition", "dispute"))
        papers = [FiledPaper(one, dice.choice(KINDS), dice.randint(1, 30)) for one in range(1, dice.randint(1, 12))]
        letters = [
            FiledLetter(
                one, dice.choice(tuple(LETTERS)), dice.choice(STATES), str(one), date(2026, 11, 23), (),
                [dice.randint(1, 14) for _proof in range(dice.randint(0, 2))],
            )
            for one in range(dice.randint(0, 6))
        ]  # fmt: skip
        events = [happened("registered"), *(some_event(dice) for _event in range(dice.randint(0, 9)))]
        history = History(Head(track, "TH", "测试", "appeal" if track == "petition" else None), events, trees)
        volumes = volumes_of(pieces_of(history, letters, papers))
        pieces = [one for volume in volumes for one in volume]
        assert sorted(one.key for one in pieces if one.source == "paper") == [one.nth for one in papers], nth
        assert sorted(one.key for one in pieces if one.source == "letter") == [
            one.id for one in letters if one.state in ISSUED
        ], nth
        forms = [(one.kind, one.key) for one in pieces if one.source == "form"]
        assert len(forms) == len(set(forms)), nth
        lacking(history, letters, papers)


def happened(kind: str, **said: object) -> Event:
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    return Event(kind, at, at, "office", said)


def some_event(dice: random.Random) -> Event:
    kind = dice.choice(("mediated", "return_visited", "notice_served", "withdrawn", "followed_up"))
    said = {
        "mediated": {"result": "failed"},
        "return_visited": {"result": "refused"},
        "notice_served": {"notice": "accepted"},
    }
    return happened(kind, **said.get(kind, {}), paper=dice.choice(("", "1", "3", "99", "附件", "²")))
