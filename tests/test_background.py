"""Responses that are made without their caller: asked for until they are there, followed, cancelled, lost."""

import json
import time

import httpx2
import openai
import pytest

from app import clock, db, keys, providers, rights
from app.gateway import stored
from tests.natives import Native
from tests.upstream import text_of

ENDS = ("completed", "failed", "incomplete", "cancelled")


@pytest.fixture
def token(house, bob):
    return keys.create(rights.machine(), "script", user=bob.id)[1]


@pytest.fixture
def client(house, token):
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=20) as it:
        yield it


def begun(client, name, **more):
    answer = client.post("/v1/responses", json={"model": name, "input": "Hello.", "background": True} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def at(client, id, *statuses):
    """The response, once it has one of these statuses."""
    deadline = time.monotonic() + 10
    while (told := client.get(f"/v1/responses/{id}").json())["status"] not in statuses:
        assert time.monotonic() < deadline, told
        time.sleep(0.02)
    return told


def events(data):
    return [json.loads(block.split("data: ", 1)[1]) for block in data.decode().strip().split("\n\n")]


def test_it_is_made_while_nobody_listens(client, model, upstream):
    model("pace-20-20")
    told = begun(client, "fake/pace-20-20")
    assert told["status"] in ("queued", "in_progress") and told["background"] is True and told["output"] == []
    assert at(client, told["id"], "in_progress")["usage"] is None
    done = at(client, told["id"], *ENDS)
    assert done["status"] == "completed" and done["output"][0]["content"][0]["text"] == text_of("pace-20-20")
    assert done["usage"]["output_tokens"] == 20 and "background" not in upstream.relayed("pace-20-20").body
    more = {"model": "fake/pace-20-20", "input": "More.", "previous_response_id": told["id"]}
    assert client.post("/v1/responses", json=more).status_code == 200


def test_openai_waits_for_it_and_cancels_it(house, token, model):
    model("words-20"), model("pace-20-400")
    with openai.OpenAI(base_url=f"{house.url}/v1", api_key=token, max_retries=0) as official:
        told = official.responses.create(model="fake/words-20", input="Hello.", background=True)
        deadline = time.monotonic() + 10
        while told.status in ("queued", "in_progress") and time.monotonic() < deadline:
            told = official.responses.retrieve(told.id)
        assert told.output_text == text_of("words-20")
        long = official.responses.create(model="fake/pace-20-400", input="Hello.", background=True)
        assert official.responses.cancel(long.id).status == "cancelled"
        assert official.responses.cancel(long.id).status == official.responses.retrieve(long.id).status == "cancelled"


def test_what_is_cancelled_ends_at_the_provider_and_keeps_what_came(client, model, upstream, bob):
    model("pace-20-400")
    told = begun(client, "fake/pace-20-400")
    with client.stream("GET", f"/v1/responses/{told['id']}", params={"stream": "true"}) as stream:
        next(line for line in stream.iter_lines() if "output_text.delta" in line)
    before = upstream.closed_early
    gone = client.post(f"/v1/responses/{told['id']}/cancel").json()
    assert (gone["status"], gone["output"][0]["status"]) == ("cancelled", "incomplete"), json.dumps(gone)
    deadline = time.monotonic() + 3
    while upstream.closed_early == before:
        assert time.monotonic() < deadline, "the upstream was not told"
        time.sleep(0.02)
    assert db.fetch("select state from usage where user_id = ?", bob.id) == ("stopped",)


def test_its_events_can_be_followed_and_followed_on(client, model):
    model("pace-40-40")
    body = {"model": "fake/pace-40-40", "input": "Hello.", "background": True, "stream": True}
    seen = []
    with client.stream("POST", "/v1/responses", json=body) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                seen.append(json.loads(line[6:]))
            if len(seen) == 9:
                break  # the caller leaves
    assert [each["type"] for each in seen[:3]] == ["response.created", "response.queued", "response.in_progress"]
    assert [each["response"]["status"] for each in seen[:3]] == ["queued", "queued", "in_progress"]
    id = seen[0]["response"]["id"]
    rest = events(client.get(f"/v1/responses/{id}", params={"stream": "true", "starting_after": 8}).content)
    assert [each["sequence_number"] for each in seen + rest] == list(range(len(seen) + len(rest)))
    said = "".join(each["delta"] for each in seen + rest if each["type"] == "response.output_text.delta")
    assert said == text_of("pace-40-40") and rest[-1]["type"] == "response.completed"
    again = client.get(f"/v1/responses/{id}", params={"stream": "true"})
    assert events(again.content) == seen + rest and again.headers["content-type"] == "text/event-stream"
    assert client.get(f"/v1/responses/{id}", params={"stream": "true", "starting_after": "x"}).status_code == 400


@pytest.mark.parametrize(("name", "code"), [("fail-500", "server_error"), ("fail-context", "invalid_prompt")])
def test_what_fails_says_why(client, model, name, code):
    model(name)
    told = at(client, begun(client, f"fake/{name}")["id"], *ENDS)
    assert (told["status"], told["error"]["code"]) == ("failed", code) and told["error"]["message"]


def test_what_is_deleted_ends_and_does_not_come_back(client, model, person):
    model("pace-20-400")
    told = begun(client, "fake/pace-20-400")
    _, other = keys.create(rights.machine(), "stranger's", user=person("Dora").id)
    stranger = {"authorization": f"Bearer {other}"}
    for method, path in (("GET", ""), ("GET", "?stream=true"), ("DELETE", ""), ("POST", "/cancel")):
        assert client.request(method, f"/v1/responses/{told['id']}{path}", headers=stranger).status_code == 404
    assert client.delete(f"/v1/responses/{told['id']}").json()["deleted"] is True
    for path in ("", "?stream=true"):
        assert client.get(f"/v1/responses/{told['id']}{path}").status_code == 404


def test_nobody_goes_on_from_what_is_still_being_made(client, model):
    model("pace-20-400")
    id = begun(client, "fake/pace-20-400")["id"]
    body = {"model": "fake/pace-20-400", "input": "And?", "previous_response_id": id}
    refused = client.post("/v1/responses", json=body)
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "previous_response_id")
    assert client.get(f"/v1/responses/{id}/input_items").json()["data"][0]["content"][0]["text"] == "Hello."
    client.post(f"/v1/responses/{id}/cancel")


