"""Archives go out: everything that somebody made, whole and listed, and nothing that opens a door."""

import asyncio
import hashlib
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from app import blobs, db, disk, files, keys, lock, pastes, rights, settings
from app.archives import exporting, packing, scopes, shapes
from app.errors import Conflict, Forbidden, Gone, Locked, Misconfigured, NotFound, Refusal, Unknown
from app.items import Piece
from app.rights import Caller
from routes import commands
from tests import belongings, papers
from tests.belongings import BIG
from tests.test_pictures import SECRETS

MAIN = Path(__file__).resolve().parent.parent / "main.py"
RECORDS = {"chats": shapes.ChatRecord, "projects": shapes.ProjectRecord} | {
    shapes.FOLDERS[kind]: shapes.ItemRecord for kind in shapes.ITEMS
}


def caller(person, **more) -> Caller:
    return Caller(id=person.id, name="Bob", email=person.email, role="member", address="192.0.2.1", **more)


@pytest.fixture
def me(bob):
    return caller(bob)


@pytest.fixture
def other(charlie):
    return caller(charlie)


def export(me: Caller, scope: scopes.Scope) -> tuple[zipfile.ZipFile, exporting.Report]:
    out = io.BytesIO()
    report = exporting.write(me, scope, out)
    return zipfile.ZipFile(out), report


def told(archive: zipfile.ZipFile, name: str):
    return json.loads(archive.read(name))


def lines(archive: zipfile.ZipFile, name: str) -> list[dict]:
    return [json.loads(line) for line in archive.read(name).splitlines()]


def refused(me: Caller, scope: scopes.Scope) -> type[Refusal] | None:
    try:
        exporting.begin(me, scope)
    except Refusal as refusal:
        return type(refusal)
    return None


def check(archive: zipfile.ZipFile, report: exporting.Report) -> None:
    """Every entry is listed with its size and hash, and every record is of its shape."""
    names = archive.namelist()
    assert names[-2:] == ["entries.jsonl", "manifest.json"] and len(names) == len(set(names))
    manifest, listed = archive.read("manifest.json"), archive.read("entries.jsonl")
    whole = shapes.ManifestRecord.model_validate_json(manifest)
    assert hashlib.sha256(manifest).hexdigest() == report.sha256
    assert hashlib.sha256(listed).hexdigest() == whole.entries.sha256
    entries = [shapes.EntryRecord.model_validate_json(line) for line in listed.splitlines()]
    assert [each.path for each in entries] == names[:-2] and whole.entries.count == len(entries)
    assert whole.entries.size == sum(each.size for each in entries) and whole.format == shapes.FORMAT
    for each in entries:
        data = archive.read(each.path)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (each.size, each.sha256)
        conform(each.path, data)


def conform(path: str, data: bytes) -> None:
    """Records are of the shape that their entry has."""
    folder = path.partition("/")[0]
    if path in shapes.LINES:
        for line in data.splitlines():
            shapes.LINES[path].model_validate_json(line)
    elif path.count("/") == 1 and path.endswith(".jsonl"):
        for line in data.splitlines():
            shapes.MessageRecord.model_validate_json(line)
    elif path.count("/") == 1 and folder in RECORDS:
        RECORDS[folder].model_validate_json(data)


# ── what is in it ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_person_takes_along_all_that_they_own_and_nothing_else(me, other):
    it, theirs = belongings.furnish(me, other), belongings.furnish(other, me)
    archive, report = export(me, scopes.person(me.id))
    check(archive, report)
    counts = {"chats": 1, "messages": 5, "projects": 1, "files": 2, "pastes": 5, "prompts": 1, "presets": 1}
    assert counts.items() <= report.counts.items() and report.missing == 0
    names = " ".join(archive.namelist())
    assert all(id in names for id in (it.chat, it.paste, it.trashed, it.locked, it.private, it.common, it.preset))
    assert not any(id in names for id in (theirs.chat, theirs.paste, theirs.common, theirs.project))
    assert [each["email"] for each in lines(archive, "people.jsonl")] == [me.email]
    assert {"id": other.id, "email": other.email, "name": "Charlie"} in lines(archive, "known.jsonl")


