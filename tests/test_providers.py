"""Providers: added, tested, priced and given to groups; and who may use which model."""

import re
import socket
import time
from dataclasses import replace

import pytest

from app import audit, db, providers, rights, secrets, settings
from app.errors import Invalid
from app.providers import keeping, testing
from app.providers.catalogue import Model, Provider
from tests.servers import answering
from tests.upstream import Upstream

ME = rights.machine()
KEY = "sk-test-0123456789abcdef"


def id_in(page):
    """The id at the end of an address of a provider."""
    return re.search(r"/admin/providers/(?:models/)?([0-9a-z]{29})", str(page.url)).group(1)


def add(alice, url, name="", key="", kind="other", **more):
    return alice.post("/admin/providers", data={"name": name, "url": url, "key": key, "kind": kind, **more})


@pytest.fixture
def own():
    """A fake upstream of this test alone."""
    with Upstream() as server:
        yield server


@pytest.fixture
def added(alice, own, request):
    """A provider added by its form: (id, page). It is removed afterwards, so that it is in nobody's way."""
    page = add(alice, own.url, f"Mine {time.monotonic_ns()}", KEY)
    yield id_in(page), page
    alice.post(f"/admin/providers/{id_in(page)}/removal")


def model_of(provider_id, name):
    return next(each for each in providers.models(ME, provider_id) if each.name == name)


# ── adding and testing ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_provider_is_added_tested_at_once_and_its_models_are_listed(alice, own, added):
    id, page = added
    assert page.status_code == 200 and "answers." in page.text
    assert all(name in page.text for name in own.models)
    assert own.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "32,768" in page.text and "unknown" in page.text, "the window is told, the price is not"
    assert "Mine" in alice.get("/admin/providers").text


def test_a_key_is_sealed_and_only_its_end_is_shown(alice, added):
    id, page = added
    assert KEY not in page.text and "ends in cdef" in page.text
    row = db.fetch("select key from provider where id = ?", id)
    assert KEY.encode() not in row[0] and secrets.unseal(row[0]) == KEY
    with db.read() as session:
        notes = [entry.note for entry in session.exec(db.select(audit.Audit).where(audit.Audit.object_id == id))]
    assert notes and not any(KEY in note for note in notes)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": "api.example.com"}, "Write an address like"),
        ({"url": "ftp://example.com"}, "Write an address like"),
        ({"url": "https://name:word@example.com/v1"}, "without a name, a key"),
        ({"url": "https://example.com/v1?key=x"}, "without a name, a key"),
        ({"url": "https://example.com:port/v1"}, "This is not an address"),
        ({"url": "https://example.com/v1", "key": "with blank in it"}, "only plain letters"),
        ({"url": "https://api.mistral.ai/v1", "kind": "mistral"}, "Mistral needs a key"),
        ({"url": "https://api.openai.com/v1", "kind": "openai", "key": "sk-ant-0123456789abcdef"}, "key of Anthropic"),
    ],
)
def test_a_form_with_a_mistake_comes_back_filled(alice, fields, words):
    page = alice.post("/admin/providers", data={"name": "My name for it", "kind": "other", **fields})
    assert page.status_code == 422 and words in page.text
    assert 'value="My name for it"' in page.text and f'value="{fields["url"]}"' in page.text
    assert fields.get("key") is None or fields["key"] not in page.text


def test_a_name_is_given_once(alice, own, added):
    name = providers.find(added[0], ME).name
    page = add(alice, own.url, name)
    assert page.status_code == 422 and "already" in page.text


def test_an_address_is_kept_without_the_path_of_a_call(alice, own):
    page = add(alice, f" {own.url}/chat/completions/ ")
    assert providers.find(id_in(page), ME).url == own.url
    alice.post(f"/admin/providers/{id_in(page)}/removal")


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("sk-ant-api03-abcdefghijklmnop", "anthropic"),
        ("sk-or-v1-abcdefghijklmnopqrst", "openrouter"),
        ("sk-proj-abcdefghijklmnopqrst", "openai"),
        ("AIzaSyabcdefghijklmnopqrst", "google"),
        ("abcdefghijklmnopqrstuvwxyz012345", None),
        ("sk-", None),
    ],
)
def test_a_key_tells_whose_it_is(key, kind):
    found = providers.recognise(f" {key}\n")
    assert (found.kind if found else None) == kind


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_the_test_says_exactly_what_failed(alice, own):
    shut = closed_port()
    cases = {
        f"http://127.0.0.1:{shut}/v1": f"nothing listens at 127.0.0.1:{shut}",
        "http://nowhere.invalid/v1": "the name nowhere.invalid is not known",
        f"http://127.0.0.1:{own.port}/v1/wrong": "nothing at this address (404)",
    }
    for url, words in cases.items():
        page = add(alice, url)
        assert page.status_code == 200 and "The last test failed." in page.text and words in page.text, url
        alice.post(f"/admin/providers/{id_in(page)}/removal")
    page = add(alice, own.url, key="wrong")
    assert "did not accept the key" in page.text
    # ... and another key makes it well again.
    alice.post(f"/admin/providers/{id_in(page)}", data={"name": "Better", "url": own.url, "key": "right"})
    page = alice.post(f"/admin/providers/{id_in(page)}/checks")
    assert "Better answers." in page.text
    alice.post(f"/admin/providers/{id_in(page)}/removal")


