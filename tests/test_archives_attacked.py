"""Archives of somebody who means harm: what they say of others, to the terminal and to the memory of this machine."""

import io
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from types import SimpleNamespace

import pytest

from app import clock, db, pastes, presets, rights, spaces
from app.archives import exporting, scopes
from app.archives.importing import checking, merge, run
from app.errors import Invalid
from app.items import Piece
from app.rights import Caller
from tests import belongings, carrying, tampering


@pytest.fixture
def bobs(bob) -> SimpleNamespace:
    """An archive of a paste of Bob's in a space of his, a chat and a preset, as if they came from elsewhere."""
    me = Caller(id=bob.id, name="Bob", email=bob.email, role="member")
    space = spaces.create(me, f"Teas {clock.new_id()[-6:]}").id
    paste = pastes.create(me, [Piece("a.md", "# Tea\n")], title="Tea", space_id=space, visibility="space").paste.id
    preset = presets.create(me, "Short", presets.Settings(about="Short")).id
    chat = belongings.tree(me)
    out = io.BytesIO()
    exporting.write(me, scopes.person(me.id), out)
    content = tampering.entries(out.getvalue())
    there = {id: clock.new_id() for id in (space, paste, preset, chat)}
    for old, new in there.items():
        content = {key.replace(old, new): data.replace(old.encode(), new.encode()) for key, data in content.items()}
    data = tampering.sealed(content, instance=clock.new_id())
    return SimpleNamespace(me=me, data=data, space=space, mine=chat, paste=there[paste], preset=there[preset])


def taken(data: bytes) -> str:
    return "\n".join(run(rights.machine(), io.BytesIO(data)).lines())


@pytest.mark.parametrize("said", [b'{"later": NaN}', b'{"later": 1e999}', b'{"max_tokens": 1' + b"0" * 400 + b"}"])
def test_numbers_that_are_none_in_a_preset_leave_it_out_and_take_the_rest(bobs, said):
    place = f"presets/{bobs.preset}/preset.json"
    told = taken(tampering.changed(bobs.data, {place: said}))
    assert "1 preset: it is no preset: it is no JSON" in told and "1 chat" in told, told


def test_a_space_that_an_archive_has_made_takes_nothing_of_another_one_that_says_to_be_of_it(bobs, charlie):
    assert "1 space" in taken(bobs.data)
    sql = "select target_id from membership join space s on s.id = target_id and s.kind = 'shared' where user_id = ?"
    (here,) = {row[0] for row in db.fetch_all(sql, bobs.me.id)} - {bobs.space}
    lies = "select count(*) from item where space_id = ?"
    assert db.fetch(lies, here) == (1,)
    new = clock.new_id()

    def hers(record: dict) -> None:
        record |= {"email": charlie.email}

    def again(record: dict) -> None:
        record |= {"id": new}

    content = tampering.entries(bobs.data)
    content[f"pastes/{new}.json"] = content.pop(f"pastes/{bobs.paste}.json")
    evil = tampering.changed(tampering.zipped(content), {"people.jsonl": hers, f"pastes/{new}.json": again})
    told = taken(evil)
    assert "1 paste of a space in which their owner may not write here" in told, told
    assert db.fetch(lies, here) == (1,)


def test_nothing_that_an_archive_says_moves_the_terminal_that_shows_it(bobs):
    name = f"pastes/{bobs.paste}.json"
    whole = tampering.entries(bobs.data)

    def more(record: dict) -> None:
        record["\x1b]0;owned\x07" * 99] = 1

    def away(record: dict) -> None:
        record["revisions"][0]["parts"][0] |= {"entry": "\x1b[2J" * 999}

    listed = whole["entries.jsonl"] + json.dumps({"path": "\x9b2J", "size": 1, "sha256": "0" * 64}).encode() + b"\n"
    for data in (
        tampering.sealed(whole | {"\x1b[2J.md": b"x"}),
        tampering.changed(bobs.data, {name: more}),
        tampering.changed(bobs.data, {name: away}),
        tampering.zipped(whole | {"entries.jsonl": listed}),
    ):
        with pytest.raises(Invalid) as refusal:
            checking.opened(io.BytesIO(data)).zip.close()
        assert refusal.value.message.isprintable() and len(refusal.value.message) < 500


def test_a_chat_that_would_fill_the_memory_is_left_out_before_it_does(bobs, monkeypatch):
    for name, most in (("LARGEST_CHAT", 100), ("MOST_MESSAGES", 2), ("MOST_PARTS", 2)):
        with monkeypatch.context() as less:
            less.setattr(checking, name, most)
            told = taken(bobs.data)
        assert "Left out: 1 chat: it " in told and "1 paste" in told, told
    out = io.BytesIO()
    exporting.write(bobs.me, scopes.thing("chat", bobs.mine), out)
    assert merge(bobs.me, out).made["chat"] == 1


@pytest.fixture(scope="module")
def apart():
    """A process of its own, in which other workspaces are opened."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield lambda function, *args, **named: pool.submit(function, *args, **named).result(90)


def test_what_no_page_of_all_could_show_is_left_out_and_the_key_of_this_machine_stays_here(apart, tmp_path):
    archive, evil = tmp_path / "all.zip", tmp_path / "evil.zip"
    apart(carrying.furnished, tmp_path / "kitchen", archive)

    def away(record: dict) -> None:
        record |= {"kind": "environment", "url": "http://evil.example/v1"}

    changes = {
        "workspace/budgets.jsonl": lambda record: record.update(period="week"),
        "workspace/aliases.jsonl": lambda record: record.update(strategy="x"),
        "workspace/usage.jsonl": lambda record: record.update(cost=1 << 62),
        "workspace/providers.jsonl": away,
    }
    evil.write_bytes(tampering.changed(archive, changes))
    told = apart(carrying.bring, tmp_path / "data", evil)
    assert "Left out: 1 alias, 1 budget, 1 line of the ledger: it is none that this house" in told, told
    told = apart(carrying.keyed, tmp_path / "with a key", evil)
    assert told == ["https://api.openai.com/v1"]
