"""The replica in a bucket: every protection again, its keys, its silence, and what a durable write waits for."""

import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from app import clock
from app.backups import copies, generations, litestream, target
from app.backups.bucket import BucketTarget
from app.backups.target import Unreachable
from tests.replicas import accounts, children, chosen, drop, events, people, until
from tests.storage import BUCKET
from tests.test_command_line import HOUSE, SPARSE, Served, refused, run

# Servers with their replicas: they wait more than they work.
pytestmark = pytest.mark.slow


@pytest.fixture
def place(s3, request) -> BucketTarget:
    """A folder of its own in the bucket."""
    return BucketTarget(f"s3://{BUCKET}/{request.node.name}", s3.config(request.node.name))


def names(place: BucketTarget) -> list[str]:
    return [name for name, _, _ in place.list("")]


def test_objects_are_written_read_listed_and_deleted(place) -> None:
    place.reachable()
    assert place.read("none") is None
    before = clock.now()
    place.write("blobs/ab/abc", b"x" * 70_000)
    place.write("house/12/ltx/0/1", b"1")
    assert place.read("blobs/ab/abc") == b"x" * 70_000
    ((name, size, moment),) = place.list("blobs/")
    assert (name, size) == ("blobs/ab/abc", 70_000) and abs(moment - before) < 60 * clock.SECOND
    assert list(place.folders("")) == ["blobs", "house"] and list(place.folders("house")) == ["12"]
    place.delete("blobs/ab/abc")
    place.delete("blobs/ab/abc")
    place.delete_under("house")
    assert names(place) == []
    assert place.is_remote and not place.same_disk


@pytest.mark.parametrize(
    ("changes", "bucket", "words"),
    [
        ({}, "elsewhere", "make the bucket"),
        ({"s3_endpoint": "http://127.0.0.1:9"}, BUCKET, "does not answer.*INGLENOOK_S3_ENDPOINT"),
    ],
)
def test_a_bucket_that_cannot_be_used_says_what_to_do(s3, changes, bucket, words) -> None:
    place = BucketTarget(f"s3://{bucket}/x", replace(s3.config("x"), **changes))
    for ask in (lambda: place.read("a"), lambda: place.write("a", b"1"), lambda: names(place), place.reachable):
        with pytest.raises(Unreachable, match=words):
            ask()


def test_wrong_keys_are_named(s3) -> None:
    words = b"<Error><Code>InvalidAccessKeyId</Code><Message>No such key.</Message></Error>"
    head = b"HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-type: application/xml\r\ncontent-length: %d\r\n\r\n"

    def refuse(listener: socket.socket) -> None:
        for _ in range(3):
            with listener.accept()[0] as connection:
                connection.recv(65536)
                connection.sendall(head % len(words) + words)

    with socket.create_server(("127.0.0.1", 0)) as strict:
        threading.Thread(target=refuse, args=(strict,), daemon=True).start()
        endpoint = f"http://127.0.0.1:{strict.getsockname()[1]}"
        place = BucketTarget(f"s3://{BUCKET}/x", replace(s3.config("x"), s3_endpoint=endpoint))
        for ask in (lambda: place.read("a"), lambda: place.write("a", b"1"), lambda: names(place)):
            with pytest.raises(Unreachable, match="refuses the keys.*INGLENOOK_S3_SECRET"):
                ask()


def test_a_silent_store_is_not_waited_for_longer_than_said(s3) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        place = BucketTarget(f"s3://{BUCKET}/x", replace(s3.config("x"), s3_endpoint=endpoint))
        started = time.monotonic()
        with pytest.raises(Unreachable, match="does not answer"):
            place.read("a", limit=1.0)
        assert time.monotonic() - started < 5


