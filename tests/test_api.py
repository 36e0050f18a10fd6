"""Our own JSON interface at /api/v1, asked by scripts with keys: what works, what is repeated, what is refused."""

import threading

import httpx2
import openapi_spec_validator
import pytest
from jsonschema import Draft202012Validator

from app import db, keys, rights, verbs
from routes import api

ALL = [*keys.SCOPES]
P = "/api/v1/pastes"


@pytest.fixture
def script(house):
    """Makes a client with a key of this person."""
    made = []

    def make(person, scopes=ALL, **options):
        token = keys.create(rights.machine(), "script", user=person.id, scopes=scopes, **options)[1]
        made.append(httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=30))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def bobs(script, bob):
    return script(bob)


@pytest.fixture
def charlies(script, charlie):
    return script(charlie)


@pytest.fixture(scope="module")
def document(house):
    return httpx2.get(f"{house.url}/api/v1/openapi.json").json()


def made(client, **draft):
    answer = client.post(P, json={"text": "one\ntwo\n", "name": "a.txt"} | draft)
    assert answer.status_code == 201, answer.text
    return answer.json()


def error(answer):
    return answer.json()["error"]


# ── pastes ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_paste_is_made_and_read(bobs):
    answer = bobs.post(P, json={"text": "print(1)\n", "name": "one.py", "tags": ["Tea"], "expires_in": 600})
    paste = answer.json()
    assert answer.status_code == 201 and answer.headers["location"] == f"{P}/{paste['id']}"
    assert paste["tags"] == ["tea"] and paste["visibility"] == "private" and paste["expires_at"].endswith("Z")
    read = bobs.get(answer.headers["location"]).json()
    assert read["parts"][0] | {"raw": ""} == {
        **{"name": "one.py", "syntax": "python", "type": "text/plain", "size": 9, "lines": 1},
        **{"text": "print(1)\n", "raw": ""},
    }
    assert read["revision"] == 1 and read["role"] == "owner"


def test_several_parts_are_made_and_replaced(bobs):
    paste = made(bobs, text="", name="", parts=[{"name": "a", "text": "1"}, {"name": "b", "text": "2"}])
    assert [part["name"] for part in bobs.get(f"{P}/{paste['id']}").json()["parts"]] == ["a", "b"]
    alone = bobs.put(f"{P}/{paste['id']}", json={"base": 1, "text": "3"})
    assert alone.status_code == 400 and error(alone)["param"] == "parts"
    both = bobs.post(P, json={"text": "1", "parts": [{"text": "2"}]})
    assert both.status_code == 400 and "either" in error(both)["message"]


def test_what_is_here_already_is_not_sent_again(bobs):
    at = f"{P}/{made(bobs)['id']}"
    tag = bobs.get(at).headers["etag"]
    again = bobs.get(at, headers={"if-none-match": f'"x", W/{tag}'})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == tag
    bobs.patch(at, json={"visibility": "public"})
    assert bobs.get(at, headers={"if-none-match": tag}).status_code == 200


def test_a_revision_stands_on_the_one_that_was_read(bobs):
    at = f"{P}/{made(bobs)['id']}"
    tag = bobs.get(at).headers["etag"]
    revised = bobs.put(at, json={"text": "one\nthree\n", "note": "Better"}, headers={"if-match": tag})
    assert revised.status_code == 200 and revised.json()["revision"] == 2
    assert revised.json()["parts"][0]["name"] == "a.txt"
    stale = bobs.put(at, json={"text": "one\nfour\n"}, headers={"if-match": tag})
    assert stale.status_code == 412 and error(stale)["current"] == 2
    assert "-three" in error(stale)["difference"] and "+four" in error(stale)["difference"]
    assert bobs.put(at, json={"text": "one\nfour\n", "base": 1}).status_code == 409
    assert bobs.put(at, json={"text": "one\nfour\n"}, headers={"if-match": '"9"'}).status_code == 412
    assert bobs.get(at).json()["parts"][0]["text"] == "one\nthree\n"
    past = bobs.get(f"{at}/revisions").json()["data"]
    assert [(each["number"], each["note"], each["door"]) for each in past] == [(2, "Better", "api"), (1, "", "api")]
    assert "-two" in bobs.get(f"{at}/diff?before=1&after=2").json()["data"][0]["unified"]
    assert bobs.get(f"{at}?revision=1").json()["parts"][0]["text"] == "one\ntwo\n"


