"""Accounts: getting in, staying in, being let in and shut out."""

import re
import threading
import time
from dataclasses import replace

import pytest

from app import accounts, clock, config, db, rights, secrets
from app.accounts import devices, passwords, throttle
from app.errors import Forbidden, Invalid, OverLimit
from tests.conftest import PASSWORD, Person

NEW = "another long password"


@pytest.fixture(autouse=True)
def forgiving():
    """Failures of one test do not slow the next."""
    throttle.forget()
    yield
    throttle.forget()


def once_link(page) -> str:
    """The one-time link that a page shows."""
    return next(tag.split('value="')[1].split('"')[0] for tag in page.text.split("<") if 'id="once-link"' in tag)


def errors(page) -> list[str]:
    """The sentences beside the fields of a form that came back."""
    return re.findall(r'class="error".*?<span>(.*?)</span>', page.text)


def grow_stale(someone) -> None:
    """Let more than ten minutes pass since the password was given."""
    with db.write() as tx:
        tx.run(
            "update session set stepped_up_at = :at where user_id = :id",
            at=clock.now() - 11 * clock.MINUTE,
            id=someone.id,
        )


def row(someone, what: str):
    return db.fetch(f"select {what} from account where id = ?", someone.id)[0]


# ── signing in ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_person_signs_in_and_out(bob):
    assert bob.get("/settings").url.path == "/settings"
    bob.post("/signout")
    assert bob.get("/settings").url.path == "/signin"
    assert bob.sign_in().status_code == 200
    assert bob.get("/settings").url.path == "/settings"


def test_the_address_is_the_same_in_capitals(house, bob):
    with Person(house, f"  {bob.email.upper()} ") as shouting:
        assert shouting.sign_in().url.path == "/"


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(house, bob):
    with Person(house, bob.email) as known, Person(house, "unknown@example.org") as unknown:
        wrong, none = known.sign_in("not this one"), unknown.sign_in("not this one")
    assert wrong.status_code == none.status_code == 422
    assert "do not belong together" in wrong.text
    assert wrong.text.replace(bob.email, "") == none.text.replace("unknown@example.org", "")


def test_an_unknown_account_takes_as_long_as_a_known_one(house):
    kept, _ = accounts.add(rights.machine(), "kept@example.org", password=PASSWORD)
    times = {kept.email: [], "unknown@example.org": []}
    for n in range(7):
        for email, spent in times.items():
            started = time.perf_counter()
            with pytest.raises(Invalid):
                accounts.sign_in(rights.Caller(address=f"203.0.113.{n}"), email, "not this one")
            spent.append(time.perf_counter() - started)
            throttle.forget()
    known, unknown = (sorted(spent)[3] for spent in times.values())
    assert 0.5 < known / unknown < 2 and unknown > 0.005


def test_the_form_comes_back_with_the_address_and_without_the_password(nobody):
    page = nobody.post("/signin", data={"email": "some@example.org", "password": "a secret of mine"})
    assert page.status_code == 422 and 'value="some@example.org"' in page.text
    assert "a secret of mine" not in page.text


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "chats"]
)
def test_sign_in_leads_only_to_addresses_of_this_house(house, bob, to):
    with Person(house, bob.email) as again:
        answer = again.post(
            "/signin", data={"email": bob.email, "password": PASSWORD, "next": to}, follow_redirects=False
        )
    assert answer.headers["location"] == "/"


def test_sign_in_leads_on_to_where_one_wanted_to_go(house, bob):
    with Person(house, bob.email) as again:
        page = again.get("/settings/sessions")
        assert 'name="next" value="/settings/sessions"' in page.text or 'value="/settings/sessions"' in page.text
        data = {"email": bob.email, "password": PASSWORD, "next": "/settings/sessions"}
        assert again.post("/signin", data=data).url.path == "/settings/sessions"


def test_signing_in_again_replaces_the_session(bob):
    before = bob.cookies["inglenook"]
    bob.sign_in()
    after = bob.cookies["inglenook"]
    assert before != after
    bob.cookies.set("inglenook", before, domain="127.0.0.1", path="/")
    bob.cookies.clear()
    assert bob.get("/settings", headers={"cookie": f"inglenook={before}"}).url.path == "/signin"


