"""Pastes: who may read and write them, that no revision is lost, that what burns is read once, and their end."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app import clock, db, items, pastes, rights, settings, spaces
from app.errors import (
    Conflict,
    Covered,
    Forbidden,
    Gone,
    Invalid,
    Locked,
    NotFound,
    OverLimit,
    Refusal,
    Stale,
    TooLarge,
    Unknown,
)
from app.items import Piece
from app.pastes import finding


def caller(person, name: str) -> rights.Caller:
    return rights.Caller(id=person.id, name=name, role="member", address="192.0.2.1")


@pytest.fixture
def me(bob):
    return caller(bob, "Bob")


@pytest.fixture
def other(charlie):
    return caller(charlie, "Charlie")


@pytest.fixture
def stranger():
    """Nobody, from an address that no other test has."""
    return rights.Caller(address=f"2001:db8:{time.monotonic_ns() & 0xFFFF:x}:{time.monotonic_ns() >> 16 & 0xFFFF:x}::1")


def new(me, text: str = "x = 1\n", **options) -> pastes.Paste:
    return pastes.create(me, [Piece("a.py", text)], **options).paste


def text(paste: pastes.Paste) -> str:
    return paste.parts[0].content


def put(id: str, **values: int | None) -> None:
    with db.write() as tx:
        for name, value in values.items():
            tx.run(f"update item set {name} = :value where id = :id", value=value, id=id)


def refused(call, *args, **named) -> type[Refusal] | None:
    try:
        call(*args, **named)
    except Refusal as refusal:
        assert refusal.message.endswith((".", "!")), refusal.message
        return type(refusal)
    return None


# ── who may ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("visibility", "others", "nobodys"), [("private", 0, 0), ("unlisted", 1, 1), ("public", 1, 1)])
def test_who_may_read_is_said_by_the_visibility(me, other, stranger, visibility, others, nobodys):
    paste = new(me, visibility=visibility)
    assert pastes.find(paste.id, me).role == "owner"
    assert [refused(pastes.find, paste.id, who) is None for who in (other, stranger)] == [others, nobodys]
    assert pastes.glance(paste.id).is_open == bool(nobodys)
    # A list and a search show less than a link opens.
    assert items.visible([paste.id], other) == ({paste.id} if visibility == "public" else set())


def test_a_stranger_is_not_told_that_it_exists(me, other, house):
    paste = new(me)
    said = []
    for id in (paste.id, clock.new_id(), "", "x"):
        with pytest.raises(NotFound) as error:
            pastes.find(id, other)
        said.append(error.value.message)
    assert len(set(said)) == 1
    calls = [
        lambda: pastes.history(paste.id, other), lambda: pastes.at(paste.id, other, 1),
        lambda: pastes.diff(paste.id, other, 1, 1), lambda: pastes.fork(other, paste.id),
        lambda: pastes.revise(other, paste.id, [Piece("a", "b")], base=1), lambda: pastes.trash(other, paste.id),
        lambda: pastes.change(other, paste.id, visibility="public"), lambda: pastes.star(other, paste.id),
        lambda: pastes.shares(other, paste.id), lambda: pastes.share(other, paste.id, "link"),
        lambda: pastes.cover(paste.id, other), lambda: pastes.reveal(other, paste.id),
        lambda: pastes.restore_revision(other, paste.id, 1, 1), lambda: pastes.untrash(other, paste.id),
        lambda: pastes.erase(other, paste.id), lambda: pastes.held(paste.id, other),
        lambda: pastes.unshare(other, paste.id, "x"),
    ]  # fmt: skip
    assert {refused(call) for call in calls} == {NotFound}


def test_an_admin_reads_no_other_s_paste(me, alice):
    assert refused(pastes.find, new(me).id, replace(caller(alice, "Alice"), role="admin")) is NotFound


def test_who_may_only_read_changes_nothing(me, other):
    paste = new(me, visibility="public")
    calls = [
        lambda: pastes.revise(other, paste.id, [Piece("a", "b")], base=1),
        lambda: pastes.restore_revision(other, paste.id, 1, 1),
        lambda: pastes.change(other, paste.id, visibility="private"),
        lambda: pastes.trash(other, paste.id),
        lambda: pastes.share(other, paste.id, "link"),
        lambda: pastes.shares(other, paste.id),
    ]
    assert {refused(call) for call in calls} == {Forbidden}
    assert pastes.find(paste.id, me).revision.number == 1


def test_a_key_opens_what_its_scopes_say(me):
    paste = new(me)
    reader = replace(me, key="k", scopes=frozenset({"pastes:read"}))
    assert text(pastes.find(paste.id, reader)) == "x = 1\n"
    assert refused(pastes.create, reader, [Piece("a", "b")]) is Forbidden
    assert refused(pastes.revise, reader, paste.id, [Piece("a", "b")], base=1) is Forbidden
    assert refused(pastes.find, paste.id, replace(me, key="k", scopes=frozenset())) is Forbidden
    assert refused(pastes.mine, replace(me, key="k", scopes=frozenset())) is Forbidden


def test_a_space_s_members_have_their_role_in_what_lies_there(me, other, alice, house):
    space = spaces.create(me, "Team")
    with pytest.raises(NotFound):
        new(other, visibility="space", space_id=space.id)
    paste = new(me, visibility="space", space_id=space.id)
    hidden = new(me, space_id=space.id)
    assert refused(pastes.find, paste.id, other) is NotFound
    email = db.fetch("select email from account where id = ?", other.id)[0]
    spaces.welcome(me, space.id, email, "reader")
    assert not pastes.find(paste.id, other).can_write and refused(pastes.find, hidden.id, other) is NotFound
    assert refused(new, other, visibility="space", space_id=space.id) is Forbidden
    assert [row.item.id for row in pastes.mine(other, space=space.id).rows] == [paste.id]
    assert [row.item.id for row in pastes.shared(other).rows] == [paste.id]
    spaces.change_role(me, space.id, other.id, "writer")
    assert pastes.revise(other, paste.id, [Piece("a", "2")], base=1).revision.author_id == other.id
    spaces.archive(me, space.id)
    assert refused(pastes.revise, other, paste.id, [Piece("a", "3")], base=2) is Forbidden
    spaces.leave(me, space.id, other.id)
    assert refused(pastes.find, paste.id, other) is NotFound and items.visible([paste.id], other) == set()


def test_a_space_needs_a_name_and_a_visibility_has_one_of_four(me):
    assert refused(new, me, visibility="space") is Invalid
    assert refused(new, me, visibility="everyone") is Invalid
    assert refused(pastes.change, me, new(me).id, visibility="space") is Invalid


# ── shares ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_person_with_whom_it_was_shared_reads_or_writes_until_that_ends(me, other, stranger):
    paste = new(me)
    email = db.fetch("select email from account where id = ?", other.id)[0]
    share, token = pastes.share(me, paste.id, "person", email=email)
    assert token == "" and not pastes.find(paste.id, other).can_write
    assert [row.item.id for row in pastes.shared(other).rows] == [paste.id]
    assert items.visible([paste.id], other) == {paste.id}
    writer, _ = pastes.share(me, paste.id, "person", "writer", user_id=other.id)
    assert pastes.revise(other, paste.id, [Piece("a", "2")], base=1).revision.number == 2
    pastes.unshare(me, paste.id, writer.id)
    assert refused(pastes.revise, other, paste.id, [Piece("a", "3")], base=2) is Forbidden
    with db.write() as tx:
        tx.run("update share set expires_at = :past where id = :id", past=clock.now() - 1, id=share.id)
    assert refused(pastes.find, paste.id, other) is NotFound and items.visible([paste.id], other) == set()


def test_a_link_opens_for_its_audience_only_and_so_many_times(me, other, stranger):
    paste = new(me)
    _, known = pastes.share(me, paste.id, "known")
    assert refused(pastes.find, paste.id, stranger, token=known) is NotFound
    assert text(pastes.find(paste.id, other, token=known))
    share, token = pastes.share(me, paste.id, "link", max_uses=2)
    assert [refused(pastes.find, paste.id, stranger, token=token) for _ in range(3)] == [None, None, NotFound]
    assert token not in str(db.fetch_all("select * from share where id = ?", share.id))
    assert refused(pastes.find, new(me).id, stranger, token=known) is NotFound
    assert refused(pastes.find, paste.id, other, token="wrong") is NotFound


def test_a_link_s_password_is_its_own(me, stranger):
    paste = new(me, password="of the paste", visibility="unlisted")
    _, token = pastes.share(me, paste.id, "link", "writer", password="of the link")
    assert refused(pastes.find, paste.id, stranger, token=token) is Locked
    assert refused(pastes.find, paste.id, stranger, token=token, password="of the paste") is Locked
    found = pastes.find(paste.id, stranger, token=token, password="of the link")
    assert found.can_write
    made = pastes.revise(stranger, paste.id, [Piece("a", "2")], base=1, token=token, password="of the link")
    assert made.revision.author_id == ""


def test_nobody_shares_with_nobody_or_oneself(me):
    paste = new(me)
    assert refused(pastes.share, me, paste.id, "person", email="who@example.org") is Invalid
    assert refused(pastes.share, me, paste.id, "person", user_id=me.id) is Invalid
    assert refused(pastes.share, me, paste.id, "world") is Invalid
    assert refused(pastes.share, me, paste.id, "link", "owner") is Invalid
    assert pastes.shares(me, paste.id) == []


# ── passwords ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_password_is_asked_of_all_but_the_owner(me, other, stranger):
    paste = new(me, visibility="unlisted", password="sésame")
    assert text(pastes.find(paste.id, me))
    for who in (other, stranger):
        with pytest.raises(Locked) as locked:
            pastes.find(paste.id, who)
        assert not locked.value.wrong and locked.value.status == 401
        assert text(pastes.find(paste.id, who, password="sésame"))
    assert not pastes.glance(paste.id).is_open and items.visible([paste.id], other) == set()
    assert "sésame" not in str(db.fetch_all("select * from item where id = ?", paste.id))


def test_a_wrong_password_ten_times_and_the_right_one_has_to_wait_too(me, stranger, monkeypatch):
    paste = new(me, visibility="unlisted", password="right")
    said = [refused(pastes.find, paste.id, stranger, password=f"wrong {n}") for n in range(10)]
    assert said[:5] == [Locked] * 5 and OverLimit in said[5:]
    with pytest.raises(OverLimit) as error:
        for _ in range(3):
            pastes.find(paste.id, stranger, password="wrong")
    assert error.value.status == 429 and 0 < error.value.retry_after <= 900
    assert refused(pastes.find, paste.id, stranger, password="right") is OverLimit
    # Who asks from elsewhere does not wait for that.
    assert text(pastes.find(paste.id, replace(stranger, address="198.51.100.77"), password="right"))
    assert text(pastes.find(paste.id, me))
    ahead = clock.ticks() + 1000
    monkeypatch.setattr(clock, "ticks", lambda: ahead)
    assert text(pastes.find(paste.id, stranger, password="right"))


def test_guesses_from_many_addresses_are_slowed_too(me):
    paste = new(me, visibility="unlisted", password="right")
    many = [rights.Caller(address=f"198.51.{n}.1") for n in range(60)]
    said = [refused(pastes.find, paste.id, who, password="wrong") for who in many]
    assert said[0] is Locked and OverLimit in said[50:]


def test_a_pass_stands_for_the_password_until_another_is_set(me, stranger, monkeypatch):
    paste = new(me, visibility="unlisted", password="right")
    given = pastes.paste_pass(pastes.find(paste.id, stranger, password="right"))
    assert text(pastes.find(paste.id, stranger, token=given))
    again = new(me, visibility="unlisted", password="right")
    assert refused(pastes.find, again.id, stranger, token=given) is Locked
    for forged in (given[:-2], given.replace(".", ".9", 1), "pass.", "pass.9.", "pass.٣.x", f"pass.{'9' * 400}.x"):
        assert refused(pastes.find, paste.id, stranger, token=forged) is Locked
    late = clock.now() + finding.PASS_TIME + clock.SECOND
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: late)
        assert refused(pastes.find, paste.id, stranger, token=given) is Locked
    pastes.change(me, paste.id, password="another")
    assert refused(pastes.find, paste.id, stranger, token=given) is Locked
    pastes.change(me, paste.id, password="")
    assert text(pastes.find(paste.id, stranger))


# ── revisions ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_stale_revision_is_refused_with_the_difference_and_nothing_is_lost(me):
    paste = new(me, "one\ntwo\n")
    pastes.revise(me, paste.id, [Piece("a.py", "one\n2\n")], base=1)
    with pytest.raises(Stale) as stale:
        pastes.revise(me, paste.id, [Piece("a.py", "1\ntwo\n")], base=1)
    assert stale.value.current == 2 and stale.value.status == 409
    assert "-one\n-2\n+1\n+two\n" in stale.value.difference
    assert text(pastes.find(paste.id, me)) == "one\n2\n" and text(pastes.at(paste.id, me, 1)) == "one\ntwo\n"


def test_of_many_who_revise_the_same_revision_one_does(me):
    paste = new(me)

    def revise(n: int) -> type[Refusal] | None:
        return refused(pastes.revise, me, paste.id, [Piece("a.py", f"{n}")], base=1)

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(revise, range(16)))
    assert said.count(None) == 1 and said.count(Stale) == 15
    assert [past.revision.number for past in pastes.history(paste.id, me)] == [2, 1]


def test_the_history_says_who_made_what_through_which_door(me, house):
    paste = new(me)
    pastes.revise(replace(me, door="api", key="k1", scopes=frozenset({"pastes:write", "pastes:read"})), paste.id,
                  [Piece("b.py", "y")], base=1, title="Named", note="better")  # fmt: skip
    pastes.restore_revision(me, paste.id, 1, 2)
    past = pastes.history(paste.id, me)
    told = [(p.revision.number, p.author, p.revision.door, p.revision.key_id, p.revision.note) for p in past]
    assert told == [(3, "Bob", "page", "", ""), (2, "Bob", "api", "k1", "better"), (1, "Bob", "page", "", "")]
    assert past[0].revision.restores == 1 and text(pastes.find(paste.id, me)) == "x = 1\n"
    assert pastes.find(paste.id, me).item.title == "" and pastes.at(paste.id, me, 2).title == "Named"
    assert refused(pastes.restore_revision, me, paste.id, 1, 2) is Stale
    assert refused(pastes.restore_revision, me, paste.id, 9, 3) is NotFound
    assert refused(pastes.at, paste.id, me, 0) is Invalid and refused(pastes.at, paste.id, me, 9) is NotFound


def test_what_is_the_same_makes_no_revision(me):
    paste = new(me)
    assert pastes.revise(me, paste.id, [Piece("a.py", "x = 1\n")], base=1).revision.number == 1
    assert pastes.revise(me, paste.id, [Piece("a.py", "x = 1\n", syntax="text")], base=1).revision.number == 2


def test_a_fork_is_one_s_own_and_knows_its_parent(me, other):
    paste = new(me, visibility="unlisted", title="Title")
    pastes.revise(me, paste.id, [Piece("a.py", "2"), Piece("big", "y" * 100_000)], base=1)
    fork = pastes.fork(other, paste.id)
    assert (fork.item.parent_id, fork.item.owner_id, fork.item.visibility) == (paste.id, other.id, "private")
    assert (fork.title, len(fork.parts), fork.revision.number) == ("Title", 2, 1)
    assert text(pastes.fork(other, paste.id, number=1)) == "x = 1\n"
    pastes.trash(me, paste.id)
    pastes.erase(me, paste.id)
    assert pastes.find(fork.id, other).parts[1].content == "y" * 100_000


# ── what burns ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_burns_is_shown_to_nobody_who_only_looks(me, stranger):
    paste = new(me, "secret", title="Secret title", visibility="unlisted", burns=True)
    for who in (me, stranger):
        for call in (pastes.find, pastes.history):
            assert refused(call, paste.id, who) is Covered
        assert refused(pastes.fork, me, paste.id) is Covered
    cover = pastes.cover(paste.id, stranger)
    assert "ecret" not in str(cover) and not cover.locked
    assert not pastes.glance(paste.id).is_open and items.visible([paste.id], me) == set()
    (row,) = pastes.mine(me).rows
    assert row.excerpt == ""
    assert refused(pastes.revise, me, paste.id, [Piece("a", "b")], base=1) is Conflict


def test_of_fifty_who_reveal_it_one_reads_it(me, stranger):
    paste = new(me, "secret", visibility="unlisted", burns=True)

    def reveal(_: int) -> str:
        try:
            return text(pastes.reveal(stranger, paste.id))
        except NotFound:
            return ""

    with ThreadPoolExecutor(50) as pool:
        read = list(pool.map(reveal, range(50)))
    assert sorted(read, reverse=True)[:2] == ["secret", ""]
    assert db.fetch("select 1 from itempart where item_id = ?", paste.id) is None
    assert refused(pastes.cover, paste.id, me) is NotFound


def test_what_burns_is_whole_after_its_end(me, stranger):
    parts = [Piece("a.py", "x = 1"), Piece("b.md", "# hi"), Piece("c", "é" * 100_000), Piece("d", data=b"\0" * 70_000)]
    id = pastes.create(me, parts, visibility="unlisted", burns=True, password="right").paste.id
    assert pastes.cover(id, stranger).locked
    assert refused(pastes.reveal, stranger, id) is Locked
    assert refused(pastes.reveal, stranger, id, password="wrong") is Locked
    paste = pastes.reveal(stranger, id, password="right")
    assert "<span" in paste.html(paste.parts[0]) and "<h2>hi" in paste.prose(paste.parts[1])
    assert paste.parts[2].content == "é" * 100_000 and paste.parts[3].data == b"\0" * 70_000


def test_only_what_burns_is_revealed(me):
    assert refused(pastes.reveal, me, new(me).id) is NotFound


def test_what_may_be_seen_ten_times_is_seen_ten_times(me, stranger):
    paste = new(me, visibility="unlisted", max_views=10)
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: refused(pastes.find, paste.id, stranger), range(30)))
    assert said.count(None) == 10 and said.count(NotFound) == 20
    assert refused(pastes.find, paste.id, me) is NotFound and pastes.mine(me).rows == []
    assert items.visible([paste.id], me) == set()


def test_the_owner_spends_no_views(me, stranger):
    paste = new(me, visibility="unlisted", max_views=1)
    for _ in range(3):
        pastes.find(paste.id, me)
    assert refused(pastes.fork, replace(me, id=""), paste.id) is Unknown
    assert text(pastes.find(paste.id, stranger)) and refused(pastes.find, paste.id, stranger) is NotFound


# ── encrypted in the browser ──────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_encrypted_has_no_title_no_revisions_no_colours_and_is_in_no_search(me, stranger):
    sealed = pastes.create(me, [Piece(data=b"\x01\xff" * 100)], visibility="unlisted", sealed=True).paste
    assert not sealed.can_write and sealed.html(sealed.parts[0]) == ""
    assert pastes.find(sealed.id, stranger).parts[0].data == b"\x01\xff" * 100
    assert items.visible([sealed.id], me) == set()
    assert refused(pastes.revise, me, sealed.id, [Piece(data=b"\2\xff")], base=1) is Conflict
    assert refused(pastes.fork, me, sealed.id) is Conflict
    assert refused(pastes.share, me, sealed.id, "link", "writer") is Conflict
    assert refused(pastes.change, me, sealed.id, title="Told") is Forbidden
    assert refused(pastes.create, me, [Piece(data=b"\1\xff")], sealed=True, title="Told") is Invalid
    assert refused(pastes.create, me, [Piece("told.txt", data=b"\1\xff")], sealed=True) is Invalid


# ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_past_its_date_appears_nowhere(me, other, stranger):
    paste = new(me, visibility="public", tags=["over"])
    pastes.star(other, paste.id)
    put(paste.id, expires_at=clock.now() - 1)
    for who in (me, other, stranger):
        for call in (pastes.find, pastes.history, pastes.cover, pastes.held):
            assert refused(call, paste.id, who) is NotFound
    assert not pastes.glance(paste.id).is_open and items.visible([paste.id], me) == set()
    assert pastes.mine(me).rows == [] == pastes.mine(me, trashed=True).rows == pastes.mine(other, starred=True).rows
    assert pastes.tags(me) == [] and refused(pastes.fork, me, paste.id) is NotFound


@pytest.mark.parametrize("seconds", [0, -1, 59, 367 * 86_400])
def test_a_date_is_between_a_minute_and_a_year_or_never(me, seconds):
    assert refused(new, me, expires_in=seconds) is Invalid


def test_a_week_is_the_default_and_it_can_be_changed(me):
    paste = new(me)
    assert abs(paste.item.expires_at - clock.now() - 7 * clock.DAY) < clock.MINUTE
    assert pastes.change(me, paste.id, expires_in=None).expires_at is None
    assert new(me, expires_in=None).item.expires_at is None


def test_the_trash_has_a_way_back_for_its_owner_and_hides_it_from_all_others(me, other):
    paste = new(me, visibility="public")
    pastes.trash(me, paste.id)
    assert refused(pastes.find, paste.id, other) is NotFound and not pastes.glance(paste.id).is_open
    with pytest.raises(Gone) as gone:
        pastes.find(paste.id, me)
    assert gone.value.kind == "trash"
    assert refused(pastes.revise, me, paste.id, [Piece("a", "b")], base=1) is Gone
    assert pastes.mine(me).rows == [] and [row.item.id for row in pastes.mine(me, trashed=True).rows] == [paste.id]
    pastes.untrash(me, paste.id)
    assert text(pastes.find(paste.id, other))
    assert refused(pastes.erase, me, paste.id) is NotFound
    pastes.trash(me, paste.id)
    pastes.erase(me, paste.id)
    assert refused(pastes.find, paste.id, me) is NotFound and refused(pastes.untrash, me, paste.id) is NotFound


# ── without an account ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def anonymous(house):
    """Posting without an account, small and seldom."""
    machine = rights.machine()
    settings.change(machine, anonymous_pastes=True, anonymous_hour=3, anonymous_kb=1)
    yield
    settings.change(machine, anonymous_pastes=False, anonymous_hour=20, anonymous_kb=512)


def test_nobody_posts_while_that_is_off(stranger):
    assert refused(new, stranger, visibility="unlisted") is Unknown and not pastes.anonymous_allowed()


def test_who_posts_without_an_account_gets_tokens_that_revise_and_delete(anonymous, stranger, other):
    made = pastes.create(stranger, [Piece("", "hello")], visibility="unlisted")
    id = made.paste.id
    assert made.edit_token and made.delete_token and made.edit_token != made.delete_token
    assert not pastes.find(id, stranger).can_write and pastes.find(id, other, token=made.edit_token).can_write
    assert refused(pastes.revise, stranger, id, [Piece("", "b")], base=1) is Forbidden
    assert refused(pastes.revise, stranger, id, [Piece("", "b")], base=1, token=made.delete_token) is Forbidden
    assert pastes.revise(stranger, id, [Piece("", "b")], base=1, token=made.edit_token).revision.number == 2
    assert refused(pastes.revise, stranger, id, [Piece("", "b" * 2000)], base=2, token=made.edit_token) is TooLarge
    for token in ("", "wrong", made.edit_token):
        assert refused(pastes.trash, stranger, id, token=token) is Forbidden
    assert refused(pastes.trash, other, id) is Forbidden
    pastes.trash(stranger, id, token=made.delete_token)
    assert refused(pastes.find, id, stranger) is NotFound
    assert not db.fetch("select 1 from item where edit_digest = ?", made.edit_token)


def test_what_is_posted_without_an_account_has_its_own_limits(anonymous, stranger):
    assert refused(new, stranger) is Invalid  # private: nobody could ever read it
    assert refused(new, stranger, "x" * 1025, visibility="unlisted") is TooLarge
    said = [refused(new, stranger, visibility="unlisted") for _ in range(4)]
    neighbour = replace(stranger, address=stranger.address[:-1] + "2")
    assert said == [None, None, None, OverLimit] and refused(new, neighbour, visibility="unlisted") is OverLimit
    with pytest.raises(OverLimit) as error:
        new(stranger, visibility="unlisted")
    assert 0 < error.value.retry_after <= 3600
    assert refused(new, replace(stranger, address="198.51.100.3"), visibility="unlisted") is None


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_list_is_read_page_by_page_without_gaps_while_others_are_written(me):
    ids = [new(me, f"{n}").id for n in range(7)]
    seen, before = [], ""
    while True:
        page = pastes.mine(me, before=before, limit=3)
        seen += [row.item.id for row in page.rows]
        new(me, "meanwhile")
        before = page.next
        if not before:
            break
    assert seen == ids[::-1]
    for wrong in ("x", "-1-a", "9" * 30, "1"):
        assert refused(pastes.mine, me, before=wrong) in (Invalid, None)


def test_tags_and_stars_find_again(me, other, stranger):
    paste = new(me, tags=["Python", "#howto", "python", " "])
    plain = new(me, visibility="unlisted")
    assert pastes.tags_of(paste.id) == ["howto", "python"] and pastes.tags(me) == [("howto", 1), ("python", 1)]
    (row,) = pastes.mine(me, tag="Python").rows
    assert row.item.id == paste.id and row.tags == ["howto", "python"]
    pastes.change(me, paste.id, tags=["new"])
    assert pastes.tags_of(paste.id) == ["new"] and pastes.mine(me, tag="python").rows == []
    for n in range(2):
        pastes.star(other, plain.id)
        pastes.star(other, plain.id, on=bool(n))
    assert [row.item.id for row in pastes.mine(other, starred=True).rows] == [plain.id]
    assert pastes.is_starred(other, plain.id) and not pastes.is_starred(me, plain.id)
    pastes.change(me, plain.id, visibility="private")
    assert pastes.mine(other, starred=True).rows == []
    assert refused(pastes.star, stranger, plain.id) is Unknown
    assert refused(new, me, tags=["a,b"]) is Invalid and refused(new, me, tags=["x" * 41]) is Invalid
    assert refused(new, me, tags=[str(n) for n in range(21)]) is Invalid


def test_fifty_pastes_are_listed_by_a_few_statements(me, monkeypatch):
    for n in range(50):
        new(me, f"{n}", title=f"Paste {n}", tags=["a", "b"])
    asked, fetch = [], db.fetch_all
    monkeypatch.setattr(db, "fetch_all", lambda sql, *values: asked.append(sql) or fetch(sql, *values))
    assert len(pastes.mine(me).rows) == 50 and len(asked) <= 4


def test_words_find_in_titles_and_are_no_pattern(me):
    new(me, title="100% sure")
    new(me, title="1000 sure")
    assert [row.title for row in pastes.mine(me, words="100% SURE").rows] == ["100% sure"]


# ── hot reads ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_glance_is_one_statement_and_holds_what_a_page_shows(me, monkeypatch):
    paste = pastes.create(me, [Piece("a.py", "x = 1\n"), Piece("b.txt", "b")], visibility="public").paste
    asked, fetch = [], db.fetch_all
    monkeypatch.setattr(db, "fetch_all", lambda sql, *values: asked.append(sql) or fetch(sql, *values))
    glance = pastes.glance(paste.id)
    assert len(asked) == 1 and glance.is_open and glance.owner_id == me.id
    assert [(part.name, part.text) for part in glance.parts] == [("a.py", "x = 1\n"), ("b.txt", "b")]
    assert glance.parts[0].html == paste.html(paste.parts[0]) and glance.parts[1].html is None
    assert pastes.glance("x") is None


def test_what_a_deed_does_is_in_the_audit_and_its_text_is_not(me):
    paste = new(me, "secret text", title="secret title", password="secret word")
    pastes.revise(me, paste.id, [Piece("a.py", "secret too")], base=1)
    pastes.trash(me, paste.id)
    rows = db.fetch_all("select verb, note, user_id from audit where object_id = ? order by id", paste.id)
    assert [row[0] for row in rows] == ["pastes.create", "pastes.revise", "pastes.trash"] and "secret" not in str(rows)


def test_members_of_other_kinds_are_no_pastes(me):
    paste = new(me)
    with db.write() as tx:
        tx.run("update item set kind = 'document' where id = :id", id=paste.id)
    assert refused(pastes.find, paste.id, me) is NotFound and pastes.glance(paste.id) is None
    assert refused(pastes.trash, me, paste.id) is NotFound
