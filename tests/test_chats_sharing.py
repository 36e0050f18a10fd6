"""Sharing chats: who reads what by a link, until when, and what never leaves with it."""

import re

import httpx2
import pytest

from app import chats, clock, db, keys, rights
from app.chats import sharing
from app.chats.tree import Part
from app.errors import Conflict, NotFound


def caller(person):
    return rights.Caller(id=person.id, name="Bob", role="member")


@pytest.fixture
def say(bob, model):
    """Bob asks, and has an answer that is whole."""

    def ask(text, chat=None, model_name="echo"):
        me = caller(bob)
        if chat is None:
            asked = chats.create(me, text, "", model(model_name))
        else:
            asked = chats.ask(me, chat.id, text, "", chat.leaf_id, model(model_name))
        with db.write() as tx:
            sql = "update message set state = 'done', html = :html where id = :id"
            tx.run(sql, html=f"<p>Answer to {text}</p>", id=asked.answer.id)
            tx.add(Part(message_id=asked.answer.id, n=0, kind="text", text=f"Answer to {text}"))
        return asked

    return ask


def made(person, chat, **posted):
    """A link that the page gave, as a path."""
    page = person.post(f"/chats/{chat.id}/shares", data={"audience": "link", "extent": "snapshot", "life": ""} | posted)
    assert page.status_code == 200, page.text
    return re.search(r'value="https?://[^/]+(/shared/[^"]+)"', page.text)[1]


def test_a_link_shows_the_chat_to_those_without_an_account(bob, nobody, say):
    link = made(bob, say("Which tea?").chat)
    page = nobody.get(link)
    assert page.status_code == 200 and "Which tea?" in page.text and "Answer to Which tea?" in page.text
    assert page.headers["cache-control"] == "no-store" and "noindex" in page.headers["x-robots-tag"]
    assert page.headers["referrer-policy"] == "no-referrer"


def test_what_a_link_shows_can_be_read_and_nothing_else(bob, nobody, say):
    page = nobody.get(made(bob, say("Which tea?").chat)).text
    assert "<textarea" not in page and "<form" not in page and "/chats/" not in page and "Bob" not in page
    assert nobody.get(made(bob, say("Which tea?").chat) + ".md").text.startswith("# Which tea?")


def test_a_link_for_the_signed_in_asks_nobody_to_sign_in(bob, charlie, nobody, say):
    link = made(bob, say("Which tea?").chat, audience="known")
    assert "Shared by Bob" in charlie.get(link).text
    asked = nobody.get(link, follow_redirects=False)
    assert asked.status_code == 303 and asked.headers["location"].startswith("/signin?next=")


def test_a_snapshot_stays_and_a_live_link_follows(bob, nobody, say):
    first = say("One")
    snapshot, live = made(bob, first.chat), made(bob, first.chat, extent="live")
    say("Two", first.chat)
    assert "Answer to Two" not in nobody.get(snapshot).text
    assert "Answer to One" in nobody.get(live).text and "Answer to Two" in nobody.get(live).text


def test_a_link_goes_to_one_message(bob, nobody, say):
    first = say("One")
    second = say("Two", first.chat)
    say("Three", second.chat)
    up_to = nobody.get(made(bob, first.chat, message_id=second.answer.id)).text
    assert "One" in up_to and "Answer to Two" in up_to and "Three" not in up_to
    alone = nobody.get(made(bob, first.chat, message_id=second.answer.id, extent="one")).text
    assert "Answer to Two" in alone and "Answer to One" not in alone and "Three" not in alone
    assert f'id="m-{second.answer.id}"' in alone


def test_another_branch_is_not_reached_through_a_link(bob, nobody, say, model):
    first = say("One")
    link = made(bob, first.chat)
    other = chats.edit(caller(bob), first.chat.id, first.question.id, "A secret", "", model("echo"))
    assert "A secret" not in nobody.get(link).text
    assert nobody.get(f"{link}?before={other.answer.id}").status_code == 404
    assert nobody.get(f"{link}?before={first.answer.id}").status_code == 200
    assert nobody.get(f"{link}?before=x").status_code == 404


