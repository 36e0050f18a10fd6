"""Presets: how chats begin, under a name: for oneself, for a space, for single people, and by a link for all here."""

import httpx2
import pytest

from app import accounts, chats, db, holdings, keys, pastes, presets, rights, spaces
from app.chats import attaching
from app.errors import Forbidden, Invalid, NotFound, Stale, TooLarge
from app.presets import Attached, Settings, beginning
from app.rights import Caller

SCOPES = ["presets:read", "presets:write", "pastes:read", "chats:write"]


def caller(person) -> Caller:
    user = accounts.find(person.id, rights.machine())
    return Caller(id=user.id, name=user.name, role=user.role)


@pytest.fixture
def me(bob) -> Caller:
    return caller(bob)


@pytest.fixture
def notes(me) -> str:
    """A private paste of Bob."""
    return pastes.create(me, [pastes.Piece("notes.md", "Tea at four.")], title="Notes").paste.id


def reviewer(named, notes, **more) -> Settings:
    about = {"about": "Reads closely", "instructions": "Be strict.", "model": named("echo"), "temperature": 0.2}
    return Settings(**(about | {"verbs": ("pastes.read",), "attachments": (Attached("paste", notes),)} | more))


# ── what is kept ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_preset_keeps_all_that_a_chat_begins_with(me, model, notes):
    made = presets.create(me, "Reviewer", reviewer(model, notes))
    seen = presets.find(made.id, me).settings
    assert (seen.model_name, seen.attachments) == ("echo", (Attached("paste", notes, "Notes"),))
    assert seen.for_chat() == {
        "system": "Be strict.", "temperature": 0.2, "top_p": None, "max_tokens": None, "effort": "",
    }  # fmt: skip
    assert presets.told(presets.usable(me)[0]).about == "Reads closely"


def test_what_no_chat_could_begin_with_is_refused_by_its_name(me, model, notes):
    for field, wrong in (
        ("temperature", {"temperature": 3.0}),
        ("top_p", {"top_p": float("nan")}),
        ("max_tokens", {"max_tokens": 0}),
        ("effort", {"effort": "much"}),
        ("model", {"model": "038fyvh4t4avkdn66d6v5rbf9frkj"}),
        ("verbs", {"verbs": ("nothing.here",)}),
        ("attachments", {"attachments": (Attached("paste", "038fyvh4t4avkdn66d6v5rbf9frkj"),)}),
        ("attachments", {"attachments": (Attached("chat", notes),)}),
    ):
        with pytest.raises(Invalid) as refused:
            presets.create(me, "Wrong", reviewer(model, notes, **wrong))
        assert field in refused.value.fields
    with pytest.raises(Invalid):
        presets.create(me, "  ", Settings())
    with pytest.raises(TooLarge):
        presets.create(me, "Long", Settings(instructions="x" * 70_000))


def test_its_versions_are_compared_and_brought_back(me, model, notes):
    made = presets.create(me, "Reviewer", reviewer(model, notes))
    presets.revise(me, made.id, Settings(instructions="Be kind."), base=1, name="Friend", note="Softer")
    with pytest.raises(Stale):
        presets.revise(me, made.id, Settings(), base=1)
    unified = "".join(each.unified for each in holdings.diff(presets.NOUN, made.id, me, 1, 2))
    assert "-Be strict." in unified and "+Be kind." in unified and '-  "about": "Reads closely"' in unified
    holdings.restore_revision(presets.NOUN, me, made.id, 1, 2)
    assert presets.find(made.id, me).settings.instructions == "Be strict."