def test_an_address_without_its_v1_is_told_the_better_one(alice):
    lists = b'{"data": [{"id": "some"}]}'
    no = b"HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n"
    yes = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(lists), lists)
    with answering(no, yes) as port:
        page = add(alice, f"http://127.0.0.1:{port}")
        assert f"http://127.0.0.1:{port}/v1 answers. Use that address." in page.text
    alice.post(f"/admin/providers/{id_in(page)}/removal")


def test_a_key_does_not_follow_the_address_to_another_host(alice, added, own):
    with Upstream() as other:
        page = alice.post(f"/admin/providers/{added[0]}", data={"name": "Moved", "url": other.url, "key": ""})
        assert page.status_code == 422 and "Give the key again" in page.text and f'value="{other.url}"' in page.text
        assert other.count == 0 and providers.find(added[0], ME).url == own.url


def test_a_server_without_keys_is_asked_without_one(alice, own):
    page = add(alice, own.url)
    assert "authorization" not in own.requests[-1].headers and "answers" in page.text
    alice.post(f"/admin/providers/{id_in(page)}/removal")


def test_what_was_set_stays_and_what_is_gone_is_marked_when_models_are_listed_again(alice, own, added):
    id, _ = added
    echo = model_of(id, "echo")
    alice.post(f"/admin/providers/models/{echo.id}", data={"title": "Echo!", "context": "1000", "price_in": "0.5"})
    own.models = ["echo", "brand-new"]
    page = alice.post(f"/admin/providers/{id}/checks")
    echo = model_of(id, "echo")
    assert (echo.title, echo.context, echo.price_in, echo.listed) == ("Echo!", 1000, 500_000_000, True)
    assert not echo.enabled, "its box was not ticked"
    assert not model_of(id, "think").listed and model_of(id, "brand-new").enabled
    assert "no longer listed" in page.text and "It lists 2 models" not in page.text


def test_lists_of_all_providers_are_understood():
    rows = [
        {"id": "a/b", "name": "A: B", "context_length": 131072, "top_provider": {"max_completion_tokens": 4096},
         "supported_parameters": ["reasoning"], "pricing": {"prompt": "0.00000015", "completion": "0.0000006",
         "input_cache_read": "0.000000075", "request": "0"}},
        {"id": "auto", "pricing": {"prompt": "-1", "completion": "-1"}},
        {"id": "each", "pricing": {"prompt": "0", "completion": "0", "request": "0.01"}},
        {"id": "meta/llama", "max_model_len": 8192},
        {"id": "model.gguf", "meta": {"n_ctx_train": 2048}},
        {"id": "mistral", "max_context_length": 32768, "capabilities": {"completion_chat": True}},
        {"id": "text-embedding-3-small"},
        {"id": "claude", "type": "model", "display_name": "Claude"},
    ]  # fmt: skip
    router, auto, each, vllm, llama, mistral, embedding, claude = map(testing.described, rows)
    assert (router.title, router.context, router.output_limit, router.reasons) == ("A: B", 131072, 4096, True)
    assert (router.price_in, router.price_cached, router.price_out) == (150_000_000, 75_000_000, 600_000_000)
    assert auto.price_in is None and each.price_in is None, "a price that cannot be kept is unknown, not 0"
    assert (vllm.context, llama.context, mistral.context) == (8192, 2048, 32768)
    assert mistral.chats and not embedding.chats and claude.title == "Claude" and claude.context is None


def test_a_very_long_list_is_not_put_into_everybodys_picker(alice, own):
    own.models = [f"model-{n}" for n in range(150)]
    page = add(alice, own.url)
    models = providers.models(ME, id_in(page))
    assert len(models) == 150 and not any(model.enabled for model in models)
    shown = alice.post(f"/admin/providers/{id_in(page)}/models/use", data={"use": [models[3].id, models[5].id]})
    assert "Kept." in shown.text
    kept = {model.id for model in providers.models(ME, id_in(page)) if model.enabled}
    assert kept == {models[3].id, models[5].id}
    alice.post(f"/admin/providers/{id_in(page)}/removal")


