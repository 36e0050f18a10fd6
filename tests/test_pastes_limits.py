"""What an admin decides of pastes holds at once, at every door."""

import pytest

from app import pastes, settings
from app.errors import Forbidden, Invalid, NoRoom, Unknown
from app.pastes import Piece, allowing
from app.rights import Caller, machine

NOW = {
    "quota_mb": "1024",
    "spare_mb": "256",
    "anonymous_hour": "20",
    "anonymous_kb": "512",
    "anonymous_quota_mb": "256",
}


@pytest.fixture(autouse=True)
def as_it_was():
    before = allowing.allowed(machine())
    yield
    allowing.allow(machine(), before)


def test_an_admin_lets_people_post_without_an_account_and_takes_it_back(alice, nobody):
    assert nobody.post("/p", content=b"Hello").status_code == 401
    page = alice.post("/admin/pastes", data=NOW | {"anonymous_pastes": "1", "anonymous_kb": "1"}).text
    assert "It holds from now on." in page and 'value="1"' in page
    assert nobody.post("/p", content=b"Hello").status_code == 201
    assert nobody.post("/p", content=b"x" * 1025).status_code == 413
    alice.post("/admin/pastes", data=NOW)
    assert nobody.post("/p", content=b"Hello").status_code == 401 and not pastes.anonymous_allowed()


def test_a_smaller_quota_holds_for_the_next_paste(alice, bob):
    me = Caller(id=bob.id, name="Bob")
    pastes.create(me, [Piece("a.txt", "a" * 700_000)])
    alice.post("/admin/pastes", data=NOW | {"quota_mb": "1"})
    with pytest.raises(NoRoom, match="1 MiB"):
        pastes.create(me, [Piece("b.txt", "b" * 700_000)])
    alice.post("/admin/pastes", data=NOW | {"spare_mb": "1048576"})
    with pytest.raises(NoRoom, match="nearly full"):
        pastes.create(me, [Piece("b.txt", "b")])


@pytest.mark.parametrize(
    "wrong", [{"quota_mb": "0"}, {"anonymous_kb": "99999999"}, {"spare_mb": "-1"}, {"quota_mb": ""}]
)
def test_a_number_out_of_bounds_comes_back_with_a_sentence_and_changes_nothing(alice, wrong):
    before = allowing.allowed(machine())
    answer = alice.post("/admin/pastes", data=NOW | {"anonymous_hour": "7"} | wrong)
    assert answer.status_code == 422 and 'value="7"' in answer.text and 'class="error"' in answer.text
    assert allowing.allowed(machine()) == before


def test_members_neither_see_nor_change_them(bob):
    assert bob.get("/admin/pastes").status_code == bob.post("/admin/pastes", data=NOW).status_code == 403
    me = Caller(id=bob.id, name="Bob", role="member")
    for call in (lambda: allowing.allowed(me), lambda: allowing.allow(me, allowing.allowed(machine()))):
        with pytest.raises(Forbidden):
            call()
    with pytest.raises(Unknown):
        allowing.allowed(Caller())
    with pytest.raises(Invalid):
        allowing.allow(machine(), allowing.Allowed(0, 0, False, 1, 1, 1))
    assert settings.value("quota_mb") == 1024
