"""Secrets: the recovery key, its rotation, and a database whose stored keys do not open."""

import re
import shutil
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import LargeBinary
from sqlmodel import SQLModel

from app import clock, db, migrations, providers, secrets
from app.errors import Forbidden, Gone
from app.rights import Caller, machine
from app.secrets import keys, sealing, stored
from tests.killing import kill_at_each_line
from tests.test_command_line import LONG, Served, run

SHAPE = re.compile(r"[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){12}")
DAYS = clock.DAY


# ── the key and its file ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def ring():
    """The house of this process goes on with its own keys."""
    before = keys.place, keys.ring
    yield
    keys.place, keys.ring = before


def test_the_recovery_key_is_the_first_line_of_the_file_and_has_a_shape_that_can_be_read_aloud(tmp_path, ring):
    secrets.open(tmp_path)
    line = (tmp_path / "secret.key").read_text()
    assert SHAPE.fullmatch(line.strip())
    assert keys.ring.present == line.strip()


def test_a_key_may_be_typed_with_blanks_capitals_and_letters_that_are_mistaken(tmp_path, ring):
    secrets.open(tmp_path)
    sealed = secrets.seal("sk-1")
    key = keys.ring.present
    for typed in (key, f" {key.upper()} ", key.replace("-", " "), key.replace("-", ""), key.replace("1", "l")):
        assert secrets.opens_with(sealed, typed.replace("0", "O")) == key
    assert secrets.opens_with(sealed, keys.make()) is None


def test_a_key_of_an_earlier_version_stays_valid_as_it_is(tmp_path, ring):
    older = "Zk3-_x" * 10 + "AbCd"
    (tmp_path / "secret.key").write_text(older + "\n")
    (tmp_path / "secret.key").chmod(0o600)
    secrets.open(tmp_path)
    sealed = secrets.seal("sk-1")
    assert keys.ring.present == older
    assert secrets.opens_with(sealed, f" {older}\n") == older
    assert secrets.opens_with(sealed, older.lower()) is None


def test_a_key_that_was_added_for_a_restore_opens_and_is_not_the_present_one(tmp_path, ring):
    secrets.open(tmp_path / "..", "x" * 40)
    sealed = secrets.seal("sk-1")
    secrets.open(tmp_path)
    present = keys.ring.present
    secrets.add_key(tmp_path, "x" * 40)
    secrets.add_key(tmp_path, "x" * 40)
    secrets.open(tmp_path)
    assert secrets.unseal(sealed) == "sk-1"
    assert (keys.ring.present, len(keys.ring.retired)) == (present, 1)
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_file_with_a_further_line_that_is_no_retired_key_is_refused(tmp_path, ring):
    secrets.open(tmp_path)
    with (tmp_path / "secret.key").open("a") as file:
        file.write("what is this\n")
    with pytest.raises(Exception, match="damaged"):
        secrets.open(tmp_path)


def test_a_secret_of_the_environment_seals_and_the_earlier_ones_and_the_file_only_open(tmp_path, ring):
    secrets.open(tmp_path)
    by_file = secrets.seal("sk-file")
    secrets.open(tmp_path, "a" * 40)
    by_first = secrets.seal("sk-first")
    secrets.open(tmp_path, "b" * 40, ("a" * 40,))
    assert [secrets.unseal(each) for each in (by_file, by_first)] == ["sk-file", "sk-first"]
    assert secrets.opens_with(secrets.seal("sk-second")) == "b" * 40


# ── shown once ────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def admin(house) -> Caller:
    return Caller(id="ada", role="admin")


def test_the_recovery_key_is_shown_until_it_is_confirmed_and_then_only_at_the_machine(admin):
    key = secrets.rotate(machine())
    assert not secrets.is_saved()
    assert secrets.recovery_key(admin) == key
    secrets.confirm_saved(admin)
    assert secrets.is_saved()
    with pytest.raises(Gone, match="secrets show"):
        secrets.recovery_key(admin)
    assert secrets.recovery_key(machine()) == key


def test_a_member_can_do_nothing_with_it(house):
    member = Caller(id="bob", role="member")
    for verb in (secrets.recovery_key, secrets.confirm_saved, secrets.rotate, secrets.forget):
        with pytest.raises(Forbidden):
            verb(member)
    with pytest.raises(Forbidden):
        secrets.unlock(member, keys.ring.present)


