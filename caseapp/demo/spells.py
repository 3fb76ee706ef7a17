"""What happens while a case is open, and when: work in its rhythm, seats, the papers of a petition, extensions.

An open spell is a list of beats, told in the order of time. What a plan calls a lapse is left out here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from caseapp.demo import phrases
from caseapp.demo.cast import SEATS, TOWN
from caseapp.demo.histories import Story
from caseapp.demo.pace import at_work, instant, office_minute, shortly
from caseapp.demo.papers import serve
from caseapp.demo.plans import QUICK

RHYTHM = {"green": 14, "yellow": 7, "red": 3}
Beat = tuple[datetime, Callable[[datetime], None]]


def tell_spell(story: Story, start: datetime, end: datetime, *, again: bool = False) -> None:
    """Tell all that happens from ``start`` until before ``end``; ``again`` after a reopening or a promise."""
    work = rhythm(story, start, end, again=again)
    climbs = [] if again or story.plan.about else work[: story.plan.climbs]
    beats: list[Beat] = [(at, story.climb if at in climbs else story.work) for at in work]
    if not again:
        beats += seating(story, start, end, climbs) + papers(story, start, end) + sending(story, start, climbs)
    for at, act in sorted(beats, key=lambda beat: beat[0]):
        if at < end:
            act(at)


# -- work


def rhythm(story: Story, start: datetime, end: datetime, *, again: bool) -> list[datetime]:
    """When somebody works on the case: first contact, then as its colour asks; long ago some of it too late."""
    if story.plan.lapse == "first_contact":
        return []
    every = RHYTHM["yellow" if story.plan.climbs and story.risk == "green" else story.risk]
    times: list[datetime] = []
    at = contact(story, start, end, every if again else 0)
    while at < min(end, story.limit):
        times.append(at)
        day = at.date() + timedelta(days=next_gap(story, at, every))
        at = at_work(story.rng, day, at.date())
    return hushed(story, times)


def next_gap(story: Story, at: datetime, every: int) -> int:
    """Days until the next work on the case."""
    slow = int(every * story.rng.uniform(1.2, 1.9))
    if story.rng.random() < 0.12 and at.date() + timedelta(days=slow) < story.calm:
        return slow
    return max(1, int(every * story.rng.uniform(0.55, 0.99)))


def contact(story: Story, start: datetime, end: datetime, every: int) -> datetime:
    """The first contact, mostly within a day; after a reopening the next one in the rhythm."""
    if every:
        return at_work(story.rng, start.date() + timedelta(days=max(1, every // 2)), start.date())
    roll = story.rng.random()
    if roll < 0.1 and start.date() < story.calm:
        at = instant(start.date() + timedelta(days=story.rng.randint(2, 5)), office_minute(story.rng))
    elif roll < 0.45:
        at = instant(start.date() + timedelta(days=1), office_minute(story.rng))
    else:
        at = start + timedelta(minutes=story.rng.randint(40, 150))
    return at if at < end else shortly(story.rng, start, end)


def hushed(story: Story, times: list[datetime]) -> list[datetime]:
    """Where nobody has worked for so many days: the last time on the first of them, none later."""
    if story.plan.quiet is None:
        return times
    final = story.today - timedelta(days=story.plan.quiet)
    return [at for at in times if at.date() < final] + [instant(final, office_minute(story.rng))]


# -- seats


def seating(story: Story, start: datetime, end: datetime, climbs: list[datetime]) -> list[Beat]:
    """Filling the seats: all five where a team is needed, three otherwise, the rest once the town holds it."""
    plan = story.plan
    old = plan.open_at(story.limit) and start.date() + timedelta(days=365) <= story.today
    needed = plan.needs_team or story.holder == TOWN or old
    seats = first_seats(story, start, needed=needed)
    beats: list[Beat] = []
    if needed or is_watched(story) or story.rng.random() < 0.85:
        beats.append((seat_time(story, start), lambda at: story.fill(at, seats)))
    if len(climbs) == 2 or (climbs and not plan.unit[-2:].isdigit()):
        beats.append((seat_time(story, climbs[-1], minutes=75), lambda at: story.fill(at, list(SEATS))))
    return beats + reseating(story, start, end)


def is_watched(story: Story) -> bool:
    """Whether something is to go wrong in the case, so that it is told with seats."""
    return bool(story.plan.lapse) or story.plan.quiet is not None


def reseating(story: Story, start: datetime, end: datetime) -> list[Beat]:
    """A seat that changes hands half-way, now and then, in what takes long."""
    if story.plan.lapse == "team" or (end - start).days <= 25 or story.rng.random() >= 0.12:
        return []
    middle = (start + (end - start) * 0.5).date()
    return [(instant(middle, office_minute(story.rng)), story.reseat)]


def first_seats(story: Story, start: datetime, *, needed: bool) -> list[str]:
    """Which seats are filled at first; long ago now and then one was forgotten."""
    seats = list(SEATS) if needed else ["liaison", "village", "grid"]
    if story.plan.lapse == "team":
        return [seat for seat in seats if seat not in ("lead", "dept")]
    if start.date() < story.calm and story.rng.random() < 0.02 and not story.plan.open_at(story.limit):
        seats.remove(story.rng.choice(seats))
    return seats


def seat_time(story: Story, start: datetime, minutes: int = 15) -> datetime:
    """Mostly at once or the next days; a few late, long ago."""
    if start.date() < story.calm and story.rng.random() < 0.07:
        return instant(start.date() + timedelta(days=story.rng.randint(4, 9)), office_minute(story.rng))
    days = 0 if story.plan.lapse else story.rng.choice((0, 0, 0, 1, 1, 2))
    if days == 0:
        return start + timedelta(minutes=minutes + story.rng.randint(0, 20))
    return instant(start.date() + timedelta(days=days), office_minute(story.rng))


def sending(story: Story, start: datetime, climbs: list[datetime]) -> list[Beat]:
    """What the town gives a village to settle: some of what came in at the town, little of what was sent up."""
    at_town = story.plan.unit == TOWN or len(climbs) == 2
    if not at_town or story.plan.lapse or story.rng.random() > (0.3 if story.plan.unit == TOWN else 0.1):
        return []
    day = (climbs[-1] if climbs else start).date() + timedelta(days=story.rng.randint(1, 3))
    return [(instant(day, office_minute(story.rng)), story.send_down)]


# -- papers


def papers(story: Story, start: datetime, end: datetime) -> list[Beat]:
    """Acceptance and notice of a petition, and the extension of whatever takes too long."""
    plan = story.plan
    if plan.track == "dispute":
        return extension(story, start.date() + timedelta(days=30), end)
    on_the_spot = plan.ending == "resolved" and end - start < timedelta(hours=12)
    if plan.ending in QUICK:
        return []
    accepted = acceptance(story, start, end)
    beats: list[Beat] = [] if on_the_spot and story.rng.random() < 0.4 else [(accepted, story.accept)]
    if plan.named and plan.lapse != "notice":
        beats.append((notice_time(story, accepted, end), lambda at: serve(story, at, "accepted")))
    latest_start = story.received_on + timedelta(days=15)
    return beats + extension(story, min(accepted.date(), latest_start) + timedelta(days=60), end)


def acceptance(story: Story, start: datetime, end: datetime) -> datetime:
    """When a petition is accepted: mostly at once or the next days."""
    days = 0 if story.plan.lapse == "handle" else story.rng.choice((0, 0, 0, 0, 1, 1, 2, 3, 5, 9))
    at = at_work(story.rng, start.date() + timedelta(days=days), start.date())
    return at if days and at < end - timedelta(hours=3) else shortly(story.rng, start, end)


def notice_time(story: Story, accepted: datetime, end: datetime) -> datetime:
    """Mostly with the acceptance, nearly always within 15 days of the receipt."""
    received, roll = story.received_on, story.rng.random()
    if roll < 0.06 and received + timedelta(days=30) < story.calm:
        at = instant(received + timedelta(days=story.rng.randint(16, 24)), office_minute(story.rng))
    elif roll < 0.3:
        at = instant(received + timedelta(days=story.rng.randint(10, 14)), office_minute(story.rng))
    else:
        at = accepted + timedelta(minutes=20)
    at = max(at, accepted + timedelta(minutes=5))
    return at if at < end else shortly(story.rng, accepted, end)


def extension(story: Story, due: date, end: datetime) -> list[Beat]:
    """An extension shortly before the due date, where the end lies beyond it."""
    age = (story.today - story.plan.registered.date()).days
    forgotten = story.plan.lapse == "handle" and age < 200
    if end.date() <= due or forgotten or (end < story.limit and story.rng.random() < 0.2):
        return []
    days = 30 if end.date() > due + timedelta(days=15) else story.rng.choice((15, 20))
    to, told = due + timedelta(days=days), due - timedelta(days=story.rng.randint(1, 5))

    def extend(at: datetime) -> None:
        reason = story.one_of(phrases.EXTENDED)
        by, chief = story.office, story.chief
        story.say("extended", at, by, to=to.isoformat(), reason=reason, approved_by=chief, told_on=told.isoformat())

    return [(instant(told, office_minute(story.rng)), extend)]