@pytest.mark.parametrize("tag", ["*", "1", '"1", "2"', '"x"', 'W/"1"', '"99999999999"'])
def test_an_if_match_that_names_no_one_state_is_refused(bobs, tag):
    at = f"{P}/{made(bobs)['id']}"
    answer = bobs.put(at, json={"text": "new"}, headers={"if-match": tag})
    assert answer.status_code == 400 and "If-Match" in error(answer)["message"]
    assert bobs.put(at, json={"text": "new", "base": 2}, headers={"if-match": '"1"'}).status_code == 400


def test_a_revision_without_its_base_is_refused(bobs):
    answer = bobs.put(f"{P}/{made(bobs)['id']}", json={"text": "new"})
    assert answer.status_code == 400 and error(answer)["param"] == "base"


def test_a_paste_is_forked_shared_and_put_away(bobs, charlies, charlie):
    at = f"{P}/{made(bobs)['id']}"
    assert charlies.get(at).status_code == 404
    shared = bobs.post(f"{at}/shares", json={"audience": "person", "email": charlie.email})
    assert shared.status_code == 201 and shared.json()["role"] == "reader"
    assert charlies.get(at).json()["role"] == "reader"
    assert charlies.put(at, json={"text": "mine", "base": 1}).status_code == 403
    fork = charlies.post(f"{at}/forks", json={})
    assert fork.status_code == 201 and fork.json()["parent_id"] == at.rsplit("/", 1)[1]
    assert [each["id"] for each in charlies.get(f"{P}?shared=true").json()["data"]] == [fork.json()["parent_id"]]
    bobs.delete(f"{at}/shares/{shared.json()['id']}")
    assert charlies.get(at).status_code == 404 and bobs.get(f"{at}/shares").json()["data"] == []
    assert bobs.delete(at).json() == bobs.delete(at).json()
    assert bobs.get(at).status_code == 410 and bobs.get(f"{P}?trashed=true").json()["data"]
    assert bobs.post(f"{at}/restoration").status_code == 200 and bobs.get(at).status_code == 200


def test_a_link_opens_what_it_was_made_for(bobs, nobody):
    paste = made(bobs)
    link = bobs.post(f"{P}/{paste['id']}/shares", json={"audience": "link", "expires_in": 600}).json()
    assert "token=" in link["url"] and "token" not in bobs.get(f"{P}/{paste['id']}/shares").text
    assert db.fetch("select count(*) from share where digest = '' and target_id = ?", paste["id"]) == (0,)


def test_what_is_over_is_nowhere(bobs):
    paste = made(bobs)
    with db.write() as tx:
        tx.run("update item set expires_at = 1 where id = :id", id=paste["id"])
    assert bobs.get(f"{P}/{paste['id']}").status_code == 404
    assert bobs.get(P).json()["data"] == []


def test_what_burns_is_not_read_by_a_program(bobs, charlies):
    paste = made(bobs, burns=True, visibility="unlisted")
    answer = charlies.get(f"{P}/{paste['id']}")
    assert answer.status_code == 403 and "deletes" in error(answer)["message"]


def test_a_locked_paste_opens_with_its_password_which_no_address_holds(bobs, charlies):
    at, key = f"{P}/{made(bobs, password='größe', visibility='unlisted')['id']}", {"paste-password": "größe".encode()}
    for path in (at, f"{at}/revisions", f"{at}/diff?before=1&after=1"):
        assert bobs.get(path).status_code == 200, "its owner needs none"
        assert charlies.get(path).status_code == 401
        assert charlies.get(path, headers={"paste-password": "other"}).status_code == 401
        assert charlies.get(path, headers=key).status_code == 200
    refused = charlies.get(at, params={"password": "größe"})
    assert refused.status_code == 400 and "Paste-Password" in error(refused)["fields"]["password"]
    assert charlies.post(f"{at}/forks", json={}).status_code == 401
    assert charlies.post(f"{at}/forks", json={"password": "größe"}).status_code == 201
    assert charlies.post(f"{at}/forks", json={}, headers=key).status_code == 201
    told = charlies.get("/api/v1/openapi.json").json()["paths"]["/api/v1/pastes/{id}"]["get"]["parameters"]
    assert [each["in"] for each in told if "assword" in each["name"]] == ["header"]