# ── rotation ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_column_of_bytes_in_the_schema_is_one_that_a_rotation_seals_anew(house):
    columns = [
        (table.name, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    ]
    assert sorted(columns) == sorted(stored.SEALED)


def test_after_a_rotation_everything_is_sealed_with_the_new_key_and_the_old_one_opens_earlier_moments(admin):
    provider = providers.add(admin, f"sealed {clock.new_id()}", "http://127.0.0.1:9/v1", "sk-of-a-provider")
    before, old = provider.key, keys.ring.present
    new = secrets.rotate(admin)
    after = providers.find(provider.id, admin).key
    assert new != old and SHAPE.fullmatch(new)
    assert secrets.opens_with(after) == new and secrets.unseal(after) == "sk-of-a-provider"
    assert secrets.unseal(before) == "sk-of-a-provider"
    assert not secrets.locked() and not secrets.is_saved()
    entry = db.fetch("select user_id, note from audit where verb = 'secrets.rotate' order by at desc limit 1")
    assert entry[0] == "ada" and new not in entry[1]


def test_a_retired_key_is_let_go_one_day_after_the_last_moment_that_needs_it(admin):
    secrets.rotate(admin)
    old, now = keys.ring.retired[0][0], clock.now()
    others = keys.ring.retired[1:]
    keys.keep(replace(keys.ring, retired=((old, now - 8 * DAYS + clock.HOUR), *others)))
    assert secrets.sweep() == 0
    keys.keep(replace(keys.ring, retired=((old, now - 8 * DAYS - clock.HOUR), *others)))
    assert secrets.sweep() == 1
    assert old not in list(keys.ring) and old not in keys.place.path.read_text()


def test_a_retired_key_that_still_seals_something_is_not_let_go(admin):
    secrets.rotate(admin)
    new, (old, _), *others = keys.ring.present, *keys.ring.retired
    keys.keep(keys.Ring(old, ((new, clock.now()), *others)))
    provider = providers.add(admin, f"late {clock.new_id()}", "http://127.0.0.1:9/v1", "sk-late")
    keys.keep(keys.Ring(new, ((old, clock.now() - 30 * DAYS), *others)))
    assert secrets.sweep() == 0
    assert secrets.opens_with(providers.find(provider.id, admin).key) == new
    assert old in list(keys.ring)


def test_another_process_reads_the_file_again_when_something_does_not_open(tmp_path, ring):
    secrets.open(tmp_path)
    turned = keys.ring.turned(keys.make(), clock.now())
    keys.write(tmp_path / "secret.key", turned)
    assert keys.ring != turned
    assert secrets.unseal(sealing.box(turned.present).encrypt(b"sk-1")) == "sk-1"
    assert keys.ring.present == turned.present


@pytest.mark.slow
@pytest.mark.long
def test_a_lost_secret_of_the_environment_is_taken_from_an_admin_and_replaced_by_the_present_one(tmp_path):
    first, second = "first-" * 6, "second" * 6
    run("providers", "add", "a", "--url", "http://127.0.0.1:9/v1", "--key-stdin", data=tmp_path, typed="sk-1\n",
        INGLENOOK_SECRET=first)  # fmt: skip
    said = run("secrets", "unlock", "--key-stdin", data=tmp_path, typed=first, INGLENOOK_SECRET=second)
    assert said.returncode == 0, said.stderr
    (tmp_path / "secret.key").unlink()
    assert re.search(r"secrets +ok$", run("check", data=tmp_path, INGLENOOK_SECRET=second).stdout, re.M)


def test_with_a_secret_of_the_environment_a_rotation_says_how_and_the_next_start_does_it(tmp_path):
    first, second = "first " * 6, "second" * 6
    first = first.strip().replace(" ", "-")
    run("providers", "add", "a", "--url", "http://127.0.0.1:9/v1", "--key-stdin", data=tmp_path, typed="sk-1\n",
        INGLENOOK_SECRET=first)  # fmt: skip
    said = run("secrets", "rotate", data=tmp_path, INGLENOOK_SECRET=first)
    assert said.returncode == 1 and "INGLENOOK_SECRET_OLD" in said.stderr
    assert not (tmp_path / "secret.key").exists()
    run("check", data=tmp_path, INGLENOOK_SECRET=second, INGLENOOK_SECRET_OLD=first)
    said = run("check", data=tmp_path, INGLENOOK_SECRET=second)
    assert re.search(r"secrets +ok$", said.stdout, re.M)


# ── locked ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def told(data: Path) -> str:
    """The line of `check` about secrets."""
    return re.search(r"^secrets +(.*)", run("check", data=data).stdout, re.M)[1]


def asked(browser, page: str) -> str:
    """What an answer says, or why there is none."""
    model = re.search(r'value="(\w{29})"[^>]*>[^<]*reference', page)[1]
    posted = browser.post("/chats", data={"text": "Go on", "key": clock.new_id(), "model": model})
    for _ in range(100):
        said = browser.get(posted.headers["location"]).text
        if "/stream" not in said:
            break
        time.sleep(0.1)
    return said


@pytest.mark.slow
@pytest.mark.long
def test_a_server_whose_key_is_lost_serves_says_what_is_locked_and_takes_the_recovery_key(tmp_path, upstream):
    data = tmp_path / "data"
    run("accounts", "add", "ada@example.org", "--role", "admin", "--password-stdin", data=data, typed=LONG)
    run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=data, typed="right\n")
    paper = run("secrets", "show", data=data).stdout.splitlines()[0]
    (data / "secret.key").unlink()
    headers = {"sec-fetch-site": "same-origin"}
    with Served(data) as server, httpx2.Client(base_url=server.url, headers=headers, timeout=20) as browser:
        browser.post("/signin", data={"email": "ada@example.org", "password": LONG.strip()})
        page = browser.get("/").text
        assert "does not open with this secret.key" in asked(browser, page)
        assert "are locked" in told(data)
        wrong = run("secrets", "unlock", "--key-stdin", data=data, typed=paper[:-1] + "~\n")
        assert wrong.returncode == 1 and "does not open" in wrong.stderr
        assert run("secrets", "rotate", data=data).returncode == 1
        added = run("providers", "add", "meanwhile", "--url", upstream.url, "--key-stdin", data=data, typed="right\n")
        assert added.returncode == 0
        right = run("secrets", "unlock", "--key-stdin", data=data, typed=paper.upper().replace("-", " ") + "\n")
        assert right.returncode == 0, right.stderr
        assert "secret.key" not in asked(browser, page)
        assert run("providers", "test", "meanwhile", data=data).returncode == 0
    assert run("secrets", "show", data=data).stdout.splitlines()[0] == paper
    assert told(data).startswith("ok")