def test_a_chat_goes_out_for_people_and_for_programs(me, other):
    it = belongings.furnish(me, other)
    archive, _ = export(me, scopes.person(me.id))
    chat, messages = told(archive, f"chats/{it.chat}.json"), lines(archive, f"chats/{it.chat}.jsonl")
    assert (chat["tags"], chat["project_id"]) == (["asia", "tea"], it.project)
    assert [each["target_id"] for each in chat["attached"]] == [it.file]
    assert messages == sorted(messages, key=lambda each: each["id"])
    (first,) = (each for each in messages if each["parent_id"] is None)
    answers = sorted((each for each in messages if each["parent_id"] == first["id"]), key=lambda each: each["sequence"])
    kinds = [[part["kind"] for part in each["parts"]] for each in answers]
    assert kinds == [["reasoning", "text", "call", "result", "text"], ["text"]]
    # The answer that is being written: as the next start would show it.
    (running,) = (each for each in messages if each["id"] == chat["leaf_id"])
    assert (running["state"], running["parts"][0]["text"]) == ("interrupted", "Because it")
    page = archive.read(f"chats/{it.chat}/Tea [at] four.md").decode()
    assert page.startswith("# Tea [at] four\n") and "Green tea, **hot**." in page and "Black tea." not in page
    assert page.index("Which tea?") < page.index("Why?") < page.index("Because it")
    assert f"- [Tea \\[at\\] four](chats/{it.chat}/) · " in archive.read("chats.md").decode()
    assert {each["chat_id"]: (each["text"], len(each["attached"])) for each in lines(archive, "drafts.jsonl")} == {
        it.chat: ("What I was about to", 0),
        "": ("", 1),
    }


def test_files_go_out_as_they_are_with_their_earlier_versions(me, other):
    it = belongings.furnish(me, other)
    archive, _ = export(me, scopes.person(me.id))
    assert archive.read(f"files/{it.file}/Löffel_.txt") == BIG + b"2"
    assert archive.read(f"files/{it.file}/earlier/1/Löffel_.txt") == b"green tea\n"
    paste = told(archive, f"pastes/{it.paste}.json")
    first, second = ([part["entry"] for part in each["parts"]] for each in paste["revisions"])
    # The same bytes in both revisions lie there once.
    assert second == [f"pastes/{it.paste}/a.py", f"pastes/{it.paste}/b"]
    assert first == [f"pastes/{it.paste}/earlier/1/a.py", f"pastes/{it.paste}/b"]
    assert [archive.read(entry) for entry in (first[0], second[0])] == [b"x = 1\n", b"x = 2\n"]
    assert "Teas / Green" in archive.read("files.md").decode()
    infos = {info.filename: info for info in archive.infolist()}
    assert infos[f"files/{it.file}.json"].date_time[0] > 2020 and infos["people.jsonl"].date_time[0] == 1980


def test_nothing_in_an_archive_opens_a_door(me, other, alice):
    it = belongings.furnish(me, other)
    _, key = keys.create(me, "Key")
    with db.write() as tx:
        tx.run("update item set address = '192.0.2.77', edit_digest = 'edits' where id = :id", id=it.paste)
    archive, report = export(rights.machine(), scopes.EVERYTHING)
    check(archive, report)
    everything = b"\n".join(archive.read(name) for name in archive.namelist())
    hashed = [row[0] for row in db.fetch_all("select password from account where password is not null")]
    hashed += [row[0] for row in db.fetch_all("select digest from share where digest != ''")]
    hashed += [row[0] for row in db.fetch_all("select digest from apikey union select token from session")]
    hashed += [db.fetch("select password from item where id = ?", it.locked)[0], it.link, key, "192.0.2.77", "edits"]
    assert len(hashed) > 8 and not [each for each in hashed if each.encode() in everything]
    assert told(archive, f"pastes/{it.locked}.json")["locked"]
    (share,) = told(archive, f"pastes/{it.paste}.json")["shares"]
    assert (share["user_id"], share["locked"]) == (other.id, False)
    kept = told(archive, "workspace/settings.json") if "workspace/settings.json" in archive.namelist() else {}
    assert kept.keys() <= set(shapes.SETTINGS)


