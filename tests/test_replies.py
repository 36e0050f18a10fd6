"""Answers that meet a disk that is full, and what else must not cost a word."""

import asyncio
import contextlib
import time
from types import SimpleNamespace

from app import chats, db
from app.chats import replies
from tests.test_chats_pages import chat_of, finished, key, leaf, start
from tests.upstream import text_of


def use_up_free_pages():
    """Write until the file has no room left."""
    base = db.here()
    with base.lock, contextlib.suppress(db.Unwritable):
        while True:
            base.driver.execute("insert into setting values ('fill-' || hex(randomblob(8)), hex(zeroblob(2000)))")


def set_pages(number: int) -> None:
    """How many pages the database may have, as if the disk ended there."""
    base = db.here()
    with base.lock:
        base.driver.execute(f"pragma max_page_count={number}")


def test_an_answer_that_meets_a_full_disk_is_kept_when_there_is_room_again(bob, model, upstream):
    chat = start(bob, model("pace-400-600"))
    base = db.here()
    set_pages(1)  # SQLite keeps at least what is there
    try:
        use_up_free_pages()  # what earlier tests deleted has left room in the file
        deadline = time.monotonic() + 15
        while len(upstream.sent.get("pace-400-600", [])) < 600:
            assert time.monotonic() < deadline, "the upstream did not end"
            time.sleep(0.05)
        time.sleep(1)
        assert "closes the part" in bob.get(f"/chats/{chat}").text, "the page does not show what only the memory holds"
        assert chats.is_running(chat), "the answer was given up"
    finally:
        set_pages(1 << 30)
    assert base.lock.acquire(timeout=5) and base.lock.release() is None
    finished(bob, chat, 20)
    assert bob.get(f"/chats/{chat}/messages/{leaf(chat)}.md").text == text_of("pace-400-600")


def test_the_text_is_in_the_database_a_quarter_of_a_second_after_it_came(bob, model, upstream):
    before = len(upstream.sent.get("pace-50-100", []))
    chat = start(bob, model("pace-50-100"))
    gaps = []
    while chats.is_running(chat):
        sent = len(upstream.sent.get("pace-50-100", [])) - before
        (kept,) = db.fetch("select coalesce(sum(length(text)), 0) from piece where message_id = ?", leaf(chat))
        gaps.append(sent - kept / 5)
        time.sleep(0.02)
    # 50 pieces of 5 letters a second: 250 ms are 12.5 of them, and a little for a busy machine.
    assert len(gaps) > 50 and sorted(gaps)[int(len(gaps) * 0.9)] <= 14


def test_a_stop_at_once_leaves_a_message_that_says_so(bob, model):
    chat = start(bob, model("fail-slow-first"))
    bob.delete(f"/chats/{chat}/reply")
    page = finished(bob, chat)
    assert db.fetch("select state from message where id = ?", leaf(chat)) == ("stopped",)
    assert "aria-busy" not in page


def test_a_deleted_message_of_another_chat_is_no_parent(bob, model):
    first, second = start(bob, model("words-20")), start(bob, model("words-20"))
    finished(bob, first)
    finished(bob, second)
    posted = {"text": "Under a stranger", "key": key(), "leaf": leaf(first), "model": model("words-20")}
    assert bob.post(f"/chats/{second}/messages", data=posted).status_code == 404
    assert chat_of(bob.get(f"/chats/{second}")) == second


def test_a_temporary_chat_that_is_sent_twice_is_one_chat(bob, model):
    posted = {"text": "Nothing of this is kept", "key": key(), "model": model("words-20"), "temporary": "1"}
    first, second = (chat_of(bob.post("/chats", data=posted)) for _ in range(2))
    assert first == second


def test_a_key_that_was_used_in_another_chat_is_refused(bob, model):
    first, second = start(bob, model("words-20")), start(bob, model("words-20"))
    finished(bob, first)
    finished(bob, second)
    posted = {"text": "Once", "key": key(), "leaf": leaf(first), "model": model("words-20")}
    assert bob.post(f"/chats/{first}/messages", data=posted).status_code == 200
    assert bob.post(f"/chats/{second}/messages", data=posted | {"leaf": leaf(second)}).status_code == 409


def test_who_is_shut_out_gets_no_further_answer(alice, bob, model):
    chat = start(bob, model("pace-50-2000"))
    assert alice.post(f"/admin/people/{bob.id}/deactivation").status_code == 200
    assert not chats.is_running(chat)
    assert db.fetch("select state from message where id = ?", leaf(chat)) == ("stopped",)


def test_a_page_of_the_list_that_cannot_be_is_refused(bob):
    assert bob.get("/chats", params={"before": "9" * 20}).status_code == 422


async def test_an_answer_that_lost_the_word_to_end_is_told_again():
    told = []

    async def hard_of_hearing():
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            asyncio.current_task().uncancel()  # as anyio does with what it takes for its own
            told.append("lost")
        await asyncio.sleep(30)

    reply = SimpleNamespace(task=asyncio.create_task(hard_of_hearing()), finishing=False, why="")
    await asyncio.sleep(0)
    await asyncio.wait_for(replies.end(reply, "stopped"), 5)
    assert told == ["lost"] and reply.task.cancelled() and reply.why == "stopped"
