"""What a verb costs through /mcp: the whole way of a call, in the present protocol and the one before, on one line."""

import http.client
import json
import time
from typing import Any

from bench.house import EMAIL, House
from bench.table import Figure, median, percentile

VERSION = "2026-07-28"
META = "io.modelcontextprotocol/"
NAME = "spaces_list"
ENVELOPE = {f"{META}protocolVersion": VERSION, f"{META}clientCapabilities": {}}


class Agent:
    """A program with a key and one kept connection."""

    def __init__(self, house: House, key: str) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
        self.headers = {"authorization": f"Bearer {key}", "accept": "application/json, text/event-stream"}

    def ask(
        self, verb: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> float:
        """One request: the milliseconds until its answer was read."""
        sent = json.dumps(body).encode() if body is not None else None
        kind = {"content-type": "application/json"} if sent else {}
        begun = time.perf_counter()
        self.line.request(verb, path, sent, self.headers | kind | (headers or {}))
        response = self.line.getresponse()
        said = response.read()
        spent = (time.perf_counter() - begun) * 1000
        assert response.status == 200 and b'"data"' in said, said
        return spent

    def present(self) -> float:
        """One call in the present protocol."""
        params = {"name": NAME, "arguments": {}, "_meta": ENVELOPE}
        headers = {"mcp-protocol-version": VERSION, "mcp-method": "tools/call", "mcp-name": NAME}
        return self.ask("POST", "/mcp", message(params), headers)

    def earlier(self) -> float:
        """One call in the protocol before."""
        return self.ask("POST", "/mcp", message({"name": NAME, "arguments": {}}))

    def plain(self) -> float:
        """The same verb at /api/v1."""
        return self.ask("GET", "/api/v1/spaces")


def message(params: dict[str, Any]) -> dict[str, Any]:
    """A call as JSON-RPC."""
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def measure(house: House, rounds: int) -> list[Figure]:
    """The first call, which loads the package, and then the usual ones, with the verb itself in them."""
    scopes = ("--scopes", "tools", "spaces:read")
    agent = Agent(house, house.command("keys", "add", "--user", EMAIL, "--name", "agent", *scopes).strip())
    agent.plain()
    before = house.memory()
    first = agent.present()
    more = house.memory() - before
    # Turn by turn, so that whatever else runs on this machine meets all of them.
    turns = [(agent.present(), agent.earlier(), agent.plain()) for _ in range(rounds)]
    present, earlier, plain = (sorted(column) for column in zip(*turns, strict=True))
    note = f"p95 {percentile(present, 0.95):.1f} ms"
    before_note = f"p95 {percentile(earlier, 0.95):.1f} ms"
    return [
        Figure("A verb through MCP, over the same at /api/v1", median(present) - median(plain), "ms", 10, note),
        Figure("... in the protocol before", median(earlier) - median(plain), "ms", 10, before_note),
        Figure("The same verb at /api/v1", median(plain), "ms"),
        Figure("The first call at /mcp, which loads it", first / 1000, "s"),
        Figure("Memory that /mcp takes once it was asked", more, "MiB"),
    ]
