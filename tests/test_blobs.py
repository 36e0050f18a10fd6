"""Blobs: bytes beside the database, their copies, what is missing, and their end."""

import hashlib
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app import blobs, clock, config, db, migrations
from app.backups.bucket import BucketTarget
from app.backups.target import FileTarget
from app.blobs import copies, ending, keeping
from app.errors import Conflict, Gone, Misconfigured
from tests.killing import HOUSE, kill_at_each_line
from tests.storage import BUCKET

DAY = clock.DAY


@pytest.fixture
def store(house, tmp_path):
    """A directory as the target of copies."""
    before = copies.target
    here = FileTarget(tmp_path / "target")
    blobs.copy_to(lambda: here)
    yield here
    blobs.copy_to(before)


@pytest.fixture
def data():
    """Bytes that no other test has."""
    return os.urandom(100_000)


def row(hash: str) -> dict[str, int | None] | None:
    names = ("size", "copied_at", "released_at", "missing_at")
    found = db.fetch(f"select {', '.join(names)} from blob where hash = ?", hash)
    return dict(zip(names, found, strict=True)) if found else None


def read(hash: str) -> bytes:
    with blobs.open(hash) as file:
        return file.read()


def stored(data: bytes, id: str = "") -> str:
    kept = blobs.keep(data)
    with db.write() as tx:
        return blobs.refer(tx, kept, "test", id or kept.hash)


def until(true, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(found)


def released_long_ago(hash: str, ago: int) -> None:
    """As if it had been kept, and its use had ended, so long ago."""
    with db.write() as tx:
        blobs.release(tx, "test", hash)
        tx.run("update blob set released_at = :at where hash = :hash", at=clock.now() - ago, hash=hash)
    if keeping.path(hash).exists():
        os.utime(keeping.path(hash), times=((clock.now() - ago) / 1e6,) * 2)


# ── kept and copied ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_bytes_are_named_by_their_hash_and_readable_by_their_owner_only(house, data):
    hash = stored(data)
    file = house.data / "blobs" / hash[:2] / hash
    assert hash == hashlib.sha256(data).hexdigest()
    assert read(hash) == data
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_is_kept_like_bytes(house, data, tmp_path):
    (tmp_path / "upload").write_bytes(data)
    assert blobs.keep(tmp_path / "upload") == blobs.keep(data)


def test_a_transaction_that_fails_leaves_no_row_and_no_job(house, data):
    kept = blobs.keep(data)
    with pytest.raises(ZeroDivisionError), db.write() as tx:
        blobs.refer(tx, kept, "test", "x")
        _ = 1 / 0
    assert row(kept.hash) is None
    assert db.fetch("select 1 from job where payload like ?", f"%{kept.hash}%") is None


def test_a_job_of_the_same_transaction_copies_them_to_the_target(store, data):
    hash = stored(data)
    assert until(lambda: row(hash)["copied_at"])
    assert (store.root / "blobs" / hash[:2] / hash).read_bytes() == data


def test_a_bucket_holds_copies_gives_them_back_and_lets_go_of_them(house, s3, data):
    bucket = BucketTarget(f"s3://{BUCKET}/copies", s3.config("copies"))
    before = copies.target
    blobs.copy_to(lambda: bucket)
    hash = stored(data)
    assert until(lambda: row(hash)["copied_at"])
    assert copies.listed()[copies.name(hash)] == len(data)
    keeping.path(hash).unlink()
    assert read(hash) == data
    released_long_ago(hash, 9 * DAY)
    blobs.sweep()
    assert row(hash) is None and copies.name(hash) not in copies.listed()
    blobs.copy_to(before)


def test_a_target_that_does_not_answer_leaves_the_copy_for_later(store, data):
    store.root.parent.mkdir(exist_ok=True)
    store.root.write_text("in the way")
    hash = stored(data)
    with pytest.raises(Misconfigured):
        blobs.copy(None, hash)
    assert row(hash)["copied_at"] is None
    store.root.unlink()
    assert blobs.copy(None, hash) and row(hash)["copied_at"]


def test_the_same_bytes_are_copied_by_many_at_once_and_what_a_dead_one_left_goes(store, data):
    name = copies.name(hashlib.sha256(data).hexdigest())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.write(name, data), range(200)))
    assert [each[0] for each in store.list("blobs")] == [name] and store.read(name) == data
    left = [store.root / f"{name}.{end}.new" for end in (1, 2)]
    for path in left:
        path.write_bytes(data[:7])
    os.utime(left[0], (0, 0))
    assert [each[0] for each in store.list("blobs")] == [name]
    assert [path.exists() for path in left] == [False, True]


def test_a_damaged_file_is_not_copied_over_a_good_copy_but_mended_from_it(store, data):
    hash = stored(data)
    assert until(lambda: row(hash)["copied_at"])
    keeping.path(hash).write_bytes(b"x" * len(data))
    copies.forget(hash)
    assert blobs.copy(None, hash)
    assert keeping.path(hash).read_bytes() == data
    assert (store.root / "blobs" / hash[:2] / hash).read_bytes() == data


