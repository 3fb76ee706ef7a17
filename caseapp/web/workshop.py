"""The process beside the server in which what is heavy is made, so that pages are answered meanwhile: at a lower
priority, in as many workers as the machine has processors less one, one work at a time in each (``worker.py``). Several
processes that serve share it. Whoever asks hands over the words of the request and gets a status, headers and bytes.

On Linux alone; elsewhere threads of the server do the work (``heavy.py``).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, NoReturn

from flask import Flask

from caseapp.db import db
from caseapp.web.worker import work_on

NICE = 10
"""How far the priority of the workers lies below that of the server."""
EACH, MOST = 2, 12
"""How many works of one person, and how many in all, are under way or wait."""
LONGEST = 120.0
"""Seconds after which a work is stopped."""
KEPT = 30.0
"""Seconds that what was made waits for somebody who asks again."""
WORKS_OF_ONE = 100
"""Works after which a worker makes room for a fresh one."""
LINE = 1024 * 1024
Work = Callable[[socket.socket], NoReturn]
"""Answers over a line until nobody asks there any more."""
Why = Literal["yours", "many", "long", "broken", "away"]


@dataclass(frozen=True)
class WorkDone:
    """What a work came to: an answer, or how far it is."""

    told: dict[str, Any]
    body: bytes = b""

    @property
    def percent(self) -> int | None:
        """How far it is, when it is still under way."""
        return self.told.get("percent")

    @property
    def why_not(self) -> Why | None:
        """Why there is no answer: two of the person's are under way, too many are, it took too long, it broke down,
        the process is not there."""
        return self.told.get("why_not")


class Workshop:
    """The process as the server sees it."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def ask(self, key: str, person: str, words: dict[str, str], patience: float) -> WorkDone:
        """Have something made for a person, and wait so many seconds for it. The same key names the same work: who
        asks again gets what was made meanwhile."""
        asking, asked = socket.socketpair()
        with asking:
            asking.settimeout(patience + LONGEST)
            try:
                with asked:
                    socket.send_fds(self._line, [b"?"], [asked.fileno()])
            except OSError:
                return WorkDone({"why_not": "away"})
            told = {"key": key, "person": person, "patience": patience, "words": words}
            try:
                asking.sendall(json.dumps(told).encode() + b"\n")
                with asking.makefile("rb") as answer:
                    head = json.loads(answer.readline())
                    return WorkDone(head, answer.read(head.get("length", 0)))
            except (OSError, ValueError):  # it ended meanwhile
                return WorkDone({"why_not": "broken"})


def open_workshop(app: Flask) -> Workshop | None:
    """Begin the process, before the server has any thread or connection. None where the system has no such
    processes."""
    if sys.platform != "linux":
        return None
    db.session.remove()
    db.engine.dispose()  # each process begins with connections of its own
    return begin(partial(work_on, app))


def begin(work: Work, longest: float = LONGEST) -> Workshop:
    """Begin the process with workers that do some work, each no longer than so many seconds. It ends with the last that
    may ask it."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork():
        there.close()
        return Workshop(here)
    here.close()
    try:
        for told in (signal.SIGINT, signal.SIGTERM):  # the server ends once it has answered, and that ends this
            signal.signal(told, signal.SIG_IGN)
        os.nice(NICE)
        asyncio.run(_Foreman(work, there, longest).attend())
    finally:
        os._exit(0)


@dataclass(eq=False)
class _Work:
    """Something that is made, or waits for it."""

    person: str
    ask: bytes
    percent: int = 0
    made: WorkDone | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class _Hand:
    """A worker, and the line to it."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    works: int = 0

    async def make(self, work: _Work) -> WorkDone:
        """Have a work done, and note how far it is. Raises OSError, ValueError, EOFError where the worker ended."""
        self.works += 1
        self.writer.write(work.ask)
        while "percent" in (told := json.loads(await self.reader.readline())):
            work.percent = told["percent"]
        return WorkDone(told, await self.reader.readexactly(told["length"]))

    def end(self) -> None:
        """End it, whatever it does."""
        self.writer.close()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class _Foreman:
    """Gives out the work."""

    def __init__(self, work: Work, line: socket.socket, longest: float) -> None:
        self.work, self.line, self.longest = work, line, longest
        self.works: dict[str, _Work] = {}
        self.hands: set[_Hand] = set()
        self.free: list[_Hand] = []
        self.places = asyncio.Semaphore(max((os.cpu_count() or 2) - 1, 1))
        self.tasks: set[asyncio.Task[None]] = set()

    async def attend(self) -> None:
        """Until nobody is left who could ask."""
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(self.line, self._take, ended)
        await ended.wait()
        for hand in self.hands:
            hand.end()

    def _take(self, ended: asyncio.Event) -> None:
        try:
            found = socket.recv_fds(self.line, 1, 1)[1]
        except OSError:
            found = []
        if not found:
            ended.set()
        for one in found:
            self._begin(self._answer(socket.socket(fileno=one)))

    def _begin(self, act: Any) -> None:
        task = asyncio.create_task(act)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, asking: socket.socket) -> None:
        """One who asks: what was made, or how far it is."""
        reader, writer = await asyncio.open_connection(sock=asking, limit=LINE)
        try:
            asked = json.loads(await reader.readline())
            made = await self._made(asked)
            writer.write(json.dumps(made.told).encode() + b"\n" + made.body)
            await writer.drain()
        except (OSError, ValueError):  # who asked is not there any more
            return
        finally:
            writer.close()

    async def _made(self, asked: dict[str, Any]) -> WorkDone:
        key, person = asked["key"], asked["person"]
        work = self.works.get(key)
        if work is None:
            if why := self._refusal(person):
                return WorkDone({"why_not": why})
            work = self.works[key] = _Work(person, json.dumps(asked["words"]).encode() + b"\n")
            self._begin(self._work(key, work))
        try:
            async with asyncio.timeout(asked["patience"]):
                await work.done.wait()
        except TimeoutError:
            return WorkDone({"percent": work.percent})
        self._forget(key, work)
        assert work.made
        return work.made

    def _refusal(self, person: str) -> Why | None:
        waiting = Counter(one.person for one in self.works.values() if one.made is None)
        if waiting[person] >= EACH:
            return "yours"
        return "many" if waiting.total() >= MOST else None

    def _forget(self, key: str, work: _Work) -> None:
        if self.works.get(key) is work:
            del self.works[key]

    async def _work(self, key: str, work: _Work) -> None:
        """Do it once a worker is free; one that breaks down or takes too long is ended."""
        async with self.places:
            hand = None
            try:
                hand = self.free.pop() if self.free else await self._hire()
                async with asyncio.timeout(self.longest):
                    work.made = await hand.make(work)
            except TimeoutError:
                work.made = WorkDone({"why_not": "long"})
            except (OSError, ValueError, EOFError):
                work.made = WorkDone({"why_not": "broken"})
            if hand is not None:
                self._keep_or_end(hand, work.made)
        work.done.set()
        asyncio.get_running_loop().call_later(KEPT, self._forget, key, work)

    def _keep_or_end(self, hand: _Hand, made: WorkDone) -> None:
        if made.why_not or hand.works >= WORKS_OF_ONE:
            self.hands.remove(hand)
            hand.end()
        else:
            self.free.append(hand)

    async def _hire(self) -> _Hand:
        here, there = socket.socketpair()
        pid = os.fork()
        if not pid:
            self.line.close()
            here.close()
            self.work(there)
        there.close()
        reader, writer = await asyncio.open_connection(sock=here, limit=LINE)
        hand = _Hand(pid, reader, writer)
        self.hands.add(hand)
        return hand
