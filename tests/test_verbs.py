"""Verbs: declared once, and the same through every door: what is taken, who may, what is written down, how often."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import httpx2
import pytest
from pydantic import Field

from app import accounts, chats, clock, db, keys, rights, verbs
from app.accounts.sessions import begin
from app.chats import folding
from app.errors import Forbidden, Invalid, NotFound, OverLimit, Unknown
from app.verbs import cursors
from components.verbs import LANGUAGES
from components.verbs.snippets import snippet
from routes import api, openapi
from tests import exports

DOORS = ("api", "mcp", "chat")
SCOPES = [*keys.SCOPES]


class Water(verbs.Input):
    """How much of it."""

    cups: int = Field(ge=1, le=9, description="How many cups.")
    kind: str = Field("green", max_length=20)


class Boiled(verbs.Output):
    """What is ready."""

    cups: int
    by: str


def boil(me, asked):
    """Boil it, and write that down."""
    if asked.kind == "none":
        raise NotFound("There is no such tea.")
    with db.write() as tx:
        tx.audit(me, "kettles.boil", asked.kind)
    return Boiled(cups=asked.cups, by=me.name)


@pytest.fixture
def kettle(house, model):
    """A verb of a noun that the product does not have, declared in one place for the time of a test."""
    model("calls")
    told = {"title": "Boil water", "description": "Boil so many cups of water for a tea of this kind."}
    about = {"scope": "pastes:write", "input": Water, "output": Boiled, "path": "/kettles", "examples": [{"cups": 2}]}
    verbs.verb("kettles.boil", **told, **about)(boil)
    forget()
    yield verbs.ALL["kettles.boil"]
    del verbs.ALL["kettles.boil"]
    forget()


def forget():
    api.interface.cache_clear()
    openapi.document.cache_clear()


@pytest.fixture
def token(bob):
    return keys.create(rights.machine(), "script", user=bob.id, scopes=SCOPES)[1]


def through(house, door, token, name, asked):
    """What a door answers: what was given, or the sentences of a refusal."""
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=20) as client:
        if door == "api":
            verb = verbs.ALL[name]
            answer = client.request(verb.method, api.PREFIX + verb.path, json=asked)
            body = answer.json()
            if answer.status_code < 400:
                return body
            said = body["error"].get("fields") or {}
            return "\n".join(f"{field}: {words}" for field, words in said.items()) or body["error"]["message"]
        return by_mcp(client, name, asked) if door == "mcp" else by_chat(client, token, verbs.ALL[name], asked)


def by_mcp(client, name, asked):
    """The tool's result, agreed to where that is asked."""
    params = {"name": verbs.ALL[name].tool_name, "arguments": asked}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    accept = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
    text = client.post("/mcp", json=call, headers=accept).text
    body = json.loads(re.sub(r"(?s)^event: .*?data: ", "", text))
    if "error" in body:
        return body["error"].get("message") or body["error_description"]
    result = body["result"]
    return result["content"][0]["text"] if result.get("isError") else result["structuredContent"]


def by_chat(client, token, verb, asked):
    """What a model is told that calls it, in a chat where it is switched on, after the person's click."""
    me = replace(keys.caller(token, rights.Caller(address="127.0.0.1")), key="", scopes=frozenset())
    with db.write() as tx:
        cookie = begin(tx, rights.Caller(address="127.0.0.1"), accounts.find(me.id, me))[0]
    chat = chats.create(me, "Hello", "", None).chat
    with db.write() as tx:
        tx.run("update message set state = 'stopped' where chat_id = :id", id=chat.id)
    chats.change(me, chat.id, verbs=verb.name)
    text = json.dumps([[{"name": verb.tool_name, "arguments": asked}]])
    said = {"chat_id": chat.id, "text": text, "model": "fake/calls", "wait": 0}
    answer = client.post(f"{api.PREFIX}/chats/messages", json=said).json()["message_id"]
    click = {"cookie": f"inglenook={cookie}", "sec-fetch-site": "same-origin"}
    with httpx2.Client(base_url=client.base_url, headers=click) as browser:
        while chats.is_running(chat.id):
            browser.post(f"/chats/{chat.id}/messages/{answer}/calls/0", data={"agreed": "1"})
            time.sleep(0.05)
    card = folding.cards(chats.turn(me, chat, answer).parts)[0]
    return json.loads(card.result.text) if card.call.state == "done" else card.result.text


