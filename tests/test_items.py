"""Items: what comes in is checked, what is stored is whole, what is over is gone, what is hostile stays plain."""

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import blobs, clock, db, items, pastes, rights
from app.errors import Invalid, NoRoom, TooLarge
from app.items import Piece, comparing, counting, ending, rendering, room, showing, syntaxes, types


@pytest.fixture
def me(bob):
    """Bob, as the verbs see him."""
    return rights.Caller(id=bob.id, name="Bob", role="member", address="192.0.2.7")


def sizes(owner: str) -> int:
    return db.fetch("select coalesce(sum(size), 0) from item where owner_id = ?", owner)[0]


def part(text: str | bytes, name: str = "", syntax: str = "") -> items.ItemPart:
    data = text if isinstance(text, bytes) else None
    return items.ready([Piece(name, None if data is not None else text, data, syntax)])[0].part


# ── what comes in ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "name",
    ["../etc/passwd", "a/b", "a\\b", ".", "..", "a\nb", "a\x00b", "a\x7fb", "a\x1b[31mb", "exe\u202ecod.txt",
     "a\u2066b", "a\u200bb", "a\u2028b", "\ud800", "x" * 201, "é" * 101],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_or_cannot_be_seen_is_refused(house, name):
    with pytest.raises(Invalid) as refused:
        items.ready([Piece(name, "text")])
    assert list(refused.value.fields) == ["name"] and refused.value.message.endswith(".")


@pytest.mark.parametrize("name", ["naïve café.txt", "日本語.md", "👩‍💻.py", ".env", "a b.c", "x" * 200])
def test_names_of_all_scripts_are_kept(house, name):
    assert part("text", name).name == name


def test_each_part_has_a_name_of_its_own_whatever_the_case_and_the_form_of_its_letters(house):
    names = [each.part.name for each in items.ready([Piece(name, "x") for name in ("a.py", "A.py", "a.py", "é", "é")])]
    assert names == ["a.py", "A (2).py", "a (3).py", "é", "é (2)"]


def test_a_part_without_a_name_is_called_after_its_syntax(house):
    assert part("#!/bin/sh\nls\n").name == "paste.sh"
    assert part(b"\x89PNG\r\n\x1a\n\0").name == "data.png"
    assert part("hello").name == "paste.txt"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("héllo".encode(), ("héllo", "utf-8")),
        ("héllo".encode("utf-8-sig"), ("héllo", "utf-8-sig")),
        ("héllo".encode("utf-16"), ("héllo", "utf-16")),
        ("héllo".encode("utf-16-be"), (None, "binary")),
        (b"\xfe\xff" + "héllo".encode("utf-16-be"), ("héllo", "utf-16")),
        (b"\xff\xfeh", (None, "binary")),
        (b"\xe9", (None, "binary")),
        (b"a\0b", (None, "binary")),
        (b"", ("", "utf-8")),
    ],
)
def test_bytes_are_text_when_they_say_so_without_doubt(data, told):
    assert items.decoded(data) == told


@pytest.mark.parametrize(
    "pieces",
    [[], [Piece("a", "")], [Piece("a", " \n\t ")], [Piece("a", data=b"")], [Piece("a", "", syntax="python")] * 2],
)
def test_nothing_is_not_stored(house, pieces):
    with pytest.raises(Invalid) as refused:
        items.ready(pieces)
    assert list(refused.value.fields) == ["text"]


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_no_text_has_is_refused_in_a_sentence(house, text):
    with pytest.raises(Invalid) as refused:
        items.ready([Piece("a", text)])
    assert "Send it as a file" in refused.value.fields["text"]


def test_too_many_parts_too_many_bytes_and_unknown_syntaxes_are_refused(house):
    with pytest.raises(Invalid):
        items.ready([Piece(f"{n}", "x") for n in range(65)])
    with pytest.raises(TooLarge):
        items.ready([Piece("a", data=bytes(items.LARGEST + 1))])
    with pytest.raises(Invalid) as refused:
        items.ready([Piece("a", "x", syntax="klingon")])
    assert list(refused.value.fields) == ["syntax"]


