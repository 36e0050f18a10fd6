"""Many chats at once: chosen in a list, then moved, tagged, put away, deleted, taken back, and packed."""

import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from app import chats, clock, db, keys, projects, rights
from app.chats import books, lists, many, placing
from app.errors import Conflict, Invalid, NotFound
from tests.test_chats_pages import HTMX, finished, start

ALL = "/chats/selection"


def caller(person, **more) -> rights.Caller:
    return rights.Caller(id=person.id, name="Bob", role="member", **more)


def chat(person, title: str, **values) -> str:
    """A chat with one question, as if it had been asked a moment ago; its id."""
    with db.write() as tx:
        now = clock.now()
        made = chats.Chat(id=clock.new_id(), user_id=person.id, title=title, created_at=now, changed_at=now, **values)
        tx.add(made)
        question = tx.add(chats.Message(id=clock.new_id(), chat_id=made.id, role="user", created_at=now))
        tx.add(chats.Part(message_id=question.id, n=0, kind="text", text=f"What of {title}?"))
        made.leaf_id = question.id
        tx.add(made)
    return made.id


def titles(page: str) -> list[str]:
    """The titles that a list shows, in its order."""
    return re.findall(r'aria-label="Choose ([^"]+)"[^>]*></label><div class="row', page)


def test_chosen_chats_are_moved_tagged_and_put_away_and_the_list_comes_back_as_it_is(bob):
    ids = [chat(bob, f"Tea {n}") for n in range(4)]
    teas = projects.create(caller(bob), "Teas")
    assert titles(bob.get("/chats").text) == ["Tea 3", "Tea 2", "Tea 1", "Tea 0"]
    moved = bob.post(f"{ALL}/project", data={"ids": ids[:3], "project": teas.id}, headers=HTMX).text
    assert "3 chats are in “Teas” now." in moved and 'hx-target="#chats"' in moved and 'hx-target="#shelf"' in moved
    tagged = bob.post(f"{ALL}/tags", data={"ids": ids[1:], "tags": "Hot, #Green"}, headers=HTMX).text
    assert "3 chats are tagged." in tagged and ">green</a>" in tagged
    bob.post(f"{ALL}/tags/removal", data={"ids": ids[1:2], "tags": "hot"})
    assert titles(bob.get("/chats", params={"tag": "hot"}).text) == ["Tea 3", "Tea 2"]
    assert titles(bob.get("/chats", params={"tag": "green", "project": teas.id}).text) == ["Tea 2", "Tea 1"]
    assert titles(bob.get("/chats", params={"project": "none", "q": "tea"}).text) == ["Tea 3"]
    assert "Nothing has this tag" in bob.get("/chats", params={"tag": "cold"}).text
    # The list in which they stood comes back, not another one.
    away = bob.post(f"{ALL}/archive", data={"ids": ids[2], "in_tag": "hot"}, headers=HTMX).text
    assert "1 chat is archived." in away and titles(away) == ["Tea 3"]
    assert titles(bob.get("/chats?shelf=archived").text) == ["Tea 2"]
    back = bob.post(f"{ALL}/archive/removal", data={"ids": ids[2], "in_shelf": "archived"})
    assert str(back.url).endswith("/chats?shelf=archived") and titles(back.text) == []


