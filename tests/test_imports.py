"""Imports: chats from the exports of other programs, and files that are none."""

import io
import json
import re
import time
import zipfile

import pytest

from app import clock, config, db, later, markdown, rights
from app.blobs import keeping
from app.chats import exports as exporting
from app.chats import importing
from app.chats.importing import opening, own, storing, trees
from app.chats.importing.shapes import Conversation, Node, Piece
from app.chats.patience import Patience
from app.errors import Invalid
from tests import exports
from tests.exports import JANUARY
from tests.test_chats_pages import named


def sent(someone, data: bytes, name: str = "conversations.json"):
    """A file that was sent, and the report of what became of it."""
    page = someone.post("/chats/import", files={"file": (name, data)})
    deadline = time.monotonic() + 20
    while "Look again" in page.text:
        assert time.monotonic() < deadline, "the import did not end"
        time.sleep(0.05)
        page = someone.get(page.url.path)
    return page


def archived(**entries: bytes) -> bytes:
    """An archive with these files; two lines in a name are a slash."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/") + ".json", data)
    return packed.getvalue()


def encrypted(data: bytes) -> bytes:
    """An archive that says of its first file that it is encrypted."""
    end = data.rindex(b"PK\x01\x02")
    return data[:6] + b"\x01" + data[7 : end + 8] + b"\x01" + data[end + 9 :]


def chat_named(someone, title: str) -> tuple:
    asked = "select id, created_at, changed_at, source, leaf_id, system, temperature, archived_at from chat"
    return db.fetch(f"{asked} where user_id = ? and title = ?", someone.id, title)


def messages(chat: str) -> list[tuple]:
    """role, model, state, text, and what was thought, of each message of all branches."""
    query = """select message.id, role, model, state, sequence,
        (select group_concat(text, '|') from part where message_id = message.id and kind = 'text'),
        (select group_concat(text, '|') from part where message_id = message.id and kind = 'reasoning')
        from message where chat_id = ? order by created_at, sequence, rowid"""
    return db.fetch_all(query, chat)


def test_chatgpt_keeps_branches_times_models_and_thoughts_and_tells_what_is_not_taken(bob):
    report = sent(bob, exports.chatgpt())
    assert report.status_code == 200 and "1 chat with 5 messages taken" in report.text and "ChatGPT" in report.text
    for told in ("1 picture<", "1 file<", "1 call of a tool<", "1 custom instruction<"):
        assert told in report.text
    id, created, changed, source, leaf, *_ = chat_named(bob, "Green tea")
    assert (created, changed) == ((JANUARY * 4 + 1) * clock.SECOND // 4, (JANUARY + 3600) * clock.SECOND + 500_000)
    assert source == "chatgpt:0b1c2d3e-0000-4000-8000-000000000001"
    said = {(role, model, state, text): thought for _, role, model, state, _, text, thought in messages(id)}
    assert said[("assistant", "gpt-5-thinking", "done", "It is *sencha*. ")] == "Looking\n\nLeaves are green."
    assert ("assistant", "gpt-4o", "done", "Perhaps gyokuro.") in said
    assert ("user", "", "done", "Which tea is **this**?\n\n(A picture)") in said
    assert ("user", "", "done", "How hot?\n\n(Attached: kettle.pdf)") in said
    page = bob.get(f"/chats/{id}").text
    assert ">1/2<" in page and "<em>sencha</em>" in page and "70 °C." in page and "Interrupted." in page
    assert re.search(r'id="m-(\w+)"(?!.*id="m-)', page, re.S).group(1) == leaf


def test_claude_keeps_thoughts_pasted_texts_and_artifacts(bob):
    report = sent(bob, archived(conversations=exports.claude(), users=b"[]"), "data.zip")
    assert "1 chat with 3 messages taken" in report.text and "nothing is said" in report.text
    id, created, *_ = chat_named(bob, "Steeping")
    assert created == 1_767_344_400 * clock.SECOND
    first, answer, last = messages(id)
    assert first[5] == "How long?\n\n**leaves.txt**\n\n````\n```\nassam\n````"
    assert answer[2] == "Claude" and answer[6] == "Black tea, then."
    assert answer[5] == "Three minutes.\n\n**Timer**\n\n```python\nwait(3)\n```\n\nThere it is."
    assert last[5] == "Thanks\n\n(Attached: cup.jpg)"


def test_open_webui_keeps_the_order_of_versions_settings_and_tags(bob):
    assert "1 chat with 5 messages taken" in sent(bob, exports.openwebui(), "chats.json").text
    id, _, changed, _, _, system, temperature, put_away = chat_named(bob, "Oolong")
    assert (system, temperature, put_away) == ("You sell tea.", 0.4, changed)
    by = {text: (model, state, place, thought) for _, _, model, state, place, text, thought in messages(id)}
    assert by["Rooibos."][2] == 0 and by["Try oolong."] == ("Qwen 3", "done", 1, "Oolong & co.")
    assert by[None][1] == "failed" and "Connection refused" in bob.get(f"/chats/{id}").text
    assert db.fetch("select name from tag where target_id = ?", id) == ("tea time",)


@pytest.mark.parametrize("tree", [False, True])
def test_librechat_keeps_its_tree_from_a_list_and_from_a_tree(bob, tree):
    report = sent(bob, exports.librechat(tree), "brewing.json")
    assert "1 chat with 5 messages taken" in report.text and "1 call of a tool" in report.text
    id, *_, system, temperature, _ = chat_named(bob, "Brewing")
    assert (system, temperature) == ("Be brief.", 0.5)
    found = [
        (model, state, text, thought) for _, role, model, state, _, text, thought in messages(id) if role != "user"
    ]
    assert ("gpt-4o", "done", "Warm the pot first.", "Warm it.") in found
    assert ("mistral", "interrupted", "Boil water.", None) in found and ("gpt-4o", "failed", None, None) in found


def test_the_same_file_again_takes_only_what_is_new(bob, charlie):
    sent(bob, exports.chatgpt())
    other = {"conversation_id": "two", "title": "Other", "mapping": {}, "create_time": None}
    more = {"n": {"parent": None, "message": {"author": {"role": "user"}, "content": {"content_type": "text"}}}}
    more["n"]["message"]["content"]["parts"] = ["Half \ud83d and \x00 nothing"]
    again = sent(bob, exports.chatgpt(other | {"mapping": more}))
    assert "1 chat with 1 message taken" in again.text and "1 was here already" in again.text
    assert messages(chat_named(bob, "Other")[0])[0][5] == "Half \ufffd and  nothing"
    assert "1 chat with 5 messages taken" in sent(charlie, exports.chatgpt()).text
    assert db.fetch("select count(*) from chat where user_id = ? and title = 'Green tea'", bob.id) == (1,)


def test_chats_of_inglenook_come_back_from_an_archive(bob, charlie, model):
    first, second = named(bob, model, "One"), named(bob, model, "Two")
    files = {f"chats__{id}": bob.get(f"/chats/{id}.json").content for id in (first, second)}
    report = sent(charlie, archived(**files), "chats.zip")
    assert "2 chats with 4 messages taken" in report.text
    copy = chat_named(charlie, "One")[0]
    assert charlie.get(f"/chats/{copy}.json").content == bob.get(f"/chats/{first}.json").content
    assert "2 were here already" in sent(charlie, archived(**files), "chats.zip").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Choose a file first"),
        (b"Hello", "cannot be read|can be read"),
        (b'[{"mapping": {}}, {"mapping": {', "at character"),
        (b'[{"title": "x"} {"title": "y"}]', "neither a comma nor the end"),
        (b'\xff\xfe["', "not UTF-8"),
        (b"[" * 100_000, "nested too deep|can be read"),
        (b'{"hello": 1}', "no chat in this file that can be taken"),
        (b"[]", "no chat in this file"),
        (b"PK\x03\x04 not an archive", "archive is damaged"),
        (archived(readme=b'{"a": 1}'), "not a chat as"),
        (encrypted(archived(conversations=b"[]")), "archive is encrypted"),
        (archived(conversations=b"[" + b'{"mapping": {}},' * 99)[:100], "archive is damaged"),
    ],
    ids=lambda each: each if isinstance(each, str) else "-",  # an archive holds the time of its making
)
def test_a_file_that_is_broken_says_where_and_nothing_is_taken(bob, data, words):
    page = sent(bob, data)
    assert page.status_code == 422 and re.search(words, page.text), page.text[-2000:]
    assert db.fetch("select count(*) from chat where user_id = ?", bob.id) == (0,)


def circle() -> dict:
    one = {"parent": "b", "message": {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["x"]}}}
    return {"conversation_id": "c", "title": "Round", "mapping": {"a": one, "b": one | {"parent": "a"}}}


def test_what_is_wrong_with_one_chat_does_not_keep_the_others(bob):
    page = sent(bob, exports.chatgpt(circle(), {"title": "What", "mapping": 7}, {"title": "Unknown"}))
    assert "1 chat with 5 messages taken" in page.text and "Chats that could not be read" in page.text
    assert "chat 2 (“Round”)" in page.text and "in a circle" in page.text
    assert "chat 4 (“Unknown”)" in page.text and "not a chat as" in page.text


def test_an_archive_that_unfolds_without_end_and_a_chat_that_is_too_large_are_refused(bob, monkeypatch):
    monkeypatch.setattr(opening, "LARGEST_WHOLE", 8 << 20)
    bomb = archived(conversations=b"[" + b" " * (64 << 20))
    assert len(bomb) < 100_000 and "GiB of JSON" in sent(bob, bomb, "bomb.zip").text
    monkeypatch.setattr(opening, "LARGEST_CHAT", 1 << 20)
    assert "larger than 1 MiB" in sent(bob, b'[{"mapping": {"a": "' + b"x" * (3 << 20) + b'"}}]').text
    monkeypatch.setattr(importing, "MOST_MESSAGES", 3)
    assert "more than 3 messages" in sent(bob, exports.chatgpt()).text
    assert db.fetch("select count(*) from chat where user_id = ?", bob.id) == (0,)
    assert list((config.current.data / "blobs" / "coming").glob("*")) == []


def test_an_import_that_is_cut_short_takes_the_rest_when_it_runs_again_and_nothing_twice(bob, house, monkeypatch):
    one = json.loads(exports.chatgpt())[0]
    place = keeping.coming()
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(json.dumps([one | {"conversation_id": f"cut-{n}"} for n in range(5)]).encode())
    me = rights.Caller(id=bob.id, name="Bob", role="member")

    def die(percent: int, said: str = "") -> None:
        if said.startswith("2 "):
            raise later.Cancelled()

    monkeypatch.setattr(later, "progress", die)
    with pytest.raises(later.Cancelled):
        importing.run(me, place.name, "cut.json")
    assert db.fetch("select count(*) from chat where user_id = ?", bob.id) == (2,)
    monkeypatch.undo()
    told = importing.run(me, place.name, "cut.json")
    assert (told["chats"], told["here"]) == (3, 2) and not place.exists()
    assert db.fetch("select count(*), count(distinct source) from chat where user_id = ?", bob.id) == (5, 5)
    assert "Send it again" in importing.run(me, place.name, "cut.json")["refused"]


def test_the_time_of_a_large_file_is_that_of_its_size(bob):
    one = json.loads(exports.chatgpt())[0]
    many = [one | {"conversation_id": f"many-{n}", "title": f"Tea {n}"} for n in range(100)]
    begun = time.monotonic()
    page = sent(bob, json.dumps(many).encode())
    assert "100 chats with 500 messages taken" in page.text and "and 88 more" in page.text
    assert time.monotonic() - begun < 10


def test_a_stranger_does_not_see_an_import(bob, charlie):
    page = sent(bob, exports.chatgpt())
    assert charlie.get(page.url.path).status_code == 404
    assert "conversations.json" in bob.get("/chats/import").text
    assert "conversations.json" not in charlie.get("/chats/import").text.partition("How to get the file")[0]


# ── what a small file could become ────────────────────────────────────────────────────────────────────────────────────
def hanging(id: str, parent: str | None, role: str, *texts: str) -> Node:
    return Node(id, parent, role, [Piece("text", text) for text in texts])


def test_what_hangs_below_a_long_way_is_found_without_climbing_it_each_time():
    way = [hanging(str(n), str(n - 1) if n else None, "") for n in range(20_000)]
    leaves = [hanging(f"leaf {n}", "19999", "user", "tea") for n in range(10_000)]
    begun = time.monotonic()
    turns, _ = trees.woven(Conversation("x:1", nodes=[*way, *leaves]))
    assert len(turns) == 10_000 and time.monotonic() - begun < 5


def test_an_answer_that_branches_a_thousand_times_is_not_copied_beyond_measure():
    first = [hanging("q", None, "user", "tea?"), hanging("a", "q", "assistant", "t" * 1_000_000)]
    branches = [hanging(f"b {n}", "a", "assistant", "more") for n in range(1_000)]
    with pytest.raises(Invalid, match="too many branches"):
        trees.woven(Conversation("x:1", nodes=first + branches))
    turns, _ = trees.woven(Conversation("x:1", nodes=first + branches[:3]))
    assert [len(turn.pieces) for turn in turns] == [1, 2, 2, 2]
    steps = [hanging(str(n), str(n - 1) if n else None, "assistant", "word " * 60) for n in range(20_000)]
    begun = time.monotonic()
    (answer,), _ = trees.woven(Conversation("x:1", nodes=steps))
    assert len(storing.joined(answer)[0].text) == 20_000 * 299 + 19_999 * 2 + 1 and time.monotonic() - begun < 5


def test_a_text_that_takes_for_ever_is_kept_as_it_was_written():
    patience, begun = Patience(), time.monotonic()
    whole = patience.shown("_a" * 1_000_000, markdown.render)
    assert whole.count("_a") == 1_000_000 and time.monotonic() - begun < 5
    assert "<em>tea</em>" in patience.shown("*tea*", markdown.render)
    patience.left = 0.0
    assert "*tea*" in patience.shown("*tea*", markdown.render)


def test_json_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "MOST_OPENED", 300_000)
    place = tmp_path / "many.json"
    place.write_text('[{"mapping": [' + "[]," * 600_000 + "0]}]")
    with pytest.raises(Invalid, match="more than 300,000 values"):
        list(opening.conversations(place))


def test_a_small_archive_of_much_is_looked_through_in_the_background(bob, tmp_path, monkeypatch):
    me, place = rights.Caller(id=bob.id, name="Bob", role="member"), tmp_path / "bomb.zip"
    place.write_bytes(bomb := archived(conversations=b'[{"x": "' + b"a" * 8_000_000 + b'"}]'))
    assert len(bomb) < importing.SMALL < opening.unfolded(place)

    def refuse(path, report):
        raise Invalid(file="It was looked through.")

    monkeypatch.setattr(importing, "look_through", refuse)
    before = set((keeping.folder() / "coming").glob("*"))
    for wrong, pieces in ((ZeroDivisionError, (1 // 0 for _ in "x")), (Invalid, [exports.chatgpt()])):
        with pytest.raises(wrong):
            importing.begin(me, pieces, "wrong.zip")
    assert set((keeping.folder() / "coming").glob("*")) <= before  # what ends it leaves nothing
    id = importing.begin(me, [bomb], "bomb.zip")
    deadline = time.monotonic() + 10
    while not importing.find(me, id).is_over and time.monotonic() < deadline:
        time.sleep(0.02)
    assert importing.find(me, id).report.refused == "It was looked through."


def test_a_chat_of_a_million_parts_is_refused_before_they_fill_the_memory(bob):
    me, part = rights.Caller(id=bob.id, name="Bob", role="member"), {"kind": "text", "text": ""}
    raw = {"format": "inglenook.chat/1", "messages": [{"parts": [part] * 300_000}]}
    for read in (lambda: exporting.take_in(me, json.dumps(raw).encode()), lambda: own.read(raw)):
        with pytest.raises(Invalid, match="more than 200,000 parts"):
            read()