@pytest.mark.parametrize("name", ["report.html", "x.svg", "photo.png"])
def test_the_type_of_bytes_is_that_of_their_content_not_of_their_name(house, name):
    assert part(b"%PDF-1.7\n\xff\xfe", name).type == "application/pdf"
    assert part(b"\0\1\2", name).type == types.OCTETS
    assert part("<svg/>", name).type == "text/plain"


# ── syntaxes ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "text", "syntax"),
    [
        ("a.py", "", "python"), ("Dockerfile", "", "docker"), ("Makefile", "", "make"), ("x.C", "", "c"),
        ("main.rs", "", "rust"), ("a.h", "", "c"), ("a.csv", "", "csv"), ("README.md", "", "markdown"),
        ("a.unknown", "#!/usr/bin/env python3\n", "python"), ("", "#!/bin/bash\n", "bash"),
        ("", '{"a": [1, 2]}', "json"), ("", "{ not json", "text"), ("", "def f(x):\n    return x\n", "python"),
        ("", "diff --git a/x b/x\n", "diff"), ("", "<!doctype html><p>", "html"), ("", "<?php echo 1;", "php"),
        ("", "#include <stdio.h>\nint main() {}", "cpp"), ("", "package main\n\nfunc main() {}\n", "go"),
        ("", "SELECT a FROM b;", "sql"), ("", "const a = 1\n", "javascript"), ("", "# Title\n\nwords\n", "markdown"),
        ("", "body {\n  margin: 0;\n}\n", "css"), ("", "Dear all,\n\nhello.\n", "text"),
    ],
)  # fmt: skip
def test_the_syntax_is_found_out_by_the_name_then_by_the_beginning(name, text, syntax):
    assert syntaxes.guess(name, text) == syntax