# ── with others ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_somebody_may_not_use_is_told_and_the_rest_goes_on(me, charlie, alice, model, notes):
    made = presets.create(me, "Reviewer", reviewer(model, notes))
    stranger = caller(charlie)
    with pytest.raises(NotFound):
        presets.begin(stranger, made.id)
    holdings.change(presets.NOUN, me, made.id, visibility="unlisted")
    assert not presets.usable(stranger)
    begun = presets.begin(stranger, made.id)
    assert begun.told == ["“Notes” does not go along: it is gone, or not shared with you."]
    assert begun.columns["system"] == "Be strict." and begun.verbs == ("pastes.read",) and not begun.attachments
    holdings.share(presets.NOUN, me, made.id, "person", "writer", email=alice.email)
    mine = presets.revise(caller(alice), made.id, presets.find(made.id, me).settings, base=1, name="Reviewer 2")
    assert mine.settings.attachments[0].name == "Notes" and presets.usable(caller(alice))[0].owner == "Bob"
    with pytest.raises(Forbidden):
        presets.revise(stranger, made.id, Settings(), base=2)


def test_a_model_that_is_not_there_for_somebody_is_told(me, charlie, model, notes):
    made = presets.create(me, "Reviewer", reviewer(model, notes))
    told: list[str] = []
    assert beginning.model_of(caller(charlie), "038fyvh4t4avkdn66d6v5rbf9frkj", "deep", told) == ""
    assert told[0].startswith("Its model, deep, is not there for you: ")
    assert presets.begin(me, made.id).model == model("echo") and not presets.begin(me, made.id).told


def test_a_space_begins_with_what_its_writers_put_there(me, charlie, alice, model, notes):
    space = spaces.create(me, "Kitchen").id
    spaces.welcome(me, space, charlie.email, "reader")
    made = presets.create(me, "Cook", Settings(instructions="Cook."), space_id=space)
    [seen] = presets.usable(caller(charlie))
    assert (seen.item.id, seen.owner, seen.space) == (made.id, "Bob", "Kitchen")
    assert presets.copy(caller(charlie), made.id).item.owner_id == charlie.id
    with pytest.raises(NotFound):
        presets.find(made.id, caller(alice))


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_preset_is_written_read_and_revised_on_pages(bob, charlie, model, notes):
    form = {"name": "Reviewer", "instructions": "Be <strict>.", "model": model("echo"), "temperature": "hot"}
    form |= {"attach": f"paste:{notes}", "verbs": ["pastes.read", "pastes.list"]}
    refused = bob.post("/presets", data=form)
    assert refused.status_code == 422 and "This has to be a number." in refused.text and "Notes" in refused.text
    page = bob.post("/presets", data=form | {"temperature": "0.5"})
    at = page.url.path
    assert page.status_code == 200 and "Be &lt;strict&gt;." in page.text and f"/p/{notes}" in page.text
    assert "Temperature" in page.text and "pastes.list" in page.text and f"/chats/new?preset={at[9:]}" in page.text
    assert charlie.get(at).status_code == 404 and "Reviewer" in bob.get("/presets").text
    found = bob.post("/presets", data=form | {"more": "1", "find": "notes"})
    assert found.status_code == 200 and f'value="paste:{notes}" checked' in found.text
    edit = bob.get(f"{at}/edit").text
    assert 'value="0.5"' in edit and "Be &lt;strict&gt;." in edit
    assert bob.post(f"{at}/revisions", data=form | {"temperature": "", "base": "1"}).url.path == at
    stale = bob.post(f"{at}/revisions", data=form | {"temperature": "1", "base": "1"})
    assert stale.status_code == 409 and "Somebody has changed this" in stale.text
    assert "preset.json" in bob.get(f"{at}/diff/1..2").text and "Revision 1" in bob.get(f"{at}/history").text
    assert "Be &lt;strict&gt;." in bob.get(f"{at}/revisions/1").text
    assert "The preset is in the trash." in bob.post(f"{at}/trash").text
    assert "Reviewer" in bob.get("/presets?shelf=trash").text and bob.post(f"{at}/restoration").url.path == at


# ── a chat that begins with one ───────────────────────────────────────────────────────────────────────────────────────
def chat_of(answer) -> dict:
    names = ("id", "system", "temperature", "model_id", "verbs", "preset_id")
    row = db.fetch(f"select {', '.join(names)} from chat where id = ?", answer.url.path.removeprefix("/chats/"))
    return dict(zip(names, row, strict=True))


