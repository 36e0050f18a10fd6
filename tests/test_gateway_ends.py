"""What becomes of answers when the server ends: a planned stop says so in each dialect, a kill is told afterwards."""

import json
import signal
import subprocess
import sys
import threading
import time

import httpx2
import pytest

from tests.test_usage_kills import FURNISH, HOUSE, Server, environment

pytestmark = pytest.mark.slow
MODEL, HELLO = "pace-20-2000", [{"role": "user", "content": "Hello."}]
ASKED = {
    "/v1/chat/completions": {"messages": HELLO},
    "/v1/messages": {"messages": HELLO, "max_tokens": 3000},
    "/v1/responses": {"input": "Hello."},
    "/api/chat": {"messages": HELLO},
}


@pytest.fixture
def served(tmp_path, upstream):
    """A server of its own process, and a key."""
    words = [sys.executable, "-c", FURNISH, str(tmp_path), upstream.url]
    made = subprocess.run(words, cwd=HOUSE, env=environment(), capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    server = Server(tmp_path)
    yield server, {"authorization": f"Bearer {made.stdout.split()[-1]}"}, lambda: Server(tmp_path)
    server.process.kill()
    server.process.wait()


def test_a_stream_that_a_planned_stop_ends_says_so_in_its_dialect(served):
    server, key, _ = served
    told, begun = {}, set()

    def ask(path):
        body = ASKED[path] | {"model": MODEL, "stream": True}
        with httpx2.stream("POST", server.url + path, json=body, headers=key, timeout=30) as answer:
            blocks = []
            for block in answer.iter_raw():
                blocks.append(block)
                begun.add(path)
            told[path] = b"".join(blocks).decode()

    asking = [threading.Thread(target=ask, args=[path]) for path in ASKED]
    for each in asking:
        each.start()
    deadline = time.monotonic() + 20
    while len(begun) < len(ASKED):
        assert time.monotonic() < deadline, begun
        time.sleep(0.05)
    time.sleep(0.5)  # some text
    server.process.send_signal(signal.SIGTERM)
    for each in asking:
        each.join(20)
    assert server.process.wait(10) == 0
    last = {path: json.loads(text.strip().split("\n")[-1].removeprefix("data: ")) for path, text in told.items()}
    assert last["/v1/chat/completions"]["error"]["code"] == "restart"
    assert last["/v1/messages"]["type"] == "error" and last["/v1/messages"]["request_id"].startswith("req_")
    response = last["/v1/responses"]
    assert response["type"] == "response.failed" and response["response"]["output"][0]["status"] == "incomplete"
    assert response["sequence_number"] == told["/v1/responses"].count("data: ") - 1
    assert "stopped or restarted" in last["/api/chat"]["error"]
    assert "Traceback" not in server.log.read_text() and "Unclosed" not in server.log.read_text()


def test_what_was_made_in_the_background_when_the_server_was_killed_has_failed(served):
    server, key, again = served
    body = {"model": MODEL, "input": "Hello.", "background": True}
    id = httpx2.post(f"{server.url}/v1/responses", json=body, headers=key).json()["id"]
    server.process.kill()
    server.process.wait()
    after = again()
    try:
        deadline = time.monotonic() + 10
        while (told := httpx2.get(f"{after.url}/v1/responses/{id}", headers=key).json())["status"] != "failed":
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        assert "stopped" in told["error"]["message"]
    finally:
        after.process.kill()
        after.process.wait()
