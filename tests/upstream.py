"""A local OpenAI-compatible server of our own, for tests and benchmarks: fast, exact, and able to fail in each way.

What it does is chosen by the model's name:

    pace-50-2000   2,000 pieces of Markdown at 50 a second      burst-2000   the same without pause
    words-100      100 words                                     echo         the last user message
    think          reasoning, then text                          tools        two parallel tool calls
    calls          what the last user message says as JSON: rounds of {"name", "arguments", "say"}, then what was told
    calls-forever  the first tool with {}, again and again
    tools-once     the same, and then what the tools told        (a forced tool is called once by any model)
    reference      awkward Unicode, cut at awkward places        fail-...     see FAILURES and `stream`
    whole-20       20 words in one piece, streamed or not        wait-200-50-100   100 pieces at 50/s after 200 ms

With `n` there are several choices, with `logprobs` each has them, and a picture in a message is named in `echo`.

`text_of(model)` is the text that such a model sends. Run it alone with `python -m tests.upstream --port N`.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

MODELS = ("echo", "words-20", "words-200", "pace-50-2000", "burst-200", "think", "tools", "reference", "mystery")
REFERENCE = (
    "# Ein Titel mit Ümläuten\r\n\r\nEmoji 👩‍👩‍👧‍👦 "
    "and flags 🇳🇴, combining e\u0301 and a\u0308, 漢字かな交じり文, עברית.\n\n"
    "- a **bold** word\n- `code` and $x^2 + y^2$\n\n```python\ndef f(x):\n    return x * 2  # ünïcode\n```\n\n"
    "| name | value |\n|---|---:|\n| one | 1 |\n| two | 2 |\n\n> a quote\n\nThe end: \u201cfin\u201d.\n"
)
SECTION = """## Part {n}: how it works

Server-sent events keep one response open and push **small** frames of text. The reader sees `token {n}` at once,
and a page that was away asks for what it lacks: nothing is sent twice and nothing is lost.

- first, the question is *kept*
- then the model is asked
- last, each block is shown once

```python
def answer(question: str, limit: int = {n}) -> str:
    words = [word for word in question.split() if len(word) > limit]
    return " ".join(words)  # part {n}
```

| step | milliseconds |
|---|---:|
| accept | {n}.5 |
| first token | {n}0 |

The sum is $\\sum_{{i=1}}^{{{n}}} i$, and that closes the part.