@pytest.mark.long
@pytest.mark.slow
def test_a_start_that_restores_by_itself_serves_with_locked_keys_until_the_recovery_key_is_given(tmp_path, upstream):
    data, replica = tmp_path / "data", {"INGLENOOK_REPLICA": str(tmp_path / "replica")}
    run("accounts", "add", "ada@example.org", "--role", "admin", "--password-stdin", data=data, typed=LONG, **replica)
    run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=data, typed="right\n", **replica)
    paper = run("secrets", "show", data=data, **replica).stdout.splitlines()[0]
    run("secrets", "saved", data=data, **replica)
    with Served(data, **replica) as server:
        assert run("backups", "now", data=data, **replica).returncode == 0
        server.end()
    assert not list((tmp_path / "replica").rglob("secret.key*"))
    shutil.rmtree(data)
    with Served(data, **replica) as server:
        assert httpx2.get(f"{server.url}/healthz").status_code == 200
        tested = run("providers", "test", "fake", data=data, **replica)
        assert tested.returncode == 1 and "does not open" in tested.stderr
        assert run("secrets", "show", data=data, **replica).returncode == 1
        assert run("secrets", "unlock", "--key-stdin", data=data, typed=paper, **replica).returncode == 0
        assert run("providers", "test", "fake", data=data, **replica).returncode == 0
        assert re.search(r"secrets +ok$", run("check", data=data, **replica).stdout, re.M)


@pytest.mark.slow
@pytest.mark.long
def test_when_the_recovery_key_is_lost_too_one_goes_on_without_what_it_would_open(made):
    (made / "secret.key").unlink()
    assert "are locked" in told(made)
    said = run("secrets", "forget", data=made)
    assert "2 stored keys were forgotten" in said.stdout
    assert told(made).startswith("ok, but save the recovery key")
    assert run("secrets", "forget", data=made).returncode == 1


def test_a_database_of_before_the_sealed_word_is_locked_by_what_it_has_sealed(made):
    with sqlite3.connect(made / "inglenook.db") as connection:
        connection.execute("delete from setting where key = 'seal_check'")
    connection.close()
    assert told(made).startswith("ok")
    with sqlite3.connect(made / "inglenook.db") as connection:
        connection.execute("delete from setting where key = 'seal_check'")
    connection.close()
    paper = keys.read(made / "secret.key").present
    (made / "secret.key").unlink()
    assert "are locked" in told(made)
    assert run("secrets", "unlock", "--key-stdin", data=made, typed=paper).returncode == 0
    assert told(made).startswith("ok")


