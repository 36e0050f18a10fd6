"""Projects: folders for chats, with instructions, a model and what is attached for every chat inside."""

import json
import re

import pytest

from app import chats, db, keys, pastes, projects, rights
from app.chats import attaching, context, placing
from app.errors import Invalid, NotFound, OverLimit
from app.projects import keeping
from tests.test_bulk import caller, chat
from tests.test_chats_pages import chat_of, finished, key


def project_of(response) -> str:
    return re.search(r"/projects/([0-9a-z]{29})", str(response.url)).group(1)


def system(bob, upstream, id: str) -> str:
    """What the model was told first, at the last call."""
    said = [each for each in upstream.requests if each.path.endswith("/chat/completions")][-1].body["messages"]
    return said[0]["content"] if said[0]["role"] == "system" else ""


def test_a_project_is_made_named_told_and_found_in_the_rail(bob, model):
    it = project_of(bob.post("/projects", data={"name": " Teas  of the north "}))
    page = bob.get(f"/projects/{it}").text
    assert "<h1>Teas of the north</h1>" in page and "No chats in here yet" in page
    told = {"name": "Teas", "instructions": "Answer in one sentence.\r\nIn euro.", "model_id": model("words-200")}
    page = bob.post(f"/projects/{it}", data=told).text
    assert "Answer in one sentence.\nIn euro." in page and f'value="{model("words-200")}" selected' in page
    for address in ("/", "/projects", "/palette"):
        assert f'href="/projects/{it}"' in bob.get(address).text, address
    for wrong in ({"name": " "}, {"name": "x" * 81}, {"name": "Teas", "model_id": "none"}):
        refused = bob.post(f"/projects/{it}", data={"instructions": "Kept here.", **wrong})
        assert refused.status_code == 422 and "Kept here." in refused.text
    assert bob.post("/projects", data={"name": ""}).status_code == 422
    assert projects.find(it, caller(bob)).name == "Teas"


def test_a_chat_that_begins_in_a_project_lies_there_and_is_told_its_instructions(bob, model, upstream):
    me = caller(bob)
    it = projects.create(me, "Teas", "Say it in verse.", model("words-20"))
    asked = {"text": "Which cup?", "key": key(), "project": it.id, "model": model("words-20")}
    made = chat_of(bob.post("/chats", data=asked))
    page = finished(bob, made)
    assert f'href="/projects/{it.id}">Teas</a> / </span>' in page and "Which cup?" in bob.get(f"/projects/{it.id}").text
    assert "Say it in verse." in context.instructions(me, chats.find(made, me))
    # Without script and at once: the composer of the project carries it, and home does where it is asked to.
    carried = f'<input type="hidden" name="project" value="{it.id}" form="composer-form">'
    assert carried in bob.get(f"/projects/{it.id}").text.replace("'", '"')
    assert carried in bob.get(f"/?project={it.id}").text and "Teas" in bob.get(f"/?project={it.id}").text
    refused = bob.post("/chats", data=asked | {"key": key(), "text": " "})
    assert refused.status_code == 422 and carried in refused.text
    # Its instructions hold for a chat that comes later, and no longer for one that leaves.
    placing.move(me, made)
    assert "verse" not in context.instructions(me, chats.find(made, me))
    later = chat(bob, "Came later", project_id=it.id)
    projects.change(me, it.id, instructions="Say it in prose.")
    assert "Say it in prose." in context.instructions(me, chats.find(later, me))


def test_a_stranger_finds_no_project_and_puts_nothing_into_it(bob, charlie, model):
    it, his = projects.create(caller(bob), "Teas", "Secret."), chat(charlie, "His")
    for path in ("", "/settings", "/attachments"):
        assert charlie.get(f"/projects/{it.id}{path}").status_code == 404
    asked = {"text": "Hello?", "key": key(), "project": it.id, "model": model("words-20")}
    assert charlie.post("/chats", data=asked).status_code == 422
    with pytest.raises(Invalid, match="not here"):
        placing.move(caller(charlie), his, it.id)
    # Not even a row that says so leads to the instructions of another.
    with db.write() as tx:
        tx.run("update chat set project_id = :it where id = :his", it=it.id, his=his)
    assert projects.instructions(chats.find(his, caller(charlie))) == ""
    with pytest.raises(NotFound):
        projects.delete(caller(charlie), it.id)
    with pytest.raises(NotFound):
        projects.find(it.id, rights.Caller())


