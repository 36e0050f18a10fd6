"""Keys: made and shown once, changed, rotated, revoked, used and listed; on the pages and on the command line."""

import html
import re

import pytest

from app import accounts, chats, clock, db, keys, rights, secrets
from app.errors import Conflict, Forbidden, Invalid, NotFound, OverLimit, Unknown
from app.keys import entering, making, writing
from app.keys.checking import comes_from
from app.rights import Caller, machine
from components.keys import snippets
from tests.conftest import PASSWORD
from tests.test_command_line import refused, run

HERE = Caller(address="192.0.2.7", device="OpenAI/Python 3.52 (linux)", request_id="abc")
FORM = {"name": "aider", "scopes": "models"}


def me_of(person) -> Caller:
    return Caller(id=person.id, name="Somebody", role="member", timezone="UTC")


def shown(page) -> str:
    """The key that a page shows."""
    return re.search(r'value="(ink-[\w-]{43})"', page.text)[1]


def said(page) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page.text))


def in_row(id: str, field: str):
    return db.fetch(f"select {field} from apikey where id = ?", id)[0]


# ── making one ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_key_is_shown_once_and_kept_only_as_its_hash(bob):
    token = shown(bob.post("/keys", data=FORM))
    row = db.fetch("select * from apikey where user_id = ?", bob.id)
    assert secrets.digest(token) in row and token not in map(str, row)
    assert keys.caller(token, HERE).id == bob.id
    assert token not in bob.get("/keys").text and f"{token[:11]}…" in bob.get("/keys").text


def test_rotating_the_master_secret_leaves_keys_as_they_are(bob):
    token = keys.create(me_of(bob), "aider")[1]
    secrets.rotate(machine())
    assert keys.caller(token, HERE).id == bob.id


def test_every_attribute_that_is_posted_is_kept(bob):
    form = FORM | {
        "scopes": ["models", "chats:read"],
        "life": "30d",
        "budget": "12.50",
        "period": "day",
        "models": "gpt-5\nclaude",
        "addresses": "10.0.0.0/8, 192.0.2.7",
        "requests": "60",
        "tokens": "1,000",
        "parallel": "2",
        "cache_seconds": "300",
    }
    assert bob.post("/keys", data=form).status_code == 200
    (held,) = keys.mine(me_of(bob))
    key = held.key
    assert key.opens == ["models", "chats:read"] and key.names == ["gpt-5", "claude"]
    assert key.addresses == "10.0.0.0/8 192.0.2.7" and key.cache_seconds == 300
    assert held.budgets == (keys.Spend(12_500_000_000, "day"),) and held.limits == keys.Pace(60, 1000, 2)
    assert abs(key.expires_at - clock.now() - 30 * clock.DAY) < clock.MINUTE
    page = said(bob.get(f"/keys/{key.id}"))
    for words in ("$12.50 a day", "60 requests a minute", "1,000 tokens a minute", "gpt-5, claude", "for 300 seconds"):
        assert words in page


def test_what_cannot_be_kept_comes_back_with_a_sentence_for_each(bob):
    form = FORM | {"budget": "lots", "requests": "-1", "life": "yesterday", "scopes": ["models", "chats:read"]}
    page = bob.post("/keys", data=form)
    assert page.status_code == 422 and not keys.mine(me_of(bob))
    assert "is no amount" in said(page) and "whole number" in said(page) and "is no moment" in said(page)
    assert 'value="lots"' in page.text and page.text.count("checked") >= 2


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": ""}, "A name is needed"),
        ({"scopes": ""}, "Choose at least one"),
        ({"scopes": "house:burn"}, "There is no scope house:burn"),
        ({"addresses": "somewhere"}, "somewhere is no address"),
        ({"models": "x" * 201}, "names of models"),
        ({"cache_seconds": "86401"}, "at most 86,400 seconds"),
        ({"budget": "5", "period": "century"}, "for a day, a month or in total"),
    ],
)
def test_each_attribute_has_its_bounds(bob, form, words):
    page = bob.post("/keys", data=FORM | form)
    assert page.status_code == 422 and words in said(page)


def test_nobody_makes_a_key_in_the_name_of_another(alice, bob):
    with pytest.raises(Forbidden):
        keys.create(Caller(id=alice.id, role="admin"), "aider", user=bob.id)


def test_a_key_makes_and_changes_no_keys(bob):
    key, token = keys.create(me_of(bob), "aider", scopes=list(keys.SCOPES))
    me = keys.caller(token, HERE)
    with pytest.raises(Forbidden):
        keys.create(me, "another")
    for deed in (keys.revoke, keys.rotate, keys.settle, keys.change):
        with pytest.raises(Forbidden):
            deed(me, key.id)