# ── one place, every door ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("door", DOORS)
def test_a_verb_that_is_declared_can_be_called_through_every_door(house, kettle, token, door):
    assert through(house, door, token, kettle.name, {"cups": 2}) == {"cups": 2, "by": "Bob"}


def test_a_verb_that_is_declared_is_described_and_shown(house, kettle, nobody):
    document = nobody.get("/api/v1/openapi.json").json()
    told = document["paths"]["/api/v1/kettles"]["post"]
    assert told["summary"] == "Boil water" and {"200", "400", "401", "403", "409", "429"} <= set(told["responses"])
    page = nobody.get("/docs/api").text
    assert "Boil water" in page and f"{house.url}/api/v1/kettles" in page and "How many cups." in page


@pytest.mark.parametrize("door", DOORS)
def test_a_verb_that_is_gone_is_nowhere(house, token, door):
    with pytest.raises(KeyError):
        through(house, door, token, "kettles.boil", {"cups": 2})
    assert "kettles" not in httpx2.get(f"{house.url}/api/v1/openapi.json").text


# ── the doors agree ───────────────────────────────────────────────────────────────────────────────────────────────────
WRONG = [
    {},
    {"cups": 0},
    {"cups": 10},
    {"cups": "many"},
    {"cups": 1.5},
    {"cups": None},
    {"cups": 1, "kind": "x" * 21},
    {"cups": 1, "sugar": True},
    {"cups": 1, "kind": "none"},
]


@pytest.mark.parametrize("asked", WRONG, ids=str)
def test_the_doors_refuse_the_same_in_the_same_words(house, kettle, token, asked):
    said = {door: through(house, door, token, kettle.name, asked) for door in DOORS}
    assert isinstance(said["api"], str) and said["api"] == said["mcp"] == said["chat"]


@pytest.mark.parametrize("door", DOORS)
def test_each_door_needs_the_scope(house, kettle, bob, door):
    token = keys.create(rights.machine(), "s", user=bob.id, scopes=[each for each in SCOPES if each != kettle.scope])[1]
    assert kettle.scope in through(house, door, token, kettle.name, {"cups": 1})
    assert db.fetch("select count(*) from audit where user_id = ? and verb = 'kettles.boil'", bob.id) == (0,)


@pytest.mark.parametrize("door", DOORS)
def test_each_door_is_written_down(house, kettle, token, bob, door):
    through(house, door, token, kettle.name, {"cups": 1, "kind": "oolong"})
    rows = db.fetch_all("select door, object_id from audit where user_id = ? and verb = 'kettles.boil'", bob.id)
    assert rows == [(door, "oolong")]


def test_the_doors_share_one_pace(house, kettle, bob):
    token = keys.create(rights.machine(), "s", user=bob.id, scopes=SCOPES, limits=keys.Pace(requests=2))[1]
    said = [through(house, door, token, kettle.name, {"cups": 1}) for door in ("api", "mcp") * 2]
    assert [isinstance(each, str) for each in said] == [False, False, True, True]
    assert "2 times a minute" in said[2] and "2 times a minute" in said[3]


# ── running ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def caller(person, **more):
    return rights.Caller(id=person.id, name="Bob", role="member", **more)