def test_a_password_is_not_guessed_by_a_script(bobs, charlies):
    at = f"{P}/{made(bobs, password='right one', visibility='unlisted')['id']}"
    tried = [charlies.get(at, headers={"paste-password": f"wrong {n}"}).status_code for n in range(8)]
    assert tried[:5] == [401] * 5 and tried[-1] == 429
    assert charlies.get(at, headers={"paste-password": "right one"}).status_code == 429


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_list_is_read_page_by_page_and_misses_nothing(bobs, bob):
    ids = {made(bobs, title=f"Paste {n}")["id"] for n in range(7)}
    with db.write() as tx:  # at the same moment: the order among them is that of their ids
        tx.run(
            "update item set changed_at = 5 where owner_id = (select owner_id from item where id = :id)", id=min(ids)
        )
    seen, cursor = [], ""
    while True:
        page = bobs.get(P, params={"limit": 3, "cursor": cursor}).json()
        seen += [each["id"] for each in page["data"]]
        if not (cursor := page["next"]):
            break
        made(bobs)  # what is new does not shift the pages behind
    assert len(seen) == 7 and set(seen) == ids


@pytest.mark.parametrize("cursor", ["x", "bm8", "WzFd", "=", "é", "W10"])
def test_a_cursor_that_is_none_is_refused(bobs, cursor):
    for path in (P, "/api/v1/chats"):
        answer = bobs.get(path, params={"cursor": cursor})
        assert answer.status_code == 400 and error(answer)["param"] in ("cursor", "before")


# ── once ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_request_that_is_sent_again_is_done_once(bobs):
    once = {"idempotency-key": "first"}
    first = bobs.post(P, json={"text": "tea"}, headers=once)
    again = bobs.post(P, json={"text": "tea"}, headers=once)
    assert first.content == again.content and again.status_code == 201
    assert len(bobs.get(P).json()["data"]) == 1
    other = bobs.post(P, json={"text": "coffee"}, headers=once)
    assert other.status_code == 409 and "Idempotency-Key" in error(other)["message"]
    assert bobs.post(P, json={"text": "tea"}, headers={"idempotency-key": "x" * 256}).status_code == 400


def test_a_key_is_of_one_person_and_what_failed_may_be_sent_again(bobs, charlies):
    once = {"idempotency-key": "same"}
    assert bobs.post(P, json={"text": " "}, headers=once).status_code == 400
    assert bobs.post(P, json={"text": "tea"}, headers=once).status_code == 201
    assert charlies.post(P, json={"text": "tea"}, headers=once).json()["id"] != bobs.get(P).json()["data"][0]["id"]


