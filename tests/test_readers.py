"""Readers: what a hostile file could do in the process that reads it, which is nothing but to be read."""

import os
import socket
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest

from app.readers import asking
from tests import papers

MODULE = "tests.attempts"


@pytest.fixture
def reader():
    """A warm process that also does what a hostile file would like to do."""
    it = asking.Reader(MODULE)
    yield it
    it.end()


def attempt(reader, what: str, argument: object = "", seconds: float = 20, memory: int = 512 << 20) -> dict[str, str]:
    with tempfile.TemporaryFile() as file:
        [told] = list(reader.ask("attempt", file, (what, str(argument)), seconds, memory))
    return told.words


def refused(reader, what: str, argument: object = "") -> str:
    return attempt(reader, what, argument).get("refused", "")


def test_a_reader_reaches_no_file_no_network_no_other_process(house, reader, tmp_path, monkeypatch):
    monkeypatch.setenv("INGLENOOK_SECRET_OF_THE_TEST", "hidden")
    mine = tmp_path / "mine"
    mine.write_text("secret")
    libraries = attempt(reader, "list", Path(os.__file__).parent)
    assert "did" in libraries, "so that what follows is refused by the locks, not by chance"
    for path in ("/etc/passwd", "/proc/self/environ", f"/proc/{os.getpid()}/mem", mine, house.data / "inglenook.db"):
        assert "Permission denied" in refused(reader, "read", path), path
    assert "Permission denied" in refused(reader, "list", tmp_path)
    for deed in ("write", "delete"):
        assert refused(reader, deed, mine)
    assert refused(reader, "write", tmp_path / "new")
    assert mine.read_text() == "secret" and list(tmp_path.iterdir()) == [mine]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert refused(reader, "connect", listening.getsockname()[1])
    for deed in ("fork", "run", "signal"):
        assert "not permitted" in refused(reader, deed, {"run": "/bin/true", "signal": os.getpid()}.get(deed, "")), deed
    assert "not permitted" in refused(reader, "raise") or "not allowed" in refused(reader, "raise")
    assert "hidden" not in attempt(reader, "environment")["did"]
    files = attempt(reader, "files")["did"]
    assert len(eval(files)) <= 6, f"its own, the pipe and the file: {files}"


def test_memory_time_and_talk_are_bounded_and_the_next_file_is_read_all_the_same(reader):
    assert attempt(reader, "hold", 100 << 20)["did"] == str(100 << 20)
    assert "MemoryError" in refused(reader, "hold", 2 << 30)
    assert attempt(reader, "malloc", 2 << 30)["did"] == "0"
    for deed, seconds in (("spin", 1), ("sleep", 1)):
        begun = time.monotonic()
        with pytest.raises(asking.Unreadable, match="longer than 1 seconds"):
            attempt(reader, deed, seconds=seconds)
        assert time.monotonic() - begun < 4
    with pytest.raises(asking.Unreadable, match="made to break"):
        attempt(reader, "fault")
    assert attempt(reader, "hold", 1)["did"] == "1", "the warm process is none the worse for it"
    with pytest.raises(asking.Unreadable, match="more than 20,000 pieces"):
        attempt(reader, "flood")


def test_nothing_is_left_of_a_reader_whose_asker_has_gone(reader):
    def ask() -> None:
        with pytest.raises(asking.Unreadable):
            attempt(reader, "sleep", seconds=60)

    thread = threading.Thread(target=ask)
    warm = psutil.Process(reader.process.pid)
    thread.start()
    deadline = time.monotonic() + 10
    while not (children := warm.children()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert children
    reader.process.kill()
    reader.process.wait()
    thread.join(10)
    assert psutil.wait_procs(children, 5)[1] == [], "the confined one ends with it"


def test_a_warm_process_ends_when_the_server_does():
    it = asking.Reader()
    it.control.close()  # as the end of the server, by kill -9 too, does
    assert it.process.wait(10) == 0


def test_readers_wait_for_each_other_rest_and_close():
    readers = asking.Readers(1)
    with tempfile.TemporaryFile() as file:
        file.write(papers.pdf(["Tea at five."]))
        file.flush()
        telling = readers.ask("pdf", file, seconds=20)
        assert "Tea at five." in next(telling).words["text"]
        with pytest.raises(asking.Busy):
            next(readers.ask("pdf", file, seconds=20, patience=0.1))
        assert list(telling) == []
        assert len(readers.idle) == 1
        [process] = [reader.process for reader in readers.idle]
        assert len(list(readers.ask("pdf", file, seconds=20))) == 1
        telling = readers.ask("pdf", file, seconds=20)
        next(telling)
        telling.close()
        assert process.poll() is not None and readers.idle == [], "whoever goes in between takes the reader along"
    with Path(__file__).open("rb") as file:
        assert list(readers.ask("lines", file, seconds=20))
    [process] = [reader.process for reader in readers.idle]
    readers.rest(60)
    assert process.poll() is None
    readers.close()
    assert process.poll() is not None