@pytest.mark.slow
def test_a_restored_moment_from_before_a_rotation_opens_and_is_sealed_with_the_present_key(made):
    new = run("secrets", "rotate", data=made).stdout.split()
    for path in made.glob("inglenook.db*"):
        path.unlink()
    for path in made.parent.glob("before.db*"):
        shutil.copy(path, made / path.name.replace("before", "inglenook"))
    assert told(made).startswith("ok")
    assert keys.read(made / "secret.key").present in new
    sealed = secrets.stored.sealed_in(made / "inglenook.db")
    assert stored.opened(sealed, keys.read(made / "secret.key").present) == stored.KNOWN


# ── killed at each line ───────────────────────────────────────────────────────────────────────────────────────────────
def opened(data: Path) -> None:
    """The house as a start finds it, below the app."""
    secrets.open(data)
    db.open(data / "inglenook.db")
    migrations.bring_up(data / "inglenook.db")


def start(data: Path) -> None:
    opened(data)
    secrets.settle()


def sealed(data: Path) -> list[str]:
    return [secrets.unseal(row[0]) for row in db.fetch_all("select key from provider order by name")]


def first_start(data: Path) -> None:
    secrets.open(data)


def started_at_first(data: Path, n: int) -> None:
    secrets.open(data)
    assert SHAPE.fullmatch(keys.ring.present)


def begun_rotation(data: Path) -> None:
    start(data)
    secrets.rotate(machine())


def readable(data: Path, n: int) -> None:
    """All opens after the next start, under the present key, and what was sealed before opens too."""
    old = secrets.stored.sealed_in(data.parent / "before.db")
    start(data)
    assert sealed(data) == ["sk-1", "sk-2"] and not secrets.locked() and not stored.is_stale()
    assert secrets.opens_with(old) is not None
    assert sorted(path.name for path in data.glob("secret*")) == ["secret.key"]


def unlocking(data: Path) -> None:
    start(data)
    secrets.unlock(machine(), (data.parent / "paper").read_text())


def unlockable(data: Path, n: int) -> None:
    """It opens, or it is still locked and takes the key; what was sealed meanwhile opens in both cases."""
    start(data)
    if secrets.locked():
        secrets.unlock(machine(), (data.parent / "paper").read_text())
    readable(data, n)
    assert keys.ring.present == (data.parent / "paper").read_text()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A directory with two sealed keys, and beside it the database as it was."""
    data = tmp_path / "data"
    for number in (1, 2):
        words = ("providers", "add", f"p{number}", "--url", "http://127.0.0.1:9/v1", "--key-stdin")
        assert run(*words, data=data, typed=f"sk-{number}\n").returncode == 0
    for path in data.glob("inglenook.db*"):
        shutil.copy(path, tmp_path / path.name.replace("inglenook", "before"))
    return data


def test_a_first_start_may_be_killed_at_each_line(tmp_path):
    before = tmp_path / "data"
    before.mkdir()
    assert kill_at_each_line("tests.test_secrets:first_start", "tests.test_secrets:started_at_first", before,
                             "app/secrets/") > 20  # fmt: skip


@pytest.mark.slow
def test_a_rotation_may_be_killed_at_each_line_and_nothing_is_lost(made):
    assert kill_at_each_line("tests.test_secrets:begun_rotation", "tests.test_secrets:readable", made,
                             "app/secrets/", "app/db.py") > 80  # fmt: skip


@pytest.mark.slow
@pytest.mark.long
def test_the_start_that_finishes_a_rotation_may_be_killed_at_each_line_too(made):
    ring = keys.read(made / "secret.key")
    keys.write(made / "secret.key", ring.turned(keys.make(), clock.now() - 5 * DAYS))
    assert kill_at_each_line("tests.test_secrets:start", "tests.test_secrets:readable", made,
                             "app/secrets/") > 80  # fmt: skip


@pytest.mark.slow
@pytest.mark.long
def test_an_unlocking_may_be_killed_at_each_line(made):
    (made.parent / "paper").write_text(keys.read(made / "secret.key").present)
    shutil.copy(made / "secret.key", made.parent / "secret.key")
    (made / "secret.key").unlink()
    assert kill_at_each_line("tests.test_secrets:unlocking", "tests.test_secrets:unlockable", made,
                             "app/secrets/") > 80  # fmt: skip