def test_the_way_there_and_back(tmp_path: Path, s3, place) -> None:
    environ = s3.environ("test_the_way_there_and_back")
    # A shell that is set up for Amazon changes nothing.
    foreign = {"AWS_CA_BUNDLE": "/nowhere", "AWS_SESSION_TOKEN": "old", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    accounts(tmp_path, "ada@example.org", **environ)
    with Served(tmp_path, **environ, **foreign) as server:
        children(server)
        accounts(tmp_path, "bob@example.org", **environ)
        server.end()
    assert not (tmp_path / "replica").exists()
    drop(tmp_path)
    assert people(tmp_path, **environ, **foreign) == ["ada@example.org", "bob@example.org"]
    said = json.loads(place.read("current.json"))
    assert [each["number"] for each in said["generations"]] == [1, 2]


def test_keys_are_in_no_file_and_no_command_line(tmp_path: Path, s3) -> None:
    environ = s3.environ("keys") | {"INGLENOOK_S3_SECRET": "a-secret-of-the-bucket"}
    with Served(tmp_path, **environ) as server:
        (child,) = children(server)
        assert "a-secret" not in " ".join(child.cmdline())
        accounts(tmp_path, "ada@example.org", **environ)
        server.end()
        assert "a-secret" not in server.log
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"a-secret" in path.read_bytes()]


def copied(s3, prefix: str, out: Path) -> int:
    """How many people the bucket knows."""
    out.unlink(missing_ok=True)
    out.parent.mkdir(exist_ok=True)
    with chosen(out.parent, **{field: value for _, field, value in s3.settings(prefix)}):
        place = target.chosen()
        current = generations.read(place)
        litestream.restore(place, current.instance, current.generation, out)
        return copies.look(out).counts["people"]


def test_an_account_is_in_the_bucket_before_its_command_has_ended(tmp_path: Path, s3) -> None:
    environ = s3.environ("account")
    with Served(tmp_path / "data", **environ) as server:
        children(server)
        for n in range(3):
            accounts(tmp_path / "data", f"ada{n}@example.org", **environ)
            assert copied(s3, "account", tmp_path / "other" / "inglenook.db") == n + 1, "the machine may burn now"
        server.end()


@pytest.mark.long
def test_a_silent_bucket_delays_a_durable_write_three_seconds_once_and_nothing_else(tmp_path: Path, s3) -> None:
    environ = s3.environ("silent")
    with Served(tmp_path / "data", **environ) as server:
        children(server)
        accounts(tmp_path / "data", "ada@example.org", **environ)
        s3.sleep()
        try:
            durations = [
                timed(lambda n=n: accounts(tmp_path / "data", f"b{n}@example.org", **environ)) for n in range(3)
            ]
            assert timed(lambda: httpx2.get(f"{server.url}/healthz").raise_for_status()) < 0.5
        finally:
            s3.wake()
        assert durations[0] > 2.5 and durations[0] - durations[2] > 1.5, durations
        until(lambda: copied(s3, "silent", tmp_path / "other" / "inglenook.db") == 4, 25)
        server.end()
    assert "backups.unconfirmed" in [each["event"] for each in events(server)]


def timed(call) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


@pytest.mark.long
def test_a_start_with_a_database_does_not_wait_for_a_silent_bucket(tmp_path: Path, s3) -> None:
    environ = s3.environ("late")
    accounts(tmp_path / "data", "ada@example.org", **environ)
    s3.sleep()
    try:
        refused(run("accounts", "list", data=tmp_path / "new", **environ), "There is no database", "does not answer")
        with Served(tmp_path / "data", **environ) as server:
            assert httpx2.get(f"{server.url}/healthz").status_code == 200
            s3.wake()
            children(server)
            server.end()
    finally:
        s3.wake()
    assert copied(s3, "late", tmp_path / "new" / "inglenook.db") == 1


def test_a_target_in_a_directory_loads_no_client_of_a_store(tmp_path: Path) -> None:
    code = (
        "import sys, main\nmain.main(['accounts', 'list', '--data', sys.argv[1]])\nassert 'obstore' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=HOUSE, env=SPARSE, check=True, timeout=60)