def test_bytes_that_are_kept_again_mend_a_damaged_file(house, data):
    hash = stored(data)
    keeping.path(hash).write_bytes(b"x" * len(data))
    assert stored(data, "again") == hash
    assert read(hash) == data


@pytest.mark.slow
@pytest.mark.long
def test_after_a_change_of_the_target_or_a_restore_everything_is_looked_for_and_copied(store, data, tmp_path):
    hash = stored(data)
    assert until(lambda: row(hash)["copied_at"])
    blobs.catch_up()
    other = FileTarget(tmp_path / "other")
    blobs.copy_to(lambda: other)
    blobs.catch_up()
    assert until((other.root / "blobs" / hash[:2] / hash).exists)
    assert until(lambda: copies.is_idle("blobs.fetch_missing") and copies.is_idle("blobs.copy_rest"))
    keeping.path(hash).unlink()
    with db.write() as tx:
        tx.run("insert or replace into setting values ('generation', :n)", n=str(clock.now()))
    blobs.catch_up()
    assert until(keeping.path(hash).exists)
    before = db.fetch("select count(*) from job")
    blobs.catch_up()
    assert db.fetch("select count(*) from job") == before


def test_what_no_job_has_copied_is_copied_with_the_rest(store, data):
    blobs.copy_to(copies.nowhere)
    hash = stored(data)
    mine = f"%{hash}%"
    assert until(lambda: db.fetch("select 1 from job where payload like ? and state = 'done'", mine))
    assert row(hash)["copied_at"] is None
    with db.write() as tx:
        tx.run("update blob set created_at = created_at - :late where hash = :hash", late=clock.HOUR, hash=hash)
    blobs.copy_to(lambda: store)
    blobs.catch_up()
    assert until(lambda: row(hash)["copied_at"])


