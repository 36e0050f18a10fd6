"""Prompts: a library of texts with variables, one's own and a space's, used by their name behind a `/`."""

import httpx2
import pytest

from app import accounts, holdings, keys, prompts, rights, spaces
from app.errors import Conflict, Forbidden, Invalid, NotFound, Stale, TooLarge
from app.prompts import variables
from app.rights import Caller


def caller(person) -> Caller:
    user = accounts.find(person.id, rights.machine())
    return Caller(id=user.id, name=user.name, role=user.role)


@pytest.fixture
def me(bob) -> Caller:
    return caller(bob)


@pytest.fixture
def kitchen(me, charlie) -> str:
    """Bob's space, in which Charlie reads."""
    space = spaces.create(me, "Kitchen")
    spaces.welcome(me, space.id, charlie.email, "reader")
    return space.id


# ── variables ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_variable_has_a_name_and_maybe_a_default_and_choices():
    text = "{{topic}} in {{ language = English }}, {{tone=dry|warm|dry}} or {{größe in cm|5|10}}. Again {{topic}}."
    assert variables.of(text) == [
        variables.Variable("topic"),
        variables.Variable("language", "English"),
        variables.Variable("tone", "dry", ("warm", "dry")),
        variables.Variable("größe in cm", None, ("5", "10")),
    ]


def test_what_only_looks_like_a_variable_stays_as_it_was_written():
    text = "{{#if x}} {{}} {{1}} {{a.b}} ${{ secrets.KEY }} { {x} } {{a\nb}} {{{"
    assert not variables.of(text) and variables.filled(text, {}) == text
    assert variables.filled(r"Write \{{name}} for {{name}}.", {"name": "tea"}) == "Write {{name}} for tea."


def test_a_value_is_text_and_never_read_for_variables_again():
    said = variables.filled("{{a}} {{b=two}}", {"a": r"{{b}} \1 \g<0>"})
    assert said == r"{{b}} \1 \g<0> two"


def test_what_is_missing_or_wrong_is_named():
    with pytest.raises(Invalid) as refused:
        variables.filled("{{a}} {{b|x|y}} {{c=}}", {"a": " ", "b": "z", "d": "1"})
    assert refused.value.fields == {
        "a": "This is needed.",
        "b": "Choose one of: x, y.",
        "d": "The prompt has no such variable.",
    }
    with pytest.raises(Invalid) as refused:
        variables.filled("{{message}} {{self}}", {"self": "x"})
    assert refused.value.fields == {"message": "This is needed."}
    for text, values in (("{{a}}", {"a": "x" * 33_000}), ("{{a}}" * 6000, {"a": "x" * 30_000})):
        with pytest.raises(Invalid):
            variables.filled(text, values)
    for text in ("{{a=z|x|y}}", "".join(f"{{{{v{n}}}}}" for n in range(21)), "{{" + "n" * 50 + "}}"):
        with pytest.raises(Invalid):
            variables.check(text)


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_prompt_is_kept_under_its_name_and_filled(me):
    made = prompts.create(me, "/Explain", "Explain {{topic}} to {{reader=a child}}.\r\n")
    assert made.name == "explain" and made.text == "Explain {{topic}} to {{reader=a child}}."
    assert prompts.filled(me, made.id, {"topic": "tea"}) == "Explain tea to a child."
    for name in ("explain", "", "two words", "-dash", "a/b", "n" * 41):
        with pytest.raises(Invalid) as refused:
            prompts.create(me, name, "Text")
        assert "name" in refused.value.fields
    with pytest.raises(Invalid):
        prompts.create(me, "empty", " \n ")
    with pytest.raises(TooLarge):
        prompts.create(me, "long", "x" * (prompts.LARGEST + 1))


def test_each_version_is_kept_compared_and_brought_back(me):
    made = prompts.create(me, "note", "One")
    prompts.revise(me, made.id, "Two", base=1, name="notes", note="Better")
    with pytest.raises(Stale) as stale:
        prompts.revise(me, made.id, "Three", base=1)
    assert stale.value.current == 2 and "-Two" in stale.value.difference
    past = holdings.history(prompts.NOUN, made.id, me)
    assert [(each.revision.number, each.revision.note) for each in past] == [(2, "Better"), (1, "")]
    assert "+Two" in holdings.diff(prompts.NOUN, made.id, me, 1, 2)[0].unified
    holdings.restore_revision(prompts.NOUN, me, made.id, 1, 2)
    assert (prompts.find(made.id, me).name, prompts.find(made.id, me).text) == ("note", "One")