def test_a_link_begins_a_chat_with_the_settings_and_what_goes_along(bob, me, model, notes):
    made = presets.create(me, "Reviewer", reviewer(model, notes))
    home = bob.get(f"/chats/new?preset={made.id}").text
    assert "Reviewer" in home and "Be strict." in home and f'value="{model("echo")}" selected' in home
    assert f'name="preset" value="{made.id}"' in home.replace('type="hidden" ', "")
    sent = {"text": "Read this.", "preset": made.id, "model": model("echo"), "verbs": "pastes.read"}
    chat = chat_of(bob.post("/chats", data=sent))
    assert (chat["system"], chat["temperature"], chat["verbs"]) == ("Be strict.", 0.2, "pastes.read")
    assert (chat["preset_id"], chat["model_id"]) == (made.id, model("echo"))
    assert [(each.target_id, each.name) for each in attaching.of("chat", chat["id"])] == [(notes, "Notes")]
    presets.revise(me, made.id, Settings(), base=1)
    assert chats.find(chat["id"], me).system == "Be strict."
    assert presets.of_chat(me, chat["id"]).attachments == (Attached("paste", notes, "Notes"),)
    assert "Be strict." in bob.get(f"/presets/new?chat={chat['id']}").text


def test_a_preset_that_is_gone_keeps_the_text_in_the_composer(bob, charlie, me, model, notes):
    made = presets.create(me, "Reviewer", reviewer(model, notes))
    assert charlie.get(f"/chats/new?preset={made.id}").status_code == 404
    refused = charlie.post("/chats", data={"text": "Keep me.", "preset": made.id})
    assert refused.status_code == 422 and "not there any more" in refused.text and "Keep me." in refused.text
    holdings.trash(presets.NOUN, me, made.id)
    assert bob.post("/chats", data={"text": "Keep me.", "preset": made.id}).status_code == 422


def test_who_may_not_use_all_of_it_is_told_before_the_first_question(bob, charlie, me, model, notes):
    made = presets.create(me, "Reviewer", reviewer(model, notes))
    holdings.change(presets.NOUN, me, made.id, visibility="unlisted")
    for page in (f"/chats/new?preset={made.id}", f"/presets/{made.id}"):
        assert "“Notes” does not go along" in charlie.get(page).text
    chat = chat_of(charlie.post("/chats", data={"text": "Hello", "preset": made.id}))
    assert chat["system"] == "Be strict." and not attaching.of("chat", chat["id"])


def test_programs_keep_and_read_presets(house, bob, charlie, model, notes):
    token = keys.create(rights.machine(), "script", user=bob.id, scopes=SCOPES)[1]
    with httpx2.Client(base_url=f"{house.url}/api/v1", headers={"authorization": f"Bearer {token}"}) as api:
        told = {"instructions": "Be strict.", "model": model("echo"), "verbs": ["pastes.read"]}
        told |= {"attachments": [{"kind": "paste", "id": notes}]}
        made = api.post("/presets", json={"name": "Reviewer", **told}).json()
        assert made["model_name"] == "echo" and made["attachments"][0]["name"] == "Notes" and made["missing"] == []
        wrong = api.post("/presets", json={"name": "Wrong", "verbs": ["no.such"]}).json()
        assert wrong["error"]["fields"].keys() == {"verbs"}
        asked = api.post(f"/presets/{made['id']}/chats", json={"text": "Hello", "wait": 0}).json()
        chat = db.fetch("select system, verbs, preset_id from chat where id = ?", asked["chat_id"])
        assert chat == ("Be strict.", "pastes.read", made["id"])
        assert api.put(f"/presets/{made['id']}", json={"base": 1, "about": "Kind"}).json()["instructions"] == ""
        assert api.get(f"/presets/{made['id']}", params={"revision": 1}).json()["instructions"] == "Be strict."
        assert [each["about"] for each in api.get("/presets").json()["data"]] == ["Kind"]
        assert api.patch(f"/presets/{made['id']}", json={"visibility": "unlisted"}).json()["visibility"] == "unlisted"
        assert charlie.get(f"/presets/{made['id']}").status_code == 200