def test_one_person_has_at_most_so_many_keys(bob, monkeypatch):
    monkeypatch.setattr(making, "MOST_KEYS", 2)
    first, _ = keys.create(me_of(bob), "one")
    keys.create(me_of(bob), "two")
    with pytest.raises(OverLimit):
        keys.create(me_of(bob), "three")
    keys.revoke(me_of(bob), first.id)
    keys.create(me_of(bob), "three")


# ── snippets ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_snippets_have_address_and_key_filled_in(bob, house):
    page = bob.post("/keys", data=FORM | {"models": "it's a model"})
    token, text = shown(page), said(page)
    for client in ("curl", "openai-python", "Claude Code", "Codex", "aider", "llm"):
        assert client in text
    assert f"curl {house.url}/v1/chat/completions" in text and f"Bearer {token}" in text
    assert f"ANTHROPIC_BASE_URL={house.url}\n" in text and f"ANTHROPIC_AUTH_TOKEN={token}" in text
    assert f'base_url = "{house.url}/v1"' in text and 'wire_api = "responses"' in text
    assert f"llm keys set inglenook --value {token}" in text and 'model="it\'s a model"' in text
    assert "--model 'openai/it'\"'\"'s a model'" in text, "it is quoted for the shell"
    assert "ink-YOUR-KEY" in bob.get("/keys").text


# ── changing, rotating, revoking ──────────────────────────────────────────────────────────────────────────────────────
def test_a_change_holds_from_the_next_request_on(bob):
    key, token = keys.create(me_of(bob), "aider", budget=keys.Spend(5), expires_at=clock.now() + clock.DAY)
    form = FORM | {"name": "Renamed", "models": "gpt-5", "life": "keep"}
    page = bob.post(f"/keys/{key.id}", data=form)
    assert "Kept." in page.text and "Renamed" in page.text
    assert keys.caller(token, HERE).models == {"gpt-5"}
    held = keys.find(key.id, me_of(bob))
    assert held.budgets == () and held.key.expires_at == key.expires_at
    bob.post(f"/keys/{key.id}", data=form | {"life": ""})
    assert keys.find(key.id, me_of(bob)).key.expires_at is None


def test_a_refused_change_comes_back_filled(bob):
    key, _ = keys.create(me_of(bob), "aider")
    page = bob.post(f"/keys/{key.id}", data=FORM | {"name": "x" * 100, "life": "keep"})
    assert page.status_code == 422 and f'value="{"x" * 100}"' in page.text and in_row(key.id, "name") == "aider"


def test_a_rotation_lets_both_in_for_a_while_and_goes_on_counting(bob):
    key, old = keys.create(me_of(bob), "aider", budget=keys.Spend(7), models=["gpt-5"])
    new = shown(bob.post(f"/keys/{key.id}/rotation", data={"overlap": "60"}))
    assert new != old and keys.caller(new, HERE) == keys.caller(old, HERE), "usage and budget see one key"
    assert keys.find(key.id, me_of(bob)).budgets == (keys.Spend(7),)
    page = bob.get(f"/keys/{key.id}")
    assert "The earlier key" in page.text and old[:11] in page.text
    assert len(keys.mine(me_of(bob))) == 1
    with db.write() as tx:
        tx.run("update apikey set ends_at = :at where replaced_by = :id", at=clock.now() - 1, id=key.id)
    with pytest.raises(Unknown) as refusal:
        keys.caller(old, HERE)
    assert refusal.value.kind == "expired" and keys.caller(new, HERE).id == bob.id


def test_a_rotation_without_overlap_ends_the_old_one_at_once(bob):
    key, old = keys.create(me_of(bob), "aider")
    new = keys.rotate(me_of(bob), key.id)
    with pytest.raises(Unknown):
        keys.caller(old, HERE)
    assert keys.caller(new, HERE).key == key.id


def test_of_several_rotations_only_the_last_earlier_key_opens(bob):
    key, first = keys.create(me_of(bob), "aider")
    second = keys.rotate(me_of(bob), key.id, 3600)
    third = keys.rotate(me_of(bob), key.id, 3600)
    with pytest.raises(Unknown):
        keys.caller(first, HERE)
    assert keys.caller(second, HERE) == keys.caller(third, HERE)


def test_the_overlap_can_be_ended_at_once(bob):
    key, old = keys.create(me_of(bob), "aider")
    keys.rotate(me_of(bob), key.id, 3600)
    bob.post(f"/keys/{key.id}/earlier")
    with pytest.raises(Unknown):
        keys.caller(old, HERE)
    with pytest.raises(Conflict):
        keys.settle(me_of(bob), key.id)