def test_a_name_is_free_again_while_its_prompt_lies_in_the_trash(me):
    first = prompts.create(me, "plan", "First")
    holdings.trash(prompts.NOUN, me, first.id)
    second = prompts.create(me, "plan", "Second")
    with pytest.raises(Conflict):
        prompts.untrash(me, first.id)
    prompts.revise(me, second.id, "Second", base=1, name="plan-b")
    prompts.untrash(me, first.id)
    assert {each.item.title for each in prompts.usable(me)} == {"plan", "plan-b"}


# ── with others ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_space_uses_what_its_writers_put_there(me, charlie, alice, kitchen):
    made = prompts.create(me, "menu", "A menu for {{people}}.", space_id=kitchen)
    prompts.create(me, "mine", "Only me.")
    reader = caller(charlie)
    [seen] = prompts.usable(reader)
    assert (seen.item.id, seen.owner, seen.space) == (made.id, "Bob", "Kitchen")
    assert prompts.filled(reader, made.id, {"people": "2"}) == "A menu for 2."
    with pytest.raises(Forbidden):
        prompts.revise(reader, made.id, "Worse", base=1)
    with pytest.raises(Forbidden):
        prompts.create(reader, "mine", "Text", space_id=kitchen)
    with pytest.raises(NotFound):
        prompts.find(made.id, caller(alice))
    assert not prompts.usable(caller(alice)) and prompts.usable(me, space=kitchen)[0].item.id == made.id
    copy = prompts.copy(reader, made.id)
    assert copy.item.owner_id == charlie.id and prompts.copy(reader, made.id).name == "menu-2"


def test_names_that_begin_with_the_word_come_first_then_ones_own(me, charlie, kitchen):
    spaces.change_role(me, kitchen, charlie.id, "writer")
    prompts.create(caller(charlie), "review", "Theirs", space_id=kitchen)
    for name in ("review", "code-review", "zebra"):
        prompts.create(me, name, "Mine")
    found = [(each.item.title, each.owner) for each in prompts.usable(me, words="REV")]
    assert found == [("review", ""), ("review", "Charlie"), ("code-review", "")]
    assert not prompts.usable(me, words="%")


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_prompt_is_written_read_and_revised_on_pages(bob, charlie):
    refused = bob.post("/prompts", data={"name": "two words", "text": "{{topic}}", "tags": "tea"})
    assert refused.status_code == 422 and "written behind a /" in refused.text and "{{topic}}" in refused.text
    page = bob.post("/prompts", data={"name": "review", "text": "Review <b>{{topic}}</b>", "tags": "tea"})
    assert page.status_code == 200 and "<mark>{{topic}}</mark>" in page.text and "&lt;b&gt;" in page.text
    at = page.url.path
    assert charlie.get(at).status_code == 404
    assert "/review" in bob.get("/prompts?q=VIEW").text and "/review" in bob.get("/prompts?tag=tea").text
    assert "Nothing is found" in bob.get("/prompts?q=nothing").text
    assert bob.post(f"{at}/revisions", data={"name": "review", "text": "Two", "base": "1"}).url.path == at
    stale = bob.post(f"{at}/revisions", data={"name": "review", "text": "Three", "base": "1"})
    assert stale.status_code == 409 and "Somebody has changed this" in stale.text and 'value="2"' in stale.text
    assert "Revision 1" in bob.get(f"{at}/history").text and "Two" in bob.get(f"{at}/diff?a=1&b=2").text
    assert "<mark>{{topic}}</mark>" in bob.get(f"{at}/revisions/1").text
    assert bob.post(f"{at}/revisions/1/restoration", data={"base": "2"}).text.count("<mark>") == 1


def test_without_a_script_a_filled_prompt_waits_in_the_composer_of_a_new_chat(bob):
    at = bob.post("/prompts", data={"name": "explain", "text": "Explain {{topic}}{{how| simply| well}}."}).url.path
    refused = bob.post(f"{at}/uses", data={"v-topic": "", "v-how": "simply"})
    assert refused.status_code == 422 and "This is needed." in refused.text
    bob.put("/drafts/new", data={"text": "Hello"})
    home = bob.post(f"{at}/uses", data={"v-topic": "tea\r\nand milk", "v-how": "well"})
    assert home.url.path == "/" and "Hello\n\nExplain tea\nand milkwell." in home.text