def test_servers_on_this_machine_are_found_fast(alice, own, monkeypatch):
    listening = replace(providers.preset("ollama"), url=own.url, port=own.port)
    deaf = socket.create_server(("127.0.0.1", 0))
    silent = replace(providers.preset("vllm"), url=f"http://127.0.0.1:{deaf.getsockname()[1]}/v1", port=1)
    monkeypatch.setattr(testing, "PRESETS", (listening, silent))
    started = time.monotonic()
    page = alice.get("/admin/providers/local")
    assert time.monotonic() - started < 2
    deaf.close()
    assert "Ollama" in page.text and "echo" in page.text and "vLLM</th>" not in page.text
    page = add(alice, own.url, kind="ollama")
    assert "free" in page.text and "unknown" not in page.text, "what runs at home costs nothing"
    assert ">added<" in alice.get("/admin/providers/local").text
    alice.post(f"/admin/providers/{id_in(page)}/removal")


def test_members_see_none_of_it(bob, nobody):
    for path in ("", "/new", "/local"):
        assert bob.get(f"/admin/providers{path}").status_code == 403
        assert nobody.get(f"/admin/providers{path}").url.path == "/signin"


# ── which model ───────────────────────────────────────────────────────────────────────────────────────────────────────
def choices(person):
    caller = replace(ME, id=person.id, role="member", door="page")
    return {choice.id for choice in providers.available(caller)}


def test_a_disabled_model_or_provider_is_offered_to_nobody(alice, bob, added):
    id, _ = added
    echo = model_of(id, "echo")
    assert echo.id in choices(bob)
    alice.post(f"/admin/providers/{id}/disabling")
    assert echo.id not in choices(bob)
    with pytest.raises(Invalid, match="not there any more"):
        providers.chosen(replace(ME, id=bob.id), echo.id)
    alice.post(f"/admin/providers/{id}/enabling")
    assert echo.id in choices(bob)


def test_a_model_can_be_for_some_groups_only(alice, bob, charlie, added):
    from app.accounts import groups

    echo = model_of(added[0], "echo")
    group = groups.create(ME, f"Writers {time.monotonic_ns()}")
    groups.join(ME, group.id, bob.id)
    form = {"enabled": "1", "title": "", "groups": [group.id]}
    page = alice.post(f"/admin/providers/models/{echo.id}", data=form)
    assert page.status_code == 200 and echo.id in choices(bob) and echo.id not in choices(charlie)
    (box,) = re.findall(f'<input[^>]*"group-{group.id}"[^>]*>', alice.get(f"/admin/providers/models/{echo.id}").text)
    assert " checked" in box
    alice.post(f"/admin/providers/models/{echo.id}", data={"enabled": "1"})
    assert echo.id in choices(charlie)


def test_the_default_is_the_persons_then_the_workspaces_then_the_first(alice, bob, added):
    me = replace(ME, id=bob.id, role="member", door="page")
    echo, think = model_of(added[0], "echo"), model_of(added[0], "think")
    alice.post("/admin/providers/default", data={"model_id": think.id})
    assert providers.default(me) == think.id and providers.chosen(me).id == think.id
    with db.write() as tx:
        tx.run("update account set model_id = :model where id = :id", model=echo.id, id=bob.id)
    assert providers.default(me) == echo.id
    alice.post(f"/admin/providers/{added[0]}/removal")
    assert providers.default(me) != echo.id
    alice.post("/admin/providers/default", data={"model_id": ""})
    assert settings.value("default_model") == ""


def test_a_price_with_a_mistake_comes_back_filled(alice, added):
    echo = model_of(added[0], "echo")
    form = {"enabled": "1", "title": "Kept", "price_in": "0,15", "price_out": "0.6", "context": "128 000"}
    page = alice.post(f"/admin/providers/models/{echo.id}", data=form)
    assert page.status_code == 422 and "Write an amount like 0.15" in page.text
    assert all(f'value="{text}"' in page.text for text in ("Kept", "0,15", "0.6", "128 000"))
    page = alice.post(f"/admin/providers/models/{echo.id}", data={**form, "price_in": "0.15"})
    assert page.status_code == 200 and "$0.15" in page.text and "128,000" in page.text
    assert model_of(added[0], "echo").price_cached is None, "an unknown price is unknown, never 0"


def test_a_list_is_taken_in_as_one(house, own):
    provider = providers.add(ME, f"list {time.monotonic_ns()}", own.url)
    keeping.take_in(provider, [keeping.Listed("one", price_in=5), keeping.Listed("two", chats=False)])
    one, two = providers.models(ME, provider.id)
    assert (one.name, one.enabled, one.price_in) == ("one", True, 5) and (two.name, two.enabled) == ("two", False)
    providers.remove(ME, provider.id)
    with db.read() as session:
        assert session.get(Provider, provider.id) is None and session.get(Model, one.id) is None
