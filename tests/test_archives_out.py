"""Archives go out: everything that somebody made, whole and listed, and nothing that opens a door."""

import hashlib
import io
import json
import zipfile

import pytest

from app import blobs, db, files, pastes, rights, spaces
from app.archives import exporting, scopes, shapes
from app.errors import Forbidden, NotFound, Refusal
from app.rights import Caller
from tests import belongings


def caller(person, **more) -> Caller:
    return Caller(id=person.id, name="Bob", email=person.email, role="member", address="192.0.2.1", **more)


@pytest.fixture
def me(bob):
    return caller(bob)


@pytest.fixture
def other(charlie):
    return caller(charlie)


def export(me: Caller, scope: scopes.Scope) -> tuple[zipfile.ZipFile, exporting.Report]:
    out = io.BytesIO()
    report = exporting.write(me, scope, out)
    return zipfile.ZipFile(out), report


def told(archive: zipfile.ZipFile, name: str):
    return json.loads(archive.read(name))


def lines(archive: zipfile.ZipFile, name: str) -> list[dict]:
    return [json.loads(line) for line in archive.read(name).splitlines()]


def test_a_person_takes_along_all_that_they_own(me, other):
    it = belongings.furnish(me, other)
    archive, report = export(me, scopes.person(me.id))
    names = archive.namelist()
    print(*names, sep="\n")
    print(report)
    assert archive.testzip() is None
