"""Configuration: a bad value refuses to start and is named."""

from pathlib import Path

import pytest

from app import config, secrets
from app.errors import Misconfigured


@pytest.fixture(autouse=True)
def same_secret_afterwards():
    """The house of this process goes on with its own master secret."""
    before = secrets.keys.place, secrets.keys.ring
    yield
    secrets.keys.place, secrets.keys.ring = before


def test_the_defaults_need_nothing():
    read = config.read({})
    assert (read.host, read.port, read.data) == ("127.0.0.1", 8000, Path("data"))


def test_values_come_from_the_environment_and_the_command_line_wins():
    read = config.read({"INGLENOOK_PORT": "9000", "INGLENOOK_HOST": "0.0.0.0"}, port=9001, host=None)
    assert (read.host, read.port) == ("0.0.0.0", 9001)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INGLENOOK_PORT", "eighty"),
        ("INGLENOOK_PORT", "70000"),
        ("INGLENOOK_URL", "ai.example.org"),
        ("INGLENOOK_SECRET", "short"),
        ("INGLENOOK_LOG_LEVEL", "loud"),
        ("INGLENOOK_INSECURE_HTTP", "perhaps"),
        ("INGLENOOK_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("INGLENOOK_STALL_SECONDS", "0"),
        ("INGLENOOK_WORKERS", "0"),
        ("OPENAI_BASE_URL", "api.example.org"),
        ("INGLENOOK_PROT", "8000"),
    ],
)
def test_a_bad_value_is_named(name, value):
    with pytest.raises(Misconfigured, match=name):
        config.read({name: value})


def test_there_are_at_most_thirty_options():
    assert len(config.names()) <= 30


def test_the_master_secret_is_made_once_and_for_its_owner_only(tmp_path):
    secrets.open(tmp_path)
    sealed = secrets.seal("sk-secret")
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert b"sk-secret" not in sealed
    secrets.open(tmp_path)
    assert secrets.unseal(sealed) == "sk-secret"


def test_another_secret_does_not_open_what_was_sealed(tmp_path):
    secrets.open(tmp_path, "a" * 32)
    sealed = secrets.seal("sk-secret")
    secrets.open(tmp_path, "b" * 32)
    with pytest.raises(Misconfigured, match="secret.key"):
        secrets.unseal(sealed)


def test_a_secret_that_others_can_read_is_refused(tmp_path):
    secrets.open(tmp_path)
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        secrets.open(tmp_path)


def test_a_secret_that_was_cut_short_is_refused(tmp_path):
    secrets.open(tmp_path)
    (tmp_path / "secret.key").write_text("short\n")
    with pytest.raises(Misconfigured, match="damaged"):
        secrets.open(tmp_path)
