"""Archives: how fast a workspace goes out and comes in again, and what memory that takes."""

import os
import socket
import subprocess
import time
from pathlib import Path

from bench import texts
from bench.files import MB, Bytes, Door, growing, rested
from bench.house import House, Person, started
from bench.table import Figure

FILE = 20 * MB
CHATS, MESSAGES = 2, 1000
# Ours to meet: megabytes a second, messages a second, MiB of growth, MiB of a process.
OUT, IN, TOLD, GROWTH, WHOLE = 100, 60, 150, 32, 256


def downloaded(person: Person) -> tuple[int, float]:
    """How many bytes one's own archive is, and the seconds until the last of them is there."""
    with socket.create_connection(("127.0.0.1", person.house.port)) as line:
        begun, room, size = time.perf_counter(), memoryview(bytearray(1 << 20)), 0
        asked = (
            f"GET /settings/export/own HTTP/1.1\r\nhost: 127.0.0.1:{person.house.port}\r\ncookie: {person.cookie}\r\n"
        )
        line.sendall(f"{asked}connection: close\r\n\r\n".encode())
        while count := line.recv_into(room):
            if not size and not bytes(room[:12]).endswith(b"200"):
                raise RuntimeError(bytes(room[:200]).decode())
            size += count
        return size, time.perf_counter() - begun


def taken(house: House, archive: Path) -> tuple[float, float]:
    """Seconds in which a command takes it in where no server runs, and the MiB that it held at most."""
    begun = time.perf_counter()
    process = started("main.py", "import", str(archive), "--data", str(house.data), stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read()
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = code
    if code:
        raise RuntimeError(said)
    return time.perf_counter() - begun, used.ru_maxrss / 1024


def carried(house: House) -> tuple[float, float]:
    """Seconds in which the whole workspace comes into another that is empty, and the MiB that this took."""
    archive = house.data / "archive.zip"
    house.command("export", "--to", str(archive))
    try:
        with House() as other:
            return taken(other, archive)
    finally:
        archive.unlink()


def measure(house: House, person: Person, quick: bool) -> list[Figure]:
    """What the issue asks of archives. Chats are text, which is made into HTML again; so they are counted apart."""
    size = 100 * MB if quick else 1000 * MB
    assert person.post("/admin/files", {"file_mb": "5120", "quota_mb": "20000", "file_types_refused": ""}).status < 400
    door = Door(house)
    bare, _ = carried(house)
    for n in range(CHATS):
        person.bring(texts.chat(MESSAGES, f"{MESSAGES} messages, {n}"))
    told, _ = carried(house)
    for _ in range(size // FILE):
        door.put(Bytes(FILE))
    rested(house)
    with growing(house) as grown:
        sent, seconds = downloaded(person)
    whole, held = carried(house)
    note = f"{sent / MB:,.0f} MB"
    return [
        Figure("an archive goes out", sent / MB / seconds, "MB/s", OUT, note, least=True),
        Figure("memory that it takes", grown[0], "MiB", GROWTH),
        Figure("an archive of files comes in", size / MB / (whole - told), "MB/s", IN, "by the command", least=True),
        Figure("one of chats", CHATS * MESSAGES / (told - bare), "messages/s", TOLD, "of 1 kB", least=True),
        Figure("memory of the command", held, "MiB", WHOLE),
    ]
