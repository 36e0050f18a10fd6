"""Files: how fast a large one comes in and goes out, what memory that takes, and what a page of fifty costs."""

import contextlib
import os
import re
import socket
import threading
import time
from collections.abc import Iterator

from bench.house import EMAIL, House, Person
from bench.table import Figure, median

MB = 1_000_000
PIECE = 64 * MB
# Ours to meet: megabytes a second, MiB of growth, milliseconds.
PUT, TUS, FORM, OUT = 150, 150, 60, 300
GROWTH, PAGE = 32, 15
LISTED = 50
EDGE = b"edge-of-the-file"


class Bytes:
    """So many bytes that no other run has, given out in views of one block."""

    def __init__(self, size: int) -> None:
        self.size, self.block = size, memoryview(os.urandom(8 * MB))

    def views(self, start: int = 0, stop: int | None = None) -> Iterator[memoryview]:
        """From here to there."""
        stop = self.size if stop is None else stop
        while start < stop:
            begin = start % len(self.block)
            view = self.block[begin : begin + min(stop - start, MB)]
            start += len(view)
            yield view


class Door:
    """Requests as a program sends them, with a key, over one kept connection."""

    def __init__(self, house: House) -> None:
        scopes = ("--scopes", "files:read,files:write")
        self.key = house.command("keys", "add", "--user", EMAIL, "--name", "bytes", *scopes).strip()
        self.line = socket.create_connection(("127.0.0.1", house.port))
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)

    def ask(
        self, method: str, path: str, given: Iterator[memoryview] | None = None, length: int = 0, **more: str
    ) -> str:
        """Send this, and give the head of the answer and the little that follows. Raises RuntimeError for a refusal."""
        said = {"host": "bench", "authorization": f"Bearer {self.key}", "content-length": str(length)} | more
        lines = [f"{method} {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {each}" for name, each in said.items())]
        self.line.sendall("\r\n".join([*lines, "", ""]).encode())
        for view in given or ():
            self.line.sendall(view)
        return self.answer()

    def answer(self) -> str:
        """What is said, with a short body."""
        told = b""
        while b"\r\n\r\n" not in told:
            told += self.line.recv(65536)
        head, _, body = told.partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head)
        while found and len(body) < int(found[1]):
            body += self.line.recv(65536)
        if not 200 <= int(head.split(b" ", 2)[1]) < 300:
            raise RuntimeError(f"{head.decode()}\n{body.decode()}")
        return f"{head.decode()}\r\n\r\n{body.decode()}"

    def read(self, path: str, wanted: str = "") -> int:
        """GET, all of it or a range: how many bytes come."""
        asked = f"GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {self.key}\r\n"
        self.line.sendall((asked + (f"range: {wanted}\r\n" if wanted else "") + "\r\n").encode())
        told, room = b"", memoryview(bytearray(1 << 20))
        while b"\r\n\r\n" not in told:
            told += self.line.recv(65536)
        head, _, body = told.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head)[1])  # type: ignore[index]
        left = length - len(body)
        while left:
            left -= self.line.recv_into(room, min(left, len(room)))
        return length

    # ── the ways in ───────────────────────────────────────────────────────────────────────────────────────────────────
    def put(self, data: Bytes) -> str:
        """As the body of a PUT: the file's id."""
        return link(self.ask("PUT", "/files/put.bin", data.views(), data.size))

    def form(self, data: Bytes) -> str:
        """As the one file of a form."""
        head = b'--%s\r\ncontent-disposition: form-data; name="file"; filename="form.bin"\r\n\r\n' % EDGE
        tail = b"\r\n--%s--\r\n" % EDGE

        def views() -> Iterator[memoryview]:
            yield memoryview(head)
            yield from data.views()
            yield memoryview(tail)

        length = data.size + len(head) + len(tail)
        kind = f"multipart/form-data; boundary={EDGE.decode()}"
        return link(self.ask("POST", "/files", views(), length, content_type=kind))

    def tus(self, data: Bytes, piece: int = PIECE) -> str:
        """In pieces, by tus."""
        version, kind = {"tus_resumable": "1.0.0"}, {"content_type": "application/offset+octet-stream"}
        begun = self.ask(
            "POST", "/files/uploads", upload_length=str(data.size), upload_metadata="filename dHVz", **version
        )
        place = re.search(r"location: (\S+)", begun)[1]  # type: ignore[index]
        for start in range(0, data.size, piece):
            stop = min(data.size, start + piece)
            more = version | kind | {"upload_offset": str(start)}
            told = self.ask("PATCH", place, data.views(start, stop), stop - start, **more)
        return re.search(r"upload-file: (\w+)", told)[1]  # type: ignore[index]


def link(told: str) -> str:
    """The id at the end of an answer."""
    return told.strip().rsplit("/", 1)[1]


@contextlib.contextmanager
def growing(house: House) -> Iterator[list[float]]:
    """How many MiB the server grows meanwhile, at its largest."""
    before, largest, over = house.memory(), [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            largest[0] = max(largest[0], house.memory() - before)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield largest
    finally:
        over.set()
        looking.join()


def rested(house: House) -> None:
    """Wait until the copy of the last file has gone to the replica."""
    before, deadline = -1.0, time.monotonic() + 60
    while house.cpu() - before > 0.05 and time.monotonic() < deadline:
        before = house.cpu()
        time.sleep(0.5)


def measure(house: House, person: Person, quick: bool) -> list[Figure]:
    """What the issue asks of files."""
    size = 100 * MB if quick else 1000 * MB
    policy = {"file_mb": "5120", "quota_mb": "20000", "file_types_refused": ""}
    assert person.post("/admin/files", policy).status < 400
    door, found = Door(house), []
    note = f"{size // MB} MB"
    door.put(Bytes(20 * MB))
    with growing(house) as grown:
        for name, way, goal in (("PUT", door.put, PUT), ("tus", door.tus, TUS), ("a form", door.form, FORM)):
            rested(house)
            data, begun = Bytes(size), time.perf_counter()
            id = way(data)
            rate = size / MB / (time.perf_counter() - begun)
            found.append(Figure(f"a file comes by {name}", rate, "MB/s", goal, note, least=True))
        rested(house)
        begun = time.perf_counter()
        assert door.read(f"/files/{id}/raw") == size
        rate = size / MB / (time.perf_counter() - begun)
        found.append(Figure("a file goes out", rate, "MB/s", OUT, note, least=True))
        begun = time.perf_counter()
        for start in range(0, size, 16 * MB):
            door.read(f"/files/{id}/raw", f"bytes={start}-{min(size, start + 16 * MB) - 1}")
        rate = size / MB / (time.perf_counter() - begun)
        found.append(Figure("a file goes out in ranges of 16 MB", rate, "MB/s", OUT, note, least=True))
    found.append(Figure("memory that all of this takes", grown[0], "MiB", GROWTH))
    for n in range(LISTED):
        door.ask("PUT", f"/files/listed-{n}.txt", iter([memoryview(b"text %d" % n)]), len(b"text %d" % n))
    spent = [person.get("/files").seconds * 1000 for _ in range(10 if quick else 40)]
    return [*found, Figure("a page of 50 files", median(spent), "ms", PAGE)]
