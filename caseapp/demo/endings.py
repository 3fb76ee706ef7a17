"""How a demo case ends, and what comes after: return visits, relapses, ratings, the archive."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from caseapp.demo import papers, phrases
from caseapp.demo.histories import Story
from caseapp.demo.pace import at_work, instant, office_minute
from caseapp.demo.plans import OPINIONS, draw
from caseapp.demo.spells import tell_spell

METHODS = {
    "dispute": {"mediation": 74, "self_settled": 8, "explained": 5, "administrative": 5, "relief": 2, "judicial": 2,
                "ruling": 1, "policy": 2, "other": 1},
    "petition": {"administrative": 34, "policy": 17, "explained": 16, "mediation": 18, "relief": 8, "self_settled": 6,
                 "judicial": 1},
}  # fmt: skip
AMONG_PEOPLE = ("mediation", "self_settled", "judicial", "relief")
FITTING = dict.fromkeys(("family", "neighbour", "contract", "damage", "traffic", "labour"), AMONG_PEOPLE)
VISIT_WINDOWS = ((1, 6), (22, 30), (76, 90))
VISIT_LIMITS = (7, 30, 90)


def finish(story: Story) -> None:
    """End a case as planned, and tell what follows."""
    plan, at = story.plan, story.plan.end
    if plan.ending == "resolved":
        settle(story, at, plan.relapse)
    elif plan.ending in OPINIONS:
        reply(story, at)
    elif plan.ending in ("voided", "merged"):
        strike(story, at)
    elif plan.ending in ("withdrawn", "terminated"):
        give_up(story, at)
    else:
        leave(story, at)


# -- settled


def settle(story: Story, at: datetime, relapse: int, *, after_all: bool = False) -> None:
    """Resolve it with evidence, then visit again; ``after_all`` when the procedure had ended before."""
    method = draw(story.rng, METHODS[story.plan.track])
    if method not in FITTING.get(story.plan.category, (method,)):
        method = "mediation"
    if method == "mediation" and not after_all:
        story.mediate(at, "agreed")
        at += timedelta(minutes=45)
    evidence = story.one_of(phrases.EVIDENCE.get(method, phrases.EVIDENCE["self_settled"]))
    resolver = story.resolver()
    at = story.say("resolved", at, resolver, method=method, evidence=evidence)
    look_after(story, at, resolver, relapse)


def look_after(story: Story, resolved: datetime, resolver: str, relapse: int) -> None:
    """The three return visits, the rating, the archive; or the relapse."""
    rated = story.rng.random() < 0.62
    confirmed = False
    for nth, (soon, late) in enumerate(VISIT_WINDOWS, start=1):
        if not made(story, resolved, nth):
            continue
        day = resolved.date() + timedelta(days=story.rng.randint(soon, late))
        result = visit(story, at_work(story.rng, day, resolved.date()), resolver, back=nth == relapse)
        if nth == relapse:
            reopen(story)
            return
        confirmed = result in ("fulfilled", "performing")
        if nth == 1 and rated:
            rate(story)
        if result == "refused":
            break
    done = confirmed and visits_since_the_end(story) >= len(VISIT_WINDOWS)
    put_away(story, resolved, early=done or result_of_last(story) == "refused")


def visits_since_the_end(story: Story) -> int:
    """How many return visits were made since the case was last resolved."""
    kinds = [event["kind"] for event in story.events]
    last = max((place for place, kind in enumerate(kinds) if kind == "resolved"), default=0)
    return kinds[last:].count("return_visited")


def made(story: Story, resolved: datetime, nth: int) -> bool:
    """Whether a visit is made: not where it is the lapse; long ago one was forgotten now and then."""
    due = resolved.date() + timedelta(days=VISIT_LIMITS[nth - 1])
    if story.plan.lapse == "return_visit":
        return due < story.today - timedelta(days=20)
    long_ago = resolved.date() + timedelta(days=215) < story.today
    return not (long_ago and story.rng.random() < (0.02 if nth == 1 else 0.06))


def visit(story: Story, at: datetime, resolver: str, *, back: bool) -> str:
    """A return visit by somebody else; a vain one is tried once more within days."""
    result = story.rng.choice(["relapsed", "relapsed", "unfulfilled"]) if back else outcome(story)
    visitor = story.visitor(resolver)
    told = story.say("return_visited", at, visitor, result=result, note=story.one_of(phrases.VISIT_NOTES[result]))
    if result in ("unreachable", "unfulfilled") and not back:
        again = at_work(story.rng, told.date() + timedelta(days=story.rng.randint(2, 6)), told.date())
        result = story.rng.choices(("fulfilled", "performing", "unreachable"), (75, 15, 10))[0]
        story.say("return_visited", again, visitor, result=result, note=story.one_of(phrases.VISIT_NOTES[result]))
    return result


def outcome(story: Story) -> str:
    """What a visit finds. Who asked for no contact is not called on: that is recorded once as refused."""
    if story.no_contact:
        return "refused"
    shares = {"fulfilled": 74, "performing": 17, "unreachable": 5.5, "unfulfilled": 2, "refused": 1.5}
    return draw(story.rng, shares)


def result_of_last(story: Story) -> str:
    """What the last return visit told so far found."""
    results = [str(event["result"]) for event in story.events if event["kind"] == "return_visited"]
    return results[-1] if results else ""


def reopen(story: Story) -> None:
    """The matter is back: another open spell, a second settlement."""
    reason = story.one_of(phrases.REOPENED)
    at = story.say("reopened", story.last + timedelta(minutes=90), story.local(), reason=reason)
    end = later(story, at, 5)
    tell_spell(story, at, end, again=True)
    settle(story, end, 0)


def later(story: Story, at: datetime, median: float) -> datetime:
    """Some days after, in office hours."""
    days = max(1, round(story.rng.lognormvariate(math.log(median), 0.7)))
    return instant(at.date() + timedelta(days=min(days, 50)), office_minute(story.rng))


def rate(story: Story) -> None:
    """The petitioner's word, by receipt code or given to the office on the telephone."""
    score = draw(story.rng, {"satisfied": 62, "mostly": 28, "dissatisfied": 10})
    by = story.office if story.rng.random() < 0.6 else None
    day = story.last.date() + timedelta(days=story.rng.randint(0, 3))
    story.say("rated", instant(day, story.rng.randint(8 * 60, 21 * 60)), by, score=score)