def test_deleted_chats_come_back_with_one_press_or_are_erased_with_all_that_hung_on_them(bob):
    ids = [chat(bob, f"Tea {n}") for n in range(3)]
    kept = chat(bob, "Coffee")
    many.tag(caller(bob), ids, ["tea"])
    gone = bob.post(f"{ALL}/removal", data={"ids": ids}, headers=HTMX).text
    assert "3 chats are deleted." in gone and titles(gone) == ["Coffee"]
    undo = re.search(rf'hx-post="({ALL}/restoration/\d+)"', gone).group(1)
    assert bob.post(undo, headers=HTMX).headers["hx-refresh"] == "true"
    assert titles(bob.get("/chats").text) == ["Coffee", "Tea 2", "Tea 1", "Tea 0"]
    assert bob.post(undo).status_code == 404
    # What is not deleted is not erased, whoever asks.
    assert bob.post(f"{ALL}/remains", data={"ids": ids}).status_code == 404
    bob.post(f"{ALL}/removal", data={"ids": ids})
    bob.post(f"{ALL}/restoration", data={"ids": ids[0], "in_shelf": "deleted"})
    bob.post(f"{ALL}/remains", data={"ids": [*ids, kept], "in_shelf": "deleted"})
    assert titles(bob.get("/chats").text) == ["Coffee", "Tea 0"]
    assert titles(bob.get("/chats?shelf=deleted").text) == []
    left = "select count(*) from tag where kind = 'chat' and target_id in (?, ?)"
    assert db.fetch(left, ids[1], ids[2]) == (0,) and db.fetch(left, ids[0], "") == (1,)
    assert db.fetch("select count(*) from message where chat_id = ?", ids[1]) == (0,)


def test_one_box_means_every_chat_of_the_list_on_all_its_pages(bob):
    ids = [chat(bob, f"Tea {n}") for n in range(53)]
    chat(bob, "Coffee")
    page = bob.get("/chats", params={"q": "tea"}).text
    assert len(titles(page)) == 50 and 'name="all"' in page
    last = str(db.fetch("select changed_at from chat where id = ?", ids[3])[0])
    asked = {"ids": ids[:1], "all": "1", "in_q": "tea", "in_before": last}
    assert "53 chats are archived." in bob.post(f"{ALL}/archive", data=asked, headers=HTMX).text
    assert titles(bob.get("/chats").text) == ["Coffee"]
    with pytest.raises(Invalid, match="At most 1,000"):
        many.archive(caller(bob), [clock.new_id() for _ in range(1001)])


def test_a_stranger_moves_nothing_and_what_cannot_be_done_leaves_all_as_it_is(bob, charlie, model):
    ids, his = [chat(bob, f"Tea {n}") for n in range(2)], chat(charlie, "His own")
    me = caller(bob)
    for deed in ("archive", "removal", "project", "tags", "export"):
        asked = {"ids": ids, "tags": "x", "project": ""}
        assert charlie.post(f"{ALL}/{deed}", data=asked).status_code == 404, deed
    assert many.archive(me, [*ids, his, "nothing"]).left == [his, "nothing"]
    assert lists.recent(caller(charlie), 5)[0].archived_at is None
    theirs = projects.create(caller(charlie), "Theirs").id
    assert bob.post(f"{ALL}/project", data={"ids": ids, "project": theirs}).status_code == 422
    assert bob.post(f"{ALL}/archive", data={}).status_code == 422
    assert bob.post(f"{ALL}/tags", data={"ids": ids, "tags": " , "}).status_code == 422
    many.tag(me, ids[:1], [f"tag {n}" for n in range(19)])
    with pytest.raises(Invalid, match="at most 20 tags"):
        many.tag(me, ids, ["one", "two"])
    assert placing.tags_of([chats.find(ids[1], me)]) == {}
    # A chat in which an answer is being written stays, and the others go.
    writes = start(bob, model("pace-50-2000"))
    assert many.delete(me, [writes, ids[0]]).left == [writes]
    with pytest.raises(Conflict, match="still being written"):
        many.delete(me, [writes])
    bob.post(f"/chats/{writes}/reply/stop")
    finished(bob, writes)
    with pytest.raises(NotFound):
        many.delete(me, ids[:1])