def test_a_revoked_key_and_its_earlier_one_open_nothing_at_once(bob):
    key, old = keys.create(me_of(bob), "aider")
    new = keys.rotate(me_of(bob), key.id, 3600)
    assert "revoked" in bob.post(f"/keys/{key.id}/revocation").text
    for token in (old, new):
        with pytest.raises(Unknown) as refusal:
            keys.caller(token, HERE)
        assert refusal.value.kind == "revoked"
    for deed in (keys.change, keys.rotate):
        with pytest.raises(Conflict):
            deed(me_of(bob), key.id)


def test_what_rotations_left_over_is_swept(bob):
    key, _ = keys.create(me_of(bob), "aider")
    keys.rotate(me_of(bob), key.id, 60)
    with db.write() as tx:
        tx.run("update apikey set ends_at = :at where replaced_by = :id", at=clock.now() - 31 * clock.DAY, id=key.id)
    assert keys.sweep() == 1 and keys.find(key.id, me_of(bob))


# ── who may ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_stranger_is_not_told_that_a_key_exists(bob, charlie):
    key, _ = keys.create(me_of(bob), "aider")
    assert charlie.get(f"/keys/{key.id}").status_code == 404
    for deed in (keys.change, keys.rotate, keys.settle, keys.revoke):
        with pytest.raises(NotFound):
            deed(me_of(charlie), key.id)


def test_an_admin_sees_what_is_known_of_every_key_and_can_end_it(alice, bob):
    key, token = keys.create(me_of(bob), "a key of Bob")
    page = alice.get("/admin/keys")
    assert "a key of Bob" in page.text and bob.email in page.text and token not in page.text
    one = alice.get(f"/keys/{key.id}")
    assert "Revoke the key" in one.text and "Rotate" not in one.text and 'name="budget"' not in one.text
    alice.post(f"/keys/{key.id}/revocation")
    with pytest.raises(Unknown):
        keys.caller(token, HERE)


def test_deactivating_a_person_closes_their_keys_and_reactivating_opens_them(bob):
    token = keys.create(me_of(bob), "aider")[1]
    accounts.deactivate(machine(), bob.id)
    with pytest.raises(Unknown) as refusal:
        keys.caller(token, HERE)
    assert refusal.value.kind == "deactivated"
    with pytest.raises(Conflict):
        keys.create(machine(), "another", user=bob.id)
    accounts.reactivate(machine(), bob.id)
    assert keys.caller(token, HERE).id == bob.id


def test_a_long_stream_can_ask_whether_its_key_still_opens(bob):
    key, token = keys.create(me_of(bob), "aider")
    me = keys.caller(token, HERE)
    assert keys.is_in(me)
    keys.revoke(me_of(bob), key.id)
    assert not keys.is_in(me)


@pytest.mark.parametrize(
    ("networks", "address", "allowed"),
    [
        ("", "anywhere", True),
        ("10.0.0.0/8", "10.9.8.7", True),
        ("10.0.0.0/8", "11.0.0.1", False),
        ("192.0.2.7 10.0.0.0/8", "192.0.2.7", True),
        ("10.0.0.0/8", "::ffff:10.1.1.1", True),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::/32", "10.0.0.1", False),
        ("10.0.0.0/8", "", False),
        ("10.0.0.0/8", "testclient", False),
    ],
)
def test_a_key_can_be_bound_to_addresses(networks, address, allowed):
    assert comes_from(networks, address) is allowed


# ── the last use ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_last_use_is_told_before_it_is_written_and_after(bob):
    key, token = keys.create(me_of(bob), "aider")
    keys.caller(token, HERE, "POST /v1/chat/completions")
    for _ in range(2):
        page = said(bob.get(f"/keys/{key.id}"))
        assert "from 192.0.2.7" in page and "POST /v1/chat/completions · OpenAI/Python" in page
        keys.flush_used()
    assert in_row(key.id, "last_address") == "192.0.2.7" and not entering.used


def test_deeds_are_in_the_audit_without_the_key(bob):
    key, token = keys.create(me_of(bob), "aider")
    new = keys.rotate(me_of(bob), key.id, 60)
    keys.revoke(me_of(bob), key.id)
    rows = db.fetch_all("select verb, note from audit where object_id = ?", key.id)
    assert [row[0] for row in rows] == ["keys.create", "keys.rotate", "keys.revoke"]
    assert not any(secret in str(rows) for secret in (token, new))