def test_the_composer_finds_prompts_by_the_word_behind_the_slash(bob):
    assert "Write a prompt" in bob.get("/prompts/choices?q=").text
    at = bob.post("/prompts", data={"name": "review", "text": "Review {{topic}}"}).url.path
    bob.post("/prompts", data={"name": "plain", "text": "Answer plainly."})
    found = bob.get("/prompts/choices?q=re").text
    assert f'data-asks="{at}/uses"' in found and "plain" not in found
    assert 'data-choices="/"' in bob.get("/").text
    script = {"hx-request": "true"}
    form = bob.get(f"{at}/uses", headers=script).text
    assert 'name="v-topic"' in form and "<html" not in form
    refused = bob.post(f"{at}/uses", data={"v-topic": " "}, headers=script)
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.text
    filled = bob.post(f"{at}/uses", data={"v-topic": "tea & <milk>"}, headers=script)
    assert filled.text == "Review tea & <milk>" and filled.headers["content-type"].startswith("text/plain")


def test_readers_are_a_space_and_single_people(bob, charlie, me, kitchen, alice):
    at = bob.post("/prompts", data={"name": "menu", "text": "Menu"}).url.path
    assert charlie.get(at).status_code == 404
    kept = bob.post(f"{at}/readers", data={"readers": "space", "space": kitchen, "tags": "Food, food"})
    assert "Kept." in kept.text and "Kitchen" in charlie.get(at).text and "Kitchen" in charlie.get("/prompts").text
    assert charlie.get(f"{at}/readers").status_code == 403
    assert bob.post(f"{at}/readers", data={"readers": "public"}).status_code == 422
    assert bob.post(f"{at}/readers", data={"readers": "space", "space": ""}).status_code == 422
    assert "Nobody here has this address" in bob.post(f"{at}/shares", data={"email": "x@example.org"}).text
    assert bob.post(f"{at}/shares", data={"email": alice.email, "role": "writer"}).status_code == 200
    assert alice.post(f"{at}/revisions", data={"name": "menu", "text": "Menu 2", "base": "1"}).status_code == 200
    assert alice.post(f"{at}/copies").url.path != at


def test_the_trash_gives_back_and_deletes(bob):
    at = bob.post("/prompts", data={"name": "gone", "text": "Text"}).url.path
    assert "The prompt is in the trash." in bob.post(f"{at}/trash").text
    assert bob.get(at).status_code == 410 and "/gone" in bob.get("/prompts?shelf=trash").text
    assert bob.post(f"{at}/restoration").url.path == at
    bob.post(f"{at}/trash")
    assert "The trash is empty" in bob.post(f"{at}/removal").text and bob.get(at).status_code == 404


# ── verbs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_programs_do_what_people_do(house, bob, charlie):
    scopes = ["prompts:read", "prompts:write"]
    token = keys.create(rights.machine(), "script", user=bob.id, scopes=scopes)[1]
    with httpx2.Client(base_url=f"{house.url}/api/v1", headers={"authorization": f"Bearer {token}"}) as api:
        made = api.post("/prompts", json={"name": "explain", "text": "Explain {{topic}}.", "tags": ["tea"]}).json()
        at = made["id"]
        assert made["variables"] == [{"name": "topic", "default": None, "choices": []}] and made["tags"] == ["tea"]
        assert [each["excerpt"] for each in api.get("/prompts", params={"words": "exp"}).json()["data"]] == [
            "Explain {{topic}}."
        ]
        assert api.put(f"/prompts/{at}", json={"base": 1, "text": "Two"}).json()["revision"] == 2
        assert api.put(f"/prompts/{at}", json={"base": 1, "text": "Three"}).status_code == 409
        assert api.get(f"/prompts/{at}", params={"revision": 1}).json()["text"] == "Explain {{topic}}."
        assert [each["number"] for each in api.get(f"/prompts/{at}/revisions").json()["data"]] == [2, 1]
        assert api.post(f"/prompts/{at}/revisions/1/restoration", json={"base": 2}).json()["revision"] == 3
        assert api.patch(f"/prompts/{at}", json={"visibility": "public"}).status_code == 400
        share = api.post(f"/prompts/{at}/shares", json={"email": charlie.email}).json()["id"]
        assert charlie.get(f"/prompts/{at}").status_code == 200
        assert api.get(f"/prompts/{at}/shares").json()["data"][0]["id"] == share
        assert (
            api.delete(f"/prompts/{at}/shares/{share}").status_code == 200
            and charlie.get(f"/prompts/{at}").status_code == 404
        )
        assert api.delete(f"/prompts/{at}").json()["trashed"] and api.get(f"/prompts/{at}").status_code == 410
        assert [each["id"] for each in api.get("/prompts", params={"trashed": True}).json()["data"]] == [at]
        assert api.post(f"/prompts/{at}/restoration").json()["name"] == "explain"