def test_many_at_once_under_one_key_make_one(bobs):
    answers = []

    def send():
        answers.append(bobs.post(P, json={"text": "tea"}, headers={"idempotency-key": "many"}).status_code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert set(answers) <= {201, 409} and 201 in answers
    assert len(bobs.get(P).json()["data"]) == 1


def test_what_was_done_before_a_crash_is_not_done_again(bobs):
    """The row is left as a process leaves it that dies between the deed and its answer, and before the deed."""
    once = {"idempotency-key": "crash"}
    paste = bobs.post(P, json={"text": "tea"}, headers=once).json()
    with db.write() as tx:
        tx.run("update replay set status = 1, body = :id, boot = 'dead' where name = 'crash'", id=paste["id"])
    again = bobs.post(P, json={"text": "tea"}, headers=once)
    assert again.status_code == 409 and paste["id"] in error(again)["message"]
    with db.write() as tx:
        tx.run("update replay set status = 0, boot = 'dead' where name = 'crash'")
    assert bobs.post(P, json={"text": "tea"}, headers=once).status_code == 201
    assert len(bobs.get(P).json()["data"]) == 2


def test_answers_that_are_kept_are_sealed(bobs):
    at = f"{P}/{made(bobs)['id']}/shares"
    link = bobs.post(at, json={"audience": "link"}, headers={"idempotency-key": "link"}).json()["url"]
    kept = db.fetch("select body from replay where name = 'link'")[0]
    assert kept and link.split("token=")[1] not in kept


# ── chats ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_chat_is_asked_read_and_found(bobs, bob, charlies, model):
    model("words-20")
    said = {"text": "Which kettle is best?", "model": "fake/words-20"}
    first = bobs.post("/api/v1/chats/messages", json=said, headers={"idempotency-key": "ask"}).json()
    assert first["state"] == "done" and first["text"]
    assert bobs.post("/api/v1/chats/messages", json=said, headers={"idempotency-key": "ask"}).json() == first
    chat = first["chat_id"]
    second = bobs.post("/api/v1/chats/messages", json={"text": "And then?", "chat_id": chat}).json()
    read = bobs.get(f"/api/v1/chats/{chat}").json()
    assert [each["role"] for each in read["data"]] == ["user", "assistant"] * 2
    assert read["data"][3]["text"] == second["text"]
    newest = bobs.get(f"/api/v1/chats/{chat}?limit=1").json()
    older = bobs.get(f"/api/v1/chats/{chat}", params={"limit": 3, "cursor": newest["next"]}).json()
    assert older["data"] + newest["data"] == read["data"] and older["next"] == ""
    assert bob.put(f"/chats/{chat}/title", data={"title": "Kettles of tea"}).status_code == 200
    found = bobs.get("/api/v1/chats/search?words=kettle").json()["data"]
    assert [each["id"] for each in found] == [chat] == [each["id"] for each in bobs.get("/api/v1/chats").json()["data"]]
    assert charlies.get(f"/api/v1/chats/{chat}").status_code == 404
    assert charlies.get("/api/v1/chats/search?words=kettle").json()["data"] == []


def test_an_answer_goes_on_when_nobody_waits_and_can_be_stopped(bobs, model):
    model("pace-20-200")
    sent = bobs.post("/api/v1/chats/messages", json={"text": "Go", "model": "fake/pace-20-200", "wait": 1}).json()
    assert sent["state"] in ("pending", "running")
    assert bobs.get(f"/api/v1/chats/{sent['chat_id']}").json()["chat"]["answering"]
    assert bobs.delete(f"/api/v1/chats/{sent['chat_id']}/reply").json()["stopped"]
    read = bobs.get(f"/api/v1/chats/{sent['chat_id']}").json()["data"][-1]
    assert read["state"] == "stopped" and read["text"].startswith(sent["text"])


def test_a_key_for_other_models_may_not_ask_this_one(script, bob, model):
    model("words-20")
    client = script(bob, models=["another"])
    for body in ({"text": "Go", "model": "fake/words-20"}, {"text": "Go", "model": model("words-20")}, {"text": "Go"}):
        assert client.post("/api/v1/chats/messages", json=body).status_code == 403
    assert client.get("/api/v1/chats").json()["data"] == []


# ── oneself ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_spaces_keys_and_usage_of_oneself(bobs, bob, charlies, model):
    assert [each["kind"] for each in bobs.get("/api/v1/spaces").json()["data"]] == ["personal"]
    [key] = bobs.get("/api/v1/keys").json()["data"]
    assert key["this"] and key["prefix"].startswith("ink-") and bobs.headers["authorization"][7:] not in str(key)
    model("words-20")
    bobs.post("/api/v1/chats/messages", json={"text": "Go", "model": "fake/words-20"})
    used = bobs.get("/api/v1/usage?period=week").json()
    assert used["total"]["calls"] >= 1 and len(used["days"]) == 7
    assert charlies.get("/api/v1/usage").json()["total"]["calls"] == 0


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("verb", verbs.ALL.values() or api.ordered(), ids=lambda verb: verb.name)
def test_each_needs_its_scope_and_says_so(script, bob, nobody, verb):
    path = api.PREFIX + verb.path.replace("{id}", "0" * 29).replace("{share_id}", "0" * 29)
    assert nobody.request(verb.method, path).status_code == 401
    without = script(bob, scopes=[scope for scope in keys.SCOPES if scope != verb.scope])
    answer = without.request(verb.method, path)
    assert answer.status_code == 403 and verb.scope in error(answer)["message"] and error(answer)["code"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"text": 5}, "text"),
        ({"text": "a", "titel": "b"}, "titel"),
        ({"text": "a", "title": "x" * 201}, "title"),
        ({"text": "a", "visibility": "secret"}, "visibility"),
        ({"text": "a", "expires_in": 5}, "expires_in"),
        ({"text": "a", "max_views": 0}, "max_views"),
        ({"parts": [{"name": "a"}]}, "parts.0.text"),
        ({"parts": [{"text": "a", "name": "../a"}]}, "name"),
        ({"text": ""}, "text"),
        ({"text": "a\u0000b"}, "text"),
        ({"text": "a", "tags": ["t"] * 21}, "tags"),
    ],
)
def test_a_wrong_member_is_named(bobs, body, param):
    answer = bobs.post(P, json=body)
    assert answer.status_code == 400 and error(answer)["param"] == param, answer.text
    assert error(answer)["fields"][param] and bobs.get(P).json()["data"] == []


