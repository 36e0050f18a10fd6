"""The recovery key on pages: shown once at the first start, asked for after a restore, and a reminder until then."""

import re
from collections.abc import Iterator

import pytest

from app import db, providers, rights, secrets
from app.secrets import keys, stored
from tests.conftest import Person
from tests.test_first_start import ADA, link, new, visitor  # noqa: F401  # `new` is a fixture

SHAPE = re.compile(r"[0-9a-hjkmnp-tv-z]{4}(?:-[0-9a-hjkmnp-tv-z]{4}){12}")
PLACE = "/admin/backups/key"


@pytest.fixture(autouse=True)
def unsaved(house) -> Iterator[None]:
    """Nobody has confirmed the key yet; afterwards the house goes on with its own, saved."""
    before = keys.ring
    doubt()
    yield
    settle(before)


@pytest.fixture
def locked(house) -> Iterator[str]:
    """A provider whose key was sealed by a key that is no longer at hand: the key that opens it."""
    provider, right = lock()
    yield right
    providers.remove(rights.machine(), provider)


def doubt() -> None:
    """Nobody has confirmed the key."""
    with db.write() as tx:
        tx.run("delete from setting where key = 'recovery_saved'")


def lock() -> tuple[str, str]:
    """The id of a provider whose key is locked, and the recovery key that opens it."""
    provider = providers.add(rights.machine(), "sealed", "http://127.0.0.1:1/v1", key="sk-of-before")
    right = keys.ring.present
    keys.ring = keys.Ring(keys.make())
    stored.look()
    return provider.id, right


def settle(ring: keys.Ring) -> None:
    """The house goes on with this ring, and its key is saved."""
    keys.keep(ring)
    with db.write() as tx:
        stored.seal_anew(tx)
    stored.look()
    secrets.confirm_saved(rights.machine())


def stale(someone: Person) -> None:
    """The password was given long ago."""
    with db.write() as tx:
        tx.run("update session set stepped_up_at = 0 where user_id = :id", id=someone.id)


def test_the_first_start_shows_the_key_once_and_goes_on_when_it_is_saved(new, tmp_path) -> None:  # noqa: F811
    with visitor(new) as ada:
        page = ada.post(link(new), data=ADA)
        assert page.url.path == "/welcome/key" and "Save the recovery key" in page.text
        key = SHAPE.search(page.text)[0]
        assert (tmp_path / "data" / "secret.key").read_text().split("\n")[0] == key
        assert ada.post(f"{PLACE}/file").text.strip() == key
        page = ada.post(f"{PLACE}/confirmation", data={"onward": "welcome"})
        assert page.url.path == "/welcome" and "Welcome, Ada Lind" in page.text
        assert ada.get("/welcome/key").url.path == "/welcome"
        page = ada.get(PLACE)
        assert "The recovery key is saved." in page.text and key not in page.text
        assert ada.post(f"{PLACE}/showing").status_code == 410


def test_an_admin_is_reminded_on_each_page_until_somebody_confirms(alice: Person, bob: Person) -> None:
    for address in ("/", "/admin/jobs", "/settings", "/chats"):
        assert f'href="{PLACE}"' in alice.get(address).text.partition("<main")[0], address
        if not address.startswith("/admin"):
            assert PLACE not in bob.get(address).text
    alice.post(f"{PLACE}/confirmation")
    for address in ("/", "/admin", "/settings"):
        assert PLACE not in alice.get(address).text.partition("<main")[0], address


def test_the_key_is_shown_after_the_password_and_only_until_it_is_saved(alice: Person) -> None:
    stale(alice)
    assert alice.get("/welcome/key").url.path == PLACE
    for data in ({}, {"password": "not the right one"}):
        answer = alice.post(f"{PLACE}/showing", data={"deed": "showing"} | data)
        assert answer.status_code == 422 and not SHAPE.search(answer.text)
    assert alice.post(f"{PLACE}/file", data={}).status_code == 422
    answer = alice.post(f"{PLACE}/showing", data={"password": "a long enough password"})
    assert keys.ring.present in answer.text and "no-store" in answer.headers["cache-control"]
    file = alice.post(f"{PLACE}/file")
    assert file.text == f"{keys.ring.present}\n" and "attachment" in file.headers["content-disposition"]
    alice.post(f"{PLACE}/confirmation")
    assert alice.post(f"{PLACE}/showing").status_code == 410


def test_a_new_key_is_shown_once_and_has_to_be_saved_too(alice: Person) -> None:
    alice.post(f"{PLACE}/confirmation")
    before = keys.ring.present
    page = alice.post(f"{PLACE}/rotation")
    assert keys.ring.present != before and keys.ring.present in page.text
    assert before not in page.text and before in list(keys.ring)
    assert "Nobody has saved" in alice.get("/admin").text


def test_locked_keys_wait_for_the_recovery_key_and_refuse_a_wrong_one(alice: Person, bob: Person, locked: str) -> None:
    assert "are locked" in alice.get("/").text and "are locked" not in bob.get("/").text
    wrong = keys.make()
    page = alice.post(f"{PLACE}/opening", data={"deed": "opening", "key": wrong})
    assert page.status_code == 422 and "does not open" in page.text and wrong in page.text
    assert secrets.locked()
    page = alice.post(f"{PLACE}/opening", data={"deed": "opening", "key": locked.upper().replace("-", " ")})
    assert "The stored keys open again." in page.text and "are locked" not in alice.get("/admin").text
    assert not secrets.locked() and keys.ring.present == locked


def test_locked_keys_ask_for_the_password_first(alice: Person, locked: str) -> None:
    stale(alice)
    page = alice.post(f"{PLACE}/opening", data={"deed": "opening", "key": locked})
    assert page.status_code == 422 and secrets.locked()
    assert f'value="{locked}"' in page.text, "what was typed is kept"


def test_without_the_key_one_goes_on_and_puts_the_keys_in_again(alice: Person, locked: str) -> None:
    page = alice.post(f"{PLACE}/loss", data={"deed": "loss"})
    assert page.url.path == "/admin/providers" and not secrets.locked()
    assert db.fetch("select key from provider where name = 'sealed'")[0] is None


def test_what_is_not_locked_cannot_be_opened_or_given_up(alice: Person) -> None:
    for deed in ("opening", "loss"):
        assert alice.post(f"{PLACE}/{deed}", data={"deed": deed, "key": "x"}).status_code == 409
