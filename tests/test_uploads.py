"""Files come in and go out as bytes: whole, in forms, in pieces, by links; and what came by halves is nowhere."""

import hashlib
import io
import os
import socket
import threading
import time
import zipfile

import httpx2
import pytest

from app import blobs, db, files, keys, rights
from app.files import uploads


def coming() -> list[str]:
    """What lies about half written."""
    return [each.name for each in (blobs.keeping.folder() / "coming").glob("*")]


def made(answer) -> dict:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def put(person, name: str, data: bytes, **options):
    return person.put(f"/files/{name}", content=data, headers={"accept": "application/json"}, **options)


@pytest.fixture
def key(bob):
    """A key of Bob's that may read and write files, as a header."""
    me = rights.Caller(id=bob.id, role="member", session="x")
    made = keys.create(me, "curl", scopes=["files:read", "files:write"])
    return {"authorization": f"Bearer {made[1]}"}


# ── put ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_file_that_is_put_comes_back_byte_by_byte_with_its_hash_as_its_tag(bob):
    data = os.urandom(3_000_000)
    told = made(put(bob, "a photo.bin", data))
    assert (told["name"], told["size"], told["revision"]) == ("a photo.bin", 3_000_000, 1)
    got = bob.get(f"/files/{told['id']}/download")
    assert got.content == data and got.headers["etag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert got.headers["content-disposition"].startswith("attachment") and coming() == []
