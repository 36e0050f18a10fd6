"""The past, hurried: moments are opened and closed as fast as somebody can press, on a disk that is full."""

import threading

import pytest

from app import db
from app.backups import past
from app.backups.past import making, openings, shapes
from app.errors import Conflict, NotWritten
from tests.moments import caller, copied, until


@pytest.fixture
def me(alice):
    """An admin, who leaves nothing open."""
    yield caller(alice.id)
    openings.end_all()
    until(lambda: not openings.at_work)


def test_a_copy_that_nobody_wants_any_more_takes_its_place_until_it_is_given_up(me, monkeypatch):
    go_on, source = threading.Event(), copied()
    monkeypatch.setattr(making, "copied", lambda *_: go_on.wait(20))
    for number in range(shapes.MOST):
        past.open(me, source=source)
        until(lambda: openings.at_work[-1].folder)
        past.close(me, past.opened(me)[0].time)
        assert len(openings.at_work) == number + 1
    with pytest.raises(Conflict, match="given up"):
        past.open(me, source=source)
    go_on.set()
    until(lambda: not openings.at_work)
    assert not list(making.home().glob("*/inglenook.db"))
    past.close(me, past.open(me, source=source).time)


def test_what_could_not_be_written_down_opens_nothing_and_takes_no_place(me, monkeypatch):
    source = copied()

    def full():
        raise NotWritten("The disk is full.")

    with monkeypatch.context() as less:
        less.setattr(db, "write", full)
        for _ in range(shapes.MOST + 1):
            with pytest.raises(NotWritten):
                past.open(me, source=source)
    assert past.opened(me) == [] and not openings.at_work