def test_every_verb_that_changes_something_writes_down_who_did_it(house, token, bob, charlie, model):
    """Each of them is called with its first example, on things of one's own."""
    model("words-20"), model("echo")

    def call(name, asked):
        verb = verbs.ALL[name]
        path = api.PREFIX + verb.path.format(**{each: asked.pop(each) for each in verb.in_path})
        headers = {"authorization": f"Bearer {token}"}
        answer = httpx2.request(verb.method, house.url + path, json=asked or None, headers=headers, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()

    said = {"text": "Go", "model": "fake/words-20"}
    ids = {"paste": call("pastes.create", {"text": "a", "name": "a.txt"})["id"]}
    ids["chat"] = call("chats.ask", dict(said))["chat_id"]
    names = ["pastes.create", "pastes.revise", "pastes.fork", "pastes.change", "pastes.share", "pastes.unshare"]
    names += ["pastes.trash", "pastes.untrash", "chats.ask", "chats.stop", "chats.share", "chats.unshare"]
    ids["project"] = call("projects.create", {"name": "Teas"})["id"]
    names += [f"chats.{deed}" for deed in ("rename", "pin", "tag", "move", "archive", "delete", "restore")]
    ids |= {"model": "fake/words-20", "other": "fake/echo"}
    names += ["chats.compare", "chats.keep", "chats.import"]
    names += [f"projects.{deed}" for deed in ("create", "change", "attach", "detach", "delete")]
    ids["file"] = call("files.create", {"name": "a.txt", "text": "a"})["id"]
    ids["export"] = call("files.create", {"name": "a.json", "text": exports.chatgpt().decode()})["id"]
    ids["folder"] = call("folders.create", {"name": "Teas"})["id"]
    deeds = "create revise restore change share unshare move copy upload fetch trash untrash"
    names += [f"files.{deed}" for deed in deeds.split()]
    names += [f"folders.{deed}" for deed in ("create", "change", "trash", "untrash")]
    ids["prompt"] = call("prompts.create", {"name": "teas", "text": "{{topic}}"})["id"]
    ids["preset"] = call("presets.create", {"name": "Teas"})["id"]
    ids["email"] = accounts.find(charlie.id, rights.machine()).email
    deeds = ("create", "change", "share", "unshare", "revise", "restore", "trash", "untrash")
    names += [f"{noun}.{deed}" for noun in ("prompts", "presets") for deed in deeds] + ["presets.ask"]
    assert {verb.name for verb in verbs.ALL.values() if not verb.read_only} == set(names)
    for name in names:
        before = len(written(bob))
        asked = said | {"chat_id": ids["chat"]} if name == "chats.ask" else filled(example(name), ids)
        answer = call(name, asked)
        ids["share"] = answer["id"] if name.endswith(".share") else ids.get("share")
        if name == "chats.compare":
            ids |= {"chat": answer["chat_id"], "answer": answer["data"][1]["message_id"]}
        assert (MADE.get(name, name), "api") in written(bob)[before:], name


# A fork is a paste that is made, and so on.
MADE = {"pastes.fork": "pastes.create", "files.copy": "files.create", "files.restore": "files.revise"}
MADE |= {"chats.compare": "chats.create", "chats.import": "chats.begin_import"}
MADE |= {"prompts.restore": "prompts.revise", "presets.restore": "presets.revise", "presets.ask": "chats.create"}


def example(name):
    """What a verb is asked; nothing is fetched from the internet."""
    return {"url": "http://127.0.0.1/"} if name == "files.fetch" else verbs.ALL[name].examples[0]


def filled(example, ids):
    return {name: given(value, ids) for name, value in example.items()}


def given(value, ids):
    """What stands for {paste} and others, alone or in a list."""
    if isinstance(value, list):
        return [given(each, ids) for each in value]
    return ids[value[1:-1]] if value in [f"{{{id}}}" for id in ids] else value


def written(person):
    return db.fetch_all("select verb, door from audit where user_id = ? order by id", person.id)


async def test_a_verb_is_done_once_under_a_key_whatever_the_door(kettle, bob):
    first = await verbs.run(kettle, caller(bob, door="mcp"), {"cups": 3}, idempotency_key="k")
    again = await verbs.run(kettle, caller(bob, door="api"), {"cups": 3}, idempotency_key="k")
    assert first == again and [verb for verb, _ in written(bob)].count("kettles.boil") == 1


def test_answers_are_kept_for_a_day(bob):
    with db.write() as tx:
        sql = """insert into replay (caller, name, verb, digest, status, body, boot, created_at)
            values (:me, :name, '', '', 0, '', '', :at)"""
        tx.run(sql, me=bob.id, name="old", at=clock.now() - clock.DAY - 1)
        tx.run(sql, me=bob.id, name="new", at=clock.now() - clock.DAY + clock.MINUTE)
    verbs.sweep()
    assert db.fetch_all("select name from replay where caller = ?", bob.id) == [("new",)]


async def test_nobody_and_those_without_the_scope_are_refused_before_anything_is_looked_at(kettle, bob):
    with pytest.raises(Unknown):
        await verbs.run(kettle, rights.Caller(), {"cups": "many"})
    with pytest.raises(Forbidden):
        await verbs.run(kettle, caller(bob, key="k"), {"cups": "many"})


async def test_a_key_that_asks_too_often_is_told_when_to_come_back(kettle, bob):
    once = {"user": bob.id, "scopes": SCOPES, "limits": keys.Pace(requests=1)}
    key = (await db.in_thread(keys.create, rights.machine(), "s", **once))[0]
    me = caller(bob, key=key.id, scopes=frozenset(SCOPES))
    await verbs.run(kettle, me, {"cups": 1})
    with pytest.raises(OverLimit) as refused:
        await verbs.run(kettle, me, {"cups": 1})
    assert 0 < refused.value.retry_after <= 60


# ── declarations ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_declaration_that_says_two_things_is_refused(kettle):
    about = {"scope": "tools", "title": "t", "description": "d", "input": Water, "output": Boiled}
    for more in (
        {"path": "/kettles"},
        {"path": "/pots", "read_only": True},
        {"path": "/pots", "method": "GET"},
        {"path": "/pots/{id}"},
        {"path": "/pots", "version": "revision"},
        {"path": "/pots", "expects": "base"},
    ):
        with pytest.raises(ValueError):
            verbs.verb("pots.boil", **about, **more)(boil)
    assert "pots.boil" not in verbs.ALL


def test_a_verb_is_found_by_its_name_and_by_its_name_as_a_tool(kettle):
    assert verbs.find("kettles.boil") is verbs.find("kettles_boil") is kettle
    with pytest.raises(NotFound):
        verbs.find("kettles.break")


def test_models_are_not_offered_what_asks_models():
    offered = {verb.name for verb in verbs.ALL.values() if verb.offered_to_models}
    assert "chats.ask" not in offered and {"pastes.create", "pastes.read", "pastes.trash", "chats.read"} <= offered
    free = {verb.name for verb in verbs.ALL.values() if verb.offered_to_models and not verb.needs_click}
    assert free == {name for name in offered if verbs.ALL[name].read_only}
    assert not any(
        verb.destructive and not verb.name.endswith((".trash", ".unshare", ".delete")) for verb in verbs.ALL.values()
    )


def test_a_cursor_says_what_was_written_into_it():
    assert cursors.read(cursors.written(5, "a"), int, str) == (5, "a")
    for text in (cursors.written(5), cursors.written("a", 5), cursors.written(True, "a"), "x"):
        with pytest.raises(Invalid):
            cursors.read(text, int, str)


# ── the page ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_page_shows_every_verb_in_each_language(nobody, house):
    for language in LANGUAGES:
        page = nobody.get(f"/docs/api?language={language}").text
        assert all(f"verb-{verb.tool_name}" in page for verb in verbs.ALL.values())
        assert f"{house.url}/api/v1" in page
    assert nobody.get("/docs/api?language=cobol").status_code == 422


@pytest.mark.parametrize("language", ["curl", "python"])
def test_what_the_page_says_works_when_it_is_pasted(house, token, language):
    for name in ("pastes.create", "pastes.list", "chats.search", "usage.read"):
        text = snippet(verbs.ALL[name], language, house.url + api.PREFIX)[1]
        command = ["sh", "-c", text] if language == "curl" else [sys.executable, "-c", text]
        environment = {"PATH": os.environ["PATH"], "INK_KEY": token}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0 and ("id" in done.stdout or "data" in done.stdout or "total" in done.stdout), done


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here")
def test_javascript_works_when_it_is_pasted(house, token):
    text = snippet(verbs.ALL["pastes.create"], "javascript", house.url + api.PREFIX)[1]
    environment = {"PATH": os.environ["PATH"], "INK_KEY": token}
    command = ["node", "--input-type=module", "-e", text]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and "id:" in done.stdout, done
