"""A clock that jumps an hour each way: no session ends, no job runs twice or is lost, and the order of things holds.

libfaketime moves the wall clock of the server alone; what is monotonic goes on.
"""

import os
import time
from pathlib import Path

import pytest

from tests.faults import house
from tests.faults.house import Machine, Writer, load

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="the package libfaketime is not installed")


class Clock:
    """The file that says how far the server's clock is off."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.jump(0)

    @property
    def environ(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }

    def jump(self, seconds: int) -> None:
        """From now on the wall clock is this far from the real one."""
        half = self.path.with_suffix(".half")
        half.write_text(f"{seconds:+d}\n")
        os.replace(half, self.path)


def jobs(machine, name="chats.title"):
    query = "select id, state, attempts from job where name = ?"
    return house.rows(machine.data / "inglenook.db", query, name)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [3600, -3600])
@pytest.mark.long
def test_a_clock_that_jumps_an_hour_ends_no_session_and_disorders_nothing(seconds, tmp_path, upstream):
    clock = Clock(tmp_path / "clock")
    with Machine(tmp_path / "data", INGLENOOK_REPLICA="off", **clock.environ).prepare() as machine:
        machine.provide(upstream.url)
        machine.start().sign_in()
        ask = [machine.ask_model("words-20", f"Before the jump {n}") for n in range(3)]
        writer = Writer(machine, "steady")
        with load(writer, pause=0.02):
            time.sleep(0.5)
            clock.jump(seconds)
            ask += [machine.ask_model("words-20", f"After the jump {n}") for n in range(3)]
            time.sleep(0.5)
            clock.jump(0)
            ask += [machine.ask_model("words-20", f"Back again {n}") for n in range(3)]
            time.sleep(0.5)
        for chat in ask:
            house.in_time(lambda chat=chat: "aria-busy" not in machine.read(f"/chats/{chat}")[1])
        assert machine.read()[0] == 200, "her session goes on"
        house.in_time(lambda: {state for _, state, _ in jobs(machine)} == {"done"})
        assert len(jobs(machine)) == 9 and {attempts for _, _, attempts in jobs(machine)} == {1}
        [(spread,)] = house.rows(machine.data / "inglenook.db", "select max(created_at) - min(created_at) from chat")
        assert spread > 3500 * 1_000_000, "the clock did jump"
        assert machine.stop() == 0
        house.nothing_acknowledged_is_missing(writer, machine.data / "inglenook.db")
    assert "Traceback" not in machine.tail(100_000)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [3600, -3600])
@pytest.mark.long
def test_a_conversation_across_a_jump_keeps_its_order(seconds, tmp_path, upstream):
    clock = Clock(tmp_path / "clock")
    with Machine(tmp_path / "data", INGLENOOK_REPLICA="off", **clock.environ).prepare() as machine:
        machine.provide(upstream.url)
        machine.start().sign_in()
        chat = machine.ask_model("words-20", "The first question")
        house.in_time(lambda: "aria-busy" not in machine.read(f"/chats/{chat}")[1])
        clock.jump(seconds)
        machine.ask_model("words-20", "The second question", chat)
        house.in_time(lambda: "aria-busy" not in machine.read(f"/chats/{chat}")[1])
        clock.jump(0)
        machine.ask_model("words-20", "The third question", chat)
        house.in_time(lambda: "aria-busy" not in machine.read(f"/chats/{chat}")[1])
        page = machine.read(f"/chats/{chat}")[1]
        places = [page.rindex(f"The {number} question") for number in ("first", "second", "third")]
        assert places == sorted(places)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [3600, -3600])
@pytest.mark.long
def test_a_kill_and_a_start_in_another_hour_run_a_job_once_more_at_most(seconds, tmp_path, upstream):
    clock = Clock(tmp_path / "clock")
    with Machine(tmp_path / "data", INGLENOOK_REPLICA="off", **clock.environ).prepare() as machine:
        machine.provide(upstream.url)
        machine.start().sign_in()
        chats = [machine.ask_model("words-20", f"Question {n}") for n in range(5)]
        machine.kill()
        clock.jump(seconds)
        machine.start()
        assert machine.read()[0] == 200, "her session goes on"
        assert machine.ask_model("words-20", "After")
        house.in_time(lambda: {state for _, state, _ in jobs(machine)} == {"done"})
        assert len({id for id, _, _ in jobs(machine)}) == len(jobs(machine)) <= len(chats) + 1
        assert max(attempts for _, _, attempts in jobs(machine)) <= 2