def test_a_session_lies_in_the_database_only_as_a_hash(house, bob):
    token = bob.cookies["inglenook"]
    assert db.fetch("select user_id from session where token = ?", secrets.digest(token)) == (bob.id,)
    for file in house.data.glob("inglenook.db*"):
        assert token.encode() not in file.read_bytes()


def test_the_cookie_is_for_the_server_only(house, bob):
    with Person(house, bob.email) as again:
        answer = again.post("/signin", data={"email": bob.email, "password": PASSWORD}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("inglenook=") and "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie


def test_a_session_ends_when_it_is_not_used(bob):
    with db.write() as tx:
        tx.run("update session set expires_at = :at where user_id = :id", at=clock.now() - 1, id=bob.id)
    assert bob.get("/settings").url.path == "/signin"


def test_use_keeps_a_session_alive(bob):
    soon = clock.now() + clock.MINUTE
    with db.write() as tx:
        tx.run("update session set expires_at = :at, seen_at = 0 where user_id = :id", at=soon, id=bob.id)
    bob.get("/settings")
    accounts.flush_seen()
    expires, seen = db.fetch("select expires_at, seen_at from session where user_id = ?", bob.id)
    assert expires - seen == config.current.session_days * clock.DAY and expires > soon


# ── throttling ────────────────────────────────────────────────────────────────────────────────────────────────────────
def attempt(email: str, address: str, password: str = "not this one") -> float:
    """Seconds to wait after one attempt, 0 when it was looked at."""
    try:
        accounts.sign_in(rights.Caller(address=address), email, password)
    except Invalid:
        return 0
    except OverLimit as refusal:
        return refusal.retry_after
    return 0


def test_after_five_failures_an_account_has_to_wait(nobody, bob):
    data = {"email": bob.email, "password": "not this one"}
    answers = [nobody.post("/signin", data=data) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1 and "Try again in" in answers[-1].text
    right = nobody.post("/signin", data=data | {"password": PASSWORD})
    assert right.status_code == 429, "the right password told a guesser something"


def test_the_delay_grows(bob, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(clock, "ticks", lambda: now)
    gate, waits = throttle.Throttle(free=3), []
    for _ in range(12):
        assert gate.attempt("someone") == 0
        waits.append(gate.attempt("someone"))
        now += waits[-1]
    assert waits[:2] == [0, 1] and waits[2:6] == [2, 4, 8, 16] and waits[-1] <= throttle.LONGEST


def test_unknown_accounts_are_throttled_as_known_ones_are(bob):
    for email in (bob.email, "unknown@example.org"):
        throttle.forget()
        assert [attempt(email, f"198.51.100.{n}") > 0 for n in range(7)] == [False] * 5 + [True] * 2


def test_an_address_that_tries_many_accounts_has_to_wait():
    waits = [attempt(f"person-{n}@example.org", "198.51.100.7") for n in range(21)]
    assert waits[:20] == [0] * 20 and waits[20] > 0
    assert attempt("someone@example.org", "198.51.100.8") == 0


def test_a_network_of_ipv6_counts_as_one_address():
    assert throttle.place("2001:db8::1") == throttle.place("2001:db8::ffff:2") != throttle.place("2001:db8:0:1::1")
    assert throttle.place("::ffff:192.0.2.1") == throttle.place("192.0.2.1")


def test_a_stranger_who_guesses_does_not_lock_the_person_out(house, bob):
    while attempt(bob.email, "198.51.100.9") == 0:
        pass
    with Person(house, bob.email) as at_home:
        assert at_home.sign_in().url.path == "/"


def test_guesses_at_once_are_counted_like_guesses_in_turn(bob):
    looked_at = []

    def guess(n: int) -> None:
        try:
            accounts.sign_in(rights.Caller(address=f"198.51.100.{n}"), bob.email, "not this one")
        except Invalid:
            looked_at.append(n)
        except OverLimit:
            return

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) <= 5


def test_counting_takes_bounded_memory():
    gate = throttle.Throttle(free=1, most=100)
    for n in range(1000):
        gate.attempt(str(n))
    assert len(gate.counts) == 100


def test_a_crowd_at_the_door_is_sent_away_instead_of_holding_threads():
    outcomes = []

    def verify() -> None:
        try:
            outcomes.append(passwords.verify(None, "anything"))
        except OverLimit as refusal:
            outcomes.append(refusal.retry_after)

    threads = [threading.Thread(target=verify) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(3) > 0 and outcomes.count(False) >= passwords.AT_ONCE + passwords.QUEUE


# ── one's own account ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_people_set_their_name_time_zone_and_instructions(bob):
    fields = {"name": "Robert", "timezone": "Asia/Tokyo", "instructions": "Answer in haiku."}
    page = bob.post("/settings", data=fields)
    assert page.status_code == 200 and "Kept." in page.text
    assert (row(bob, "name"), row(bob, "timezone"), row(bob, "instructions")) == tuple(fields.values())


def test_what_cannot_be_kept_comes_back_with_a_sentence_for_each_field(bob):
    page = bob.post("/settings", data={"name": " ", "timezone": "Mars/Olympus", "instructions": "Keep me."})
    assert page.status_code == 422 and "2 things to mend." in page.text and "Keep me." in page.text
    assert len(errors(page)) == 2 and row(bob, "timezone") == ""


def test_a_default_model_is_one_that_the_person_may_use(bob, model):
    fields = {"name": "Bob", "timezone": "UTC"}
    assert bob.post("/settings", data=fields | {"model_id": "nothing"}).status_code == 422
    kept = model("hello")
    assert bob.post("/settings", data=fields | {"model_id": kept}).status_code == 200
    assert row(bob, "model_id") == kept
    bob.post("/settings", data=fields | {"model_id": ""})
    assert row(bob, "model_id") is None


def test_light_or_dark_is_kept_for_the_person(bob):
    assert bob.post("/settings/theme", data={"theme": "dark"}, headers={"hx-request": "true"}).status_code == 204
    assert 'data-theme="dark"' in bob.get("/settings").text
    assert bob.post("/settings/theme", data={"theme": "pink"}).status_code == 422
    assert bob.post("/settings/theme", data={"theme": ""}).url.path == "/settings"
    assert "data-theme=" not in bob.get("/settings").text


def test_a_new_password_needs_the_present_one_and_ends_the_other_sessions(house, bob):
    with Person(house, bob.email) as elsewhere:
        elsewhere.sign_in()
        before = bob.cookies["inglenook"]
        assert errors(bob.post("/settings/password", data={"password": "wrong", "new": NEW})) == [
            "This is not your password."
        ]
        short = bob.post("/settings/password", data={"password": PASSWORD, "new": "short"})
        assert errors(short) == ["Five characters are too few. Use at least 10; a short sentence is good."]
        assert bob.post("/settings/password", data={"password": PASSWORD, "new": NEW}).url.path == "/settings"
        assert bob.cookies["inglenook"] != before
        assert elsewhere.get("/settings").url.path == "/signin"
        assert elsewhere.sign_in().status_code == 422
        assert elsewhere.sign_in(NEW).url.path == "/"


def test_sessions_are_listed_with_device_address_and_last_use(house, bob):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    with Person(house, bob.email) as elsewhere:
        elsewhere.headers["user-agent"] = agent
        elsewhere.sign_in()
        page = bob.get("/settings/sessions").text
    assert "Firefox on Linux" in page and "127.0.0.1" in page and "this one" in page and "last used" in page


def test_a_person_ends_one_session_or_all_others(house, bob):
    with Person(house, bob.email) as second, Person(house, bob.email) as third:
        second.sign_in()
        third.sign_in()
        id = db.fetch("select id from session where token = ?", secrets.digest(second.cookies["inglenook"]))[0]
        bob.post(f"/settings/sessions/{id}/ending")
        assert second.get("/settings").url.path == "/signin"
        assert third.get("/settings").url.path == "/settings"
        bob.post("/settings/sessions/ending")
        assert third.get("/settings").url.path == "/signin"
    assert bob.get("/settings").url.path == "/settings"


def test_nobody_ends_the_session_of_another(bob, charlie):
    id = db.fetch("select id from session where user_id = ?", bob.id)[0]
    assert charlie.post(f"/settings/sessions/{id}/ending").status_code == 404
    assert bob.get("/settings").url.path == "/settings"


def test_devices_are_named_in_plain_words():
    chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Safari/537.36"
    assert devices.words(chrome) == "Chrome on Windows"
    assert devices.words(f"{chrome} Edg/140") == "Edge on Windows"
    assert devices.words("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1") == (
        "Safari on iPhone"
    )
    assert devices.words("") == "A browser"


# ── the password again ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_role_is_changed_only_with_a_fresh_password(alice, bob):
    grow_stale(alice)
    address, deed = f"/admin/people/{bob.id}", {"deed": "role", "role": "admin"}
    assert "Your own password, again" in alice.get(address).text
    page = alice.post(f"{address}/role", data=deed)
    assert page.status_code == 422 and "Give it again." in errors(page)[0] and row(bob, "role") == "member"
    assert alice.post(f"{address}/role", data=deed | {"password": "wrong"}).status_code == 422
    assert alice.post(f"{address}/role", data=deed | {"password": PASSWORD}).status_code == 200
    assert row(bob, "role") == "admin" and "Your own password, again" not in alice.get(address).text


def test_confirming_leads_back_and_holds_for_ten_minutes(alice):
    grow_stale(alice)
    assert alice.post("/settings/confirm", data={"password": "wrong", "next": "/admin/people"}).status_code == 422
    page = alice.post("/settings/confirm", data={"password": PASSWORD, "next": "/admin/people"})
    assert page.url.path == "/admin/people"
    me = accounts.caller(alice.cookies["inglenook"], rights.Caller())
    accounts.must_be_fresh(me)
    with pytest.raises(Forbidden):
        accounts.must_be_fresh(replace(me, stepped_up_at=clock.now() - 10 * clock.MINUTE - 1))


@pytest.mark.parametrize("deed", ["reset", "deactivation", "reactivation"])
def test_what_shuts_out_or_lets_in_needs_a_fresh_password_too(alice, bob, deed):
    grow_stale(alice)
    assert alice.post(f"/admin/people/{bob.id}/{deed}", data={"deed": deed}).status_code == 422
    assert row(bob, "deactivated_at") is None


def test_guessing_a_password_in_a_stolen_session_is_throttled(bob):
    answers = [bob.post("/settings/confirm", data={"password": "guess"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


# ── being let in ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_invitation_makes_an_account_with_its_role(alice, house):
    email = f"dora-{alice.id}@example.org"
    page = alice.post("/admin/people/invitations", data={"email": email, "role": "admin", "days": "1"})
    address = once_link(page)
    assert address.startswith(f"{house.url}/links/") and email in alice.get("/admin/people").text
    assert address not in alice.get("/admin/people").text, "the link is told once"
    with Person(house) as dora:
        assert email in dora.get(address).text and dora.get(address).status_code == 200
        assert dora.post(address, data={"name": "", "password": "short"}).status_code == 422
        assert dora.post(address, data={"name": "Dora", "password": PASSWORD}).url.path == "/"
        assert dora.get("/admin/people").status_code == 200
    with Person(house) as late:
        gone = late.get(address)
        assert gone.status_code == 410 and "for a new one" in gone.text
        assert late.post(address, data={"name": "Eve", "password": PASSWORD}).status_code == 410


def invitation(email: str, days: int = 7) -> str:
    return accounts.invite(rights.machine(), email, "member", days)


def test_one_link_makes_one_account_even_when_used_twice_at_once(house):
    token, email = invitation("twice@example.org"), "twice@example.org"
    answers = []

    def use() -> None:
        with Person(house) as someone:
            data = {"name": "Twin", "password": PASSWORD}
            answers.append(someone.post(f"/links/{token}", data=data, follow_redirects=False).status_code)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 410, 410, 410]
    assert db.fetch("select count(*) from account where email = ?", email) == (1,)


def test_links_lie_in_the_database_only_as_hashes(house):
    token = invitation("hashed@example.org")
    assert db.fetch("select email from ticket where token = ?", secrets.digest(token)) == ("hashed@example.org",)
    for file in house.data.glob("inglenook.db*"):
        assert token.encode() not in file.read_bytes()


def test_an_invitation_expires(nobody):
    token = invitation("late@example.org")
    with db.write() as tx:
        tx.run("update ticket set expires_at = :now where email = 'late@example.org'", now=clock.now())
    assert nobody.get(f"/links/{token}").status_code == 410
    assert nobody.post(f"/links/{token}", data={"name": "Late", "password": PASSWORD}).status_code == 410


def test_an_invitation_can_be_withdrawn(alice, nobody):
    token = invitation("unwanted@example.org")
    id = db.fetch("select id from ticket where token = ?", secrets.digest(token))[0]
    assert "unwanted@example.org" not in alice.post(f"/admin/people/invitations/{id}/withdrawal").text
    assert nobody.get(f"/links/{token}").status_code == 404


def test_a_second_invitation_ends_the_first(nobody):
    first, second = invitation("again@example.org"), invitation("again@example.org")
    assert nobody.get(f"/links/{first}").status_code == 404
    assert nobody.get(f"/links/{second}").status_code == 200


def test_an_unknown_link_says_what_to_do(nobody):
    page = nobody.get("/links/nothing")
    assert page.status_code == 404 and "Ask for a new one." in page.text


def test_an_invitation_is_refused_for_what_is_no_address_or_has_an_account(alice, bob):
    for email, sentence in ((bob.email, "already an account"), ("nonsense", "not an e-mail address")):
        page = alice.post("/admin/people/invitations", data={"email": email, "role": "member", "days": "7"})
        assert page.status_code == 422 and sentence in errors(page)[0] and f'value="{email}"' in page.text


def test_inviting_an_admin_needs_a_fresh_password_and_loses_nothing(alice):
    grow_stale(alice)
    data = {"email": "chief@example.org", "role": "admin", "days": "7"}
    page = alice.post("/admin/people/invitations", data=data)
    assert page.status_code == 422 and 'value="chief@example.org"' in page.text
    assert alice.post("/admin/people/invitations", data=data | {"password": PASSWORD}).status_code == 200


def test_the_terminal_adds_people_with_a_link_or_a_password(house):
    user, token = accounts.add(rights.machine(), "terminal@example.org")
    assert user.name == "terminal" and user.role == "member"
    with Person(house, "terminal@example.org") as someone:
        assert someone.sign_in("").status_code == 422, "an account without a password has no way in but its link"
        assert someone.post(f"/links/{token}", data={"password": NEW}).url.path == "/"
    with pytest.raises(Invalid):
        accounts.add(rights.machine(), "terminal@example.org", password=PASSWORD)
    with pytest.raises(Invalid):
        accounts.add(rights.machine(), "other@example.org", password="short")


def test_a_reset_link_sets_the_password_and_ends_what_was_open(alice, bob, house):
    address = once_link(alice.post(f"/admin/people/{bob.id}/reset", data={"deed": "reset"}))
    with Person(house, bob.email) as again:
        assert bob.email in again.get(address).text
        assert again.sign_in().url.path == "/", "opening the link changes nothing"
        assert again.post(address, data={"password": NEW}).url.path == "/"
        assert bob.get("/settings").url.path == "/signin"
        assert again.get(address).status_code == 410
    assert bob.sign_in().status_code == 422 and bob.sign_in(NEW).url.path == "/"


# ── roles, and being shut out ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_new_role_ends_the_persons_sessions(alice, bob):
    alice.post(f"/admin/people/{bob.id}/role", data={"deed": "role", "role": "admin"})
    assert bob.get("/admin/people").url.path == "/signin"
    bob.sign_in()
    assert bob.get("/admin/people").status_code == 200


def test_who_changes_their_own_role_goes_on_with_another_session(alice):
    before = alice.cookies["inglenook"]
    page = alice.post(f"/admin/people/{alice.id}/role", data={"deed": "role", "role": "member"})
    assert page.url.path == "/settings" and alice.cookies["inglenook"] != before
    assert alice.get("/admin/people").status_code == 403
    assert accounts.caller(before, rights.Caller()).id == ""


def test_a_deactivated_person_is_out_at_once_and_loses_nothing(alice, bob):
    bob.post("/settings", data={"name": "Bob", "timezone": "UTC", "instructions": "Mine."})
    alice.post(f"/admin/people/{bob.id}/deactivation", data={"deed": "deactivation"})
    assert bob.get("/settings").url.path == "/signin"
    refused = bob.sign_in()
    assert refused.status_code == 422 and "do not belong together" in refused.text
    with pytest.raises(Forbidden):
        accounts.job_caller({"id": bob.id})
    alice.post(f"/admin/people/{bob.id}/reactivation", data={"deed": "reactivation"})
    assert bob.sign_in().url.path == "/" and "Mine." in bob.get("/settings").text
    assert accounts.job_caller({"id": bob.id}).id == bob.id


def test_a_deactivated_persons_reset_link_is_dead(alice, bob, nobody):
    token = accounts.reset_link(rights.machine(), bob.email)
    alice.post(f"/admin/people/{bob.id}/deactivation", data={"deed": "deactivation"})
    assert nobody.get(f"/links/{token}").status_code == 404
    page = alice.post(f"/admin/people/{bob.id}/reset", data={"deed": "reset"})
    assert page.status_code == 409 and "deactivated" in page.text


def test_members_neither_see_nor_change_people(bob, charlie):
    for path in ("/admin/people", f"/admin/people/{charlie.id}", "/admin/groups"):
        assert bob.get(path).status_code == 403
    assert bob.post(f"/admin/people/{bob.id}/role", data={"deed": "role", "role": "admin"}).status_code == 403
    assert row(bob, "role") == "member"


def test_what_changes_people_is_written_down(alice, bob):
    alice.post(f"/admin/people/{bob.id}/role", data={"deed": "role", "role": "admin"})
    entry = db.fetch("select verb, note, address, door from audit where object_id = ? order by id desc", bob.id)
    assert entry == ("accounts.change_role", "admin", "127.0.0.1", "page")
    assert db.fetch("select count(*) from audit where user_id = ? and verb = 'accounts.sign_in'", bob.id)[0] == 1


# ── groups ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_group_is_made_filled_renamed_and_deleted(alice, bob):
    page = alice.post("/admin/groups", data={"name": f"Readers {alice.id}"})
    group = page.url.path
    assert alice.post(f"{group}/members", data={"user_id": bob.id}).status_code == 200
    assert bob.email in alice.get(group).text
    assert "Writers" in alice.post(f"{group}/name", data={"name": f"Writers {alice.id}"}).text
    assert f"Writers {alice.id}" in bob.get("/settings").text
    alice.post(f"{group}/members/{bob.id}/removal")
    assert "Nobody is in it yet." in alice.get(group).text
    assert alice.post(f"{group}/deletion").url.path == "/admin/groups"
    assert alice.get(group).status_code == 404


def test_two_groups_do_not_share_a_name(alice):
    alice.post("/admin/groups", data={"name": f"Twins {alice.id}"})
    page = alice.post("/admin/groups", data={"name": f"TWINS {alice.id}"})
    assert page.status_code == 422 and "already a group" in errors(page)[0]


def test_a_group_to_which_a_model_is_given_stays(alice, model):
    group = alice.post("/admin/groups", data={"name": f"Testers {alice.id}"}).url.path
    given = model("given")
    with db.write() as tx:
        tx.run("insert into modelgroup values (:model, :group)", model=given, group=group.split("/")[-1])
    page = alice.post(f"{group}/deletion")
    assert page.status_code == 409 and "Give them to others first." in page.text
    assert alice.get(group).status_code == 200


def test_a_browser_tells_its_time_zone_to_who_never_chose_one(bob):
    assert 'data-zone="/settings/timezone"' in bob.get("/").text
    assert bob.post("/settings/timezone", data={"timezone": "Asia/Tokyo"}).status_code == 204
    assert "data-zone" not in bob.get("/").text
    assert "Asia/Tokyo" in bob.get("/settings").text


def test_a_time_zone_that_is_not_there_is_refused(bob):
    assert bob.post("/settings/timezone", data={"timezone": "Mars/Base"}).status_code == 422
