"""The past shows an admin what they may read then and now, and of others' things nothing else: by no address, in no
list, and not in the copy itself.

Ann is the admin who looks, Ben a member. Everything here is named for its lot: `quince` is Ben's alone, `sloe` Ann
might read then and may not now, `damson` she may now and might not then, `medlar` both allow.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pysqlite3.dbapi2 as sqlite
import pytest

import main
from app import accounts, chats, db, files, keys, pastes, presets, projects, prompts, rights, spaces
from app.backups import past
from app.backups.past import narrowing, openings
from app.chats import drafts, sharing
from app.errors import NotFound
from routes import then_inside
from tests.conftest import PASSWORD, Person
from tests.moments import caller, copied, folder, opened

SECRET = ("quince", "sloe", "damson")
LARGE = "and more of it. " * 8000


def chat(me, words: str, model: str) -> str:
    """A finished chat with a title, a project and an answer."""
    made = chats.create(me, f"{words} asked", "", model)
    with db.write() as tx:
        sql = "update message set state = 'done', html = :html where chat_id = :id"
        tx.run(sql, id=made.chat.id, html=f"<p>{words} said</p>")
    chats.rename(me, made.chat.id, f"{words} title")
    drafts.keep(me, made.chat.id, f"{words} draft")
    return made.chat.id


def paste(me, words: str, **options) -> str:
    parts = [pastes.Piece("name.md", f"# {words}")]
    return pastes.create(me, parts, title=f"{words} paste", **options).paste.id


def file(me, words: str, **options) -> str:
    """Larger than what lies in a row."""
    arrived = files.arrived(me, f"{words} {LARGE}".encode(), f"{words}.txt")
    return files.create(me, arrived, f"{words}.txt", **options).id


@pytest.fixture(scope="module")
def world(house, upstream, model):
    """Then, now, and the moment that Ann has opened."""
    machine, words = rights.machine(), model("words-20")
    ann, _ = accounts.add(machine, "past-ann@example.org", "Ann", "admin", PASSWORD)
    ben, _ = accounts.add(machine, "past-ben@example.org", "Ben", "member", PASSWORD)
    a, b = caller(ann.id), caller(ben.id, "member")
    made = SimpleNamespace(house=house, ann=ann, ben=ben, a=a, b=b, kept={}, lost={})
    both, alone, left = (spaces.create(b, name) for name in ("medlar space", "quince space", "sloe space"))
    for space in (both, left):
        spaces.welcome(b, space.id, ann.email, "reader")
    made.both, made.left = both, left
    kept, lost = made.kept, made.lost
    # Ben's alone
    lost |= {"chat": chat(b, "quince", words), "paste": paste(b, "quince private", tags=["pear"])}
    lost |= {"file": file(b, "quince"), "project": projects.create(b, "quince project", "quince rules").id}
    lost |= {"folder": files.folders.create(b, "quince folder").id, "space": alone.id}
    lost |= {"prompt": prompts.create(b, "quince-prompt", "quince text").id}
    lost |= {"preset": presets.create(b, "quince preset", presets.Settings(instructions="quince")).id}
    lost |= {"in a space": paste(b, "quince there", space_id=alone.id, visibility="space")}
    lost |= {"password": paste(b, "quince locked", visibility="public", password="a word")}
    lost |= {"burning": paste(b, "quince burning", visibility="public", burns=True)}
    lost |= {"counted": paste(b, "quince counted", visibility="public", max_views=9)}
    lost |= {"trashed": paste(b, "quince trashed", visibility="public"), "by link": paste(b, "quince by link")}
    pastes.trash(b, lost["trashed"])
    made.token = pastes.share(b, lost["by link"], "link")[1]
    made.chat_token = sharing.share(b, lost["chat"])[1]
    keys.create(b, "quince key")
    with db.write() as tx:
        tx.run("update account set instructions = 'quince myself' where id = :id", id=ben.id)
    # then, and not now
    lost |= {"closed": paste(b, "sloe closed", visibility="public"), "unshared": paste(b, "sloe unshared")}
    lost |= {"left": paste(b, "sloe left", space_id=left.id, visibility="space")}
    lost |= {"made private": file(b, "sloe hidden", space_id=both.id, visibility="space")}
    lost |= {"erased": paste(b, "sloe erased", visibility="public"), "put away": paste(b, "sloe away")}
    lost |= {"left folder": files.folders.create(b, "sloe folder", space_id=left.id).id}
    share = pastes.share(b, lost["unshared"], "person", email=ann.email)[0]
    pastes.share(b, lost["put away"], "person", email=ann.email)
    lost |= {"handed on": paste(a, "sloe handed on"), "handed chat": chat(a, "sloe handed", words)}
    lost |= {"guarded": paste(b, "sloe guarded", visibility="public"), "ended": paste(b, "sloe ended")}
    pastes.share(b, lost["ended"], "person", email=ann.email)
    # now, and not then
    lost |= {"opened": paste(b, "damson opened"), "shared": paste(b, "damson shared")}
    lost |= {"joined": paste(b, "damson joined", space_id=alone.id, visibility="space")}
    # both
    kept |= {"public": paste(b, "medlar public", visibility="public"), "to me": paste(b, "medlar to me")}
    pastes.share(b, kept["to me"], "person", email=ann.email)
    kept |= {"together": file(b, "medlar together", space_id=both.id, visibility="space")}
    kept |= {"gone together": paste(b, "medlar gone together", space_id=both.id, visibility="space")}
    kept |= {"mine": paste(a, "medlar mine", expires_in=None), "my file": file(a, "medlar file")}
    kept |= {"my lost paste": paste(a, "medlar lost"), "over": paste(a, "medlar over", expires_in=3600)}
    made.my_chat, made.lost_chat = chat(a, "medlar mine", words), chat(a, "medlar lost", words)
    source = copied()
    # and now
    pastes.change(b, lost["closed"], visibility="private")
    pastes.unshare(b, lost["unshared"], share.id)
    spaces.leave(b, left.id, ann.id)
    files.change(b, lost["made private"], visibility="private")
    pastes.trash(b, lost["put away"])
    for me, id in ((b, lost["erased"]), (b, kept["gone together"]), (a, kept["my lost paste"])):
        pastes.trash(me, id)
        pastes.erase(me, id)
    chats.delete(a, made.lost_chat)
    chats.erase(a, made.lost_chat)
    pastes.change(b, lost["guarded"], password="a word")
    pastes.change(b, lost["opened"], visibility="public")
    pastes.share(b, lost["shared"], "person", email=ann.email)
    spaces.welcome(b, alone.id, ann.email, "reader")
    paste(b, "damson later", visibility="public")
    with db.write() as tx:
        tx.run("update item set expires_at = 1 where id in (:mine, :ben)", mine=kept["over"], ben=lost["ended"])
        tx.run("update item set owner_id = :ben where id = :id", ben=ben.id, id=lost["handed on"])
        tx.run("update chat set user_id = :ben where id = :id", ben=ben.id, id=lost["handed chat"])
    made.root = opened(ann.id, source)
    made.browser = Person(house, ann.email)
    assert made.browser.sign_in().status_code == 200
    yield made
    made.browser.close()
    openings.end_all()


def told(text: str) -> list[str]:
    """The words of a page that no page may hold."""
    return [word for word in SECRET if word in text]


def test_what_both_allow_is_shown(world):
    seen = [f"/p/{world.kept[name]}" for name in ("public", "to me", "gone together", "mine", "my lost paste")]
    seen += [f"/files/{world.kept['together']}", f"/files/{world.kept['my file']}/raw", f"/chats/{world.lost_chat}"]
    for path in [*seen, f"/chats/{world.my_chat}.md", f"/spaces/{world.both.id}"]:
        answer = world.browser.get(world.root + path)
        assert (answer.status_code, "medlar" in answer.text) == (200, True), path
    for path, name in (("/pastes", "medlar lost"), ("/", "medlar lost title"), ("/files", "medlar file")):
        assert name in world.browser.get(world.root + path).text


def test_the_copy_itself_holds_nothing_else(world):
    there = sqlite.connect(str(folder(world.ann.id, world.root) / "inglenook.db"))
    tables = [row[0] for row in there.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        for row in there.execute(f'select * from "{table}"'):
            assert not told(str(row)), (table, row)
    assert there.execute("select count(*) from item").fetchone()[0] >= len(world.kept)
    sealed = "select (select count(*) from session), (select count(*) from account where password is not null)"
    assert there.execute(sealed).fetchone() == (0, 0)
    there.close()


def test_every_table_was_thought_about():
    known = " ".join([*narrowing.RIGHTS, *narrowing.SECRETS, *narrowing.BELOW])
    tables = {row[0] for row in db.fetch_all("select name from sqlite_master where type = 'table'")}
    named = set(re.findall(r"(?:delete from|update|into) main\.(\w+)", known)) | narrowing.LEFT_AS_IT_IS
    assert {table for table in tables if not table.startswith("sqlite_")} == named


def mounted():
    """Every route of the app."""
    app = SimpleNamespace(router=SimpleNamespace(routes=[]), _endp=lambda function, _: function)
    for router in main.routers():
        router.mount(app)
    return app.router.routes


def asked(world) -> set[str]:
    """Every address of the app that is read, with everything of its kind that is not to be seen, and something of
    another kind; of those that are closed in the past, one is enough."""
    lost = world.lost
    places = ("", f"?space={lost['space']}", f"?folder={lost['folder']}", "?trash=1", "?tag=pear", "?q=quin")
    found = {f"/shared/{world.chat_token}", "/palette?q=quin", f"/files/zip?id={lost['file']}"}
    found |= {f"/p/{lost['by link']}?{name}={world.token}" for name in ("share", "token", "key")}
    kinds = dict(db.fetch_all("select id, kind from item"))
    kinds |= {
        lost["chat"]: "chat",
        lost["handed chat"]: "chat",
        lost["project"]: "project",
        lost["space"]: "space",
        lost["folder"]: "file",
    }
    for route in (each for each in mounted() if "GET" in (getattr(each, "methods", None) or ())):
        is_open, noun = then_inside.is_open(route), route.path.split("/")[1].removesuffix("s")
        if ":id}" not in route.path:
            plain = re.sub(r"\{\w+:path\}", "name.md", re.sub(r"\{\w+\}", world.token, route.path))
            found |= {plain + query for query in (places if is_open and noun not in ("doc", "setting") else places[:1])}
            continue
        alike = [id for id in lost.values() if kinds.get(id, "paste") == (noun if noun != "p" else "paste")]
        for id in [*alike, lost["chat"]] if is_open else [lost["chat"]]:
            plain = re.sub(r"\{\w+:id\}", id, route.path).replace("{number:int}", "1").replace("{span}", "1..1")
            found.add(re.sub(r"\{name:\w+\}", "name.md", re.sub(r"\{\w+\}", world.token, plain)))
    return found


def test_no_address_of_the_product_shows_what_one_of_the_two_forbids(world):
    paths = sorted(asked(world))

    def ask(path: str) -> int:
        answer = world.browser.get(world.root + path, follow_redirects=False)
        assert answer.status_code < 500, (path, answer.status_code, answer.text[:300])
        assert not told(answer.text), (path, told(answer.text))
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, paths))
    assert answers.count(404) + answers.count(403) > len(paths) / 2
    assert answers.count(200) > 30


def test_a_right_that_ends_ends_in_the_past_too(world):
    path = f"{world.root}/p/{world.kept['to me']}"
    assert world.browser.get(path).status_code == 200
    share = pastes.shares(world.b, world.kept["to me"])[0]
    pastes.unshare(world.b, world.kept["to me"], share.id)
    assert world.browser.get(path).status_code == 404
    assert world.kept["to me"] not in world.browser.get(f"{world.root}/pastes").text
    shared = f"{world.root}/files/{world.kept['together']}"
    assert world.browser.get(shared).status_code == 200
    spaces.leave(world.b, world.both.id, world.ann.id)
    assert world.browser.get(shared).status_code == 404
    assert world.browser.get(f"{world.root}/spaces/{world.both.id}").status_code == 404
    pastes.change(world.b, world.kept["public"], visibility="private")
    assert world.browser.get(f"{world.root}/p/{world.kept['public']}/raw").status_code == 404


def test_only_pages_that_read_what_people_made_are_open():
    kept = [route for route in mounted() if then_inside.is_open(route)]
    assert not [route.path for route in kept if hasattr(route, "dialect") or "GET" not in route.methods]
    found = {route.path for route in kept}
    for shut in ("/admin/backups", "/admin/backups/key", "/admin/jobs", "/admin/keys", "/admin/providers", "/signin"):
        assert shut not in found
    assert {"/", "/chats", "/p/{id:id}", "/files/{id:id}/raw", "/admin/people", "/static/{tag}/{name:path}"} <= found


def test_closing_it_removes_all_of_it(world):
    time, place = world.root.split("/")[2], folder(world.ann.id, world.root)
    child = openings.open_now[world.ann.id, time].child
    past.close(world.a, time)
    assert child.returncode is not None and not place.exists() and past.opened(world.a) == []
    assert world.browser.get(f"{world.root}/").status_code == 404
    rows = db.fetch_all("select verb from audit where user_id = ? and verb like 'past.%' order by id", world.ann.id)
    assert [row[0] for row in rows] == ["past.open", "past.look", "past.close"]
    with pytest.raises(NotFound):
        past.close(world.a, time)
