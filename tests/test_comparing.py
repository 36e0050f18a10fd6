"""Comparing: one question, two or three models, and one answer that goes on."""

import re
import time

import pytest

from app import chats, db
from app.chats.running import running
from components.chats import streams
from tests.test_chats_pages import HTMX, finished, key, leaf, start
from tests.upstream import text_of


def answers(chat: str) -> list[tuple]:
    """The answers of the chat in their order: id, model, state, mark."""
    asked = "select id, model, state, comparison from message where chat_id = ? and role = 'assistant'"
    return db.fetch_all(f"{asked} order by parent_id, sequence", chat)


def compared(someone, *ids: str, text: str = "Which way?") -> str:
    """A chat whose first question all these models answer."""
    return start(someone, ids[0], text, beside=list(ids[1:]))


def text(someone, chat: str, id: str) -> str:
    return someone.get(f"/chats/{chat}/messages/{id}.md").text


def test_three_models_answer_one_question_side_by_side_and_one_is_kept(bob, model):
    names = ("words-20", "words-200", "reference")
    chat = compared(bob, *map(model, names))
    page = finished(bob, chat)
    first, second, third = answers(chat)
    marks = {mark for *_, mark in (first, second, third)}
    assert len(marks) == 1 and "" not in marks and leaf(chat) == first[0]
    for name, (id, *_) in zip(names, (first, second, third), strict=True):
        assert text(bob, chat, id) == text_of(name).replace("\r\n", "\n") or name == "reference"
    assert page.count("Keep this") == 6 and 'aria-label="Versions of' not in page
    assert page.index(f"m-{first[0]}") < page.index(f"m-{second[0]}") < page.index(f"m-{third[0]}")

    kept = bob.post(f"/chats/{chat}/messages/{second[0]}/choice", headers=HTMX)
    assert kept.status_code == 200 and "Keep this" not in kept.text and ">2/3<" in kept.text
    assert leaf(chat) == second[0] and {mark for *_, mark in answers(chat)} == {""}
    again = bob.post(f"/chats/{chat}/messages/{third[0]}/choice")
    assert again.status_code == 409 and "does not stand beside others" in again.text


def test_each_can_fail_or_be_stopped_alone_and_is_asked_again_in_its_place(bob, model):
    chat = compared(bob, model("pace-50-2000"), model("fail-500"), model("words-20"))
    deadline = time.monotonic() + 10
    while [state for _, _, state, _ in answers(chat)][1:] != ["failed", "done"]:
        assert time.monotonic() < deadline, answers(chat)
        time.sleep(0.05)
    slow, failed, done = answers(chat)
    assert chats.is_running(chat) and slow[2] == "running"
    # While the first is still written, the one that failed is asked again, and no new question is taken.
    posted = {"key": key(), "model": model("echo")}
    again = bob.post(f"/chats/{chat}/messages/{failed[0]}/versions", data=posted, headers=HTMX)
    assert again.status_code == 200 and f"#m-{failed[0]} ~ .turn" not in again.text
    busy = bob.post(f"/chats/{chat}/messages", data={"text": "And?", "key": key(), "leaf": slow[0]})
    assert busy.status_code == 409 and "still being written" in busy.text
    twice = bob.post(f"/chats/{chat}/messages/{slow[0]}/versions", data={"key": key()})
    assert twice.status_code == 409

    assert bob.delete(f"/chats/{chat}/messages/{slow[0]}/reply").status_code == 204
    finished(bob, chat)
    now = answers(chat)
    assert [(name, state) for _, name, state, mark in now if mark] == [
        ("pace-50-2000", "stopped"),
        ("echo", "done"),
        ("words-20", "done"),
    ]
    assert [name for _, name, _, mark in now if not mark] == ["fail-500"]


def test_stop_ends_all_and_keeping_one_ends_those_beside_it(bob, model):
    chat = compared(bob, model("pace-50-2000"), model("pace-100-2000"))
    assert len(running.of(chat)) == 2
    assert bob.delete(f"/chats/{chat}/reply").status_code == 204
    assert [state for _, _, state, _ in answers(chat)] == ["stopped", "stopped"]

    chat = compared(bob, model("pace-50-2000"), model("pace-100-300"))
    _, (second, *_) = answers(chat)
    assert bob.post(f"/chats/{chat}/messages/{second}/choice", headers=HTMX).status_code == 200
    finished(bob, chat)
    assert [state for _, _, state, _ in answers(chat)] == ["stopped", "done"]
    assert text(bob, chat, second) == text_of("pace-100-300")


