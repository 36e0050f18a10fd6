"""The past: a moment is restored beside the present, served by a child, and closed; nobody sees in it what is not
theirs, then and now."""

import time

import pytest

from app import db, rights
from app.backups import past, snapshots


def until(seen, seconds: float = 40.0):
    deadline = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
    return found


def me_of(person):
    return rights.Caller(id=person.id, role="admin", door="page")


def looked(person):
    """Open the workspace as it is now for this admin: the root of its addresses."""
    copy = snapshots.take(rights.machine())
    source = db.here().path.parent / copy.path
    opened = past.open(me_of(person), source=source)
    until(lambda: [each for each in past.opened(me_of(person)) if each.ready or each.error])
    (made,) = [each for each in past.opened(me_of(person)) if each.time == opened.time]
    assert made.ready, made
    return f"/then/{made.time}"


@pytest.fixture(autouse=True)
def closed(house):
    yield
    from app.backups.past import openings

    openings.end_all()


def test_it_works(alice):
    root = looked(alice)
    page = alice.get(f"{root}/")
    assert page.status_code == 200, page.text
    print(page.text[:3000])
