"""The model server of the benchmarks: that of the tests, and models whose words tell when they were sent.

    timed-50-500-300   500 words of Markdown at 50 a second, the first after 300 ms
    bulk-1000          1,000 tokens as fast as the other side takes them; not streamed, the same in one piece

Each timed word holds the clock in tenths of milliseconds, so that whoever sees it knows how long it was on its way.
"""

import argparse
import asyncio
import itertools
import json
import re
import sys
import time
from asyncio import StreamReader, StreamWriter
from typing import Any

from tests.upstream import Request, Upstream, chunk, completed, event, usage

# What stands around the words of one block (each `@` is a word): prose twice, a list, code, a table, a quote.
PROSE = " ".join("@" * 24) + ".\n\n"
LIST = "- **@**, @ @ @\n- `@` @ @ @ @\n- @ @ @.\n\n"
CODE = "```python\ndef @(@, @):\n    return @(@, @)\n```\n\n"
TABLE = "| @ | @ |\n|---|---:|\n| @ | @ |\n| @ | @ |\n\n"
QUOTE = "> @ *@* @ @\n> @ @ @.\n\n"
ROUND = re.findall(r"[^@]*@(?:[^@]*\n\n)?", f"## @\n\n{PROSE}{PROSE}{LIST}{CODE}{TABLE}{QUOTE}")
WRAP = 1_000_000
last = 0
made: dict[tuple[str, bool], bytes] = {}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def ticks(seconds: float) -> int:
    """A moment of the clock that all processes of a machine share, in tenths of milliseconds."""
    return int(seconds * 10_000)


class Timed(Upstream):
    """The tests' server with the timed models."""

    async def complete(self, request: Request, reader: StreamReader, writer: StreamWriter) -> bool:
        """A timed model tells its words; a title (the only request with a limit) is short, whoever is asked for it."""
        short = "max_tokens" in request.body or "max_completion_tokens" in request.body
        if short and not request.body["model"].startswith("bulk-"):
            request.body["model"] = "words-4"
        if request.body["model"].startswith("bulk-"):
            self.requests.clear()  # a hundred thousand of them are asked for
            pour(request.body, writer)
            await writer.drain()
            return True
        if not request.body["model"].startswith("timed-"):
            return await super().complete(request, reader, writer)
        await tell(request.body, request.body["model"], writer)
        return True


def pour(body: dict[str, Any], writer: StreamWriter) -> None:
    """Send a bulk model's answer, made once: this server should cost next to nothing."""
    model, stream = body["model"], bool(body.get("stream"))
    if (model, stream) not in made:
        tokens = int(model.split("-")[1])
        if stream:
            # No two are alike: LiteLLM takes a hundred equal ones for a model gone astray, and ends the answer.
            found = [event(model, {"content": f" w{n % 10_000:04}"}) for n in range(tokens)]
            found += [event(model, {}, "stop"), event(model, None, usage=usage(body, tokens)), b"data: [DONE]\n\n"]
            made[model, stream] = HEAD + b"".join(b"%x\r\n%s\r\n" % (len(e), e) for e in found) + b"0\r\n\r\n"
        else:
            told = json.dumps(completed(body | {"model": f"words-{tokens}"}, f"words-{tokens}")).encode()
            made[model, stream] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
            made[model, stream] += b"content-length: %d\r\n\r\n%s" % (len(told), told)
    writer.write(made[model, stream])


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
