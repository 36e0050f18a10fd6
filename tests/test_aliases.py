"""Aliases on their pages: made, changed, put in order, removed; what rests is shown there and with the providers."""

import re

import pytest

from app import clock, gateway, providers, rights
from app.errors import Upstream
from app.gateway import resting
from tests.test_usage_pages import words

ADMIN = rights.machine()


@pytest.fixture(autouse=True)
def nobody_rests():
    resting.reset()
    yield
    resting.reset()


@pytest.fixture
def name():
    made = f"quick-{clock.new_id()[-6:]}"
    yield made
    for alias, _ in gateway.aliases(ADMIN):
        if alias.name.startswith(made):
            gateway.remove_alias(ADMIN, alias.id)


def behind(name):
    return [(each.model, each.weight) for each in gateway.find_alias(name, ADMIN)[1]]


def made(alice, name, *chosen, **more):
    targets = {"models": [id for id, _ in chosen], "weights": [str(weight) for _, weight in chosen]}
    return alice.post("/admin/aliases", data={"name": name, "strategy": "order"} | targets | more)


def test_an_alias_is_made_with_its_models_in_order(alice, model, name):
    page = made(alice, name, (model("words-20"), 1), ("", 1), (model("words-21"), 3), strategy="weight")
    assert page.status_code == 200 and "Kept." in words(page) and "75 %" in words(page)
    assert behind(name) == [("words-20", 1), ("words-21", 3)]
    listed = words(alice.get("/admin/aliases"))
    assert f"{name} by weight words-20 fake · weight 1 words-21 fake · weight 3" in listed


def test_a_form_that_is_refused_comes_back_as_it_was(alice, model, name):
    id = model("words-20")
    page = made(alice, "with blanks", (id, 7))
    assert page.status_code == 422 and "without blanks" in words(page)
    assert 'value="with blanks"' in page.text and 'value="7"' in page.text
    assert re.search(rf'<option value="{id}" selected', page.text)
    assert "from one to 20 models" in words(made(alice, name))
    assert "each once" in words(made(alice, name, (id, 1), (id, 1)))
    assert "A weight is" in words(made(alice, name, (id, "heavy")))
    made(alice, name, (id, 1))
    assert f"an alias called “{name}” already" in words(made(alice, name, (id, 1)))


def test_an_alias_is_changed_switched_off_and_removed(alice, model, name):
    made(alice, name, (model("words-20"), 1))
    id = gateway.find_alias(name, ADMIN)[0].id
    posted = {"name": f"{name}-2", "strategy": "cheapest", "models": model("words-21"), "weights": "1"}
    page = words(alice.post(f"/admin/aliases/{id}", data=posted | {"enabled": "1"}))
    assert f"{name}-2" in page and "Taken the cheapest." in page and behind(id) == [("words-21", 1)]
    assert "Switched off." in words(alice.post(f"/admin/aliases/{id}", data=posted))
    assert not gateway.find_alias(id, ADMIN)[0].enabled
    assert f"{name}-2" not in words(alice.post(f"/admin/aliases/{id}/removal"))
    assert alice.get(f"/admin/aliases/{id}").status_code == 404


def test_a_model_is_moved_up(alice, model, name):
    ids = [model(each) for each in ("words-20", "words-21", "words-22")]
    made(alice, name, *((id, 1) for id in ids))
    id = gateway.find_alias(name, ADMIN)[0].id
    alice.post(f"/admin/aliases/{id}/order", data={"model_id": ids[2]})
    assert [each for each, _ in behind(id)] == ["words-20", "words-22", "words-21"]
    # The first has no place above it.
    alice.post(f"/admin/aliases/{id}/order", data={"model_id": ids[0]})
    assert [each for each, _ in behind(id)] == ["words-20", "words-22", "words-21"]


def test_a_provider_that_rests_is_shown_wherever_it_counts(alice, model, name):
    made(alice, name, (model("words-20"), 1))
    alias, [target] = gateway.find_alias(name, ADMIN)
    assert "ready" in words(alice.get(f"/admin/aliases/{alias.id}"))
    for _ in range(resting.FAILURES):
        resting.failed(providers.find(target.provider_id, ADMIN), Upstream("It refused the connection.", "refused"))
    for address in ("/admin/aliases", f"/admin/aliases/{alias.id}"):
        assert re.search(r"rests for \d\d s", words(alice.get(address)))
    assert "after 5 failures" in words(alice.get("/admin/providers"))
    page = words(alice.get(f"/admin/providers/{target.provider_id}"))
    assert "It rests." in page and "It refused the connection." in page


def test_a_model_that_is_switched_off_is_told_and_stays_in_the_form(alice, model, name):
    id = model("words-24")
    made(alice, name, (id, 1))
    providers.change_model(ADMIN, id, enabled=False)
    alias = gateway.find_alias(name, ADMIN)[0]
    page = alice.get(f"/admin/aliases/{alias.id}")
    assert "switched off" in words(page) and re.search(rf'<option value="{id}" selected', page.text)
    providers.change_model(ADMIN, id, enabled=True)


def test_a_provider_takes_so_many_calls_at_a_time_and_speaks_its_dialects(alice, upstream):
    provider = providers.add(ADMIN, f"Tuned {clock.new_id()[-6:]}", upstream.url, key="right")
    place = f"/admin/providers/{provider.id}"
    page = alice.post(f"{place}/tuning", data={"parallel": "4", "speaks": ["responses", "messages"]})
    assert page.status_code == 200 and 'value="4"' in page.text and "Now: 0 of 4 run." in words(page)
    kept = providers.find(provider.id, ADMIN)
    assert kept.parallel == 4 and kept.speaks == "messages responses"
    assert "0 of 4" in words(alice.get("/admin/providers"))
    page = alice.post(f"{place}/tuning", data={"parallel": "0", "speaks": "messages"})
    assert page.status_code == 422 and "A number from 1" in words(page) and 'value="0"' in page.text
    alice.post(f"{place}/tuning", data={"parallel": ""})
    kept = providers.find(provider.id, ADMIN)
    assert kept.parallel is None and kept.speaks == ""
    providers.remove(ADMIN, provider.id)


def test_only_admins_see_aliases(bob):
    assert bob.get("/admin/aliases").status_code == 403