# ── pages that keys may read ──────────────────────────────────────────────────────────────────────────────────────────
def test_a_key_reads_chats_where_it_has_the_scope(bob, charlie, nobody, model):
    asked = chats.create(me_of(bob), "Hello?", "", model("words-20"))
    with db.write() as tx:
        tx.run("update message set state = 'done' where chat_id = :id", id=asked.chat.id)
    path = f"/chats/{asked.chat.id}.json"
    reads = {"authorization": f"Bearer {keys.create(me_of(bob), 'reader', scopes=['chats:read'])[1]}"}
    models = {"authorization": f"Bearer {keys.create(me_of(bob), 'models')[1]}"}
    stranger = {"authorization": f"Bearer {keys.create(me_of(charlie), 'reader', scopes=['chats:read'])[1]}"}
    assert "Hello?" in nobody.get(path, headers=reads).text
    assert nobody.get(path.replace(".json", ".md"), headers=reads).status_code == 200
    assert nobody.get(path, headers=models).status_code == 403
    assert nobody.get(path, headers=stranger).status_code == 404
    assert nobody.get(path.replace(".json", ".md"), headers={"authorization": "Bearer ink-wrong"}).status_code == 401
    assert bob.get(path, headers=stranger).status_code == 404, "the cookie counts by nothing beside a key"
    assert bob.get(path).status_code == 200
    page = nobody.get(f"/chats/{asked.chat.id}", headers=reads, follow_redirects=False)
    assert page.status_code in (303, 401), "pages ignore keys"


# ── amounts and moments ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "spend"),
    [
        ("5", keys.Spend(5_000_000_000, "total")),
        ("$1,200.50/month", keys.Spend(1_200_500_000_000, "month")),
        ("0.000000001/day", keys.Spend(1, "day")),
    ],
)
def test_budgets_are_written_as_people_write_them(text, spend):
    assert keys.spend(text) == spend


@pytest.mark.parametrize("text", ["", "lots", "-5", "0", "nan", "inf", "1e99", "5 dollars"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Invalid):
        keys.money(text)


def test_moments_to_come_are_written_in_several_ways():
    assert abs(keys.moment("2w") - clock.now() - 14 * clock.DAY) < clock.SECOND * 5
    assert keys.moment("2099-01-31") == keys.moment("2099-02-01T00:00"), "a day counts to its end"
    assert keys.moment("2099-01-31T18:00+01:00") == keys.moment("2099-01-31T17:00Z")
    for text in ("2001-01-01", "soon", "2099-13-01", "99999999999d", "9999-12-31"):
        with pytest.raises(Invalid):
            writing.moment(text)


# ── the command line ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_command_line_makes_lists_and_revokes_keys(tmp_path):
    assert run("accounts", "add", "ada@example.org", "--password-stdin", data=tmp_path, typed=PASSWORD).returncode == 0
    made = run(
        *("keys", "add", "--user", "ada@example.org", "--name", "nightly", "--scopes", "models,chats:read"),
        *("--models", "gpt-5", "claude", "--budget", "5/month", "--expires", "30d", "--parallel", "200"),
        data=tmp_path,
    )
    assert re.fullmatch(r"ink-[\w-]{43}\n", made.stdout) and not made.stderr, "the key stands alone"
    prefix = made.stdout[:11]
    listed = run("keys", "list", data=tmp_path).stdout
    for words in ("ada@example.org", "nightly", f"{prefix}…", "$5.00 a month", "until 20", "never used"):
        assert words in listed
    assert made.stdout.strip() not in listed
    assert "is revoked" in run("keys", "revoke", prefix, data=tmp_path).stdout
    assert "revoked" in run("keys", "list", data=tmp_path).stdout
    refused(run("keys", "revoke", "ink-nothing", data=tmp_path), "no such key")
    add = ("keys", "add", "--name", "x", "--user")
    refused(run(*add, "nobody@example.org", data=tmp_path), "no such person")
    refused(run(*add, "ada@example.org", "--scopes", "all", data=tmp_path), "There is no scope all")
    refused(run(*add, "ada@example.org", "--expires", "soon", data=tmp_path), "is no moment")
    refused(run(*add, "ada@example.org", "--budget", "lots", data=tmp_path), "is no amount")


def test_a_key_of_the_command_line_is_the_persons_own(bob):
    key, token = keys.create(machine(), "nightly", user=bob.id)
    assert keys.caller(token, HERE).id == bob.id
    assert rights.machine().door == "cli" and "nightly" in bob.get("/keys").text
    assert bob.post(f"/keys/{key.id}/revocation").status_code == 200


def test_the_snippets_name_the_programs():
    filled = snippets.Filled("https://ai.example.org")
    assert snippets.claude_code(filled).endswith("\nclaude")
    terminal = dict(next(codes for name, _, codes in snippets.clients(filled) if name == "Codex"))["Terminal"]
    assert terminal == "export INK_KEY=ink-YOUR-KEY\ncodex"