def test_what_was_thought_and_looked_up_stays_with_the_owner(bob, nobody, say):
    asked = say("One")
    with db.write() as tx:
        tx.add(Part(message_id=asked.answer.id, n=1, kind="reasoning", text="A private thought"))
        tx.add(Part(message_id=asked.answer.id, n=2, kind="call", name="pastes_read", arguments='{"id": "private"}'))
        tx.add(Part(message_id=asked.answer.id, n=3, kind="result", text="A private paste"))
        tx.run("update message set html = html || '<!--call:2-->' where id = :id", id=asked.answer.id)
    chats.change(caller(bob), asked.chat.id, system="A private prompt")
    link = made(bob, asked.chat, extent="live")
    for page in (nobody.get(link + ending).text for ending in ("", ".md", ".json")):
        assert "Answer to One" in page and "rivate" not in page and "call:2" not in page


def test_long_chats_are_shown_in_pages(bob, nobody, say):
    asked = say("Number 0")
    for n in range(1, 30):
        asked = say(f"Number {n}", chats.find(asked.chat.id, caller(bob)))
    link = made(bob, asked.chat)
    page = nobody.get(link).text
    assert "Number 29" in page and "Number 4<" not in page
    older = nobody.get(re.search(r'href="([^"]+\?before=[^"]+)"', page)[1]).text
    assert "Number 4<" in older and "Number 29" not in older
    newest = nobody.get(link + ".json").json()
    assert [each["text"] for each in newest["messages"]][-2:] == ["Number 29", "Answer to Number 29"]
    rest = nobody.get(link + ".json", params={"before": newest["before"]}).json()
    texts = [each["text"] for each in (*rest["messages"], *newest["messages"])]
    assert texts[::2] == [f"Number {n}" for n in range(30)] and rest["before"] is None
    assert f"?before={newest['before']}" in nobody.get(link + ".txt").text


def test_a_link_is_also_text_and_json_for_those_whom_it_opens(bob, charlie, nobody, say):
    link = made(bob, say("Which tea?").chat, audience="known")
    for ending in (".md", ".txt", ".json"):
        assert nobody.get(link + ending, follow_redirects=False).status_code in (303, 401)
        answer = charlie.get(link + ending)
        assert answer.status_code == 200 and "Answer to Which tea?" in answer.text
        assert answer.headers["cache-control"] == "no-store" and "noindex" in answer.headers["x-robots-tag"]
    assert set(answer.json()["messages"][0]) == {"id", "role", "state", "model", "text", "attached", "created_at"}


# ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_revoked_link_opens_nothing_from_that_moment_on(bob, nobody, say):
    chat = say("One").chat
    link = made(bob, chat)
    page = bob.get(f"/chats/{chat.id}/shares").text
    assert "Whoever has the link" in page and link.split("/")[-1] not in page
    removal = re.search(r'action="(/chats/[^"]+/removal)"', page)[1]
    assert bob.post(removal).status_code == 200
    assert nobody.get(link).status_code == nobody.get(link + ".md").status_code == 404
    assert "Not shared." in bob.get(f"/chats/{chat.id}/shares").text
    assert bob.post(removal).status_code == 404


def test_a_link_ends_at_its_time(bob, nobody, say):
    chat = say("One").chat
    link = made(bob, chat, life="3600")
    assert nobody.get(link).status_code == 200
    with db.write() as tx:
        tx.run("update share set expires_at = :at where target_id = :id", at=clock.now() - 1, id=chat.id)
    gone = nobody.get(link)
    assert gone.status_code == 410 and "The time of this link is over" in gone.text
    assert "it is over" in bob.get(f"/chats/{chat.id}/shares").text


