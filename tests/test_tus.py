"""tus: what was cut off goes on where it was, whoever failed: the connection, the client or the server."""

import base64
import hashlib
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from app import db, files, rights, settings
from app.blobs import keeping
from app.files.uploads import beginning
from tests.servers import capping

TUS = {"tus-resumable": "1.0.0"}
PIECE = {**TUS, "content-type": "application/offset+octet-stream"}


def words(**said: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())


def begin(person, length: int, name: str = "tea.bin", body: bytes | None = None, **said: str):
    headers = (PIECE if body is not None else TUS) | {"upload-length": str(length)}
    headers["upload-metadata"] = words(filename=name, **said)
    return person.post("/files/uploads", content=body or b"", headers=headers)


def patch(person, place: str, offset: int, data, **headers: str):
    return person.patch(place, content=data, headers=PIECE | {"upload-offset": str(offset)} | headers)


def where(person, place: str) -> int:
    answer = person.head(place, headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def until(true, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(found)


def test_a_file_comes_in_pieces_and_is_there_with_the_last(bob, charlie):
    data = os.urandom(250_000)
    begun = begin(bob, len(data), "Bericht ü.bin")
    place = begun.headers["location"]
    assert (begun.status_code, begun.headers["upload-offset"]) == (201, "0")
    assert patch(bob, place, 0, data[:100_000]).headers["upload-offset"] == "100000"
    assert where(bob, place) == 100_000 and charlie.head(place, headers=TUS).status_code == 404
    for offset in (0, 99_999, 100_001, 250_000):
        assert patch(bob, place, offset, data[offset:][:10]).status_code == 409
    assert patch(bob, place, 100_000, data[100_000:] + b"more").status_code == 413
    last = patch(bob, place, where(bob, place), data[where(bob, place) :])
    assert (last.status_code, last.headers["upload-offset"]) == (204, "250000")
    file = last.headers["upload-file"]
    assert bob.get(f"/files/{file}/raw").content == data and where(bob, place) == 250_000
    assert files.find(file, rights.Caller(id=bob.id, role="member")).name == "Bericht ü.bin"
    assert patch(bob, place, 250_000, b"").status_code == 204 and patch(bob, place, 0, b"x").status_code == 409
    assert not (keeping.folder() / "coming" / place.rpartition("/")[2]).exists()


def test_the_protocol_is_told_and_what_breaks_it_is_refused(bob, nobody):
    offered = bob.options("/files/uploads")
    assert offered.headers["tus-version"] == "1.0.0" and "termination" in offered.headers["tus-extension"]
    assert bob.post("/files/uploads", headers={"upload-length": "1"}).status_code == 412
    assert begin(bob, -1).status_code == 422 and begin(nobody, 1).status_code == 401
    assert (
        bob.post("/files/uploads", headers={**TUS, "upload-length": "1", "upload-metadata": "a !"}).status_code == 422
    )
    assert begin(bob, 1, "a/b").status_code == 422 and begin(bob, 6 << 30).status_code == 413
    place = begin(bob, 4).headers["location"]
    assert bob.patch(place, content=b"1234", headers={**TUS, "upload-offset": "0"}).status_code == 415
    assert bob.patch(place, content=b"1234", headers=PIECE).status_code == 422
    assert bob.delete(place, headers=TUS).status_code == 204 and bob.head(place, headers=TUS).status_code == 404
    short = begin(bob, 3, body=b"abc")
    assert short.status_code == 201 and bob.get(f"/files/{short.headers['upload-file']}/raw").text == "abc"
    empty = begin(bob, 0, "empty.txt")
    assert bob.get(f"/files/{empty.headers['upload-file']}/raw").content == b""
    old = begin(bob, 3).headers["location"]
    with db.write() as tx:
        tx.run("update upload set expires_at = 1 where id = :id", id=old.rpartition("/")[2])
    assert bob.head(old, headers=TUS).status_code == 410


def test_the_next_version_of_a_file_comes_in_pieces_and_not_over_a_later_one(bob):
    first = begin(bob, 3, body=b"one").headers["upload-file"]
    for base, status in (("1", 201), ("1", 409)):
        answer = begin(bob, 3, "other name", body=f"tw{base}".encode(), file_id=first, base=base)
        assert answer.status_code == status
    assert bob.get(f"/files/{first}/raw").text == "tw1"


def test_what_came_before_a_connection_broke_stays_and_a_later_request_ends_the_one_that_hangs(house, bob):
    data = os.urandom(3_000_000)
    place = begin(bob, len(data)).headers["location"]
    server, cookie = urlsplit(house.url), "; ".join(f"{name}={value}" for name, value in bob.cookies.items())
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: {server.netloc}\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Tus-Resumable: 1.0.0\r\nContent-Type: {PIECE['content-type']}\r\n"
    )
    with socket.create_connection((server.hostname, server.port)) as line:
        line.sendall(f"{head}Upload-Offset: 0\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data[:1_500_000])
        time.sleep(0.2)
    assert until(lambda: where(bob, place) == 1_500_000)
    with socket.create_connection((server.hostname, server.port)) as line:
        rest = data[1_500_000:]
        line.sendall(f"{head}Upload-Offset: 1500000\r\nContent-Length: {len(rest)}\r\n\r\n".encode() + rest[:500_000])
        time.sleep(0.2)
        assert where(bob, place) == 2_000_000  # that one is alive, and silent
        assert b" 409 " in line.recv(100)
    done = patch(bob, place, 2_000_000, data[2_000_000:])
    assert bob.get(f"/files/{done.headers['upload-file']}/raw").content == data


def test_a_restart_forgets_hashes_and_nothing_else(bob):
    data = os.urandom(300_000)
    place = begin(bob, len(data)).headers["location"]
    patch(bob, place, 0, data[:200_000])
    beginning.hashes.clear()
    file = patch(bob, place, 200_000, data[200_000:]).headers["upload-file"]
    assert bob.get(f"/files/{file}/raw").content == data
    # A crash between the last byte and the file: the next question makes it.
    place = begin(bob, 5).headers["location"]
    (keeping.folder() / "coming" / place.rpartition("/")[2]).write_bytes(b"whole")
    assert bob.get(f"/files/{bob.head(place, headers=TUS).headers['upload-file']}/raw").text == "whole"


def test_a_quota_counts_what_is_on_its_way_and_one_that_fills_at_the_end_keeps_what_came(bob):
    settings.change(rights.machine(), quota_mb=1)
    try:
        assert begin(bob, 600_000).status_code == 201
        assert begin(bob, 600_000).status_code == 507
        place = begin(bob, 400_000, "a.bin").headers["location"]
        assert patch(bob, place, 0, b"\1" * 396_000).status_code == 204
        assert bob.put("/files/b.bin", content=b"\1" * 700_000).status_code == 201
        full = patch(bob, place, 396_000, b"\1" * 4_000)
        assert full.status_code == 507 and "used up" in full.text
        assert db.fetch("select made_id from upload where id = ?", place.rpartition("/")[2]) == ("",)
        settings.change(rights.machine(), quota_mb=2)
        last = patch(bob, place, where(bob, place), b"\1" * (400_000 - where(bob, place)))
        assert last.headers["upload-file"]
    finally:
        settings.change(rights.machine(), quota_mb=1024)


def test_two_who_end_the_same_upload_at_once_make_one_file(bob):
    place = begin(bob, 200_000).headers["location"]
    patch(bob, place, 0, b"\1" * 199_000)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: patch(bob, place, 199_000, b"\1" * 1_000).status_code, range(4)))
    assert 204 in told and set(told) <= {204, 409}
    bob.head(place, headers=TUS)
    assert db.fetch("select count(*) from item where owner_id = ? and kind = 'file'", bob.id) == (1,)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The product in a process of its own."""
    with Served(tmp_path_factory.mktemp("served")) as it:
        yield it


@pytest.mark.slow
def test_300_mb_come_through_a_proxy_that_takes_10_mb_at_once_and_the_server_does_not_grow_by_them(served):
    block, hash = os.urandom(10_000_000), hashlib.sha256()
    with capping(served.port, 10_000_000) as proxy, closing(served.person(proxy.url)) as bob:
        assert begin(bob, 2, body=b"ok").status_code == 201
        before, place = served.peak(), begin(bob, 300_000_000).headers["location"]
        for offset in range(0, 300_000_000, 10_000_000):
            piece = offset.to_bytes(8, "big") + block[8:]
            hash.update(piece)
            done = patch(bob, place, offset, piece)
        assert patch(bob, place, 300_000_000, block + b"x").status_code == 413 and proxy.refused == 1
    with closing(served.person()) as bob, bob.stream("GET", f"/files/{done.headers['upload-file']}/raw") as got:
        came = hashlib.sha256()
        for piece in got.iter_bytes():
            came.update(piece)
    assert came.digest() == hash.digest()
    assert served.peak() - before < 32 << 20


@pytest.mark.slow
def test_kill_9_of_the_server_costs_what_was_not_told_as_taken_and_the_upload_goes_on(served):
    data = os.urandom(24_000_000)
    with closing(served.person()) as bob:
        place = begin(bob, len(data)).headers["location"]
        patch(bob, place, 0, data[:8_000_000])

        def slowly():
            for start in range(8_000_000, len(data), 200_000):
                yield data[start : start + 200_000]
                time.sleep(0.01)

        def sent():
            with pytest.raises(httpx2.HTTPError):
                patch(bob, place, 8_000_000, slowly())

        sending = threading.Thread(target=sent)
        sending.start()
        time.sleep(0.3)
        served.kill()
        sending.join()
        served.start()
        at = where(bob, place)
        assert 8_000_000 <= at < len(data)
        done = patch(bob, place, at, data[at:])
        got = bob.get(f"/files/{done.headers['upload-file']}/raw")
        assert hashlib.sha256(got.content).digest() == hashlib.sha256(data).digest()
        assert not list((served.data / "blobs/coming").glob("*"))


@pytest.mark.long
@pytest.mark.slow
def test_a_disk_that_is_full_at_the_end_leaves_nothing_of_a_body_and_lets_an_upload_go_on_later(served):
    data = os.urandom(12_000_000)
    lying = {str(each) for each in (served.data / "blobs").rglob("*") if each.is_file()}
    with closing(served.person()) as bob:
        place = begin(bob, len(data)).headers["location"]
        served.allow(11_900_000)  # a larger file than this takes no more, as on a full disk
        full = bob.put("/files/full.bin", content=data)
        assert full.status_code == 507 and "disk" in full.text
        assert bob.post("/files", files={"file": ("full.bin", data)}).status_code == 507
        assert {str(each) for each in (served.data / "blobs").rglob("*") if each.is_file()} == lying
        assert patch(bob, place, 0, data).status_code == 507
        at = where(bob, place)
        assert 10_000_000 < at <= 11_900_000
        served.allow(resource.RLIM_INFINITY)
        file = patch(bob, place, at, data[at:]).headers["upload-file"]
        assert bob.get(f"/files/{file}/raw").content == data


class Served:
    """The product in a process of its own, which can be killed."""

    def __init__(self, data) -> None:
        self.data = data
        words = ["accounts", "add", "bob@example.org", "--name", "Bob", "--role", "admin", "--password-stdin"]
        run = [sys.executable, "main.py", *words, "--data", str(data)]
        subprocess.run(run, input="a long enough password", text=True, check=True, capture_output=True)

    def __enter__(self) -> "Served":
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()
        return self

    def start(self) -> None:
        environ = os.environ | {"INGLENOOK_REPLICA": "off", "INGLENOOK_DEMO_MODEL": "off"}
        words = [sys.executable, "main.py", "serve", "--port", str(self.port), "--data", str(self.data)]
        self.process = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert until(self.answers, 20)

    def answers(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/healthz").status_code == 200
        except httpx2.TransportError:
            return False

    def allow(self, size: int) -> None:
        """Let no file be larger."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def peak(self) -> int:
        """The bytes that it has held resident at most."""
        told = (Path("/proc") / str(self.process.pid) / "status").read_text()
        return int(told.partition("VmHWM:")[2].split()[0]) << 10

    def person(self, url: str = "") -> httpx2.Client:
        bob = httpx2.Client(base_url=url or self.url, headers={"sec-fetch-site": "same-origin"}, timeout=30)
        assert (
            bob.post("/signin", data={"email": "bob@example.org", "password": "a long enough password"}).status_code
            == 303
        )
        return bob

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __exit__(self, *_) -> None:
        self.kill()