def test_a_question_that_is_sent_before_one_is_kept_goes_below_the_first_that_said_something(bob, model):
    chat = compared(bob, model("fail-500"), model("words-20"))
    finished(bob, chat)
    failed, done = answers(chat)
    posted = {"text": "And then?", "key": key(), "leaf": failed[0], "model": model("words-20")}
    page = bob.post(f"/chats/{chat}/messages", data=posted, headers=HTMX)
    assert page.status_code == 200 and 'hx-target="#turns"' in page.text and "Comparison" not in page.text
    (parent,) = db.fetch(
        "select parent_id from message where chat_id = ? and send_key is not null and id in "
        "(select parent_id from message where id = ?)",
        chat,
        leaf(chat),
    )
    assert parent == done[0] and not any(mark for *_, mark in answers(chat))


@pytest.mark.parametrize("extra", [["words-20"], ["echo", "reference", "think"]])
def test_the_same_model_twice_and_more_than_three_are_refused_with_the_text_kept(bob, model, extra):
    posted = {"text": "Whose?", "key": key(), "model": model("words-20"), "beside": [model(name) for name in extra]}
    page = bob.post("/chats", data=posted)
    assert page.status_code == 422 and "Whose?" in page.text
    assert re.search("one of them is here twice|At most 3 models", page.text)


def test_sending_twice_with_one_key_makes_one_comparison(bob, model):
    posted = {"text": "Once", "key": key(), "model": model("words-20"), "beside": [model("echo")]}
    first, second = bob.post("/chats", data=posted), bob.post("/chats", data=posted)
    assert first.url.path == second.url.path
    finished(bob, first.url.path.split("/")[2])
    assert len(answers(first.url.path.split("/")[2])) == 2


def test_one_stream_brings_all_answers_and_goes_on_from_where_each_was(bob, model):
    chat = compared(bob, model("pace-200-300"), model("words-20"))
    (slow, *_), (fast, *_) = answers(chat)
    with bob.stream("GET", f"/chats/{chat}/stream?after={streams.place({slow: 0, fast: 0})}") as line:
        events = "".join(line.iter_text())
    ids = [streams.placed(id) for id in re.findall(r"^id: (.+)$", events, re.M)]
    assert ids[-1].keys() == {slow, fast} and ids[-1][slow] > 3
    assert events.count("event: done") == 1 and events.rstrip().endswith("data: done")
    assert events.count("Keep this") == 4 and 'id="send"' in events.split("Keep this")[-1]
    # Who comes back later is told what is finished, and that it is all.
    later = bob.get(f"/chats/{chat}/stream", headers={"last-event-id": streams.place({slow: 2, fast: 1})}).text
    assert later.count("Keep this") == 4 and later.count("event: done") == 1
    assert bob.get(f"/chats/{chat}/stream?after=nonsense_1.2").text.count("event: done") == 1


def test_a_page_that_is_up_to_date_with_all_of_them_is_told_nothing(bob, model):
    chat = compared(bob, model("words-20"), model("echo"))
    finished(bob, chat)
    bob.put(f"/chats/{chat}/title", data={"title": "Teas"})  # or a model names it meanwhile
    page = bob.get(f"/chats/{chat}").text
    seen = " ".join(re.findall(r'data-seen="([^"]+)"', page)[-2:])
    mark = re.search(r'data-newer="[^"]*title=(\w+)', page).group(1)
    ask = {"seen": seen, "title": mark}
    assert bob.get(f"/chats/{chat}/newer", params=ask).status_code == 204
    stale = ask | {"seen": seen.replace(".done", ".running", 1)}
    assert "Comparison" in bob.get(f"/chats/{chat}/newer", params=stale).text


def test_a_temporary_chat_compares_and_keeps_nothing_of_it(bob, model):
    chat = start(bob, model("words-20"), "Whose?", beside=[model("echo")], temporary="1")
    page = finished(bob, chat)
    second = re.findall(r'id="m-(\w{29})"', page)[-1]
    kept = bob.post(f"/chats/{chat}/messages/{second}/choice")
    assert ">2/2<" in kept.text and "Keep this" not in kept.text and answers(chat) == []


def test_a_stranger_neither_keeps_nor_stops_nor_follows(bob, charlie, model):
    chat = compared(bob, model("words-20"), model("echo"))
    finished(bob, chat)
    (first, *_), _ = answers(chat)
    at = f"/chats/{chat}/messages/{first}"
    codes = {charlie.post(f"{at}/choice").status_code, charlie.delete(f"{at}/reply").status_code}
    codes.add(charlie.get(f"/chats/{chat}/stream?after={first}.0").status_code)
    assert codes == {404}