@pytest.mark.parametrize("body", [b"{", b"[]", b'"a"', b"\xff", b"NaN", b'{"text": "\\ud800"}', b"[" * 3000, b"a=b"])
def test_a_body_that_is_no_object_is_refused(bobs, body):
    answer = bobs.post(P, content=body)
    assert answer.status_code == 400 and error(answer)["message"]


def test_sizes_methods_and_addresses_are_refused_in_the_same_shape(bobs):
    large = bobs.post(P, json={"text": "x" * (4 << 20)})
    assert large.status_code == 413 and "4 MiB" in error(large)["message"]
    wrong = bobs.put(P, json={})
    assert wrong.status_code == 405 and "POST" in wrong.headers["allow"] and error(wrong)["message"]
    assert error(bobs.get(f"{P}?limit=1&limit=2"))["param"] == "limit"
    assert error(bobs.get(f"{P}?limit=0"))["fields"] == {"limit": "This has to be at least 1."}
    assert bobs.post(f"{P}?title=a", json={"text": "a"}).status_code == 400
    assert error(bobs.put(f"{P}/{'0' * 29}", json={"id": "other", "text": "a", "base": 1}))["param"] == "id"
    assert bobs.get(f"{P}/").status_code == 404


def test_a_key_has_its_own_pace(script, bob):
    client = script(bob, limits=keys.Pace(requests=3))
    assert [client.get(P).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert int(client.get(P).headers["retry-after"]) > 0


# ── the description ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_answers_are_as_they_are_described(bobs, document):
    openapi_spec_validator.validate(document)
    at = f"{P}/{made(bobs)['id']}"
    asked = [("post", P, P, {"text": "a"}), ("get", P, P, None), ("get", f"{P}/{{id}}", at, None)]
    asked += [("put", f"{P}/{{id}}", at, {"text": "b", "base": 9}), ("put", f"{P}/{{id}}", at, {"text": "b"})]
    asked += [
        ("get", f"{P}/{{id}}/revisions", f"{at}/revisions", None),
        ("get", "/api/v1/usage", "/api/v1/usage", None),
    ]
    asked += [("get", f"{P}/{{id}}", f"{P}/{'0' * 29}", None), ("get", "/api/v1/keys", "/api/v1/keys", None)]
    for method, path, address, body in asked:
        answer = bobs.request(method, address, json=body)
        told = document["paths"][path][method]["responses"][str(answer.status_code)]
        schema = told["content"]["application/json"]["schema"] | {"components": document["components"]}
        Draft202012Validator(schema).validate(answer.json())


def test_every_example_is_good_for_its_verb():
    for verb in api.ordered():
        assert verb.examples and all(verb.input.model_validate(each) for each in verb.examples)
        assert verb.title and len(verb.description) > 40 and verb.scope in keys.SCOPES