"""
FAILURES: dict[str, tuple[int, dict[str, str], Any]] = {
    "fail-401": (401, {}, {"message": "Incorrect API key provided.", "code": "invalid_api_key"}),
    "fail-403": (403, {}, {"message": "Your country is not supported.", "code": "unsupported_country"}),
    "fail-404-model": (404, {}, {"message": "The model does not exist.", "code": "model_not_found"}),
    "fail-429": (429, {"retry-after": "1"}, {"message": "Rate limit reached.", "code": "rate_limit_exceeded"}),
    "fail-429-long": (429, {"retry-after": "60"}, {"message": "Rate limit reached.", "code": "rate_limit_exceeded"}),
    "fail-429-twice": (429, {"retry-after": "0.05"}, {"message": "Rate limit reached.", "code": "rate_limit_exceeded"}),
    "fail-500": (500, {}, {"message": "The server had an error.", "code": None}),
    "fail-503-once": (503, {}, {"message": "Overloaded.", "code": None}),
    "fail-context": (
        400,
        {},
        {"message": "This model's maximum context length is 4096 tokens.", "code": "context_length_exceeded"},
    ),
    "fail-field": (400, {}, {"message": "temperature is too high.", "param": "temperature", "code": None}),
    "fail-image": (400, {}, {"message": "This model does not support image input.", "code": None}),
    "fail-html": (502, {"content-type": "text/html"}, "<html><body><h1>502 Bad Gateway</h1></body></html>"),
}
# What is not about text: the answer, and its headers.
OTHERS: dict[tuple[str, str], tuple[Any, dict[str, str]]] = {
    ("POST", "/moderations"): ({"id": "modr-1", "model": "judge", "results": [{"flagged": False}]}, {}),
    ("POST", "/images/generations"): (
        {"created": 1, "data": [{"b64_json": "aGk="}], "usage": {"input_tokens": 5, "output_tokens": 1056}},
        {},
    ),
    ("POST", "/images/edits"): ({"created": 1, "data": [{"b64_json": "aGk="}]}, {}),
    ("POST", "/audio/speech"): ("ID3 sound", {"content-type": "audio/mpeg"}),
    ("POST", "/audio/transcriptions"): ({"text": "Hello."}, {}),
    ("POST", "/audio/translations"): (
        'data: {"type":"transcript.text.delta","delta":"Hello."}\n\n'
        'data: {"type":"transcript.text.done","text":"Hello.","usage":{"input_tokens":14,"output_tokens":3}}\n\n',
        {"content-type": "text/event-stream"},
    ),
}
PACED = ("pace", "burst", "wait")
RECOVERS = {"fail-429-twice": 2, "fail-503-once": 1}


def text_of(model: str) -> str:
    """The whole text that this model sends; a function of its name alone."""
    kind, _, rest = model.partition("-")
    if kind in PACED:
        return "".join(pieces_of(model))
    if kind in ("words", "whole"):
        return " ".join(f"word{n}" for n in range(int(rest)))
    if model == "reference":
        return REFERENCE
    return {"think": "The answer is **42**.", "fail-length": "This was cut by its length"}.get(
        model, " ".join(f"word{n}" for n in range(40))
    )


def pieces_of(model: str) -> list[str]:
    """The text as the tokens in which it is sent."""
    kind, _, rest = model.partition("-")
    if kind in PACED:
        wanted = int(rest.split("-")[-1])
        pieces: list[str] = []
        for n in itertools.count(1):
            section = SECTION.format(n=n)
            pieces += [section[i : i + 5] for i in range(0, len(section), 5)]
            if len(pieces) >= wanted:
                return pieces[:wanted]
    if model == "reference":
        return [REFERENCE[i : i + 3] for i in range(0, len(REFERENCE), 3)]
    words = text_of(model).split(" ")
    return [word if n == 0 else f" {word}" for n, word in enumerate(words)]


@dataclass
class Request:
    """What a client asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    at: float = field(default_factory=time.time)


