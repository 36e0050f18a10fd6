"""Attachments: what lies beside a draft, a chat or a project, who may put it there, and what models are sent of it."""

import pytest

from app import chats, clock, db, pastes, rights
from app.chats import attaching
from app.errors import Conflict, Invalid, NotFound
from app.items import Piece
from tests.test_chats_pages import key, start


def caller(person) -> rights.Caller:
    return rights.Caller(id=person.id, name="Somebody")


def paste(person, text: str = "Tea is best at 70 degrees.\n", name: str = "tea.txt", **more) -> str:
    return pastes.create(caller(person), [Piece(name, text)], **more).paste.id


def names(holder: str, id: str) -> list[str]:
    return [each.name for each in attaching.of(holder, id)]


def test_a_draft_holds_what_its_owner_may_read_once_and_in_order(bob, charlie, model):
    me, draft = caller(bob), attaching.draft_of(caller(bob))
    tea, other, chat = paste(bob), paste(bob, name="two.txt"), start(bob, model("words-23"), "Kettles")
    for kind, id in (("paste", tea), ("chat", chat), ("paste", other), ("paste", tea)):
        attaching.add(me, "draft", draft, kind, id)
    assert names("draft", draft) == ["tea.txt", "Kettles", "two.txt"]
    attaching.remove(me, "draft", draft, "chat", chat)
    assert names("draft", draft) == ["tea.txt", "two.txt"]
    stranger = caller(charlie)
    for call in (attaching.add, attaching.remove):
        with pytest.raises(NotFound):
            call(stranger, "draft", draft, "paste", tea)
    for kind, id in (("paste", paste(bob)), ("chat", chat), ("paste", clock.new_id())):
        with pytest.raises(NotFound):
            attaching.add(stranger, "draft", attaching.draft_of(stranger), kind, id)
    with pytest.raises(Invalid):
        attaching.add(me, "draft", draft, "moon", tea)


def test_what_no_model_can_be_sent_is_refused_with_its_reason(bob, charlie, model):
    me, draft = caller(bob), attaching.draft_of(caller(bob))
    sealed = pastes.create(me, [Piece(text='{"v":1}')], sealed=True).paste.id
    dark = pastes.create(me, [Piece("a.bin", data=b"\x00\x01\x02")]).paste.id
    for id, why in ((sealed, "encrypted"), (dark, "no text")):
        with pytest.raises(Conflict, match=why):
            attaching.add(me, "draft", draft, "paste", id)
    burning = paste(bob, burns=True, visibility="unlisted")
    locked = paste(bob, password="kettle kettle", visibility="unlisted")
    counted = paste(bob, max_views=3, visibility="unlisted")
    hers = caller(charlie)
    for id, why in ((burning, "deletes it"), (locked, "password"), (counted, "counted")):
        with pytest.raises(Conflict, match=why):
            attaching.add(hers, "draft", attaching.draft_of(hers), "paste", id)
    assert db.fetch("select views from item where id = ?", counted)[0] == 0
    chat = start(bob, model("words-23"), "Itself")
    with pytest.raises(Conflict, match="itself"):
        attaching.add(me, "draft", attaching.draft_of(me, chat), "chat", chat)
    with pytest.raises(Conflict, match="At most"):
        for _ in range(attaching.MOST + 1):
            attaching.add(me, "chat", chat, "paste", paste(bob))


def test_of_a_temporary_chat_nothing_that_was_attached_is_written_down(bob, model):
    me = caller(bob)
    asked = chats.create(me, "Hush", key(), model("words-23"), temporary=True)
    draft = attaching.draft_of(me, asked.chat.id)
    attaching.add(me, "draft", draft, "paste", paste(bob))
    assert names("draft", draft) == ["tea.txt"] and not names("chat", asked.chat.id)
    assert db.fetch("select count(*) from attachment where holder_id = ?", draft)[0] == 0
    attaching.remove(me, "draft", draft, "paste", attaching.of("draft", draft)[0].target_id)
    assert not names("draft", draft)
