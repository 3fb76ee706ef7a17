"""A bad line between a browser and a server: slow, far, losing what passes. A small TCP relay on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

SEGMENT = 1400


@dataclass
class Line:
    """What the line is like. ``rate`` is bytes a second for each direction, shared by all connections; ``way`` seconds
    one way; ``loss`` the share of segments that are lost: each comes ``again`` seconds later, and what was sent after it
    waits for it, as TCP has it. ``drops`` says of the nth answer to a POST whether it is lost for good."""

    rate: float = float("inf")
    way: float = 0.0
    loss: float = 0.0
    again: float = 1.2
    drops: object = None
    chance: Random = field(default_factory=lambda: Random(20))
    carried: int = 0
    lost: int = 0
    dropped: int = 0
    posts: int = 0

    def delay(self) -> float:
        """How long a segment takes on the way, sent again as often as it is lost."""
        late = self.way
        while self.chance.random() < self.loss:
            self.lost += 1
            late += self.again
        return late

    def loses_answer(self) -> bool:
        """Whether the answer to this POST never arrives."""
        self.posts += 1
        lost = bool(self.drops and self.drops(self.posts))  # type: ignore[operator]
        self.dropped += lost
        return lost


class Pipe:
    """One direction of the line: bytes go in, and come out later, in order."""

    def __init__(self, line: Line) -> None:
        self.line, self.free_at = line, 0.0

    def due(self, size: int, last: float) -> float:
        """When a segment put in now comes out: after those before it on the line, and after its predecessor."""
        now = asyncio.get_running_loop().time()
        self.free_at = max(now, self.free_at) + size / self.line.rate
        self.line.carried += size
        return max(self.free_at + self.line.delay(), last)


@contextmanager
def slow_line(target: int, line: Line) -> Iterator[int]:
    """Relay a port to ``target`` over a line; yields the port."""
    loop, ready, servers = asyncio.new_event_loop(), threading.Event(), []

    async def serve() -> None:
        pipes = Pipe(line), Pipe(line)
        servers.append(await asyncio.start_server(lambda r, w: relay(r, w, target, line, pipes), "127.0.0.1", 0))
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    yield servers[0].sockets[0].getsockname()[1]

    async def end() -> None:
        servers[0].close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(end(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def relay(
    near: asyncio.StreamReader, back: asyncio.StreamWriter, target: int, line: Line, pipes: tuple[Pipe, Pipe]
) -> None:
    """One connection, both ways, until either side ends it."""
    posted, ways, writers = [False], [], [back]
    try:
        await asyncio.sleep(2 * line.way)  # the handshake goes there and back
        far, on = await asyncio.open_connection("127.0.0.1", target)
        writers.append(on)
        ways = [
            asyncio.create_task(carry(near, on, pipes[0], lambda data: mark(data, posted))),
            asyncio.create_task(
                carry(far, back, pipes[1], lambda _data: not (posted[0] and answer_lost(line, posted)))
            ),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    except (OSError, asyncio.CancelledError):
        pass
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()


def mark(data: bytes, posted: list[bool]) -> bool:
    """Put down that a POST went by."""
    posted[0] = posted[0] or data.startswith(b"POST /queue/send")
    return True


def answer_lost(line: Line, posted: list[bool]) -> bool:
    """Whether this first piece of an answer to a POST, and the connection with it, is lost."""
    posted[0] = False
    return line.loses_answer()


async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter, pipe: Pipe, passes: object) -> None:
    """Carry bytes one way, a segment at a time, each when it is due."""
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def give() -> None:
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            if not data:
                return
            sink.write(data)
            await sink.drain()

    giving, last = asyncio.create_task(give()), 0.0
    try:
        while data := await source.read(SEGMENT):
            if not passes(data):  # type: ignore[operator]
                return
            last = pipe.due(len(data), last)
            queue.put_nowait((last, data))
        queue.put_nowait((last, b""))
        await giving
    finally:
        giving.cancel()
        await asyncio.gather(giving, return_exceptions=True)