class Upstream:
    """The server in a thread of its own: `with Upstream() as up`, then `up.url`."""

    def __init__(self, port: int = 0, key: str = "") -> None:
        self.port, self.key = port, key
        self.requests: list[Request] = []
        self.closed_early = 0
        self.failures: dict[str, int] = {}
        self.models = list(MODELS)
        self.sent: dict[str, list[float]] = {}
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, name="upstream", daemon=True)

    @property
    def url(self) -> str:
        """Its address for an OpenAI client."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def count(self) -> int:
        """How many requests came."""
        return len(self.requests)

    def asked(self, model: str) -> list[Request]:
        """The requests for this model."""
        return [each for each in self.requests if isinstance(each.body, dict) and each.body.get("model") == model]

    def relayed(self, model: str = "") -> Request:
        """The last request that the gateway passed on, and no job of the house (a chat's title may come late)."""
        return next(
            each
            for each in reversed(self.requests)
            if each.headers.get("user-agent", "").startswith("Inglenook/")
            and (not model or (isinstance(each.body, dict) and each.body.get("model") == model))
        )

    def __enter__(self) -> "Upstream":
        self.thread.start()
        assert self.ready.wait(10), "the upstream did not start"
        return self

    def __exit__(self, *_: Any) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.listen())
        self.ready.set()
        self.loop.run_forever()
        self.server.close()
        left = asyncio.all_tasks(self.loop)
        for task in left:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    async def listen(self) -> None:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port, limit=1 << 26)
        self.port = self.server.sockets[0].getsockname()[1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive."""
        try:
            while (request := await read(reader)) is not None:
                self.requests.append(request)
                if not await self.answer(request, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self.closed_early += 1
        except asyncio.CancelledError:
            # The server stops; asyncio would report a connection's task that ends in being cancelled.
            return
        finally:
            writer.close()

    async def answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False when the connection is to be closed."""
        given = request.headers.get("authorization", "")
        if given == "Bearer wrong" or (self.key and given != f"Bearer {self.key}"):
            plain(writer, 401, {"error": FAILURES["fail-401"][2]})
            return True
        route = (request.method, request.path.split("?")[0].removeprefix("/v1"))
        if route == ("GET", "/models"):
            plain(writer, 200, {"object": "list", "data": [described(name) for name in self.models]})
        elif request.method == "GET" and route[1].startswith("/models/"):
            plain(writer, 200, described(route[1].removeprefix("/models/")))
        elif route == ("POST", "/chat/completions"):
            return await self.complete(request, reader, writer)
        elif route == ("POST", "/completions"):
            await self.continue_text(request.body, writer)
        elif route == ("POST", "/embeddings"):
            plain(writer, 200, embedded(request.body))
        elif route in OTHERS:
            plain(writer, 200, *OTHERS[route])
        else:
            plain(writer, 404, {"error": {"message": "Not found.", "code": None}})
        return True

    async def complete(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """A chat completion, or one of the failures."""
        model = str(request.body.get("model", ""))
        if model in FAILURES and self.failures.get(model, 0) < RECOVERS.get(model, 1 << 30):
            self.failures[model] = self.failures.get(model, 0) + 1
            status, headers, error = FAILURES[model]
            plain(writer, status, error if isinstance(error, str) else {"error": error}, headers)
            return True
        if not request.body.get("stream") or model.startswith("whole-"):
            plain(writer, 200, completed(request.body, model))
            return True
        writing = asyncio.create_task(self.stream(request.body, model, writer))
        # One that meets a closed connection in this very moment is nobody's mistake.
        writing.add_done_callback(lambda task: task.cancelled() or task.exception())
        # A client that sends nothing more and closes has hung up.
        leaving = asyncio.create_task(reader.read(1))
        await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not writing.done():
            self.closed_early += 1
            writing.cancel()
            await asyncio.wait({writing})
            return False
        leaving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await leaving
        return bool(writing.result())

    async def continue_text(self, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        """The older dialect, in which a text is continued."""
        model, head = str(body.get("model", "")), {"id": "cmpl-1", "object": "text_completion", "created": 1}
        pieces = pieces_of(model)
        counts = {"prompt_tokens": 1, "completion_tokens": len(pieces), "total_tokens": 1 + len(pieces)}
        told = [{"index": 0, "text": text, "logprobs": None, "finish_reason": None} for text in pieces]
        told.append({"index": 0, "text": "", "logprobs": None, "finish_reason": "stop"})
        if not body.get("stream"):
            choice = told[-1] | {"text": "".join(pieces)}
            return plain(writer, 200, head | {"model": model, "choices": [choice], "usage": counts})
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for each in [*[{"choices": [choice]} for choice in told], {"choices": [], "usage": counts}]:
            chunk(writer, b"data: " + json.dumps(head | {"model": model} | each).encode() + b"\n\n")
        chunk(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def stream(self, body: dict[str, Any], model: str, writer: asyncio.StreamWriter) -> bool:
        """Server-sent events with the text of the model; False when it ends by cutting the connection."""
        head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        writer.write(head.encode())
        if model == "fail-slow-first":
            await asyncio.sleep(3600)
        if model == "fail-sighs":
            for _ in range(100):
                chunk(writer, b": still here\n\n")
                await asyncio.sleep(0.1)
        count, choices = 0, body.get("n") or 1
        async for delta in paced(body, model):
            for index in range(choices):
                role = {} if count else {"role": "assistant"}
                chunk(writer, event(model, role | delta, index=index, logprobs=likely(body, delta)))
            self.sent.setdefault(model, []).append(time.time())
            await writer.drain()
            count += 1
            if count == 20 and model == "fail-stall":
                await asyncio.sleep(3600)
            if count == 20 and model == "fail-cut":
                writer.transport.abort()
                return False
            if count == 20 and model == "fail-malformed":
                chunk(writer, b"data: {this is no JSON\n\n")
        if model != "fail-empty":
            reason = reason_of(deltas(body, model), model)
            for index in range(choices):
                chunk(writer, event(model, {}, reason, index=index))
        if (body.get("stream_options") or {}).get("include_usage") and model != "mystery":
            chunk(writer, event(model, None, usage=usage(body, count)))
        chunk(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


async def paced(body: dict[str, Any], model: str) -> AsyncIterator[dict[str, Any]]:
    """The deltas of a model, each at its time."""
    pace = float(model.split("-")[-2]) if model.startswith(("pace-", "wait-")) else 0.0
    started = time.perf_counter() + (float(model.split("-")[1]) / 1000 if model.startswith("wait-") else 0)
    for n, delta in enumerate(deltas(body, model)):
        if pace:
            await asyncio.sleep(max(0.0, started + n / pace - time.perf_counter()))
        yield delta


def deltas(body: dict[str, Any], model: str) -> list[dict[str, Any]]:
    """What is sent, piece by piece."""
    if model == "fail-empty":
        return []
    if model == "echo":
        said = spoken(body).split("\n\n")[-1]
        return [{"content": said[i : i + 7]} for i in range(0, len(said), 7)]
    if model.startswith("calls"):
        return calling(body, model)
    if body.get("tools") and (model == "tools" or (model == "tools-once" and not results(body)) or forced(body)):
        return [{"tool_calls": [called(body, n)]} for n in range(1 if forced(body) else 2)]
    if model == "tools-once":
        return [{"content": f"I was told {said}. "} for said in results(body)]
    if body.get("response_format", {}).get("type") == "json_schema":
        return [{"content": json.dumps(filled(body["response_format"]["json_schema"]["schema"]))}]
    thinking = [{"reasoning_content": word} for word in ("First ", "I ", "count ", "to **42**.\n\n", "Then I say it.")]
    text = [{"content": piece} for piece in pieces_of(model)]
    return [*thinking, *text] if model == "think" else text


def calling(body: dict[str, Any], model: str) -> list[dict[str, Any]]:
    """The calls of this round, each in two pieces, or the text after the last of them."""
    shut = not body.get("tools") or body.get("tool_choice") == "none"
    last = max(n for n, each in enumerate(body["messages"]) if each["role"] == "user")
    round = sum(1 for each in body["messages"][last:] if each.get("tool_calls"))
    if model == "calls-forever":
        rounds = [] if shut else [[{"name": body["tools"][0]["function"]["name"], "arguments": {}}]] * (round + 1)
    else:
        said = spoken(body).split("\n\n")[-1]
        rounds = json.loads(said) if said.startswith("[") else []
    if round >= len(rounds):
        return [{"content": piece} for each in results(body) for piece in ("I was told ", each, ". ")] or [
            {"content": "Nothing to do."}
        ]
    said = [{"content": each["say"]} for each in rounds[round] if "say" in each]
    pieces = []
    for n, each in enumerate(each for each in rounds[round] if "name" in each):
        text = each["arguments"] if isinstance(each["arguments"], str) else json.dumps(each["arguments"])
        head = {"index": n, "id": f"call_{n}", "type": "function", "function": {"name": each["name"], "arguments": ""}}
        pieces.append(head | {"function": {"name": each["name"], "arguments": text[: len(text) // 2]}})
        pieces.append({"index": n, "function": {"arguments": text[len(text) // 2 :]}})
    return said + [{"tool_calls": [piece]} for piece in pieces]


def forced(body: dict[str, Any]) -> bool:
    """Whether a tool has to be called, whatever the model."""
    return body.get("tool_choice") not in (None, "auto", "none")


def results(body: dict[str, Any]) -> list[str]:
    """What the tools told that were called last."""
    later = list(itertools.takewhile(lambda each: each["role"] == "tool", reversed(body["messages"])))
    return ["".join(map(part_of, c)) if isinstance(c := each["content"], list) else c for each in reversed(later)]


def reason_of(sent: list[dict[str, Any]], model: str) -> str:
    """Why an answer ended."""
    called = any("tool_calls" in each for each in sent)
    return "tool_calls" if called else "length" if model == "fail-length" else "stop"


def spoken(body: dict[str, Any]) -> str:
    """The last user message."""
    said = [each["content"] for each in body.get("messages", []) if each.get("role") == "user"]
    content = said[-1] if said else ""
    return content if isinstance(content, str) else "".join(map(part_of, content))


def part_of(part: dict[str, Any]) -> str:
    """The text of a part of a message; of a picture its address."""
    picture = part.get("image_url")
    return f"[{picture['url']}]" if picture else str(part.get("text", ""))


def likely(body: dict[str, Any], delta: dict[str, Any]) -> Any:
    """The logprobs of a delta, where they were asked for."""
    text = delta.get("content") if body.get("logprobs") else None
    entry = {"token": text, "logprob": -0.25, "bytes": list((text or "").encode()), "top_logprobs": []}
    return {"content": [entry], "refusal": None} if text else None


def called(body: dict[str, Any], n: int) -> dict[str, Any]:
    """A call of the tool that has to be called, else of the first that was offered."""
    chosen = body["tool_choice"] if forced(body) and isinstance(body["tool_choice"], dict) else None
    offered = [tool["function"] for tool in body["tools"] if tool.get("type") == "function"]
    function = next(each for each in offered if chosen is None or each["name"] == chosen["function"]["name"])
    arguments = json.dumps(filled(function.get("parameters") or {"type": "object"}))
    return {
        "index": n,
        "id": f"call_{n}",
        "type": "function",
        "function": {"name": function["name"], "arguments": arguments},
    }


def filled(schema: dict[str, Any]) -> Any:
    """A value that is valid for a small JSON schema."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    if kind == "object":
        return {name: filled(each) for name, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [filled(schema.get("items", {}))]
    return {"integer": 7, "number": 1.5, "boolean": True, "null": None}.get(kind, "text")


def completed(body: dict[str, Any], model: str) -> dict[str, Any]:
    """An answer in one piece."""
    sent = deltas(body, model)
    message: dict[str, Any] = {"role": "assistant", "content": "".join(each.get("content") or "" for each in sent)}
    calls = [call for each in sent for call in each.get("tool_calls", [])]
    if calls:
        message |= {"content": None, "tool_calls": calls}
    reason = reason_of(sent, model)
    found = [each for delta in sent if (each := likely(body, delta))]
    logprobs = {"content": [entry for each in found for entry in each["content"]], "refusal": None} if found else None
    choices = [
        {"index": index, "message": message, "finish_reason": reason, "logprobs": logprobs}
        for index in range(body.get("n") or 1)
    ]
    base = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model}
    return base | {"choices": choices, "usage": usage(body, len(sent))}


def usage(body: dict[str, Any], count: int) -> dict[str, Any]:
    """Token counts: three bytes a token in, one a piece out."""
    asked = len(json.dumps(body.get("messages", []))) // 3
    details = {"prompt_tokens_details": {"cached_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 0}}
    return {"prompt_tokens": asked, "completion_tokens": count, "total_tokens": asked + count} | details


def embedded(body: dict[str, Any]) -> dict[str, Any]:
    """Three numbers for each input."""
    given = body.get("input", "")
    inputs = given if isinstance(given, list) and given and not isinstance(given[0], int) else [given]
    data = [{"object": "embedding", "index": n, "embedding": [0.1, 0.2, float(n)]} for n in range(len(inputs))]
    return {
        "object": "list",
        "model": body.get("model"),
        "data": data,
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }


def described(name: str) -> dict[str, Any]:
    """A model in the list."""
    return {"id": name, "object": "model", "created": 1, "owned_by": "tests", "context_length": 32_768}


def event(
    model: str, delta: Any, reason: str | None = None, usage: Any = None, index: int = 0, logprobs: Any = None
) -> bytes:
    """One chunk of a stream; `delta` None makes the one that only tells the usage."""
    choice = {"index": index, "delta": delta, "finish_reason": reason} | ({"logprobs": logprobs} if logprobs else {})
    choices = [] if delta is None else [choice]
    whole = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": choices}
    if usage is not None:
        whole["usage"] = usage
    return b"data: " + json.dumps(whole).encode() + b"\n\n"


def chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    """One piece of a chunked body."""
    writer.write(b"%x\r\n%s\r\n" % (len(data), data))


def plain(writer: asyncio.StreamWriter, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    """A response in one piece."""
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    named = {"content-type": "application/json", "content-length": str(len(data))} | (headers or {})
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    writer.write(f"HTTP/1.1 {status} {'OK' if status < 400 else 'Failed'}\r\n{lines}\r\n".encode() + data)


async def read(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection, or None when the client has closed it."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode().rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, path, _ = first.split(" ")
    is_form = headers.get("content-type", "").startswith("multipart/")
    return Request(method, path, headers, body if is_form else json.loads(body) if body else None)


def main() -> None:
    """Serve until interrupted; the first line printed is the address."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    with Upstream(parser.parse_args().port) as up:
        print(up.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            up.thread.join()


if __name__ == "__main__":
    main()
