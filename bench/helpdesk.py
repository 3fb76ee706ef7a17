"""The peer: django-helpdesk 2.6.1 with as many tickets as there are cases, in an environment of its own.

Run by ``./run bench --peer`` with that environment's Python: ``python -m bench.helpdesk ADDRESS CASES``. Prints a line
of JSON: milliseconds of processor time, program and database together, by the names that ``pages.py`` gives.
"""

from __future__ import annotations

import json
import random
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path

from bench.spent import spent_by

QUEUES, PEOPLE, FOLLOW_UPS, AT_ONCE, OPEN = 17, 30, 3, 5_000, 0.15
WORDS = (
    "水沟",
    "宅基",
    "田埂",
    "噪声",
    "工资",
    "邻里",
    "道路",
    "补偿",
    "山林",
    "照明",
    "排水",
    "围墙",
    "养老",
    "拆迁",
    "水渠",
    "鱼塘",
)
APPS = (
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
    "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.admin", "django.contrib.humanize",
    "rest_framework", "helpdesk",
)  # fmt: skip
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
)  # fmt: skip
CONTEXT = ("debug", "request", "static")
AUTH = ("django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages")


def configure(address: str) -> None:
    """A Django project that is nothing but the helpdesk, as its own installation guide has it."""
    told = urlsplit(address)
    host = dict(parse_qsl(told.query)).get("host") or told.hostname
    processors = [*(f"django.template.context_processors.{one}" for one in CONTEXT), *AUTH]
    settings.configure(
        SECRET_KEY="for measuring", ALLOWED_HOSTS=["*"], SITE_ID=1, USE_TZ=True,
        INSTALLED_APPS=APPS, MIDDLEWARE=MIDDLEWARE, STATIC_URL="/static/",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField", EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        HELPDESK_TEAMS_MODE_ENABLED=False, LANGUAGE_CODE="zh-hans",
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": processors},
        }],
        DATABASES={"default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": told.path.strip("/"), "HOST": host,
            "PORT": told.port or "", "USER": told.username, "PASSWORD": told.password or "", "CONN_MAX_AGE": None,
        }},
    )  # fmt: skip
    django.setup()
    settings.ROOT_URLCONF = (path("", include("helpdesk.urls", namespace="helpdesk")),)


def fill(cases: int) -> Any:
    """Tickets with follow-ups over three years; most are closed. Returns somebody who may do everything."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - there are no models before the project is set up
    from django.utils import timezone  # noqa: PLC0415
    from helpdesk.models import FollowUp, Queue, Ticket  # noqa: PLC0415

    chance, now, users = random.Random(1), timezone.now(), get_user_model().objects
    people = [users.create_superuser(f"u{nth}", f"u{nth}@example.org", "x") for nth in range(PEOPLE)]
    queues = [Queue.objects.create(title=f"村{nth}", slug=f"q{nth}") for nth in range(QUEUES)]

    def ticket() -> Any:
        at, words = now - timedelta(days=chance.random() * 1_100), chance.sample(WORDS, 4)
        status = Ticket.OPEN_STATUS if chance.random() < OPEN else Ticket.CLOSED_STATUS
        return Ticket(
            title="".join(words), description="，".join(words * 8), queue=chance.choice(queues), created=at,
            modified=at, status=status, assigned_to=chance.choice(people), due_date=at + timedelta(days=60), priority=3,
            submitter_email="a@example.org",
        )  # fmt: skip

    for begin in range(0, cases, AT_ONCE):
        made = Ticket.objects.bulk_create([ticket() for _ in range(min(AT_ONCE, cases - begin))])
        told = (
            FollowUp(ticket=one, date=one.created, title="走访", comment="看过。", user=people[0])
            for one in made * FOLLOW_UPS
        )
        FollowUp.objects.bulk_create(told)
    return people[0]


def pages(client: Any, cases: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is measured, by the names of ours."""
    fresh = {"sortreverse": True, "sorting": "created", "search_string": ""}
    state = {"filtering": {"status__in": [1]}}

    def asked(start: int = 0, **query: Any) -> Callable[[], object]:
        told = b64encode(json.dumps(fresh | query).encode()).decode()
        return lambda: good(
            client.get(f"/datatables_ticket_list/{told}", {"start": start, "length": 25, "draw": 1}), 200
        )

    yield "list", asked()
    yield "list, filtered", asked(filtering={"status__in": [1], "queue__id__in": [1]})
    yield "list, deep page", asked(cases // 2)
    yield "one case", lambda: good(client.get(f"/tickets/{cases // 2}/"), 200)
    yield "search of two characters", asked(search_string="水沟")
    yield "what is overdue", asked(**state, sorting="due_date", sortreverse=False)
    yield "my work: office", lambda: good(client.get("/dashboard/"), 200)
    yield "month's report, live", lambda: good(client.get("/reports/queuemonth/"), 200)
    told = {"queue": 1, "title": "水沟", "body": "两家为水沟争执。", "priority": 3, "submitter_email": "a@example.org"}
    yield "log a case", lambda: good(client.post("/tickets/submit/", told), 302)
    follow = {"comment": "看过", "new_status": 1, "public": 1, "priority": 3, "queue": 1, "title": "水沟"}
    yield "add a follow-up", lambda: good(client.post(f"/tickets/{cases // 2}/update/", follow), 302)


def good(answer: Any, status: int) -> None:
    """Everything that is measured must answer."""
    assert answer.status_code == status, (answer.status_code, answer.content[:2000])


def main() -> None:
    """Fill, measure, print."""
    address, cases = sys.argv[1], int(sys.argv[2])
    configure(address)
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    user, client, found = fill(cases), Client(), {}
    client.force_login(user)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    for name, work in pages(client, cases):
        work()
        times, begun, before = 0, time.perf_counter(), spent_by({pid})
        while times < 1 or (time.perf_counter() - begun < 2 and times < 20):
            work()
            times += 1
        found[name] = 1000 * (spent_by({pid}) - before) / times
    print(json.dumps(found))


if __name__ == "__main__":
    main()
