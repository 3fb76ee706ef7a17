"""The senders: the only code that talks to other machines. What makes them send once stands in ``actions/notices.py``.

A sender comes in two halves. The first does all that can fail and hands over the message but for its last byte; the
second hands over that byte and reads the answer. A mail server keeps nothing before the final dot (RFC 5321, 4.1.1.4),
a web server has no request before the last byte of its announced length. So what was refused, found the door closed or
lost the line before that byte is known not to have arrived and is tried again; unknown is the answer to one byte alone.

A message has the same ``Message-ID`` and ``X-Delivery`` whenever it is tried, so that a receiver may drop a double.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import smtplib
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.notices_outbox import HeldMessage, claim, own_up, robot_answer, robot_request, settle, take
from caseapp.config import Settings
from caseapp.db import unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.notices.digest import anchor_mail, markdown, plain, subject
from caseapp.domain.notices.rules import MOST_BYTES
from caseapp.jobs.robot_line import MOST_ANSWER, NO_ADDRESS, RobotLine, ShutOut, begin_request, trouble_in_a_word
from caseapp.kernel.clock import SHANGHAI
from caseapp.labels import label

LANGUAGE = "zh_Hans_CN"
SECONDS, ANSWER_SECONDS = 30, 180  # both together well within the time a message is held
NO_NAME = "[127.0.0.1]"  # what we call ourselves: asking the machine for its name may take long
TROUBLE = (OSError, smtplib.SMTPException, HTTPException, ValueError)


@dataclass(frozen=True)
class Answer:
    """What a receiver said: no problem when it took the message; not ``known`` when that cannot be told."""

    problem: str = ""
    known: bool = True


@dataclass(frozen=True)
class Ready:
    """A message but for its last byte: how to hand that over, and how to leave without."""

    finish: Callable[[], Answer]
    leave: Callable[[], object]


def post(session: Session, settings: Settings) -> dict[str, int]:
    """Send what is due, one message after the other. Returns how many came to which state."""
    ctx, states = Ctx(session, SYSTEM, settings.clock), Counter[str]()
    channels = ("email", "wecom", "dingtalk") if settings.mail_url else ("wecom", "dingtalk")
    with unit_of_work(session):
        states["uncertain"] += own_up(ctx)
    while True:
        with unit_of_work(session):
            taken = take(ctx, channels)
        if taken is None:
            return dict(+states)
        states[_send(ctx, settings, taken)] += 1


def _send(ctx: Ctx, settings: Settings, taken: HeldMessage) -> str:
    try:
        ready = _prepare(ctx, settings, taken)
    except TROUBLE as problem:
        told = said(problem) if taken.channel == "email" else trouble_in_a_word(problem)
        return _settle(ctx, taken, Answer(told))
    with unit_of_work(ctx.session):
        claimed = claim(ctx, taken)
    if claimed is None:
        ready.leave()
        return "left"
    return _settle(ctx, claimed, ready.finish())


def _settle(ctx: Ctx, taken: HeldMessage, answer: Answer) -> str:
    with unit_of_work(ctx.session):
        return settle(ctx, taken, answer.problem, known=answer.known)


def said(problem: BaseException) -> str:
    """A trouble in a few words."""
    return f"{type(problem).__name__}: {problem}"[:300]


def _prepare(ctx: Ctx, settings: Settings, taken: HeldMessage) -> Ready:
    lines = list(taken.lines)
    with force_locale(LANGUAGE):
        if taken.anchor:
            title, text = anchor_mail(taken.anchor, gettext)
            return prepare_mail(settings, taken, title, text, ctx.now)
        title = subject(lines, gettext)
        if taken.channel == "email":
            return prepare_mail(settings, taken, title, plain(lines, gettext, label, settings.base_url), ctx.now)
        text = markdown(lines, gettext, label, settings.base_url, MOST_BYTES[taken.channel])
    return _prepare_robot(ctx, taken, robot_request(taken, ctx.now, title, text), token(settings, taken))


def token(settings: Settings, taken: HeldMessage) -> str:
    """The name of a message, the same at every try, another in every installation."""
    sealed = hmac.new(settings.secret_key.encode(), str(taken.id).encode(), hashlib.sha256)
    return f"{taken.id}.{sealed.hexdigest()[:16]}"


def prepare_mail(settings: Settings, taken: HeldMessage, title: str, text: str, now: datetime) -> Ready:
    """Connect, log in, name the recipient, hand over the text but for the dot that ends it."""
    server = urlsplit(settings.mail_url)
    asked = parse_qs(server.query)
    sender = asked.get("from", [f"caseapp@{server.hostname}"])[0]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, taken.address, title
    mail["Date"] = format_datetime(now.astimezone(SHANGHAI))
    mail["Message-ID"] = f"<{token(settings, taken)}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text, cte="base64")
    line = _connect(server, starttls=asked.get("starttls", ["0"])[0] == "1")
    try:
        _expect(line.mail(sender), 250)
        _expect(line.rcpt(taken.address), 250, 251)
        _expect(line.docmd("DATA"), 354)
        line.send(re.sub(rb"(?m)^\.", b"..", mail.as_bytes()))
    except BaseException:
        line.close()
        raise
    return Ready(lambda: _end_mail(line), line.close)


def _connect(server: Any, *, starttls: bool) -> smtplib.SMTP:
    kind: dict[str, Any] = {"local_hostname": NO_NAME, "timeout": SECONDS}
    if server.scheme == "smtps":
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            server.hostname, server.port or 465, context=ssl.create_default_context(), **kind
        )
    else:
        line = smtplib.SMTP(server.hostname, server.port or 25, **kind)
    try:
        assert line.sock
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot is not to wait for company
        if starttls:
            line.starttls(context=ssl.create_default_context())
        line.ehlo_or_helo_if_needed()
        if server.username:
            line.login(unquote(server.username), unquote(server.password or ""))
    except BaseException:
        line.close()
        raise
    return line


def _expect(answer: tuple[int, bytes], *codes: int) -> None:
    if answer[0] not in codes:
        raise smtplib.SMTPResponseException(*answer)


def _end_mail(line: smtplib.SMTP) -> Answer:
    gone = False
    try:
        if line.sock:
            line.sock.settimeout(ANSWER_SECONDS)  # a server looks for viruses before it answers
        line.send(b".\r\n")
        gone = True
        code, text = line.getreply()
    except TROUBLE as problem:
        return Answer(said(problem), known=not gone)
    finally:
        line.close()
    return Answer() if code == 250 else Answer(f"{code} {text.decode(errors='replace')}"[:300])


def _prepare_robot(ctx: Ctx, taken: HeldMessage, request: tuple[str, bytes], name: str) -> Ready:
    """Connect to a machine of the list, and hand over the request but for the last byte of its body."""
    host = ctx.office.robot_host(taken.address, ctx.today)
    if host is None:
        raise ShutOut(NO_ADDRESS)
    url, body = request
    line = begin_request(host, url, body, name)
    return Ready(lambda: _end_robot(line, body[-1:]), line.close)


def _end_robot(line: RobotLine, last: bytes) -> Answer:
    gone = False
    try:
        line.sock.settimeout(ANSWER_SECONDS)
        line.send(last)
        gone = True
        response = line.getresponse()
        answer = response.read(MOST_ANSWER)
    except TROUBLE as problem:
        return Answer(trouble_in_a_word(problem), known=not gone)
    finally:
        line.close()
    return Answer(*robot_answer(response.status, answer))