def test_a_disk_that_takes_no_more_is_said_in_words_and_nothing_is_left_of_it(tmp_path):
    script = f"""
import pathlib, resource
from app import blobs, config, secrets
from app.errors import NotWritten
from app.secrets import keys
data = pathlib.Path({str(tmp_path)!r})
config.use(config.Config(data=data))
secrets.open(data)
before = (data / "secret.key").read_bytes()
resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60))
for deed in (lambda: blobs.keep(b"x" * 1000), lambda: keys.keep(keys.ring.turned(keys.make(), 0))):
    try:
        deed()
    except NotWritten as refusal:
        print(refusal.message)
assert (data / "secret.key").read_bytes() == before
print([each.name for each in data.rglob("*") if each.is_file()])
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True)
    assert done.stdout.count("The disk did not take this") == 2, done.stderr
    assert done.stdout.splitlines()[-1] == "['secret.key']"


# ── missing ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_not_on_this_disk_is_fetched_when_it_is_read(store, data):
    hash = stored(data)
    assert until(lambda: row(hash)["copied_at"])
    keeping.path(hash).unlink()
    assert read(hash) == data


def test_what_is_nowhere_is_listed_as_missing_until_it_is_found_again(store, data):
    hash = stored(data, "a-thing")
    assert until(lambda: row(hash)["copied_at"])
    copy = store.root / "blobs" / hash[:2] / hash
    keeping.path(hash).unlink()
    copy.rename(store.root / "elsewhere")
    with pytest.raises(Gone, match="missing"):
        blobs.open(hash)
    assert blobs.fetch_missing() >= 1
    listed = [each for each in blobs.missing() if each.hash == hash]
    assert [(each.kind, each.target_id, each.size) for each in listed] == [("test", "a-thing", len(data))]
    assert blobs.is_missing(hash)
    (store.root / "elsewhere").rename(copy)
    blobs.fetch_missing()
    assert not blobs.is_missing(hash) and read(hash) == data


def test_a_check_reads_every_byte_tells_how_far_it_is_and_mends_what_it_can(store, data):
    hash = stored(data)
    assert until(lambda: row(hash)["copied_at"])
    said = []
    keeping.path(hash).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    found = blobs.check(lambda percent, line: said.append(percent))
    assert found.fetched >= 1 and hash not in found.damaged
    assert keeping.path(hash).read_bytes() == data
    assert said == sorted(said) and max(said) <= 100


def test_a_check_finds_a_flipped_bit_and_a_missing_copy(store, data):
    hash, other = stored(data), stored(data[::-1])
    assert until(lambda: row(hash)["copied_at"] and row(other)["copied_at"])
    store.delete(copies.name(hash))
    store.delete(copies.name(other))
    keeping.path(hash).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    found = blobs.check()
    assert hash in found.damaged and not found.ok and found.uncopied >= 2
    assert blobs.is_missing(hash) and not blobs.is_missing(other)
    assert until(lambda: row(other)["copied_at"])


# ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_bytes_that_two_things_use_stay_until_the_second_has_ended(house, data):
    hash = stored(data, "one")
    stored(data, "two")
    with db.write() as tx:
        assert blobs.release(tx, "test", "one") == 1
    assert row(hash)["released_at"] is None
    with db.write() as tx:
        blobs.release(tx, "test", "two")
    assert row(hash)["released_at"] is not None
    assert stored(data, "three") == hash and row(hash)["released_at"] is None


def test_they_are_deleted_here_and_at_the_target_eight_days_after_their_last_use(store, data):
    hash = stored(data)
    assert until(lambda: row(hash)["copied_at"])
    released_long_ago(hash, 8 * DAY - clock.HOUR)
    blobs.sweep()
    assert keeping.path(hash).exists()
    released_long_ago(hash, 8 * DAY + clock.HOUR)
    assert blobs.sweep() >= 1
    assert row(hash) is None and not keeping.path(hash).exists()
    assert not (store.root / "blobs" / hash[:2] / hash).exists()


def test_bytes_in_use_are_never_swept_however_old_they_are(store, data):
    hash = stored(data)
    with db.write() as tx:
        tx.run("update blob set created_at = 1, released_at = 1 where hash = :hash", hash=hash)
    os.utime(keeping.path(hash), times=(1, 1))
    blobs.sweep()
    assert read(hash) == data


def test_bytes_that_are_kept_again_are_not_swept_before_somebody_refers_to_them(house, data):
    hash = stored(data)
    released_long_ago(hash, 30 * DAY)
    kept = blobs.keep(data)
    assert blobs.sweep() == 0
    with db.write() as tx:
        blobs.refer(tx, kept, "test", "again")
    assert read(hash) == data and row(hash)["released_at"] is None


def test_nobody_can_refer_to_bytes_that_were_swept(house, data):
    kept = blobs.keep(data)
    keeping.path(kept.hash).unlink()
    with pytest.raises(Conflict, match="again"), db.write() as tx:
        blobs.refer(tx, kept, "test", "x")


def test_what_no_row_knows_is_released_and_stays_for_eight_days_too(store, data):
    kept = blobs.keep(data)
    alien = hashlib.sha256(data[::-1]).hexdigest()
    store.write(copies.name(alien), data[::-1])
    half = keeping.coming()
    half.write_bytes(b"half")
    assert blobs.adopt() == 0 and half.exists()
    old = (time.time() - 2 * 86_400,) * 2
    for each in (keeping.path(kept.hash), half, store.root / copies.name(alien)):
        os.utime(each, times=old)
    assert blobs.adopt() == 2
    assert not half.exists()
    assert row(kept.hash)["released_at"] and row(alien)["copied_at"]
    blobs.sweep()
    assert keeping.path(kept.hash).exists()
    for hash in (kept.hash, alien):
        released_long_ago(hash, 9 * DAY)
    blobs.sweep()
    assert not keeping.path(kept.hash).exists() and not (store.root / copies.name(alien)).exists()


# ── killed at each line ───────────────────────────────────────────────────────────────────────────────────────────────
KEPT, OVER = b"kept" * 20_000, b"over" * 20_000


def opened(data: Path) -> None:
    """The house below the app, with copies beside it."""
    config.use(config.Config(data=data))
    db.open(data / "inglenook.db")
    migrations.bring_up(data / "inglenook.db")
    blobs.copy_to(lambda: FileTarget(data / "target"))


def life(data: Path) -> None:
    """One blob is stored and copied; another, released long ago, is swept."""
    opened(data)
    hash = stored(KEPT)
    blobs.copy(None, hash)
    blobs.adopt()
    blobs.sweep()


def lived(data: Path, n: int) -> None:
    """What is referred to is there; what is half done is done by what comes later anyway; nothing lies about."""
    opened(data)
    for hash, _, copied_at, _ in blobs.used():
        assert read(hash) == KEPT
        assert copied_at is None or (data / "target" / copies.name(hash)).read_bytes() == KEPT
    blobs.copy_rest(None)
    assert all(copied_at for _, _, copied_at, _ in blobs.used())
    for each in [*(data / "blobs").rglob("*"), *(data / "target").rglob("*")]:
        if KEPT not in (each.read_bytes() if each.is_file() else b""):
            os.utime(each, times=(1, 1))
    blobs.adopt()
    blobs.sweep()
    assert row(hashlib.sha256(OVER).hexdigest()) is None
    left = {each.read_bytes() for each in (data / "blobs").rglob("*") if each.is_file()}
    assert left <= {KEPT}
    there = {each.read_bytes() for each in (data / "target").rglob("*") if each.is_file()}
    assert there <= {KEPT}


@pytest.mark.slow
@pytest.mark.long
def test_storing_copying_and_sweeping_may_be_killed_at_each_line(tmp_path):
    before = tmp_path / "data"
    before.mkdir()
    script = (
        "import tests.test_blobs as t, pathlib; from app import blobs, db\n"
        f"t.opened(pathlib.Path({str(before)!r})); hash = t.stored(t.OVER)\n"
        "blobs.copy(None, hash); t.released_long_ago(hash, 9 * t.DAY); db.close()"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=HOUSE)
    lines = kill_at_each_line("tests.test_blobs:life", "tests.test_blobs:lived", before, "app/blobs/", "app/disk.py")
    assert lines > 80
    assert ending.KEPT == 8 * DAY