def test_each_table_and_setting_is_taken_along_or_left_for_a_reason():
    hung = {"tag", "share", "membership", "setting", "groupmember", "modelgroup", "message"}
    records = [each for each in vars(shapes).values() if isinstance(each, type) and issubclass(each, shapes.Record)]
    tables = {each.table for each in records if each.table} | hung
    assert not set(SQLModel.metadata.tables) - tables - set(shapes.UNTAKEN), "say in shapes.py what becomes of it"
    assert not set(shapes.UNTAKEN) & tables
    assert set(settings.DEFAULTS) - set(shapes.SETTINGS) == {"generation", "importing", "instance"}


# ── who may ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_who_may_take_what_along(me, other, alice):
    admin = Caller(id=alice.id, role="admin")
    terminal = rights.machine()
    for who in (other, admin, Caller(), caller(alice, key="k")):
        assert refused(who, scopes.person(me.id)) in (NotFound, Unknown)
    assert refused(caller(other, key="k"), scopes.person(other.id)) is NotFound, "a key is no session"
    for who in (me, admin):
        assert refused(who, scopes.EVERYTHING) is Forbidden
    assert refused(me, scopes.person(me.id)) is refused(terminal, scopes.person(me.id)) is None
    it = belongings.furnish(me, other)
    assert [refused(who, scopes.space(it.space)) for who in (me, other, admin, terminal)] == [
        None,
        Forbidden,
        NotFound,
        None,
    ]
    for kind, id in (("chat", it.chat), ("project", it.project), ("file", it.file), ("preset", it.preset)):
        assert [refused(who, scopes.thing(kind, id)) for who in (me, other, admin)] == [None, NotFound, NotFound]
    assert refused(other, scopes.thing("paste", it.paste)) is None
    assert refused(other, scopes.thing("paste", it.locked)) is Locked
    assert refused(me, scopes.thing("paste", it.trashed)) is Gone
    burning = pastes.create(me, [Piece("b", "burns")], visibility="unlisted", burns=True).paste.id
    assert refused(other, scopes.thing("paste", burning)) is Forbidden


def test_a_space_goes_out_with_what_its_members_see(me, other):
    it = belongings.furnish(me, other)
    archive, report = export(me, scopes.space(it.space))
    check(archive, report)
    names = " ".join(archive.namelist())
    assert it.common in names and it.private not in names and it.file not in names and it.chat not in names
    (space,) = lines(archive, "spaces.jsonl")
    assert [(each["user_id"], each["role"]) for each in space["members"]] == sorted(
        [(me.id, "manager"), (other.id, "reader")]
    )
    assert [each["id"] for each in lines(archive, "folders.jsonl")] == [it.shared_folder]
    assert {each["id"] for each in lines(archive, "known.jsonl")} == {me.id, other.id}
    assert told(archive, f"files/{it.common}.json")["shares"] == []


def test_one_thing_of_somebody_else_is_its_present_revision_without_their_words(me, other):
    it = belongings.furnish(me, other)
    archive, report = export(other, scopes.thing("paste", it.paste))
    check(archive, report)
    record = told(archive, f"pastes/{it.paste}.json")
    assert [each["number"] for each in record["revisions"]] == [2] and not record["tags"] and not record["shares"]
    assert set(archive.namelist()[:-2]) == {
        f"pastes/{it.paste}/a.py",
        f"pastes/{it.paste}/b",
        f"pastes/{it.paste}.json",
    }


def test_a_photo_of_somebody_else_tells_no_more_than_is_to_be_seen(house, me, other):
    data = papers.photo(300, 200, orientation=6)
    id = belongings.file(me, "photo.jpg", data, visibility="unlisted")
    mine, theirs = (export(who, scopes.thing("file", id))[0] for who in (me, other))
    assert mine.read(f"files/{id}/photo.jpg") == data
    bare, record = theirs.read(f"files/{id}/photo.jpg"), told(theirs, f"files/{id}.json")
    (part,) = record["revisions"][0]["parts"]
    assert not any(secret in bare for secret in SECRETS) and len(bare) == part["size"] < len(data)
    assert (part["hash"], part["entry"]) == (hashlib.sha256(bare).hexdigest(), f"files/{id}/photo.jpg")


