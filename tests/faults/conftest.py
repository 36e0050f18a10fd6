"""Places for a replica: a directory of its own, and an S3 store behind a proxy that fails as it is told."""

import contextlib
import http.client
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.house import in_time
from tests.faults.proxy import Proxy

BUCKET = "kept"
numbers = itertools.count()


@dataclass
class Place:
    """Where a replica lies: the settings that say so, and a way to restore from it that needs no server."""

    environ: dict[str, str]
    proxy: Proxy | None = None


@pytest.fixture(scope="session")
def moto(tmp_path_factory) -> Iterator[int]:
    """The port of an S3 server in a process of its own."""
    log = tmp_path_factory.mktemp("moto") / "log"
    words = [sys.executable, "-m", "moto.server", "-p", "0", "-H", "127.0.0.1"]
    with log.open("wb") as out, subprocess.Popen(words, stdout=out, stderr=out) as server:
        try:
            in_time(lambda: "Running on http://" in log.read_text())
            port = int(re.search(r"Running on http://127\.0\.0\.1:(\d+)", log.read_text())[1])
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
                line.request("PUT", f"/{BUCKET}")
                assert line.getresponse().status == 200
            yield port
        finally:
            server.kill()


@pytest.fixture
def store(moto) -> Iterator[Place]:
    """A prefix of its own in the bucket, behind a proxy."""
    with Proxy(moto) as proxy:
        yield Place(
            {
                "INGLENOOK_REPLICA": f"s3://{BUCKET}/house-{next(numbers)}",
                "INGLENOOK_S3_ENDPOINT": proxy.url,
                "INGLENOOK_S3_KEY": "key",
                "INGLENOOK_S3_SECRET": "secret",
            },
            proxy,
        )


@pytest.fixture
def folder(tmp_path) -> Place:
    """A directory, as if it were another disk."""
    (tmp_path / "replica").mkdir()
    return Place({"INGLENOOK_REPLICA": str(tmp_path / "replica")})


@pytest.fixture(params=["file", "s3"])
def place(request) -> Place:
    """Either."""
    return request.getfixturevalue("folder" if request.param == "file" else "store")
