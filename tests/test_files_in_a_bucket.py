"""A bucket as the home of files: acknowledged on this disk, moved there, read from there, and moved on later."""

import hashlib
import os
import time
from dataclasses import replace

import pytest

from app import blobs, clock, config, db
from app.backups import carrying, target
from app.blobs import copies, distant, homes, keeping
from app.errors import Gone
from tests.storage import BUCKET


@pytest.fixture
def home(house, s3):
    """A folder of a bucket as the home of files, with no room for a cache."""
    before, kept = config.current, (copies.target, copies.opener)
    config.use(replace(s3.config("unused"), replica="off", files=f"s3://{BUCKET}/homes/{clock.BOOT}", files_cache=0))
    blobs.copy_to(target.home, target.opened)
    with db.write() as tx:
        homes.put(tx, homes.MARK, [homes.generation(), target.home().words, target.home().address])
    yield target.home()
    config.use(before)
    blobs.copy_to(*kept)
    with db.write() as tx:
        tx.run("delete from blobuse where kind = 'test'")
        homes.put(tx, homes.BEFORE, "")
        homes.put(tx, homes.MARK, [homes.generation(), "", ""])


def until(true, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(found)


def row(hash: str) -> dict:
    names = ("copied_at", "moved_at", "missing_at")
    return dict(zip(names, db.fetch(f"select {', '.join(names)} from blob where hash = ?", hash), strict=True))


def evicted(hash: str) -> None:
    assert until(lambda: row(hash)["copied_at"])
    blobs.evict()
    assert not keeping.path(hash).exists() and row(hash)["moved_at"]


def test_a_file_is_moved_after_it_was_acknowledged_and_then_read_from_the_bucket(home, bob):
    data = os.urandom(20_000_000)  # more than a part of a multipart upload
    told = bob.put("/files/tea.bin", content=data, headers={"accept": "application/json"}).json()
    hash, raw = told["sha256"], f"/files/{told['id']}/raw"
    evicted(hash)
    assert home.range(copies.name(hash), 0, 10) == data[:10]
    assert hashlib.sha256(bob.get(raw).content).hexdigest() == hash
    assert bob.get(raw, headers={"range": "bytes=15000000-15000009"}).content == data[15_000_000:15_000_010]
    assert bob.get(raw, headers={"range": "bytes=-7"}).content == data[-7:]
    assert bob.get(f"/files/zip?id={told['id']}").status_code == 200
    assert not keeping.path(hash).exists(), "reading it in pieces brings nothing back"
    copy = bob.put("/files/again.bin", content=data, headers={"accept": "application/json"}).json()
    assert copy["sha256"] == hash and not row(hash)["moved_at"]
    assert blobs.here(hash).read_bytes() == data


def test_what_is_not_in_the_bucket_yet_is_not_evicted_and_what_was_read_last_stays_longest(home):
    blobs.evict()
    # What other tests left, which is in no bucket and stays; and room for two of four.
    left = sum(each.stat().st_size for each in keeping.folder().glob("??/*"))
    config.use(replace(config.current, files_cache=(left >> 20) + 7))
    hashes = []
    for n in range(4):
        kept = blobs.keep(os.urandom(3_000_000))
        with db.write() as tx:
            blobs.refer(tx, kept, "test", kept.hash)
        hashes.append(kept.hash)
        assert until(lambda kept=kept: row(kept.hash)["copied_at"])
        os.utime(keeping.path(kept.hash), ns=(n * 10**9, clock.now() * 1000))
    blobs.open(hashes[0]).close()
    with db.write() as tx:
        tx.run("update blob set copied_at = null where hash = :hash", hash=hashes[1])
    blobs.evict()
    assert [keeping.path(each).exists() for each in hashes] == [True, True, False, False]
    found = blobs.open(hashes[2])
    assert isinstance(found.raw, distant.Distant) and len(found.read()) == 3_000_000
    found.close()


def test_check_restore_and_the_end_know_what_lives_in_the_bucket(home, tmp_path):
    kept = blobs.keep(os.urandom(300_000))
    with db.write() as tx:
        blobs.refer(tx, kept, "test", kept.hash)
    evicted(kept.hash)
    assert kept.hash not in blobs.check().missing
    with db.write() as tx:  # as a restored database may have it
        tx.run("update blob set moved_at = null, copied_at = null where hash = :hash", hash=kept.hash)
    blobs.fetch_missing()
    assert row(kept.hash)["moved_at"] and not keeping.path(kept.hash).exists()
    assert carrying.files(tmp_path, config.current.data / "inglenook.db") == 0
    home.delete(copies.name(kept.hash))
    assert kept.hash in blobs.check().missing and row(kept.hash)["missing_at"]
    with pytest.raises(Gone):
        blobs.open(kept.hash)
    other = blobs.keep(os.urandom(300_000))
    with db.write() as tx:
        blobs.refer(tx, other, "test", "ends")
    evicted(other.hash)
    with db.write() as tx:
        blobs.release(tx, "test", "ends")
        tx.run("update blob set released_at = 1 where hash = :hash", hash=other.hash)
    blobs.sweep()
    assert home.range(copies.name(other.hash), 0, 1) is None


@pytest.mark.long
def test_the_home_can_be_moved_to_another_bucket_and_back_to_the_disk(home, s3):
    data = os.urandom(400_000)
    kept = blobs.keep(data)
    with db.write() as tx:
        blobs.refer(tx, kept, "test", kept.hash)
    evicted(kept.hash)
    first = target.home()
    config.use(replace(config.current, files=f"s3://{BUCKET}/homes/{clock.new_id()}"))
    blobs.catch_up()
    with blobs.open(kept.hash) as file:  # before the job has come to it, too
        assert file.read() == data
    second = target.home()
    assert until(lambda: row(kept.hash)["copied_at"] and second.range(copies.name(kept.hash), 0, 1))
    first.delete(copies.name(kept.hash))
    evicted(kept.hash)
    config.use(replace(config.current, files="disk"))
    blobs.catch_up()
    assert until(lambda: keeping.path(kept.hash).exists() and not homes.setting(homes.BEFORE))
    assert keeping.path(kept.hash).read_bytes() == data and not row(kept.hash)["moved_at"]


def test_a_bucket_that_does_not_answer_loses_nothing_that_was_acknowledged(home, s3, bob):
    config.use(replace(config.current, s3_endpoint="http://127.0.0.1:1"))
    data = os.urandom(200_000)
    told = bob.put("/files/tea.bin", content=data, headers={"accept": "application/json"}).json()
    assert bob.get(f"/files/{told['id']}/raw").content == data and not row(told["sha256"])["copied_at"]
    blobs.evict()
    assert keeping.path(told["sha256"]).exists()
    config.use(replace(config.current, s3_endpoint=s3.url))
    assert blobs.copy(None, told["sha256"]) and target.home().range(copies.name(told["sha256"]), 0, 1)