# ── how it is made ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_same_content_gives_the_same_bytes(me, other):
    belongings.furnish(me, other)
    first, second = (export(me, scopes.person(me.id))[0] for _ in range(2))
    assert first.namelist() == second.namelist()
    for one, two in zip(first.infolist()[:-1], second.infolist()[:-1], strict=True):
        assert (one.filename, one.date_time, one.header_offset, one.CRC) == (
            two.filename,
            two.date_time,
            two.header_offset,
            two.CRC,
        )
    start = first.infolist()[-1].header_offset
    assert first.fp.getvalue()[:start] == second.fp.getvalue()[:start]  # all but the manifest


def test_what_was_lost_or_damaged_is_named(me):
    lost = belongings.file(me, "lost.bin", b"\0lost" + BIG + me.id.encode())
    hurt = belongings.file(me, "hurt.bin", b"\0hurt" + BIG + me.id.encode())
    places = {id: blobs.here(files.find(id, me).hash) for id in (lost, hurt)}
    places[lost].unlink()
    places[hurt].write_bytes(b"something else")
    archive, report = export(me, scopes.person(me.id))
    check(archive, report)
    assert [(each["id"], each["why"]) for each in lines(archive, "missing.jsonl")] == [
        (lost, "lost"),
        (hurt, "damaged"),
    ]
    entries = [told(archive, f"files/{id}.json")["revisions"][0]["parts"][0]["entry"] for id in (lost, hurt)]
    assert entries == [None, f"files/{hurt}/hurt.bin"] and report.missing == 2
    assert archive.read(f"files/{hurt}/hurt.bin") == b"something else"
    for id, name in ((lost, b"\0lost"), (hurt, b"\0hurt")):  # this house has other tests, for which nothing is lost
        places[id].write_bytes(name + BIG + me.id.encode())


def test_a_slow_download_holds_nobody_up(me, monkeypatch):
    """Between two pieces no transaction is open: the WAL goes into the database, and what is erased is simply gone."""
    monkeypatch.setattr(packing.zipping, "PIECE", 64)
    kept = [pastes.create(me, [Piece("p", f"paste {n} " * 50)]).paste.id for n in range(4)]
    pieces = exporting.begin(me, scopes.person(me.id)).pieces()
    out = io.BytesIO()
    for n, piece in enumerate(pieces):
        out.write(piece)
        with db.here().lock:
            busy, *_ = db.here().driver.execute("pragma wal_checkpoint(passive)").fetchone()
            left = db.here().driver.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
        assert not busy and not left, f"a reader holds the WAL at piece {n}"
        if n == 0:
            pastes.trash(me, kept[-1])
            pastes.erase(me, kept[-1])
    archive = zipfile.ZipFile(out)
    assert archive.testzip() is None and n > 10
    assert [id in " ".join(archive.namelist()) for id in kept] == [True, True, True, False]


def test_of_each_person_one_export_runs_at_a_time(me):
    pieces = exporting.begin(me, scopes.person(me.id)).pieces()
    next(pieces)
    with pytest.raises(Conflict, match="being made already"):
        exporting.begin(me, scopes.person(me.id))
    pieces.close()
    assert refused(me, scopes.person(me.id)) is None


def test_titles_of_all_kinds_become_names_that_every_system_takes(me):
    odd = [
        "..\\../etc/passwd",
        "con",
        "a" * 190 + ".txt",
        "ÄÖ" * 90,
        "x\u202egnp.exe",
        "tail. ",
        "",
        ".",
        "earlier",
        "a\nb",
    ]
    for name in odd:
        id = belongings.file(me, "x", b"x" + name.encode())
        with db.write() as tx:
            tx.run("update item set title = :name where id = :id", name=name, id=id)
            tx.run("update itempart set name = :name where item_id = :id", name=name, id=id)
    pieces = [Piece(name, name) for name in ("A.txt", "a.txt", "earlier", "x?", "x*")]
    many = pastes.create(me, pieces)
    archive, report = export(me, scopes.person(me.id))
    check(archive, report)
    for name in archive.namelist():
        steps = name.split("/")
        assert all(0 < len(step.encode()) < 250 and step not in (".", "..") for step in steps) and "\\" not in name
    names = [name.lower() for name in archive.namelist() if many.paste.id in name]
    assert len(names) == 6 == len(set(names)), "no two meet where case does not count"
    assert not any(name.endswith("/earlier") for name in names), "earlier versions have that folder"