def test_a_syntax_may_be_named_as_people_do():
    assert [syntaxes.known(name) for name in ("py", "Python3", ".py", "c++", "JS", "plain", "txt", "?")] == [
        "python", "python", "python", "cpp", "javascript", "text", "text", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "unit", ["x", " ", "\n", "(", "/*", "a ", ". ", "-- ", "select ", "[", "\\", "def f(", "a{", "<"]
)
def test_guessing_takes_no_time_of_a_hostile_text(unit):
    began = time.process_time()
    syntaxes.guess("", unit * (256 * 1024 // len(unit)))
    assert time.process_time() - began < 0.3


# ── colours ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_lines_are_coloured_one_by_one_and_nothing_of_them_is_markup(house):
    html = rendering.colours('"""a\n<b>\n"""\n<script>\n', "python")
    assert html.count("\n") == 4 and "<script" not in html and "&lt;b&gt;" in html
    assert all(line.count("<span") == line.count("</span>") for line in html.split("\n"))


@pytest.mark.parametrize(
    "syntax", ["python", "html", "c", "perl", "ruby", "markdown", "sql", "css", "javascript", "tex"]
)
@pytest.mark.parametrize("unit", ["(", "`", " "])
def test_256_kib_of_one_character_end_in_time(house, syntax, unit):
    began = time.monotonic()
    html = rendering.colours(unit * 256 * 1024, syntax)
    assert time.monotonic() - began < rendering.PATIENCE + rendering.STARTING
    assert html == "" or len(html) <= 4 << 20


def test_a_text_that_takes_too_long_stays_plain_and_the_next_one_is_coloured(house):
    began = time.monotonic()
    with pytest.raises(rendering.Spent):
        rendering.children.ask("colour", "(" * 256 * 1024, "perl", seconds=0.2)
    assert time.monotonic() - began < 5
    assert "span" in rendering.colours("x = 1", "python")


def test_a_process_that_was_killed_is_replaced(house):
    rendering.colours("x = 1", "python")
    for child in rendering.children.idle:
        child.process.kill()
        child.process.wait()
    assert "span" in rendering.colours("x = 1", "python")


def test_processes_that_nobody_asks_end(house):
    rendering.colours("x = 1", "python")
    processes = [child.process for child in rendering.children.idle]
    rendering.children.rest(-1)
    assert processes and all(process.poll() is not None for process in processes) and not rendering.children.idle


def test_a_process_sees_nothing_of_our_environment(house, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    rendering.children.rest(-1)
    rendering.colours("x = 1", "python")
    for child in rendering.children.idle:
        with open(f"/proc/{child.process.pid}/environ", "rb") as file:
            assert b"secret" not in file.read()


def test_what_is_beyond_the_cap_stays_plain_without_asking(house):
    assert rendering.colours("x = 1\n" * (rendering.LARGEST // 6 + 1), "python") == ""


def test_the_same_text_is_coloured_once(house, me):
    text = f"x = {time.monotonic_ns()}\n"
    first = pastes.create(me, [Piece("a.py", text)]).paste
    hash = hashlib.sha256(text.encode()).hexdigest()
    html = showing.stored(hash, "python")
    with db.write() as tx:
        tx.run("update rendering set html = 'kept' where hash = :hash", hash=hash)
    second = pastes.create(me, [Piece("b.py", text)]).paste
    assert html.startswith("<span") and [p.html(p.parts[0]) for p in (first, second)] == ["kept", "kept"]


def test_markdown_is_rendered_once_and_safely(house, me):
    text = f"# {time.monotonic_ns()}\n<script>x</script> [a](javascript:x)"
    paste = pastes.create(me, [Piece("a.md", text)]).paste
    html = paste.prose(paste.parts[0])
    assert "<h2>" in html and "<script" not in html and "href" not in html
    assert showing.stored(paste.parts[0].hash, rendering.PROSE) == html


# ── differences ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_difference_is_what_patch_applies(house, tmp_path):
    import random
    import subprocess

    chance = random.Random(7)
    for n in range(40):
        before = [chance.choice("abcdef") for _ in range(chance.randrange(30))]
        after = [line for line in before if chance.random() < 0.8]
        for _ in range(chance.randrange(5)):
            after.insert(chance.randrange(len(after) + 1), chance.choice("xyz"))
        ends = [chance.choice(["\n", ""]) for _ in "ab"]
        one, two = ("\n".join(lines) + (end if lines else "") for lines, end in zip((before, after), ends, strict=True))
        file = tmp_path / f"{n}"
        file.write_text(one)
        diff = comparing.unified(one, two, "a", "b")
        done = subprocess.run(["patch", "-s", str(file)], input=diff, text=True, capture_output=True)
        assert done.returncode == 0 and (file.read_text() if file.exists() else "") == two, (one, two, diff)


def test_parts_are_compared_by_name_then_by_content_then_by_place(house):
    before = [each.part for each in items.ready([Piece("a", "1\n2\n"), Piece("b", "same"), Piece("c", data=b"\0")])]
    after = [each.part for each in items.ready([Piece("a", "1\n3\n"), Piece("B2", "same"), Piece("c", data=b"\0\1")])]
    found = {each.name: each for each in items.compared(before, after)}
    assert {name: each.state for name, each in found.items()} == {"a": "changed", "B2": "same", "c": "binary"}
    assert found["B2"].old_name == "b" and (found["a"].added, found["a"].removed) == (1, 1)
    assert [(line.kind, line.old_number, line.new_text) for line in found["a"].rows] == [
        ("same", 1, "1"), ("changed", 2, "3"),
    ]  # fmt: skip


def test_texts_that_difflib_chokes_on_are_compared_in_time(house):
    began = time.monotonic()
    found = items.compared([part("a\nb\n" * 8000, "x")], [part("b\na\na\n" * 8000, "x")])
    assert time.monotonic() - began < 15 and found[0].state == "changed" and len(found[0].rows) <= comparing.MOST_ROWS


# ── room ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_room_that_is_counted_is_the_room_that_is_used(house, me):
    paste = pastes.create(me, [Piece("a", "x" * 1000), Piece("b", data=os.urandom(100_000))]).paste
    pastes.revise(me, paste.id, [Piece("a", "y" * 500)], base=1)
    pastes.fork(me, paste.id, number=1)
    assert room.used(me.id) == sizes(me.id) == 2 * 101_000 + 500
    pastes.trash(me, paste.id)
    assert room.used(me.id) == sizes(me.id) == 2 * 101_000 + 500
    pastes.erase(me, paste.id)
    assert room.used(me.id) == sizes(me.id) == 101_000


@pytest.fixture
def tight(house):
    """A quota of one MiB."""
    from app import settings

    settings.change(rights.machine(), quota_mb=1)
    yield
    settings.change(rights.machine(), quota_mb=1024)


def test_a_full_quota_refuses_before_anything_is_written(house, me, tight):
    pastes.create(me, [Piece("a", data=os.urandom(700_000))])
    data = os.urandom(700_000)
    with pytest.raises(NoRoom) as refused:
        pastes.create(me, [Piece("b", data=data)])
    assert refused.value.status == 507 and refused.value.kind == "quota" and "trash" in refused.value.message
    hash = hashlib.sha256(data).hexdigest()
    assert not (house.data / "blobs" / hash[:2] / hash).exists()
    paste = pastes.create(me, [Piece("c", "small")]).paste
    with pytest.raises(NoRoom):
        pastes.revise(me, paste.id, [Piece("c", data=data)], base=1)
    assert pastes.find(paste.id, me).revision.number == 1 and room.used(me.id) == sizes(me.id)


def test_a_quota_that_fills_while_many_write_is_never_passed(house, me, tight):
    def write(n: int) -> bool:
        try:
            return bool(pastes.create(me, [Piece("a", f"{n:06}" * 20_000)]))
        except NoRoom:
            return False

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(write, range(24)))
    assert done.count(True) == 8 and room.used(me.id) == sizes(me.id) == 8 * 120_000


def test_a_disk_that_is_nearly_full_is_told_apart_from_a_quota(house, me):
    with pytest.raises(NoRoom) as refused:
        room.check(me.id, 1, 1 << 60, 1 << 60)
    assert refused.value.kind == "disk" and "admin" in refused.value.message


# ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def gone(id: str) -> bool:
    tables = ("itempart where item_id", "revision where item_id", "item where id", "share where target_id")
    more = ("tag where target_id", "star where target_id", "blobuse where target_id")
    return not any(db.fetch(f"select 1 from {table} = ?", id) for table in (*tables, *more))


def put(id: str, **values: int | None) -> None:
    with db.write() as tx:
        for name, value in values.items():
            tx.run(f"update item set {name} = :value where id = :id", value=value, id=id)


def test_what_is_over_is_deleted_with_all_that_belongs_to_it(house, me):
    data = os.urandom(100_000)
    made = [pastes.create(me, [Piece("a", "x = 1"), Piece("b", data=data)], tags=["t"]).paste for _ in range(4)]
    old, spent, trashed, alive = [paste.id for paste in made]
    for id in (old, spent, trashed, alive):
        pastes.star(me, id)
        pastes.share(me, id, "link")
    put(old, expires_at=clock.now() - 1)
    put(spent, max_views=3, views=3)
    put(trashed, trashed_at=clock.now() - ending.TRASH - 1)
    assert items.sweep() >= 3
    assert [gone(id) for id in (old, spent, trashed, alive)] == [True, True, True, False]
    assert room.used(me.id) == sizes(me.id)
    hash = hashlib.sha256(data).hexdigest()
    assert db.fetch("select released_at from blob where hash = ?", hash) == (None,)
    put(alive, expires_at=clock.now() - 1)
    items.sweep()
    assert gone(alive) and db.fetch("select released_at from blob where hash = ?", hash)[0] is not None
    with blobs.open(hash) as file:  # an earlier moment may need it
        assert file.read() == data
    said = [change.what for change in items.changes(limit=100_000) if change.target_id == old]
    assert said == ["created", "rights", "deleted"]


def test_the_log_tells_each_write_in_its_order(house, me):
    after = max((change.seq for change in items.changes(limit=100_000)), default=0)
    paste = pastes.create(me, [Piece("a", "1")]).paste
    pastes.revise(me, paste.id, [Piece("a", "2")], base=1)
    pastes.change(me, paste.id, visibility="public")
    pastes.trash(me, paste.id)
    pastes.untrash(me, paste.id)
    said = [(each.what, each.revision) for each in items.changes(after)]
    assert said == [("created", 1), ("revised", 2), ("rights", 2), ("trashed", 2), ("restored", 2)]
    assert [each.what for each in items.changes(after, limit=2)] == ["created", "revised"]


def test_views_are_counted_in_memory_and_written_together_but_not_the_owner_s(house, me):
    paste = pastes.create(me, [Piece("a", "1")], visibility="public").paste
    nobody = rights.Caller(address="192.0.2.9")
    for who in (nobody, nobody, me):
        pastes.seen(paste.id, who)
    assert pastes.find(paste.id, me).item.views == 0
    counting.flush()
    counting.flush()
    assert pastes.find(paste.id, me).item.views == 2