def test_many_chats_are_packed_as_they_are_sent_each_to_be_read_and_to_be_taken_in_again(bob, house):
    ids = [chat(bob, title) for title in ("Tea/../../etc: “hot”", "", "Чай & 茶")]
    answer = bob.post(f"{ALL}/export", data={"ids": [*ids, ids[0]]})
    assert answer.headers["content-type"] == "application/zip" and "chats.zip" in answer.headers["content-disposition"]
    archive = ZipFile(BytesIO(answer.content))
    names = sorted(archive.namelist())
    assert archive.testzip() is None and len(names) == 6
    assert [name.rpartition("-")[0] for name in names[::2]] == ["chat", "tea-etc-hot", "чай-茶"]
    assert all(re.fullmatch(r"[\w-]+\.(md|json)", name) for name in names)
    whole = archive.read(next(name for name in names if name.endswith(f"{ids[2][-6:]}.json")))
    assert chats.take_in(caller(bob), whole).title == "Чай & 茶" and b"What of" in whole
    # A script does it by a key, and what is being written is told, not left out in silence.
    with db.write() as tx:
        tx.run("update message set state = 'running' where chat_id = :id", id=ids[0])
    token = keys.create(rights.machine(), "script", user=bob.id, scopes=["chats:read"])[1]
    sent = bob.post(f"{ALL}/export", data={"ids": ids}, headers={"authorization": f"Bearer {token}"})
    archive = ZipFile(BytesIO(sent.content))
    assert len(archive.namelist()) == 6 and "its JSON" in archive.read("left out.txt").decode()


def test_one_chat_is_moved_and_tagged_on_a_page_of_its_own(bob, charlie):
    it, teas = chat(bob, "Which cup?"), projects.create(caller(bob), "Teas")
    at = f"/chats/{it}/place"
    assert f'href="{at}"' in bob.get(f"/chats/{it}").text
    page = bob.post(at, data={"project": teas.id, "tags": "Cups, white tea"}).text
    assert re.search(rf'href="/projects/{teas.id}">Teas</a> / </span><button', page)
    assert 'value="cups, white tea"' in bob.get(at).text and 'value="white tea"' in bob.get(at).text
    refused = bob.post(at, data={"project": teas.id, "tags": "x" * 41})
    assert refused.status_code == 422 and "at most 40 characters" in refused.text and "x" * 41 in refused.text
    bob.post(at, data={})
    chat_now = chats.find(it, caller(bob))
    assert chat_now.project_id == "" and placing.tags_of([chat_now]) == {} and placing.tags(caller(bob)) == []
    assert charlie.post(at, data={"tags": "mine"}).status_code == 404
    passing = chats.Chat(id=clock.new_id(), user_id=bob.id, title="Passing", created_at=1, changed_at=1)
    books.keep_nothing(passing)
    with pytest.raises(Conflict, match="temporary"):
        placing.tag(caller(bob), passing.id, ["tea"])
    assert placing.move(caller(bob), passing.id, teas.id).project_id == teas.id


def test_agents_do_the_same_by_verbs(bob, house):
    ids = [chat(bob, f"Tea {n}") for n in range(3)]
    token = keys.create(rights.machine(), "script", user=bob.id, scopes=["chats:read", "chats:write"])[1]
    head = {"authorization": f"Bearer {token}"}

    def call(method: str, path: str, **asked) -> dict:
        answer = bob.request(method, f"/api/v1/{path}", content=json.dumps(asked) if asked else None, headers=head)
        assert answer.status_code < 300, answer.text
        return answer.json()

    teas = call("POST", "projects", name="Teas")["id"]
    assert call("POST", "chats/moves", ids=ids[:2], project_id=teas) == {"ids": ids[:2], "left": []}
    call("POST", "chats/tags", ids=ids, add=["tea"])
    assert call("GET", "chats/tags")["data"] == [{"name": "tea", "count": 3}]
    found = call("GET", f"chats?project_id={teas}&tag=tea")["data"]
    assert [each["id"] for each in found] == [ids[1], ids[0]] and found[0]["tags"] == ["tea"]
    assert call("PUT", f"chats/{ids[0]}/title", title="Cups")["title"] == "Cups"
    assert call("PUT", f"chats/{ids[0]}/pin", pinned=True) == {"id": ids[0], "pinned": True}
    call("POST", "chats/archive", ids=ids[2:])
    call("POST", "chats/deletion", ids=ids[:2])
    assert [each["id"] for each in call("GET", "chats?shelf=deleted")["data"]] == [ids[1], ids[0]]
    assert call("POST", "chats/restoration", ids=ids)["ids"] == ids[:2]