# ── at the page and at the terminal ───────────────────────────────────────────────────────────────────────────────────
def test_everybody_exports_their_own_from_their_settings(bob, me, charlie, person):
    it = belongings.furnish(me, caller(charlie))
    page = bob.get("/settings/export").text
    assert 'href="/settings/export"' in bob.get("/settings").text
    assert (
        'href="/settings/export/own"' in page and f'href="/settings/export/spaces/{it.space}"' in page and "kB" in page
    )
    answer = bob.get("/settings/export/own", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-type"] == "application/zip" and "content-encoding" not in answer.headers
    assert "attachment" in answer.headers["content-disposition"] and answer.headers["cache-control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None and f"chats/{it.chat}.json" in archive.namelist()
    said = db.fetch_all("select door, object_id from audit where verb = 'accounts.export' and user_id = ?", me.id)
    assert said == [("page", me.id)]
    common = zipfile.ZipFile(io.BytesIO(bob.get(f"/settings/export/spaces/{it.space}").content))
    assert f"files/{it.common}.json" in common.namelist()
    assert charlie.get(f"/settings/export/spaces/{it.space}").status_code == 403
    running = exporting.begin(me, scopes.person(me.id)).pieces()
    next(running)
    assert bob.get("/settings/export/own").status_code == 409
    running.close()
    guest = person("Gus", "guest")
    assert "people.jsonl" in zipfile.ZipFile(io.BytesIO(guest.get("/settings/export/own").content)).namelist()


def test_who_goes_away_in_the_midst_may_begin_again(bob, me):
    belongings.file(me, "large.bin", b"\0" + os.urandom(1 << 20) * 24)
    with bob.stream("GET", "/settings/export/own") as answer:
        coming = answer.iter_raw(1000)
        next(coming)
        assert me.id in exporting.running
    ends = time.monotonic() + 10
    while me.id in exporting.running and time.monotonic() < ends:
        time.sleep(0.02)
    assert refused(me, scopes.person(me.id)) is None


def run(house, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(MAIN), "export", "--data", str(house.data), *words]
    return subprocess.run(command, capture_output=True, timeout=60, cwd=house.data)


def test_the_command_writes_a_file_beside_the_running_server(house, me, other, tmp_path):
    it = belongings.furnish(me, other)
    place = tmp_path / "all.zip"
    held = lock.hold(house.data)  # as a server has it, which is then asked
    made = run(house, "--to", str(place))
    assert made.returncode == 0, made.stderr
    archive = zipfile.ZipFile(place)
    sum = hashlib.sha256(archive.read("manifest.json")).hexdigest()
    assert archive.testzip() is None and f"Manifest {sum}" in made.stdout.decode()
    assert f"chats/{it.chat}.json" in archive.namelist() and "workspace/audit.jsonl" in archive.namelist()
    assert place.stat().st_mode & 0o777 == 0o600 and list(tmp_path.iterdir()) == [place]
    piped = run(house, "--user", me.email, "--to", "-")
    lock.release(held)
    assert zipfile.ZipFile(io.BytesIO(piped.stdout)).testzip() is None and b"Manifest" in piped.stderr
    with pytest.raises(Misconfigured, match="is there already"):
        commands.archives.talk(commands.run, {"user": "", "space": "", "to": str(place)})


def test_a_command_that_is_refused_or_cut_leaves_nothing(house, me, tmp_path):
    def command(name: str, options: dict) -> tuple[list[str], int]:
        return asyncio.run(commands.run(name, options))

    for named in ({"user": "no@example.org", "space": ""}, {"user": "", "space": "Nowhere"}):
        lines, code = commands.archives.talk(command, named | {"to": str(tmp_path / "x.zip")})
        assert code == 1 and lines[0].startswith("There is no")

    class Full(commands.archives.Taking):
        def take(self, data: bytes) -> None:
            with disk.asked():
                raise OSError(28, "No space left on device")

    taking, commands.archives.Taking = commands.archives.Taking, Full
    try:
        lines, code = commands.archives.talk(command, {"user": me.email, "space": "", "to": str(tmp_path / "x.zip")})
    finally:
        commands.archives.Taking = taking
    assert code == 1 and "No space left" in lines[0] and not list(tmp_path.iterdir())
