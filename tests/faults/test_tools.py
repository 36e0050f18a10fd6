"""kill -9 while a model calls tools: the calls that were made are shown, the answer is interrupted, and it goes on."""

import json
import os
import random
import re
import time

import pytest

from tests.faults import house, rounds
from tests.faults.house import Machine, in_time

READING, WRITING = "pastes.list", "pastes.list pastes.create"
CALL = {"name": "pastes_list", "arguments": {}}
CREATE = {"name": "pastes_create", "arguments": {"text": "Green and black."}}
CALLS = """select part.kind, part.state, part.text from part join message on message.id = part.message_id
    where message.chat_id = ? and message.role = 'assistant' and message.sequence = ? order by part.n"""


@pytest.fixture
def machine(tmp_path, upstream):
    """A house with a model that calls what its question says, and Ada in it."""
    with Machine(tmp_path / "data", INGLENOOK_REPLICA="off").prepare() as it:
        it.provide(upstream.url)
        it.start().sign_in()
        ((id,),) = house.rows(database(it), "select id from provider where name = 'fake'")
        it.post(f"/admin/providers/{id}/models", {"model": "calls"})
        yield it


def database(machine):
    return machine.data / "inglenook.db"


def ask(machine, rounds, on):
    """A chat whose model calls this; its id, and how many calls were begun."""
    ((model,),) = house.rows(database(machine), "select id from model where name = 'calls'")
    form = {"text": json.dumps(rounds), "key": os.urandom(8).hex(), "model": model}
    answer = machine.post("/chats", form | {"verbs": on})
    return answer.headers["location"].rsplit("/", 1)[1]


def begun(machine, chat, state):
    """How many of the running answer's calls were written down in this state."""
    sql = """select count(*) from piece join message on message.id = piece.message_id
        where message.chat_id = ? and piece.kind = 'call' and json_extract(piece.text, '$.state') = ?"""
    ((count,),) = house.rows(database(machine), sql, chat, state)
    return count


@pytest.mark.slow
def test_a_call_that_waits_is_stopped_by_a_kill_and_the_calls_before_it_are_kept(machine):
    chat = ask(machine, [[CALL], [CREATE]], WRITING)
    in_time(lambda: begun(machine, chat, "waiting"))
    machine.kill()
    machine.start()
    page = machine.read(f"/chats/{chat}")[1]
    assert "Interrupted." in page and page.count("call-card done") == 1 and page.count("call-card stopped") == 1
    assert "Allow</" not in page and house.rows(database(machine), "select count(*) from item") == [(0,)]
    (answer,) = re.findall(r"/chats/\w+/messages/(\w+)/versions", page)[-1:]
    machine.post(f"/chats/{chat}/messages/{answer}/versions", {"proceed": "1", "key": os.urandom(8).hex()})
    done = "select state from message where chat_id = ? and sequence = 1 and role = 'assistant'"
    in_time(lambda: house.rows(database(machine), done, chat) == [("done",)])
    parts = house.rows(database(machine), CALLS, chat, 1)
    assert [part[:2] for part in parts[:3]] == [("call", "done"), ("result", ""), ("call", "stopped")]


@pytest.mark.long
@pytest.mark.slow
def test_a_kill_between_and_in_calls_leaves_each_that_was_made_with_what_it_told(machine):
    seen = 0
    for _ in range(rounds(short=4)):
        chat = ask(machine, [[CALL]] * 20, READING)
        least = random.randrange(1, 10)
        in_time(lambda chat=chat, least=least: begun(machine, chat, "done") >= least)
        time.sleep(random.uniform(0, 0.05))
        told = begun(machine, chat, "done")
        machine.kill()
        machine.start()
        parts = house.rows(database(machine), CALLS, chat, 0)
        states = [state for kind, state, _ in parts if kind == "call"]
        results = [text for kind, _, text in parts if kind == "result"]
        if len(states) == 20 and "stopped" not in states:
            continue  # it came to its end before the kill
        seen += 1
        assert "Interrupted." in machine.read(f"/chats/{chat}")[1]
        assert states.count("done") >= told and set(states[:-1]) == {"done"} and states[-1] in ("done", "stopped")
        assert len(results) >= states.count("done") - 1 and all(text.startswith("{") for text in results)
        assert house.rows(database(machine), "select count(*) from piece") == [(0,)]
    assert seen