def put_away(story: Story, resolved: datetime, *, early: bool) -> None:
    """Archive: soon after a confirmed or refused visit, else once 180 days are over."""
    if early and story.plan.lapse != "return_visit":
        at = story.last + timedelta(days=story.rng.randint(2, 12))
    else:
        at = resolved + timedelta(days=story.rng.randint(181, 200))
    archive(story, at_work(story.rng, at.date(), at.date() - timedelta(days=2)))


def archive(story: Story, at: datetime) -> None:
    """Put the papers away when all is done: what was being performed is, and the petitioner was told everything."""
    if at > story.limit:
        story.last = at
        return
    visits = [event for event in story.events if event["kind"] == "return_visited"]
    found = [event["result"] for event in visits if event["result"] not in ("refused", "unreachable")]
    if found[-1:] == ["performing"]:
        visitor = str(visits[-1]["by"])
        story.also("return_visited", at - timedelta(days=1), visitor, result="fulfilled", note=phrases.PERFORMED)
    papers.tell_what_is_left(story)
    story.say("archived", max(at, story.last), story.office)


# -- closed, left, struck out


def reply(story: Story, at: datetime) -> None:
    """The written opinion. A promise is performed and then settled; otherwise the procedure ends here."""
    result = story.plan.ending
    by = str(story.acting("dept")["by"]) if "dept" in story.seats else story.office
    at = papers.reply(story, at, by, result)
    if result == "supported":
        end = later(story, at, 4)
        tell_spell(story, at, end, again=True)
        settle(story, end, story.plan.relapse)
        return
    close(story)


def close(story: Story) -> None:
    """What follows a close without a settlement: a rating, rarely a settlement after all, the archive."""
    if story.rng.random() < 0.4:
        rate(story)
    if story.rng.random() < 0.12:
        at = at_work(story.rng, story.last.date() + timedelta(days=story.rng.randint(12, 50)))
        settle(story, at, 0, after_all=True)
        return
    archive(story, later(story, story.last, 35))


def give_up(story: Story, at: datetime) -> None:
    """The petitioner withdraws, or a mediation is ended with advice where to go."""
    if story.plan.ending == "withdrawn":
        by, reason = story.resolver(), story.one_of(phrases.WITHDRAWN)
        called, said = phrases.CALLED
        at = story.say("withdrawn", at, by, reason=reason, called=called, called_on=at.date().isoformat(), said=said,
                       approved_by=story.second(by))  # fmt: skip
        if story.plan.track == "petition" and story.plan.named and not story.noticed:
            papers.serve(story, at + timedelta(hours=1), "accepted")
    else:
        story.mediate(at, "failed")
        by = story.resolver()
        advice, second = story.one_of(phrases.ADVICE), story.second(by)
        story.say("terminated", at + timedelta(minutes=40), by, advice=advice, approved_by=second)
    close(story)


def leave(story: Story, at: datetime) -> None:
    """It belongs elsewhere: passed on, shown the way, or refused on one of the three grounds; with a notice."""
    kind, by = story.plan.ending, story.office
    if kind == "transferred_out":
        number = f"太信转〔{at.year}〕{story.rng.randint(1, 120)}号"
        story.say(kind, at, by, to=phrases.TRANSFERRED.get(story.plan.category, "县信访局"), letter_no=number)
    elif kind == "redirected":
        story.say(kind, at, by, to=phrases.REDIRECTED.get(story.plan.category, "县人民法院"))
    else:
        ground = story.rng.choice(["litigation", "pending_below", "rereviewed"])
        story.say(kind, at, by, ground=ground, approved_by=story.chief)
    if story.plan.named:
        notice = {"transferred_out": "transferred"}.get(kind, kind)
        papers.serve(story, story.last + timedelta(hours=story.rng.randint(1, 20)), notice)
    archive(story, later(story, story.last, 30))


def strike(story: Story, at: datetime) -> None:
    """Void a wrong entry, or merge a second entry of the same matter; a second person approves."""
    if story.plan.ending == "voided":
        reason = story.one_of(phrases.VOIDED)
        story.say("voided", at, story.office, reason=reason, approved_by=story.chief)
    else:
        assert story.other is not None
        story.say("merged", at, story.office, into=story.other, approved_by=story.chief)
