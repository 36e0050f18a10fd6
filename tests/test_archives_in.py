"""Archives come in: as they were where nobody is, beside what is there anywhere else, and never half or for harm."""

import hashlib
import io
import json
import multiprocessing
import struct
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import blobs, db, files, pastes
from app.archives import exporting, scopes
from app.archives.importing import checking, merge
from app.archives.importing.zips import Zip
from app.chats import attaching
from app.errors import Forbidden, Invalid
from app.items import Piece, ending
from app.rights import Caller
from tests import belongings, carrying, tampering

# What a merge must leave as it is, whatever the archive says.
FUTURE = 32_000_000_000_000_000
SECRETS = ("session", "ticket", "apikey", "provider", "model", "budget", "usage_limit", "usage", "setting")


@pytest.fixture(scope="module")
def apart():
    """A process of its own, in which other workspaces are opened."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield lambda function, *args, **named: pool.submit(function, *args, **named).result(60)


@pytest.fixture(scope="module")
def kitchen(apart, tmp_path_factory) -> SimpleNamespace:
    """A workspace with one of everything, and its archive."""
    folder = tmp_path_factory.mktemp("kitchen")
    it = apart(carrying.furnished, folder / "data", folder / "all.zip")
    return SimpleNamespace(data=folder / "data", archive=folder / "all.zip", ids=it)


def same(one: Path, other: Path) -> None:
    """Both archives hold the same bytes, but for what their manifests say of themselves."""
    first, second = tampering.entries(one), tampering.entries(other)
    assert list(first) == list(second)
    for name in first:
        assert name == "manifest.json" or first[name] == second[name], name


# ── as it was ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_into_an_empty_workspace_everything_comes_as_it_was_byte_for_byte(apart, kitchen, tmp_path):
    said = apart(carrying.bring, tmp_path / "data", kitchen.archive)
    assert "8 pastes" in said and "accounts password ada@example.org" in said and "Left out" not in said, said
    apart(carrying.export, tmp_path / "data", tmp_path / "again.zip")
    same(kitchen.archive, tmp_path / "again.zip")
    # Counted as what is made here, and open to nobody by what was no part of it.
    there, here = (apart(carrying.count, place) for place in (kitchen.data, tmp_path / "data"))
    for table in ("item", "revision", "itempart", "room", "message", "share", "membership"):
        assert here[table] == there[table], table
    lost = 1  # of which the archive tells that it was
    assert [here[name] for name in ("blob", "blobuse")] == [there[name] - lost for name in ("blob", "blobuse")]
    room = "select owner_id, used from room where used != 0 order by 1"
    assert apart(carrying.asked, kitchen.data, room) == apart(carrying.asked, tmp_path / "data", room)
    assert apart(carrying.asked, tmp_path / "data", "select distinct password from account") == [(None,)]
    opens = apart(carrying.opening, tmp_path / "data", kitchen.ids.locked, "tea for two", kitchen.ids.link)
    assert opens == ("Locked", "NotFound")
    assert here["session"] == here["ticket"] == here["apikey"] == 0
    # And then it is no empty one any more.
    assert "Nothing was made." in apart(carrying.bring, tmp_path / "data", kitchen.archive)


@pytest.mark.parametrize("what", ["person", "space"])
def test_one_persons_and_one_spaces_things_come_as_they_were(apart, kitchen, tmp_path, what):
    scope = scopes.person(kitchen.ids.bob) if what == "person" else scopes.space(kitchen.ids.space)
    apart(carrying.export, kitchen.data, tmp_path / "one.zip", scope)
    assert "Made" in apart(carrying.bring, tmp_path / "data", tmp_path / "one.zip")
    apart(carrying.export, tmp_path / "data", tmp_path / "again.zip", scope)
    same(tmp_path / "one.zip", tmp_path / "again.zip")


# ── merged ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_merged_twice_it_is_there_once_and_opens_nothing(apart, kitchen, tmp_path):
    data = tmp_path / "data"
    apart(carrying.settle, data, ("carol@example.org", "admin"), ("bob@example.org", "member"))
    dry = apart(carrying.bring, data, kitchen.archive, dry=True)
    empty = apart(carrying.count, data)
    assert "To be made: 3 chats" in dry and empty["item"] == 0 and empty["account"] == 2, dry
    said = apart(carrying.bring, data, kitchen.archive)
    assert "7 pastes" in said and "this workspace has its own" in said and "2 people made that nobody had" in said, said
    once = apart(carrying.count, data)
    assert [once[table] for table in SECRETS] == [empty[table] for table in SECRETS]
    again = apart(carrying.bring, data, kitchen.archive)
    assert "Nothing was made." in again and "There already: 3 chats, 7 files" in again, again
    assert apart(carrying.count, data) == once

    people = apart(carrying.asked, data, "select email, role, password, deactivated_at > 0 from account order by id")
    assert people[2:] == [("ada@example.org", "member", None, 1), ("gus@example.org", "guest", None, 1)]
    old = {kitchen.ids.paste, kitchen.ids.file, kitchen.ids.chat, kitchen.ids.space}
    items = apart(carrying.asked, data, "select id, visibility, owner_id, size from item")
    assert not old & {row[0] for row in items} and {row[1] for row in items} == {"private", "space"}
    bob = apart(carrying.asked, data, "select id from account where email like 'bob@%'")[0][0]
    room = {id: sum(row[3] for row in items if row[2] == id) for id in {row[2] for row in items}}
    assert dict(apart(carrying.asked, data, "select owner_id, used from room")) == room
    assert bob in room and len(room) == 2
    assert apart(carrying.asked, data, "select distinct audience from share") == [("person",)]
    told = apart(carrying.asked, data, "select count(*) from change where what = 'created'")[0][0]
    assert told == len(items)
    # What referred to each other does so here.
    refers = "select count(*) from attachment join item on item.id = attachment.target_id"
    assert apart(carrying.asked, data, refers) == apart(carrying.asked, data, "select count(*) from attachment")
    lies = (
        "select f.name, p.name from item i join folder f on f.id = i.folder_id left join folder p on p.id = f.parent_id"
    )
    assert sorted(apart(carrying.asked, data, lies), key=str) == [("Common", None), ("Green", "Teas")]
    assert apart(carrying.asked, data, "select p.name from chat c join project p on p.id = c.project_id")[0][0]


def test_what_is_still_there_is_not_taken_twice_and_what_is_gone_comes_back(apart, kitchen, tmp_path):
    apart(carrying.bring, tmp_path / "data", kitchen.archive)
    apart(carrying.erased, tmp_path / "data", "bob@example.org", kitchen.ids.paste)
    said = apart(carrying.bring, tmp_path / "data", kitchen.archive)
    assert "Made: 1 paste" in said and "7 pastes" in said, said


def test_names_that_are_taken_get_a_number_and_all_of_it_may_go_to_one_person(apart, kitchen, tmp_path):
    data = tmp_path / "data"
    apart(carrying.settle, data, ("carol@example.org", "admin"))
    apart(carrying.export, kitchen.data, tmp_path / "bob.zip", scopes.person(kitchen.ids.bob))
    apart(carrying.taken, data, "carol@example.org")
    assert "goes to everybody" in apart(carrying.bring, data, kitchen.archive, owner="carol@example.org")
    said = apart(carrying.bring, data, tmp_path / "bob.zip", owner="carol@example.org")
    names = {row[0] for row in apart(carrying.asked, data, "select title from item where kind in ('prompt', 'file')")}
    assert {"greet", "greet-2", "common.bin", "Löffel?.txt"} <= names, said
    assert {row[0] for row in apart(carrying.asked, data, "select name from space")} == {
        "Carol",
        "Kitchen",
        "Kitchen (2)",
    }
    assert apart(carrying.asked, data, "select name from folder where parent_id = '' order by 1") == [
        ("Common",),
        ("Teas",),
        ("Teas (2)",),
    ]
    assert apart(carrying.asked, data, "select count(*) from account") == [(1,)]


def test_a_space_goes_into_one_that_is_here(apart, kitchen, tmp_path):
    data = tmp_path / "data"
    apart(carrying.settle, data, ("carol@example.org", "admin"))
    apart(carrying.taken, data, "carol@example.org")
    apart(carrying.export, kitchen.data, tmp_path / "space.zip", scopes.space(kitchen.ids.space))
    assert "There is no space Cellar" in apart(carrying.bring, data, tmp_path / "space.zip", space="Cellar")
    apart(carrying.bring, data, tmp_path / "space.zip", space="Kitchen")
    lies = "select i.title, s.name from item i join space s on s.id = i.space_id"
    assert ("common.bin", "Kitchen") in apart(carrying.asked, data, lies)
    assert apart(carrying.asked, data, "select count(*) from space where kind = 'shared'") == [(1,)]


def test_what_has_no_room_is_refused_before_anything_is_made(apart, kitchen, tmp_path):
    data = tmp_path / "data"
    apart(carrying.settle, data, ("carol@example.org", "admin"))
    before = apart(carrying.count, data)
    assert apart(carrying.bring, data, kitchen.archive, quota_mb=0).startswith("Refused: Your 0 MiB are used up")
    assert apart(carrying.count, data) == before | {"setting": before["setting"] + 1, "audit": before["audit"] + 1}


# ── copies of one's own ───────────────────────────────────────────────────────────────────────────────────────────────
def caller(person) -> Caller:
    return Caller(id=person.id, name="Bob", email=person.email, role="member")


def of_thing(me: Caller, kind: str, id: str) -> io.BytesIO:
    out = io.BytesIO()
    exporting.write(me, scopes.thing(kind, id), out)
    return out


def test_a_copy_is_new_private_and_once_more_a_second_one(bob, charlie):
    me = caller(bob)
    it = belongings.furnish(me, caller(charlie))
    for kind, id in (("paste", it.paste), ("file", it.common), ("chat", it.chat), ("prompt", it.prompt)):
        archive = of_thing(me, kind, id)
        made = [dict(merge(me, archive).new)[kind] for _ in range(2)]
        assert len({*made, id}) == 3
        if kind == "chat":
            page = bob.get(f"/chats/{made[0]}")
            assert "Green tea" in page.text and "<strong>hot</strong>" in page.text
        else:
            row = db.fetch("select owner_id, space_id, visibility from item where id = ?", made[1])
            assert row == (bob.id, "", "private")
    with pytest.raises(Forbidden):
        merge(Caller(id=bob.id, role="guest"), of_thing(me, "paste", it.paste))
    theirs = pastes.create(me, [Piece("x.html", "<script>alert(1)</script>")], visibility="public").paste.id
    copy = dict(merge(caller(charlie), of_thing(caller(charlie), "paste", theirs)).new)["paste"]
    assert charlie.get(f"/p/{copy}").status_code == 200 and bob.get(f"/p/{copy}").status_code == 404


def test_with_a_chat_comes_what_was_attached_to_it_unless_it_is_here_still(bob, charlie):
    me = caller(bob)
    it = belongings.furnish(me, caller(charlie))
    archive = of_thing(me, "chat", it.chat)
    still = merge(me, archive)
    assert [kind for kind, _ in still.new] == ["chat"]
    assert [each.target_id for each in attaching.of("chat", still.new[0][1])] == [it.file]
    with db.write() as tx:
        tx.run("update item set expires_at = 1 where id = :id", id=it.file)
    assert ending.end(it.file)
    gone = dict(merge(me, archive).new)
    assert set(gone) == {"file", "chat"} and gone["file"] != it.file
    assert [each.target_id for each in attaching.of("chat", gone["chat"])] == [gone["file"]]
    assert bob.get(f"/files/{gone['file']}").status_code == 200
    # Of what somebody else keeps to themselves nothing goes along, only its name.
    pastes_of_hers = pastes.create(caller(charlie), [Piece("a", "hers")], visibility="private").paste.id
    with db.write() as tx:
        tx.run("update attachment set kind = 'paste', target_id = :id where holder_id = :chat", id=pastes_of_hers,
               chat=it.chat)  # fmt: skip
    assert b"hers" not in of_thing(me, "chat", it.chat).getvalue()


def test_what_ends_or_is_deleted_by_reading_comes_back_to_its_owner_without_that(bob):
    me = caller(bob)
    id = pastes.create(me, [Piece("a", "tea")], expires_in=60, burns=True, max_views=3, password="tea for two").paste.id
    archive = of_thing(me, "paste", id)
    with db.write() as tx:
        tx.run("update item set expires_at = 1 where id = :id", id=id)
    assert bob.get(f"/p/{id}").status_code == 404
    copy = dict(merge(me, archive).new)["paste"]
    row = db.fetch("select burns, expires_at, max_views, password from item where id = ?", copy)
    assert row == (0, None, None, "") and "tea" in bob.get(f"/p/{copy}").text


# ── harm ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def archive(bob):
    """What Bob owns, as an archive."""
    me = caller(bob)
    paste = pastes.create(me, [Piece("a.md", "# Tea\n")], title="Tea").paste.id
    file = files.create(me, files.arrived(me, b"green tea\n", "tea.txt"), "tea.txt").id
    out = io.BytesIO()
    exporting.write(me, scopes.person(me.id), out)
    return SimpleNamespace(data=out.getvalue(), paste=paste, file=file, chat=belongings.tree(me), me=me)


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        checking.opened(io.BytesIO(data)).zip.close()
    assert "\n" not in refusal.value.message
    return refusal.value.message


def test_an_archive_that_was_cut_or_damaged_anywhere_is_refused_in_one_sentence(archive):
    data = archive.data
    for end in (0, 3, 30, len(data) // 2, len(data) - 23, len(data) - 1):
        assert "no ZIP file" in refused(data[:end]) or "not whole" in refused(data[:end]), end
    directory = struct.unpack("<I", data[-6:-2])[0]
    for at in [*range(0, directory, 97), *range(directory, len(data), 11)]:
        harmed = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        try:
            checking.opened(io.BytesIO(harmed)).zip.close()
        except Invalid as refusal:
            assert "Nothing was changed" in refusal.message or "leads elsewhere" in refusal.message
        else:  # times, versions and modes of entries mean nothing here
            assert tampering.entries(harmed) == tampering.entries(data)
    assert "not whole" in refused(data + b"more")


def test_a_manifest_or_a_list_that_lies_is_refused(archive):
    whole = tampering.entries(archive.data)
    name = f"pastes/{archive.paste}.json"
    lies = {
        "is not what the manifest says": whole
        | {"entries.jsonl": whole["entries.jsonl"].replace(b'"size":', b'"size": ')},
        "has another size than is listed": whole | {name: whole[name] + b" "},
        "is not the one that is listed": whole | {name: whole[name].replace(b"Tea", b"tea")},
        "is not listed": whole | {"evil.md": b"x"},
        "is listed, but not there": {key: value for key, value in whole.items() if key != name},
        "it has no manifest": {key: value for key, value in whole.items() if key != "manifest.json"},
    }
    for why, content in lies.items():
        assert why in refused(tampering.zipped(content)), why
    assert "format 7, and this Inglenook reads format 1" in refused(tampering.sealed(whole, format=7))
    assert "something else" in refused(tampering.sealed(whole, product="other"))
    assert "no record" in refused(tampering.changed(archive.data, {name: lambda record: record.update(more=1)}))
    assert "no record" in refused(tampering.changed(archive.data, {name: lambda record: record.update(size="1")}))
    assert "something else" in refused(tampering.changed(archive.data, {name: lambda r: r.update(id=archive.file)}))

    def lead_away(record: dict) -> None:
        record["revisions"][0]["parts"][0] |= {"entry": "nowhere"}

    assert "has no entry nowhere" in refused(tampering.changed(archive.data, {name: lead_away}))


def test_an_archive_of_more_than_four_gigabytes_says_so_in_longer_numbers(archive, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    large = tampering.zipped(tampering.entries(archive.data))
    assert b"PK\6\6" in large
    opened = checking.opened(io.BytesIO(large))
    assert opened.records["paste"] == 1
    opened.zip.close()
    end = large.rindex(b"PK\6\6")
    assert "not whole" in refused(large[: end + 32] + b"\7" + large[end + 33 :])


def test_what_would_unpack_to_elsewhere_or_without_end_is_refused(archive):
    whole = tampering.entries(archive.data)
    for path in ("../up.md", "/etc/passwd", "a//b", "c\\..\\d", "./e"):
        assert "leads elsewhere" in refused(tampering.sealed(whole | {path: b"x"})), path
    twice = io.BytesIO()
    with pytest.warns(UserWarning), zipfile.ZipFile(twice, "w") as out:
        out.writestr("a", b"1")
        out.writestr("a", b"2")
    assert "two entries a" in refused(twice.getvalue())
    data = bytearray(tampering.zipped({"a": b"1" * 100_000, "b": b"2"}))
    directory = struct.unpack("<I", data[-6:-2])[0]
    # Its directory says that the first is one byte long: no more than that is unpacked.
    data[directory + 24 : directory + 28] = struct.pack("<I", 1)
    with pytest.raises(Invalid, match="more than the archive says"):
        list(Zip(io.BytesIO(bytes(data))).pieces("a"))
    # Two entries at the same place, by which few bytes become many.
    second = bytes(data).index(b"PK\1\2", directory + 4)
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    with pytest.raises(Invalid, match="lies in another"):
        Zip(io.BytesIO(bytes(data))).must_lie_apart()
    locked = bytearray(tampering.zipped({"a": b"1"}))
    at = locked.index(b"PK\1\2")
    locked[at + 8] |= 1
    assert "encrypted" in refused(bytes(locked))


def test_what_an_archive_says_of_bytes_and_people_is_not_believed(bob, charlie, archive):
    secret = files.create(caller(charlie), files.arrived(caller(charlie), b"\0" * 70_000 + b"secret", "s"), "s.bin")
    stolen = hashlib.sha256(b"\0" * 70_000 + b"secret").hexdigest()
    blobs.open(stolen).close()

    def evil(record: dict) -> None:
        record |= {
            "visibility": "public",
            "title": "Evil",
            "created_at": FUTURE,
            "owner_id": charlie.id,
        }
        record["revisions"][0]["author_id"] = charlie.id

    def steal(record: dict) -> None:
        part = record["revisions"][0]["parts"][0]
        part |= {"entry": None, "hash": stolen, "size": 70_006, "type": "application/pdf"}

    me = archive.me
    data = tampering.changed(archive.data, {f"pastes/{archive.paste}.json": evil, f"files/{archive.file}.json": steal})
    new = dict(merge(me, io.BytesIO(data)).new)
    paste = db.fetch("select owner_id, visibility, title, created_at from item where id = ?", new["paste"])
    assert paste[:3] == (bob.id, "private", "Evil") and paste[3] < FUTURE
    assert charlie.get(f"/p/{new['paste']}").status_code == 404
    row = db.fetch("select hash, type from itempart where item_id = ?", new["file"])
    assert row[0] != stolen and row[1] == "application/octet-stream"
    assert b"secret" not in bob.get(f"/files/{new['file']}/raw").content
    assert secret.id not in new.values()

    def typed(record: dict) -> None:
        record["revisions"][0]["parts"][0] |= {"type": "application/pdf", "lines": 9_999, "syntax": "<b>"}

    new = dict(merge(me, io.BytesIO(tampering.changed(archive.data, {f"files/{archive.file}.json": typed}))).new)
    assert db.fetch("select type, lines, syntax from itempart where item_id = ?", new["file"]) == ("text/plain", 1, "")


def test_a_chat_that_is_no_tree_is_left_out_and_html_is_made_anew(bob):
    me = caller(bob)
    chat = belongings.tree(me, "Tea")
    out = of_thing(me, "chat", chat).getvalue()
    lines = f"chats/{chat}.jsonl"
    first = json.loads(tampering.entries(out)[lines].splitlines()[0])["id"]
    broken = {
        "on themselves": lambda record: record.update(parent_id=record["id"]),
        "of nobody": lambda record: record.update(role="system"),
        "same id": lambda record: record.update(id=first, parent_id=None),
        "of no kind": lambda record: record["parts"][0].update(kind="script") if record["parts"] else None,
    }
    for why, change in broken.items():
        with pytest.raises(Invalid, match=why):
            merge(me, io.BytesIO(tampering.changed(out, {lines: change})))

    def script(record: dict) -> None:
        for part in record["parts"]:
            part |= {"text": "<script>alert(1)</script><img src=x onerror=y>"}

    copy = dict(merge(me, io.BytesIO(tampering.changed(out, {lines: script}))).new)["chat"]
    html = "".join(row[0] for row in db.fetch_all("select html from message where chat_id = ?", copy))
    assert "alert(1)" in html and "<script" not in html and "<img" not in html
    assert bob.get(f"/chats/{copy}").status_code == 200


def test_a_preset_or_prompt_that_no_page_could_show_is_left_out(bob, charlie):
    me = caller(bob)
    it = belongings.furnish(me, caller(charlie))
    out = of_thing(me, "preset", it.preset).getvalue()
    place = f"presets/{it.preset}/preset.json"
    for said in (b"[]", b'{"verbs": "all"}', b'{"attachments": [{"kind": "chat", "id": "x"}]}', b"{"):
        with pytest.raises(Invalid, match="no preset"):
            merge(me, io.BytesIO(tampering.changed(out, {place: said})))
    prompt = of_thing(me, "prompt", it.prompt).getvalue()
    named = {f"prompts/{it.prompt}.json": lambda record: record.update(title="../x")}
    with pytest.raises(Invalid, match="written behind"):
        merge(me, io.BytesIO(tampering.changed(prompt, named)))


def test_an_archive_reaches_into_no_space_and_gives_nobody_a_right(apart, kitchen, tmp_path):
    data, evil = tmp_path / "data", tmp_path / "evil.zip"
    apart(carrying.settle, data, ("carol@example.org", "admin"), ("bob@example.org", "member"))
    apart(carrying.taken, data, "carol@example.org")
    place, carol = apart(carrying.asked, data, "select id, owner_id from space where kind = 'shared'")[0]

    def intrude(record: dict) -> None:
        record |= {"space_id": place, "visibility": "space"}

    def rule(record: dict) -> None:
        record |= {"role": "admin", "deactivated_at": None}

    def enter(record: dict) -> None:
        for member in record["members"]:
            member |= {"role": "manager"}

    changes = {f"pastes/{kitchen.ids.paste}.json": intrude, "people.jsonl": rule, "spaces.jsonl": enter}
    evil.write_bytes(tampering.changed(kitchen.archive, changes))
    said = apart(carrying.bring, data, evil)
    assert "1 paste of a space in which their owner may not write here" in said, said
    assert apart(carrying.asked, data, "select count(*) from item where space_id = ?", place) == [(0,)]
    admins = apart(carrying.asked, data, "select id from account where role = 'admin' and deactivated_at is null")
    assert admins == [(carol,)]
    members = "select user_id from membership where target_id = ?"
    assert apart(carrying.asked, data, members, place) == [(carol,)]


@pytest.mark.parametrize(
    ("entry", "change", "why"),
    [
        ("people.jsonl", {"id": "../../etc/passwd"}, "people.jsonl, line 1 has no id"),
        ("workspace/settings.json", b'{"secret": 1}', "The archive's setting 'secret' is none"),
        ("workspace/settings.json", b'{"quota_mb": "all"}', "The archive's setting 'quota_mb' is none"),
        ("folders.jsonl", b'{"id": 1}', "folders.jsonl, line 1 is no record"),
    ],
)
def test_into_an_empty_workspace_comes_nothing_that_is_no_record(apart, kitchen, tmp_path, entry, change, why):
    evil = tmp_path / "evil.zip"
    done = (lambda record: record.update(change)) if isinstance(change, dict) else change
    evil.write_bytes(tampering.changed(kitchen.archive, {entry: done}))
    said = apart(carrying.bring, tmp_path / "data", evil)
    assert said.startswith("Refused: ") and why in said, said
    assert apart(carrying.asked, tmp_path / "data", "select count(*) from account") == [(0,)]


def test_folders_in_each_other_and_things_of_nobody_are_left_out_and_told(apart, kitchen, tmp_path):
    evil = tmp_path / "evil.zip"

    def turn(record: dict) -> None:
        record |= {"parent_id": {kitchen.ids.folder: kitchen.ids.inner}.get(record["id"], record["parent_id"])}

    def orphan(record: dict) -> None:
        record |= {"owner_id": "0" * 29}

    changes = {"folders.jsonl": turn, f"prompts/{kitchen.ids.prompt}.json": orphan}
    evil.write_bytes(tampering.changed(kitchen.archive, changes))
    said = apart(carrying.bring, tmp_path / "data", evil)
    assert "Left out: 2 folders: they lie in each other" in said and "1 prompt: it belongs to nobody" in said, said
    lies = "select folder_id from item where id = ?"
    assert apart(carrying.asked, tmp_path / "data", lies, kitchen.ids.file) == [("",)]
    one = tmp_path / "one.zip"
    one.write_bytes(tampering.changed(kitchen.archive, {}, what="thing", of_kind="paste", of=kitchen.ids.paste))
    assert "--as EMAIL" in apart(carrying.bring, tmp_path / "data", one)
