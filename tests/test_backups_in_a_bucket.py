"""Restores and verifications where the replica lies in a bucket."""

import re
from pathlib import Path

import pytest

from tests.restores import add, inventory, moment, ok, people, run, said, seen, served

# Servers with their replicas: they wait more than they work.
pytestmark = pytest.mark.slow


@pytest.mark.long
def test_a_bucket_is_verified_and_brings_back_a_moment_in_place_and_beside(s3, tmp_path: Path) -> None:
    data, bucket = tmp_path / "data", s3.environ("way-back")
    with served(data, **bucket):
        add(data, "ada", **bucket)
        between = moment(data)
        add(data, "bob", **bucket)
        moment(data)
        assert ok(run("backups", "verify", data=data, **bucket)).startswith("Equal: ")
        assert "to the second" in ok(run("backups", "list", data=data, **bucket))
        done = ok(run("backups", "restore", "--at", between, "--yes", data=data, **bucket))
        assert "s3://workspace/way-back" in done and "1 person" in done and re.search(r"\d\.\d MiB to write", done)
        assert people(data, **bucket) == ["ada"]
        there = tmp_path / "there"
        ok(run("backups", "restore", "--to", str(there), "--yes", data=data, **bucket))
        assert seen(there / "inglenook.db") == ["ada"]
    # Two that run never share a replica: the copy is another instance.
    said(run("accounts", "list", data=there, **bucket), "another Inglenook")


@pytest.mark.long
def test_a_lost_machine_is_brought_back_to_a_moment_on_another_one(s3, tmp_path: Path) -> None:
    bucket = s3.environ("lost-machine")
    with served(tmp_path / "first", **bucket):
        add(tmp_path / "first", "ada", **bucket)
        between = moment(tmp_path / "first")
        add(tmp_path / "first", "bob", **bucket)
        moment(tmp_path / "first")
    data = tmp_path / "second"
    key = (tmp_path / "first" / "secret.key").read_text()
    said(run("backups", "restore", "--at", between, "--yes", data=data, **bucket), "recovery key")
    ok(run("backups", "restore", "--at", between, "--yes", "--key-stdin", data=data, typed=key, **bucket))
    assert people(data, **bucket) == ["ada"]


@pytest.mark.long
def test_a_bucket_that_refuses_or_is_not_there_is_told_before_anything_is_touched(s3, tmp_path: Path) -> None:
    data, bucket = tmp_path / "data", s3.environ("refused")
    with served(data, **bucket):
        add(data, "ada", **bucket)
        moment(data)
    before = inventory(data)
    gone = bucket | {"INGLENOOK_REPLICA": "s3://nowhere/refused"}
    said(run("backups", "restore", "--yes", data=data, **gone), "bucket")
    silent = bucket | {"INGLENOOK_S3_ENDPOINT": "http://127.0.0.1:9"}
    said(run("backups", "restore", "--yes", data=data, **silent), "INGLENOOK_S3_ENDPOINT")
    assert inventory(data) == before