def test_a_deleted_project_leaves_its_chats_and_what_was_attached(bob):
    me = caller(bob)
    it, inside = projects.create(me, "Teas"), chat(bob, "Which cup?")
    placing.move(me, inside, it.id)
    paste = pastes.create(me, [pastes.Piece(name="prices.csv", text="tea,9")]).paste
    attaching.add(me, "project", it.id, "paste", paste.item.id)
    assert "Its chat stays" in bob.get(f"/projects/{it.id}/settings").text
    bob.post(f"/projects/{it.id}/removal")
    assert bob.get(f"/projects/{it.id}").status_code == 404 and bob.get(f"/chats/{inside}").status_code == 200
    assert chats.find(inside, me).project_id == "" and pastes.find(paste.item.id, me).item.title == paste.item.title
    assert attaching.of("project", it.id) == []


def test_what_is_attached_is_chosen_by_name_opens_and_is_told_when_it_is_gone(bob):
    me = caller(bob)
    it = projects.create(me, "Teas")
    paste = pastes.create(me, [pastes.Piece(name="prices.csv", text="tea,9")], title="Prices of spring").paste
    other = chat(bob, "Old questions")
    offers = bob.get(f"/projects/{it.id}/attachments").text
    assert "Prices of spring" in offers and "Old questions" in offers
    assert "Prices" not in bob.get(f"/projects/{it.id}/attachments", params={"q": "questions"}).text
    for kind, target in (("paste", paste.item.id), ("chat", other)):
        page = bob.post(f"/projects/{it.id}/attachments", data={"kind": kind, "target": target}).text
    assert f'href="/p/{paste.item.id}"' in page and f'href="/chats/{other}"' in page
    assert "Prices" not in bob.get(f"/projects/{it.id}/attachments").text
    missing = bob.post(f"/projects/{it.id}/attachments", data={"kind": "paste", "target": "no"})
    assert "Not attached." in missing.text
    sent = bob.post(f"/projects/{it.id}/files", files=[("file", ("spring.csv", b"tea,9")), ("file", ("b.txt", b"b"))])
    assert sent.status_code == 200 and "spring.csv" in sent.text and "b.txt" in sent.text
    none = bob.post(f"/projects/{it.id}/files", files=[("other", (None, "x"))])
    assert none.status_code == 422 and "Choose a file first." in none.text
    pastes.trash(me, paste.item.id)
    assert "removed" in bob.get(f"/projects/{it.id}").text
    bob.post(f"/projects/{it.id}/attachments/paste/{paste.item.id}/removal")
    assert [row.kind for row in attaching.of("project", it.id)] == ["chat", "file", "file"]


def test_agents_keep_projects_by_verbs(bob, model):
    token = keys.create(
        rights.machine(), "script", user=bob.id, scopes=["chats:read", "chats:write", "models", "pastes:read"]
    )[1]
    paste = pastes.create(caller(bob), [pastes.Piece(name="prices.csv", text="tea,9")]).paste.item.id

    def call(method: str, path: str = "", status: int = 200, **asked) -> dict:
        head = {"authorization": f"Bearer {token}"}
        answer = bob.request(method, f"/api/v1/{path}", content=json.dumps(asked) if asked else None, headers=head)
        assert answer.status_code == status, answer.text
        return answer.json()

    made = call("POST", "projects", 201, name="Teas", instructions="Briefly.", model_id=model("words-20"))
    it = f"projects/{made['id']}"
    assert call("PATCH", it, name="North")["instructions"] == "Briefly."
    assert call("POST", f"{it}/attachments", kind="paste", target_id=paste)["attachments"][0]["name"]
    assert call("DELETE", f"{it}/attachments/paste/{paste}")["attachments"] == []
    asked = call("POST", "chats/messages", text="Which cup?", project_id=made["id"])
    assert asked["model"] == "words-20" and call("GET", it)["chats"] == 1
    assert call("GET", "projects")["data"][0]["name"] == "North"
    call("PATCH", it, 400)
    call("DELETE", it)
    call("GET", it, 404)
    assert chats.find(asked["chat_id"], caller(bob)).project_id == ""


def test_there_are_at_most_so_many_projects(bob, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 2)
    for name in ("One", "Two"):
        projects.create(caller(bob), name)
    with pytest.raises(OverLimit, match="which is the most"):
        projects.create(caller(bob), "Three")