def test_what_a_process_did_not_end_has_failed_after_the_next_start(client, model, bob):
    model("words-20")
    done = at(client, begun(client, "fake/words-20")["id"], *ENDS)
    lost = {**done, "id": "resp_lost", "status": "in_progress", "output": []}
    with db.write() as tx:
        sql = "insert into response (id, user_id, key_id, model, status, input, body, created_at) values"
        values = {"user": bob.id, "body": json.dumps(lost)}
        tx.run(f"{sql} ('resp_lost', :user, '', 'm', 'in_progress', '[]', :body, 1)", **values)
    assert stored.settle(clock.now()) == 1
    told = client.get("/v1/responses/resp_lost").json()
    assert told == lost | {"status": "failed", "error": told["error"]} and told["error"]["code"] == "server_error"
    assert client.get(f"/v1/responses/{done['id']}").json() == done
    client.delete("/v1/responses/resp_lost")


def test_a_provider_that_speaks_the_dialect_makes_it_as_for_one_who_listens(client, house):
    with Native() as native:
        provider = providers.add(rights.machine(), f"native{time.monotonic_ns()}", native.url, key="right")
        providers.tune(rights.machine(), provider.id, None, "responses")
        providers.add_model(rights.machine(), provider.id, "native-1")
        tools = [{"type": "web_search"}]
        told = begun(client, f"{provider.name}/native-1", tools=tools)
        done = at(client, told["id"], *ENDS)
        asked = {"model": "native-1", "input": "Hello.", "stream": True, "tools": tools}
        assert native.asked[-1][2] == asked
    assert done == native.response | {"id": told["id"], "background": True, "previous_response_id": None} | {
        name: value for name, value in told.items() if name not in native.response and name != "background"
    }
    stream = events(client.get(f"/v1/responses/{told['id']}", params={"stream": "true"}).content)
    kinds = ["created", "queued", "in_progress", "output_text.delta", "completed"]
    assert [each["type"] for each in stream] == [f"response.{kind}" for kind in kinds]
    assert [each["sequence_number"] for each in stream] == [0, 1, 2, 3, 4]


def test_a_response_that_was_waited_for_cannot_be_cancelled(client, model):
    model("words-20")
    made = client.post("/v1/responses", json={"model": "fake/words-20", "input": "x"}).json()
    refused = client.post(f"/v1/responses/{made['id']}/cancel")
    assert refused.status_code == 400 and "background" in refused.json()["error"]["message"]
    assert client.get(f"/v1/responses/{made['id']}", params={"stream": "true"}).status_code == 400
