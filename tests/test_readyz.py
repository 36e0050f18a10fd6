"""/readyz: one word for everybody, which part and why for admins, each part by what really happens to it."""

import re
import threading
import time
from dataclasses import replace

import httpx2
import pytest

from app import clock, config, db, jobs, keys
from app.backups import health, starting
from app.doors import handing
from app.rights import machine
from routes import assets, readiness


def fresh(someone) -> httpx2.Response:
    """Asked anew: what was found a moment ago holds no more."""
    readiness.looking = None
    return someone.get("/readyz")


@pytest.fixture
def asked(alice, nobody):
    """Asks as an admin's key does: the parts that are not well."""
    secret = keys.create(machine(), "monitor", user=alice.id, scopes=["usage:read"])[1]
    nobody.headers["authorization"] = f"Bearer {secret}"

    def ask() -> dict[str, str]:
        told = fresh(nobody)
        assert "parts" in told.json(), told.text
        parts = told.json()["parts"]
        assert list(parts) == ["server", "database", "assets", "replica", "jobs"]
        wrong = {name: said for name, said in parts.items() if said != "ok"}
        assert told.json()["ready"] == (not wrong) and told.status_code == (503 if wrong else 200)
        return wrong

    return ask


def test_everybody_is_told_one_word_on_any_host(house, nobody, monkeypatch):
    assert (fresh(nobody).status_code, fresh(nobody).text) == (200, "ready\n")
    monkeypatch.setattr(config, "current", replace(config.current, url="https://ai.example.org"))
    assert fresh(nobody).text == "ready\n"
    monkeypatch.setattr(handing, "ending", True)
    told = fresh(nobody)
    assert (told.status_code, told.text, told.headers["retry-after"]) == (503, "unready\n", "1")


def test_which_part_is_for_the_keys_of_admins_only(alice, bob, nobody, asked):
    assert asked() == {}
    for someone, scope, status in ((bob, "usage:read", 403), (alice, "models", 403)):
        secret = keys.create(machine(), "small", user=someone.id, scopes=[scope])[1]
        assert nobody.get("/readyz", headers={"authorization": f"Bearer {secret}"}).status_code == status
    assert nobody.get("/readyz", headers={"authorization": "Bearer ink-nonsense"}).status_code == 401
    del nobody.headers["authorization"]
    assert alice.get("/readyz").text == "ready\n", "a session counts for nothing here, and for a page of admins"


def test_admins_see_it_on_their_page_too(alice, monkeypatch):
    readiness.looking = None
    assert "is not ready" not in alice.get("/admin").text
    monkeypatch.setattr(assets, "assets", {name: each for name, each in assets.assets.items() if name != "htmx.js"})
    readiness.looking = None
    assert "This server is not ready.</strong> htmx.js is missing." in re.sub(
        r"<(?!/strong)[^>]+>", "", alice.get("/admin").text
    )


def test_a_database_that_somebody_holds_is_not_ready_and_the_answer_comes_within_a_second(house, nobody, asked):
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with db.write():
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(5)
    try:
        begun = time.monotonic()
        assert "held the database" in asked()["database"]
        assert time.monotonic() - begun < 1
    finally:
        leave.set()
        holder.join()
    assert asked() == {}


def test_a_look_writes_nothing_that_the_replica_would_get(house, asked):
    wal = house.data / "inglenook.db-wal"
    asked()
    before = wal.stat().st_size, wal.stat().st_mtime_ns, db.fetch("pragma data_version")
    assert asked() == {}
    assert before == (wal.stat().st_size, wal.stat().st_mtime_ns, db.fetch("pragma data_version"))
    assert not (house.data / readiness.TRIAL).exists()


def test_a_disk_that_takes_no_writes_is_not_ready(house, asked):
    (house.data / readiness.TRIAL).mkdir()  # as root, too, a directory cannot be written
    try:
        assert "takes no writes" in asked()["database"]
    finally:
        (house.data / readiness.TRIAL).rmdir()


def test_a_replica_that_is_older_than_its_bound_is_not_ready(asked, monkeypatch):
    class Late:
        state = staticmethod(lambda: replace(Late.was, behind=health.LATE + 1, error="The bucket is gone."))

    from app.backups.state import State

    Late.was = State("s3", "s3://b", "normal", False, "i", 1, 0.5, clock.now(), "", 0, False, 1, False, None)
    monkeypatch.setattr(starting, "running", Late)
    assert asked() == {"replica": "It lacks the last 61 seconds. The bucket is gone."}
    Late.was, Late.state = Late.was, staticmethod(lambda: Late.was)
    assert asked() == {}


def test_jobs_that_nobody_takes_are_not_ready(asked, monkeypatch):
    monkeypatch.setattr(jobs, "consumer", lambda: "The workers have died.")
    assert asked() == {"jobs": "The workers have died."}
    monkeypatch.setattr(jobs, "consumer", lambda: "")
    monkeypatch.setattr(jobs, "STUCK", 0.05)
    monkeypatch.setattr(jobs, "HEAD", "select 'waiting' where ? > 0")
    monkeypatch.setattr(jobs, "BUSY", "select 1 where false")
    monkeypatch.setattr(jobs, "head", None)
    assert asked() == {}, "it may be taken in the next moment"
    time.sleep(0.1)
    assert "none runs" in asked()["jobs"]
