"""Chats that are longer than a model's window."""

import json
import re

from app import db
from app.chats.tree import IS_UNFINISHED
from bench import texts
from tests.test_chats_pages import chat_of, finished, key, leaf

# A window that nobody knows counts as 128,000 tokens; a kilobyte is about 340.
LENGTH = 500


def test_what_does_not_fit_is_left_out_from_the_oldest_on_and_counted(bob, model, upstream):
    file = json.dumps(texts.chat(LENGTH, "A long one"))
    chat = chat_of(bob.post("/chats/import", files={"file": ("chat.json", file, "application/json")}))
    name = "words-7"
    asked = {"text": "And now?", "key": key(), "leaf": leaf(chat), "model": model(name)}
    assert bob.post(f"/chats/{chat}/messages", data=asked).status_code == 200
    page = finished(bob, chat)
    sent = upstream.asked(name)[-1].body["messages"]
    left_out = int(re.search(r"(\d+) earlier messages left out", page)[1])
    assert sent[-1]["content"] == "And now?" and 2 < len(sent) < LENGTH
    assert len(sent) + left_out == LENGTH + 1


def test_a_running_answer_is_found_without_looking_at_all_messages(house):
    plan = db.fetch_all(f"explain query plan select * from message where chat_id = ? and {IS_UNFINISHED}", "any")
    assert ["ix_message_unfinished" in row[3] for row in plan] == [True]
