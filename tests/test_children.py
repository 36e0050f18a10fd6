"""How the one file's program starts, and what it leaves to the version that it becomes."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import children
from app.backups import litestream

HOUSE = Path(__file__).resolve().parent.parent


@pytest.fixture
def entry(monkeypatch: pytest.MonkeyPatch):
    """What runs first in the one file, on a machine that has no authorities."""
    there = importlib.util.spec_from_file_location("entry_of_the_file", HOUSE / "deploy/file/entry.py")
    module = importlib.util.module_from_spec(there)
    there.loader.exec_module(module)
    monkeypatch.setattr(module, "AUTHORITIES", ())
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", module.FOUND):
        monkeypatch.setenv(name, "")  # so that it is taken back
        monkeypatch.delenv(name)
    return module


def test_a_version_that_follows_another_looks_for_authorities_anew_and_leaves_those_of_the_operator(
    entry, monkeypatch, tmp_path: Path
) -> None:
    for version in ("old", "new"):  # the second becomes of the first, with its environment
        monkeypatch.setattr(entry, "HERE", tmp_path / version)
        entry.know_authorities()
        assert os.environ["SSL_CERT_FILE"] == str(tmp_path / version / "certifi" / "cacert.pem")
    system = tmp_path / "ca.pem"
    system.touch()
    monkeypatch.setattr(entry, "AUTHORITIES", (str(system),))  # somebody has installed them meanwhile
    entry.know_authorities()
    assert os.environ["SSL_CERT_FILE"] == str(system)
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/of-the-operator.pem")
    entry.know_authorities()
    entry.know_authorities()
    assert os.environ["SSL_CERT_FILE"] == "/etc/of-the-operator.pem"


def test_a_hand_on_the_terminal_does_not_end_litestream_before_its_last_copy() -> None:
    ours = "import os; print(os.getpgrp() == os.getpid())"
    words = [*children.script(litestream.TIED, str(os.getpid()), bare=True), sys.executable, "-c", ours]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "True\n"
