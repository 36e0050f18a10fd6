"""Upgrades of the one file: looked at first, swapped, proved, and taken back by themselves, whatever is killed when."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from app import clock, config, doors, migrations
from app.backups import copies, room, swapping
from app.doors import handing
from app.errors import Misconfigured
from app.releases import exchanging, journal, starting, upgrading
from app.releases.journal import Release, Upgrade
from tests import golden
from tests.conftest import PLAIN
from tests.killing import kill_at_each_line
from tests.releases import plain, release, sum_of
from tests.test_command_line import SPARSE, refused, run

SCHEMA = migrations.SCHEMA
SNAPSHOT = "snapshots/2026-11-21T07-00-00Z-upgrade.db"
# A server as it says that it is, whose door another process holds, and one whose door is its own.
HELD = doors.State("boot", os.getpid(), "1.0.0", SCHEMA, True, door=doors.HOLD, holder=1)
OWN = replace(HELD, door=doors.OWN, holder=0)


# ── without a server, with files that only say what they are ──────────────────────────────────────────────────────────
def workspace(folder: Path) -> upgrading.Place:
    """A workspace of today beside the installed 1.0.0, without a server, and 1.1.0 in new/."""
    data = folder / "data"
    if not data.exists():
        golden.lay(SCHEMA, data)
        plain(folder / "bin", "1.0.0").chmod(0o750)
        plain(folder / "new", "1.1.0")

    def command(name, options):
        assert name == "releases.snapshot"
        (data / "snapshots").mkdir(exist_ok=True)
        shutil.copy(data / "inglenook.db", data / SNAPSHOT)
        return [SNAPSHOT], 0

    return upgrading.Place(data, folder / "bin/inglenook", None, False, command, lambda line: None, 2.0)


@pytest.fixture
def place(tmp_path, monkeypatch):
    # What goes back becomes another program, if there is a door to hand on.
    monkeypatch.setattr(handing, "door", None)
    monkeypatch.setattr(handing, "wanted", False)
    return workspace(tmp_path)


def installed(place) -> str:
    """The version that lies there, and nothing half made beside it."""
    assert not list(place.target.parent.glob(".*"))
    return re.search(r"Inglenook ([\d.]+),", place.target.read_text())[1]


def new(place) -> Path:
    return place.data.parent / "new/inglenook"


def test_a_newer_file_takes_the_place_of_the_old_one_which_is_kept(place):
    assert upgrading.upgrade(place, new(place), dry=True)[1] == 0 and installed(place) == "1.0.0"
    assert not (place.data / journal.NAME).exists(), "a dry run changes nothing"
    lines, code = upgrading.upgrade(place, new(place))
    assert code == 0 and "1.1.0 opened the database" in lines[-1] and "upgrade --back" in lines[-1]
    assert installed(place) == "1.1.0" and place.target.stat().st_mode & 0o777 == 0o750
    assert "1.0.0" in exchanging.previous(place.target).read_text() and new(place).exists()
    assert journal.read(place.data).outcome == journal.DONE
    assert (place.data / SNAPSHOT).is_file()
    assert "this very file already" in upgrading.upgrade(place, new(place))[0][0]
    assert upgrading.back(place, lambda _: False)[1] == 0
    assert installed(place) == "1.0.0" and not exchanging.previous(place.target).exists()
    with pytest.raises(Misconfigured, match="no upgrade to go back from"):
        upgrading.back(place, lambda _: True)


def wrong_sum(place, monkeypatch):
    new(place).with_name("inglenook.sha256").write_text("0" * 64)


def without_a_sum(place, monkeypatch):
    new(place).with_name("inglenook.sha256").unlink()


def half(place, monkeypatch):
    new(place).write_bytes(new(place).read_bytes()[:-1])


def a_part_of_a_file_that_is_known(place, monkeypatch):
    lines = (
        b'#!/bin/sh\n# Inglenook 1.1.0, for tests\nid=0123456789abcdef\necho \'{"version": "1.1.0", "schema": 9}\'\n'
    )
    new(place).write_bytes(lines + b"exit\n@END@\nnot all of it")
    sum_of(new(place))


def a_pipe(place, monkeypatch):
    new(place).unlink()
    os.mkfifo(new(place))


def foreign(place, monkeypatch):
    shutil.copy("/bin/sh", new(place))


def not_for_here(place, monkeypatch):
    plain(new(place).parent, "1.1.0").write_text("#!/bin/sh\n# Inglenook\necho GLIBC_9.99 >&2; exit 1\n")
    new(place).with_name("inglenook.sha256").write_text(exchanging.digest(new(place)))


def another_program(place, monkeypatch):
    new(place).write_text("#!/bin/sh\n# Not Inglenook at all\necho hello\n")
    new(place).with_name("inglenook.sha256").write_text(exchanging.digest(new(place)))


def older_than_the_database(place, monkeypatch):
    plain(new(place).parent, "0.9.0", SCHEMA - 1)


def no_room(place, monkeypatch):
    monkeypatch.setattr(room, "free", lambda _: 1000)


def no_snapshot(place, monkeypatch):
    object.__setattr__(place, "command", lambda *_: (["The disk is full."], 1))


def no_swap(place, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", refuse)


def nobody_who_starts_it_again(place, monkeypatch):
    object.__setattr__(place, "server", OWN)


STOPS = {
    wrong_sum: "is not what its sum says",
    without_a_sum: "put inglenook.sha256 or SHA256SUMS beside it, or give its sum with --sha256",
    half: "is not what its sum says",
    a_part_of_a_file_that_is_known: "is not whole, whatever its sum says",
    a_pipe: "cannot be read .it is a pipe",
    foreign: "is no file of Inglenook",
    not_for_here: r"does not run on this machine \(GLIBC_9.99\)",
    another_program: "does not say which version of Inglenook it is",
    older_than_the_database: f"knows schema {SCHEMA - 1} and the database has {SCHEMA}",
    no_room: "The upgrade needs .* make room there",
    no_snapshot: "The disk is full. Nothing was changed",
    no_swap: "cannot be replaced .No space left on device",
    nobody_who_starts_it_again: "serve --hold` or by systemd, or stop it",
}


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.__name__)
def test_what_stands_in_the_way_is_said_and_nothing_has_changed(stop, place, monkeypatch):
    before = golden.content(place.data / "inglenook.db")
    stop(place, monkeypatch)
    with pytest.raises(Misconfigured, match=STOPS[stop]):
        upgrading.upgrade(place, new(place))
    assert installed(place) == "1.0.0" and golden.content(place.data / "inglenook.db") == before
    left = journal.read(place.data)
    assert left is None or left.outcome == journal.CANCELLED


def test_a_sum_may_be_given_and_two_upgrades_at_once_are_refused(place):
    without_a_sum(place, None)
    with journal.alone(place.data), pytest.raises(Misconfigured, match="Another upgrade of"):
        upgrading.upgrade(place, new(place), exchanging.digest(new(place)))
    assert upgrading.upgrade(place, new(place), exchanging.digest(new(place)).upper(), dry=True)[1] == 0
    sums = f"{'0' * 64}  inglenook-other\n{exchanging.digest(new(place))}  inglenook\n"
    new(place).with_name("SHA256SUMS").write_text(sums)
    assert upgrading.upgrade(place, new(place))[1] == 0


def test_a_version_that_cannot_open_the_database_goes_back_by_itself(place):
    plain(new(place).parent, "1.1.0", opening="{ echo 'It is dark in here.' >&2; exit 1; }")
    lines, code = upgrading.upgrade(place, new(place))
    assert code == upgrading.RETURNED and "1.0.0 is back" in lines[0] and "It is dark in here" in lines[0]
    assert installed(place) == "1.0.0" and journal.read(place.data).outcome == journal.RETURNED


def test_to_go_back_by_hand_puts_work_aside_only_if_one_says_so(place):
    returning_with_a_database(place.data.parent)
    journal.note(place.data, journal.DONE)
    asked = []
    assert upgrading.back(place, lambda lines: bool(asked.append(lines)))[1] == upgrading.REFUSED
    assert "goes aside, not away" in asked[0][1] and f"schema-{SCHEMA}.db" in asked[0][1]
    assert upgrading.back(place, lambda _: False, dry=True)[1] == 0
    assert installed(place) == "1.1.0" and journal.read(place.data).outcome == journal.DONE


def test_a_start_whose_upgrade_was_cut_before_the_swap_forgets_it(place):
    tried(place, swapped=False)
    starting.begin(place.data)
    assert journal.read(place.data).outcome == journal.CANCELLED and installed(place) == "1.0.0"


def test_without_the_command_a_version_that_ends_three_times_is_taken_back_by_the_next_start(place):
    tried(place)
    for n in range(starting.TRIES):
        starting.begin(place.data)
        assert not handing.wanted and len(journal.read(place.data).starts) == n + 1
    starting.begin(place.data)
    found = journal.read(place.data)
    assert handing.wanted and found.outcome == journal.RETURNED and "ended 3 times" in found.why
    assert installed(place) == "1.0.0"
    handing.wanted = False
    starting.begin(place.data)
    assert not handing.wanted, "it is over"


def test_without_the_command_a_version_that_refuses_the_database_is_taken_back_at_once(place):
    tried(place)
    starting.begin(place.data)
    with pytest.raises(Misconfigured), starting.opening(place.data, lambda: None):
        raise Misconfigured("The moon is in the wrong place.")
    assert handing.wanted and installed(place) == "1.0.0"
    assert "the moon" in journal.read(place.data).why.lower()


def test_while_the_command_watches_a_version_on_trial_decides_nothing(place):
    tried(place)
    with journal.alone(place.data):
        for _ in range(5):
            starting.begin(place.data)
            with pytest.raises(Misconfigured), starting.opening(place.data, lambda: None):
                raise Misconfigured("The moon is in the wrong place.")
    found = journal.read(place.data)
    assert found.phase == journal.TRIAL and len(found.starts) == 5 and installed(place) == "1.1.0"
    lines, code = upgrading.upgrade(place, new(place))
    assert code == upgrading.RETURNED and installed(place) == "1.0.0", "the next command brings it to its end"


def test_half_a_line_of_the_journal_is_no_step(place):
    tried(place)
    with (place.data / journal.NAME).open("ab") as file:
        file.write(b'{"step":"do')
    journal.note(place.data, "started")
    assert journal.read(place.data).starts == (os.getpid(),)
    (place.data / journal.NAME).write_bytes(b"nonsense\n[]\n")
    assert journal.read(place.data) is None


def tried(place, swapped: bool = True) -> Upgrade:
    """An upgrade whose command was killed behind the swap, or just before it."""
    exchanging.bring(new(place), place.target)
    old, told = (Release(v, SCHEMA, exchanging.digest(f)) for v, f in (("1.0.0", place.target), ("1.1.0", new(place))))
    begun = journal.begin(place.data, Upgrade(clock.now(), place.target, old, told, SCHEMA))
    if swapped:
        exchanging.swap(place.target)
    return begun


def test_admins_are_told_how_the_last_upgrade_ended(place, house, alice, bob, monkeypatch):
    tried(place)
    assert "Last upgrade" not in alice.get("/admin").text
    note = house.data / journal.NAME
    try:
        note.write_bytes((place.data / journal.NAME).read_bytes())
        journal.note(house.data, journal.DONE)
        assert re.search(r"Last upgrade.*, to 1\.1\.0", alice.get("/admin").text, re.S)
        journal.note(house.data, journal.BACK, why="It was <b>dark</b>.")
        journal.note(house.data, journal.RETURNED)
        page = alice.get("/admin").text
        assert "The upgrade to 1.1.0 was taken back" in page and "It was &lt;b&gt;dark&lt;/b&gt;" in page
        assert bob.get("/admin").status_code == 403
    finally:
        note.unlink()


def test_a_checkout_is_upgraded_by_git_and_a_version_says_what_it_is(tmp_path):
    file = release(tmp_path / "new", "1.1.0")
    refused(run("upgrade", str(file), data=tmp_path / "data", INGLENOOK_REPLICA="off"), "`git pull`", "`make setup`")
    told = subprocess.run([file, "release"], capture_output=True, text=True, env=SPARSE, timeout=60)
    assert json.loads(told.stdout) == {"version": "1.1.0", "schema": SCHEMA}


# ── killed at each line ───────────────────────────────────────────────────────────────────────────────────────────────
def upgraded(folder: Path) -> None:
    place = workspace(folder)
    upgrading.upgrade(place, new(place))


def is_upgraded_by_the_next_one(folder: Path, n: int) -> None:
    place = workspace(folder)
    assert re.search(r"Inglenook (1.0.0|1.1.0),", place.target.read_text())
    if n % 2:
        starting.begin(place.data)  # a server starts first
    if any("again for another" in line for line in upgrading.upgrade(place, new(place))[0]):
        assert "this very file" in upgrading.upgrade(place, new(place))[0][0]
    assert installed(place) == "1.1.0" and "1.0.0" in exchanging.previous(place.target).read_text()
    assert journal.read(place.data).outcome == journal.DONE


def here(folder: Path) -> None:
    """The directory is a copy: its journal is to speak of its own file."""
    note = folder / "data" / journal.NAME
    note.write_text(re.sub(r'"target":"[^"]+"', f'"target":"{folder}/bin/inglenook"', note.read_text(), count=1))


def gone_back(folder: Path) -> None:
    here(folder)
    upgrading.back(workspace(folder), lambda _: True)


def is_back_by_the_next_start(folder: Path, n: int) -> None:
    place = workspace(folder)
    if journal.read(place.data).outcome == journal.DONE:
        assert "1.1.0" in place.target.read_text(), "killed before it was decided"
        gone_back(folder)
    starting.begin(place.data)
    assert installed(place) == "1.0.0" and journal.read(place.data).outcome == journal.RETURNED


def started(folder: Path) -> None:
    """A server starts that has to go back, in front of a database of the newer schema."""
    here(folder)
    config.use(replace(config.Config(), data=folder / "data", replica="off"))
    starting.begin(folder / "data")


def has_the_database_from_before(folder: Path, n: int) -> None:
    started(folder)
    data = folder / "data"
    assert journal.read(data).outcome == journal.RETURNED
    assert copies.look(data / "inglenook.db").schema == SCHEMA and not (data / swapping.NOTE).exists()
    [aside] = [path / "inglenook.db" for path in (data / "aside").iterdir()]
    with copies.opened(aside) as there:
        assert there.execute("select colour from account").fetchall()[0] == ("green",), "what was written is kept"


def on_trial(folder: Path) -> None:
    tried(workspace(folder))


def returning_with_a_database(folder: Path) -> None:
    """It has been decided to go back, and the new version has moved the schema."""
    place = workspace(folder)
    tried(place)
    (place.data / "snapshots").mkdir()
    shutil.copy(place.data / "inglenook.db", place.data / f"snapshots/2099-01-01T00-00-00Z-schema-{SCHEMA}.db")
    with copies.opened(place.data / "inglenook.db", "rw") as there:
        there.execute("alter table account add column colour text default 'green'")
        there.execute(f"pragma user_version={SCHEMA + 1}")
    journal.note(place.data, journal.BACK, why="it was dark")


DEEDS = {
    "upgrade": (workspace, upgraded, is_upgraded_by_the_next_one, ["app/releases"]),
    "back": (upgraded, gone_back, is_back_by_the_next_start, ["app/releases"]),
    "start": (
        returning_with_a_database,
        started,
        has_the_database_from_before,
        ["app/releases/returning.py", "app/releases/exchanging.py", "app/backups/swapping.py"],
    ),
}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "deed", [each if each == "upgrade" else pytest.param(each, marks=pytest.mark.long) for each in DEEDS]
)
def test_killed_at_each_line_the_next_start_or_the_next_command_brings_it_to_its_end(deed, tmp_path):
    before, do, look, files = DEEDS[deed]
    before(tmp_path / "before")
    names = (f"{__name__}:{each.__name__}" for each in (do, look))
    assert kill_at_each_line(*names, tmp_path / "before", *files) > 30


# ── a server behind a held door ───────────────────────────────────────────────────────────────────────────────────────
class Held:
    """Release 1.0.0, serving behind a door that is held, and a reader who never stops asking."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        golden.lay(SCHEMA, self.data)
        self.file = release(folder / "bin", "1.0.0")
        self.environ = SPARSE | {"INGLENOOK_REPLICA": "off", "HOME": str(folder)}
        with (folder / "log").open("w") as log:
            words = [self.file, "serve", "--hold", "--port", "0", "--data", self.data]
            self.process = subprocess.Popen(words, env=self.environ, stdout=subprocess.PIPE, stderr=log, text=True)
        found = re.search(r"http://[\w.:]+", self.process.stdout.readline())
        assert found, (folder / "log").read_text()
        self.url = found[0]

    def command(self, *words: str) -> list[str]:
        return [str(self.file), *words, "--data", str(self.data)]

    def upgrade(self, *words: str) -> tuple[int, str]:
        """How the command ended and what it said."""
        words = self.command("upgrade", *words)
        done = subprocess.run(words, env=self.environ, capture_output=True, text=True, timeout=150)
        return done.returncode, done.stdout + done.stderr

    def version(self) -> str:
        return doors.state(self.data).version

    def settled(self) -> Upgrade:
        """The last upgrade, when it is over and a server answers."""
        deadline = time.monotonic() + 90
        while (found := journal.read(self.data)) is None or found.phase != journal.OVER or not doors.state(self.data):
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.1)
        return found

    @contextmanager
    def asked(self):
        """While this is open somebody asks, and has to be answered each time."""
        # A version that is killed takes the lines along on which nothing is asked: a new one each time.
        over, seen, each = threading.Event(), [], {"connection": "close"}

        def ask() -> None:
            with httpx2.Client(base_url=self.url, verify=PLAIN, timeout=60, headers=each) as reader:
                while not over.wait(0.02):
                    seen.append(reader.get("/healthz").status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield seen
        finally:
            over.set()
            asking.join(60)
        assert set(seen) == {200}, "somebody was turned away"

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0


@pytest.fixture
def held(tmp_path):
    server = Held(tmp_path)
    yield server
    if server.process.poll() is None:
        server.process.kill()
    server.process.wait()
    server.process.stdout.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_behind_a_held_door_a_version_is_tried_taken_back_and_replaced_without_a_dropped_request(held):
    database = held.data / "inglenook.db"
    with held.asked() as seen:
        # It moves the schema, and dies.
        code, said = held.upgrade(str(release(held.folder / "gone", "1.1.0", "gone")))
        assert code == upgrading.RETURNED and "it ended before it was ready" in said, said
        aside = held.data / re.search(r"aside/\S+/inglenook\.db", said)[0]
        assert held.version() == "1.0.0" and migrations.number(database) == SCHEMA
        assert migrations.number(aside) == SCHEMA + 1, "what it wrote is kept"
        # It is well, and moves the schema too.
        code, said = held.upgrade(str(release(held.folder / "new", "1.2.0", "tomorrow")))
        assert code == 0 and "Inglenook 1.2.0 serves" in said, said
        assert held.version() == "1.2.0" and migrations.number(database) == SCHEMA + 1
        # By hand back to the one before.
        code, said = held.upgrade("--back", "--yes")
        assert code == 0 and held.version() == "1.0.0" and migrations.number(database) == SCHEMA, said
    assert len(seen) > 20
    held.end()


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("broken", "the moon is in the wrong place"),
        ("dying", "it ended before it was ready"),
        ("gone", "it ended before it was ready"),
        ("never", "The moon is in the wrong place"),
        ("mute", "nothing of it answered"),
    ],
)
def test_whatever_a_new_version_does_instead_of_serving_the_old_one_serves_again(kind, words, held):
    with held.asked():
        code, said = held.upgrade(str(release(held.folder / "new", "1.1.0", kind)), "--wait", "15")
        assert code == upgrading.RETURNED and words in said, said
        assert held.version() == "1.0.0" and migrations.number(held.data / "inglenook.db") == SCHEMA
    assert ("aside/" in said) == (kind == "gone"), "what a newer schema held is kept, and said"


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sound", "tomorrow", "broken", "gone", "never"])
@pytest.mark.parametrize("step", ["trial", "started", "back"])
def test_the_command_is_killed_and_the_server_brings_the_upgrade_to_its_end(step, kind, held):
    file = release(held.folder / "new", "1.1.0", kind)
    words = held.command("upgrade", str(file), "--wait", "15")
    upgrade = subprocess.Popen(words, env=held.environ, stdout=subprocess.DEVNULL)
    note = held.data / journal.NAME
    while upgrade.poll() is None and not (note.exists() and f'"step":"{step}"' in note.read_text()):
        time.sleep(0.005)
    upgrade.kill()
    upgrade.wait()
    if (found := journal.read(held.data)).phase != journal.OVER:
        if step != "started" or kind == "never":
            # The old server, or one that will never be ready, serves on until somebody starts it again.
            subprocess.run(held.command("restart"), env=held.environ, capture_output=True, timeout=120)
        if kind == "never" and found.phase == journal.TRIAL:
            assert held.upgrade(str(file), "--wait", "15")[0] == upgrading.RETURNED
        found = held.settled()
    done = kind in ("sound", "tomorrow") and found.outcome == journal.DONE
    assert done or found.outcome in (journal.RETURNED, journal.CANCELLED)
    assert held.version() == ("1.1.0" if done else "1.0.0")
    assert migrations.number(held.data / "inglenook.db") == SCHEMA + (done and kind == "tomorrow")