def test_a_deleted_chat_is_behind_no_link_and_its_links_go_with_it(bob, nobody, say):
    chat = say("One").chat
    link = made(bob, chat)
    chats.delete(caller(bob), chat.id)
    assert nobody.get(link).status_code == 404
    chats.erase(caller(bob), chat.id)
    assert db.fetch("select count(*) from share where target_id = ?", chat.id) == (0,)


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_was_never_a_link_opens_nothing(nobody, bob, say):
    made(bob, say("One").chat)
    for token in ("x", "x" * 500, "%00", "%2e", ""):
        assert nobody.get(f"/shared/{token}").status_code == 404


def test_the_link_of_a_paste_opens_no_chat(bob, nobody):
    from app import pastes

    me = caller(bob)
    paste = pastes.create(me, [pastes.Piece("a.md", "text")]).paste
    token = pastes.share(me, paste.id, "link")[1]
    assert nobody.get(f"/shared/{token}").status_code == 404


def test_others_neither_share_nor_see_nor_revoke(bob, charlie, say):
    chat = say("One").chat
    made(bob, chat)
    door = sharing.doors(caller(bob), chat.id)[0]
    assert charlie.get(f"/chats/{chat.id}/shares").status_code == 404
    assert charlie.post(f"/chats/{chat.id}/shares", data={"audience": "link"}).status_code == 404
    assert charlie.post(f"/chats/{chat.id}/shares/{door.id}/removal").status_code == 404
    # The link of another chat of one's own is not revoked through this one.
    with pytest.raises(NotFound):
        sharing.unshare(caller(bob), say("Two").chat.id, door.id)


def test_what_cannot_be_shared_says_why(bob, say, model):
    me = caller(bob)
    passing = chats.create(me, "Hello", "", model("echo"), temporary=True).chat
    with pytest.raises(Conflict, match="temporary"):
        sharing.share(me, passing.id)
    writing = chats.create(me, "Hello", "", model("echo")).chat
    with pytest.raises(Conflict, match="still being written"):
        sharing.share(me, writing.id)
    assert sharing.share(me, writing.id, extent="live")
    chat = say("One").chat
    for posted in ({"audience": "person"}, {"extent": "all"}, {"life": "5"}):
        page = bob.post(f"/chats/{chat.id}/shares", data=posted)
        assert page.status_code == 422 and "to mend" in page.text
    assert bob.post(f"/chats/{chat.id}/shares", data={"message_id": writing.leaf_id}).status_code == 404


def test_a_live_link_says_that_an_answer_is_being_written(bob, nobody, model):
    chat = chats.create(caller(bob), "Hello", "", model("echo")).chat
    assert "still being written" in nobody.get(made(bob, chat, extent="live")).text


# ── by other doors ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_script_shares_lists_and_revokes(house, bob, nobody, say):
    chat = say("One").chat
    token = keys.create(rights.machine(), "s", user=bob.id, scopes=["chats:read", "chats:write"])[1]
    with httpx2.Client(base_url=f"{house.url}/api/v1", headers={"authorization": f"Bearer {token}"}) as client:
        share = client.post(f"/chats/{chat.id}/shares", json={"audience": "link", "expires_in": 3600})
        assert share.status_code == 201 and share.json()["extent"] == "snapshot"
        assert nobody.get(share.json()["url"]).status_code == 200
        listed = client.get(f"/chats/{chat.id}/shares").json()["data"]
        assert [each["id"] for each in listed] == [share.json()["id"]] and not listed[0]["url"]
        assert client.delete(f"/chats/{chat.id}/shares/{share.json()['id']}").status_code == 200
        assert nobody.get(share.json()["url"]).status_code == 404
    rows = db.fetch_all("select verb, door from audit where object_id = ? and verb like '%share' order by at", chat.id)
    assert rows == [("chats.share", "api"), ("chats.unshare", "api")]


def test_the_log_never_holds_what_opens_a_chat():
    from routes.noting import told

    assert told("/shared/secret") == "/shared/…" and told("/below/shared/secret.md") == "/below/shared/…"
