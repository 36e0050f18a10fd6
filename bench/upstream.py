"""The model server of the benchmarks: that of the tests, and models whose words tell when they were sent.

    timed-50-500-300   500 words of Markdown at 50 a second, the first after 300 ms

Each word holds the clock in tenths of milliseconds, so that whoever sees it knows how long it has been on its way.
"""

import argparse
import asyncio
import itertools
import re
import sys
import time
from asyncio import StreamReader, StreamWriter
from typing import Any

from tests.upstream import Request, Upstream, chunk, event, usage

# What stands around the words of one block (each `@` is a word): prose twice, a list, code, a table, a quote.
PROSE = " ".join("@" * 24) + ".\n\n"
LIST = "- **@**, @ @ @\n- `@` @ @ @ @\n- @ @ @.\n\n"
CODE = "```python\ndef @(@, @):\n    return @(@, @)\n```\n\n"
TABLE = "| @ | @ |\n|---|---:|\n| @ | @ |\n| @ | @ |\n\n"
QUOTE = "> @ *@* @ @\n> @ @ @.\n\n"
ROUND = re.findall(r"[^@]*@(?:[^@]*\n\n)?", f"## @\n\n{PROSE}{PROSE}{LIST}{CODE}{TABLE}{QUOTE}")
WRAP = 1_000_000
last = 0
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def ticks(seconds: float) -> int:
    """A moment of the clock that all processes of a machine share, in tenths of milliseconds."""
    return int(seconds * 10_000)


class Timed(Upstream):
    """The tests' server with the timed models."""

    async def complete(self, request: Request, reader: StreamReader, writer: StreamWriter) -> bool:
        """A timed model tells its words; a title (the only request with a limit) is short, whoever is asked for it."""
        if "max_tokens" in request.body or "max_completion_tokens" in request.body:
            request.body["model"] = "words-4"
        if not request.body["model"].startswith("timed-"):
            return await super().complete(request, reader, writer)
        await tell(request.body, request.body["model"], writer)
        return True


def word() -> str:
    """The present moment as a word, or the one after the last where two fall together: no word comes twice."""
    global last
    last = max(last + 1, ticks(time.monotonic()))
    return f"t{last % WRAP:06}"


async def tell(body: dict[str, Any], model: str, writer: StreamWriter) -> None:
    """Send the words, each at its time."""
    pace, count, delay = (int(number) for number in model.split("-")[1:])
    writer.write(HEAD)
    started = time.perf_counter() + delay / 1000
    for n, around in zip(range(count), itertools.cycle(ROUND), strict=False):
        await asyncio.sleep(max(0.0, started + n / pace - time.perf_counter()))
        chunk(writer, event(model, {"content": around.replace("@", word())}))
    chunk(writer, event(model, {}, "stop"))
    chunk(writer, event(model, None, usage=usage(body, count)) + b"data: [DONE]\n\n")
    writer.write(b"0\r\n\r\n")
    await writer.drain()


def main() -> None:
    """Serve the models that are named until the one who started it is gone; the first line printed is the address."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*")
    server = Timed()
    server.models += parser.parse_args().models
    with server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
