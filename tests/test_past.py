"""The past: a moment is restored beside the present, served by a child for reading only, and closed after an hour."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx2
import psutil
import pytest

from app import accounts, clock, config, db, files, migrations, pastes, rights
from app.backups import copies, past
from app.backups.past import asking, making, openings
from app.blobs import keeping
from app.errors import Conflict, Forbidden, Gone, NotFound, NotWritten, Refusal
from tests import golden
from tests.conftest import PASSWORD, Person
from tests.moments import caller, copied, folder, opened, until
from tests.restores import add, moment, ok, run, served
from tests.test_command_line import HOUSE, LONG
from tests.test_files_in_a_bucket import evicted, home  # noqa: F401

LARGE = b"0123456789" * 20_000


@pytest.fixture(scope="module")
def ann(house):
    """An admin."""
    user, _ = accounts.add(rights.machine(), "then-ann@example.org", "Ann", "admin", PASSWORD)
    with Person(house, user.email) as someone:
        someone.id = user.id
        assert someone.sign_in().status_code == 200
        yield someone
    openings.end_all()


@pytest.fixture(scope="module")
def source(ann):
    """The house when Ann had a paste and a file."""
    me = caller(ann.id)
    ann.paste = pastes.create(me, [pastes.Piece("tea.md", "# Tea")], title="Tea").paste.id
    ann.file = files.create(me, files.arrived(me, LARGE, "tea.txt"), "tea.txt").id
    return copied()


@pytest.fixture(scope="module")
def root(ann, source):
    """That moment, open for her."""
    return opened(ann.id, source)


def deeds(ann) -> list[str]:
    rows = db.fetch_all("select verb from audit where user_id = ? and verb like 'past.%' order by id", ann.id)
    return [row[0] for row in rows]


def test_it_is_planned_and_opened_for_an_hour(ann, source, root):
    me, place = caller(ann.id), folder(ann.id, root)
    wanted = past.plan(me, source=source)
    assert wanted.needs >= source.stat().st_size and wanted.free > wanted.needs
    assert (place.stat().st_mode & 0o777, (place / "page.sock").stat().st_mode & 0o777) == (0o700, 0o600)
    (shown,) = past.opened(me)
    assert shown.percent == 100 and 0 < shown.until - clock.now() <= clock.HOUR
    assert past.open(me, source=source).until == shown.until  # the same, not another
    pastes.trash(me, ann.paste)
    assert "Tea" in ann.get(f"{root}/p/{ann.paste}").text
    assert ann.get(root).status_code == 200  # and on to the moment's own first page
    pastes.untrash(me, ann.paste)
    assert deeds(ann) == ["past.open", "past.look"]


def test_bytes_come_as_in_the_present(ann, root):
    raw = f"{root}/files/{ann.file}/raw"
    whole = ann.get(raw)
    assert whole.content == LARGE and "sandbox" in whole.headers["content-security-policy"]
    part = ann.get(raw, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"0123456789", "bytes 10-19/200000")
    head = ann.head(raw)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "200000")
    known = ann.get(raw, headers={"if-none-match": whole.headers["etag"]})
    assert (known.status_code, known.content, known.headers["cache-control"]) == (304, b"", "private, no-cache")
    page = ann.get(f"{root}/p/{ann.paste}")
    assert page.headers["cache-control"] == "no-store" and page.headers["content-encoding"] == "gzip"
    now = ann.get(f"/p/{ann.paste}")
    assert page.headers["content-security-policy"] == now.headers["content-security-policy"]
    assert "set-cookie" not in page.headers and len(page.headers.get_list("x-request-id")) == 1
    there = ann.get(f"{root}/p/{ann.paste}/diff", follow_redirects=False)
    assert there.headers["location"] == f"{root}/p/{ann.paste}/diff/1..1"


def test_every_address_of_its_pages_stays_below_it(ann, root):
    for path in ("/", "/chats", "/pastes", "/files", "/settings", "/admin", "/admin/people", f"/p/{ann.paste}"):
        text = re.sub(r"<form[^>]*data-past.*?</form>", "", ann.get(root + path).text, flags=re.S)
        away = set(re.findall(r'(?:href|src|action|hx-\w+)="(/[^"]*)"', text)) - {"/admin/backups"}
        assert not [each for each in away if not each.startswith(f"{root}/")], path
    style = re.search(r'href="([^"]+\.css)"', ann.get(f"{root}/").text)[1]
    assert "immutable" in ann.get(style).headers["cache-control"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_but_reading_reaches_it_and_it_answers_nothing_else(ann, root, method):
    for path in ("/pastes", f"/p/{ann.paste}", "/settings", "/admin/people", "/v1/chat/completions", "/x"):
        assert ann.request(method, root + path).status_code in (404, 405), path
    # Nor would the child, if it did.
    inside = asking.Plain(folder(ann.id, root))
    inside.request(method, "/pastes", body=b"", headers={asking.READER: asking.told(caller(ann.id))})
    answer = inside.getresponse()
    assert (answer.status, b"reading only" in answer.read()) == (405, True)
    inside.close()


def test_who_looks_is_told_by_the_main_process_and_by_nobody_else(ann, root, bob):
    forged = {asking.READER: asking.told(caller(bob.id, "member"))}
    assert ann.get(f"{root}/settings", headers=forged).status_code == 200
    strange = forged | {"cookie": "inglenook=x", "authorization": "Bearer x"}
    assert httpx2.get(f"{str(ann.base_url).rstrip('/')}{root}/", headers=strange).status_code in (303, 401)
    inside = asking.Plain(folder(ann.id, root))
    inside.request("GET", "/", headers={asking.READER: asking.told(caller(bob.id))})
    assert inside.getresponse().status == 403
    inside.close()


def test_an_inner_address_is_for_the_main_process_only(ann, root, tmp_path):
    path = f"/-/things/paste/{ann.paste}"
    for way in (path, path.replace("/-/", "/%2D/"), "/" + path, "/." + path, f"%2Fstatic/p/{ann.paste}"):
        assert ann.get(root + way).status_code in (403, 404), way
    past.fetch(caller(ann.id), root.split("/")[2], path, tmp_path / "tea.zip")
    assert (tmp_path / "tea.zip").read_bytes().startswith(b"PK")
    with pytest.raises(Refusal):
        past.fetch(caller(ann.id), root.split("/")[2], f"/-/things/paste/{clock.new_id()}", tmp_path / "no.zip")
    with pytest.raises(NotFound):
        past.fetch(caller(ann.id), root.split("/")[2], "/", tmp_path / "no.zip")
    with pytest.raises(NotWritten):  # and not that the moment was closed
        past.fetch(caller(ann.id), root.split("/")[2], path, tmp_path / "nowhere" / "tea.zip")


def test_it_is_for_the_admin_who_opened_it_alone(ann, root, alice, bob, nobody):
    assert alice.get(f"{root}/").status_code == 404
    assert bob.get(f"{root}/").status_code == 403
    assert "/signin" in str(nobody.get(f"{root}/", follow_redirects=False).headers["location"])
    for deed in (past.plan, past.open):
        with pytest.raises(Forbidden):
            deed(caller(bob.id, "member"))


def test_the_child_has_no_secret_no_network_and_no_lock(ann, root):
    child = psutil.Process(openings.open_now[ann.id, root.split("/")[2]].child.pid)
    assert not [name for name in child.environ() if name.startswith(("INGLENOOK", "OPENAI", "AWS"))]
    held = [each.path for each in child.open_files()]
    assert str(config.current.data / "lock") not in held
    assert not (folder(ann.id, root) / "secret.key").exists()
    ours, its = (os.readlink(f"/proc/{pid}/ns/net") for pid in ("self", child.pid))
    probe = "import sys; from app.readers import confining; sys.exit(not confining.leave_network())"
    allowed = subprocess.run([sys.executable, "-c", probe], cwd=HOUSE).returncode == 0
    assert (ours != its) == allowed


async def test_a_long_answer_ends_when_who_looks_may_no_more(ann, root, monkeypatch):
    monkeypatch.setattr(asking, "LOOK", 0.01)
    target, host = f"/files/{ann.file}/raw".encode(), [(b"host", b"localhost")]
    answer = await asking.ask(folder(ann.id, root), "GET", target, host, caller(ann.id), "http", lambda: False)
    assert answer.status == 200
    with pytest.raises(Gone):
        async for piece in answer.body:
            assert LARGE.startswith(piece)
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def eve(house, tmp_path_factory):
    """Another admin, who was a member in a workspace of the first schema, which is open for her."""
    user, _ = accounts.add(rights.machine(), f"then-{clock.new_id()}@example.org", "Eve", "admin", PASSWORD)
    old = golden.lay(1, tmp_path_factory.mktemp("old"))
    mine = dict(zip(*columns(db.here().path, user.id), strict=True))
    with copies.opened(old, "rw") as there:
        names = [row[1] for row in there.execute("pragma table_info(account)") if row[1] in mine]
        marks = ", ".join("?" * len(names))
        there.execute(f"insert into account ({', '.join(names)}) values ({marks})", [mine[name] for name in names])
        there.execute("update account set role = 'member' where id = ?", (user.id,))
        there.execute("delete from setting where key = 'instance'")
    before = config.current
    config.use(replace(before, url="http://localhost/ink"))  # at a public address, behind a proxy
    root = opened(user.id, old)
    config.use(before)
    with Person(house, user.email) as someone:
        someone.id, someone.root, someone.old = user.id, root, old
        assert someone.sign_in().status_code == 200
        yield someone


def test_a_moment_of_an_older_schema_is_brought_to_todays_and_shown_with_the_role_of_then(eve):
    as_proxied = {"host": "localhost"}
    assert f'href="/ink{eve.root}/pastes"' in eve.get(f"{eve.root}/", headers=as_proxied).text
    assert eve.get(f"{eve.root}/admin/people", headers=as_proxied).status_code == 403
    assert eve.get("/admin/people").status_code == 200
    assert copies.look(folder(eve.id, eve.root) / "inglenook.db").schema == migrations.SCHEMA
    assert copies.look(eve.old).schema == 1


def test_two_are_open_at_most_and_who_is_no_admin_any_more_loses_it_at_once(house, ann, root, source, alice, eve):
    with pytest.raises(Conflict, match="close one"):
        past.open(caller(alice.id), source=source)
    place, token = folder(eve.id, eve.root), dict(eve.cookies)
    eve.post("/signout")
    eve.cookies.update(token)
    assert eve.get(f"{eve.root}/", follow_redirects=False).status_code == 303
    with db.write() as tx:
        tx.run("update account set role = 'member' where id = :id", id=eve.id)
    with Person(house, eve.email) as again:
        again.sign_in()
        assert again.get(f"{eve.root}/").status_code == 403
    until(lambda: not place.exists() and not past.opened(caller(eve.id)))
    assert ann.get(f"{root}/").status_code == 200


def test_who_had_no_account_then_is_told_so_and_takes_nobodys_place(alice, source):
    me = caller(alice.id)
    past.open(me, source=source)
    (failed,) = until(lambda: [each for each in past.opened(me) if each.error])
    assert "no account" in failed.error and not openings.open_now[me.id, failed.time].is_alive
    past.close(me, failed.time)
    assert past.opened(me) == []


def test_what_cannot_be_narrowed_is_not_answered(ann, root):
    path = f"{root}/p/{ann.paste}"
    assert [ann.get(path).status_code for _ in range(2)] == [200, 200]
    with copies.opened(folder(ann.id, root) / "inglenook.db", "rw") as there:
        there.execute("alter table share rename to elsewhere")
        with db.write() as tx:
            tx.run("update account set seen_at = seen_at where id = :id", id=ann.id)
        assert [ann.get(path).status_code for _ in range(2)] == [500, 500]
        there.execute("alter table elsewhere rename to share")
    assert ann.get(path).status_code == 200


def test_when_its_time_is_over_it_is_closed_and_removed(ann, root):
    opening = openings.open_now[ann.id, root.split("/")[2]]
    blob = next(hash for (hash,) in db.fetch_all("select hash from blob") if keeping.path(hash).exists())
    opening.until = clock.now()
    assert ann.get(f"{root}/").status_code == 404
    until(lambda: not opening.folder.exists())
    left = making.folder()  # as a crash leaves it
    assert (left / "blobs" / blob[:2] / blob).exists()
    making.swept()
    assert not left.exists() and (config.current.data / "blobs" / blob[:2] / blob).exists()


@pytest.mark.long
def test_bytes_that_live_in_a_bucket_are_read_from_there(home, alice):  # noqa: F811
    told = alice.put("/files/tea.bin", content=LARGE, headers={"accept": "application/json"}).json()
    evicted(told["sha256"])
    there = opened(alice.id, copied())
    raw = f"{there}/files/{told['id']}/raw"
    assert alice.get(raw).content == LARGE
    assert alice.get(raw, headers={"range": "bytes=-7"}).content == LARGE[-7:]
    assert not keeping.path(told["sha256"]).exists()
    past.close(caller(alice.id), there.split("/")[2])


def columns(path: Path, id: str) -> tuple[list[str], tuple]:
    """An account's row with the names of its columns."""
    with copies.opened(path) as there:
        found = there.execute("select * from account where id = ?", (id,))
        return [each[0] for each in found.description], found.fetchone()


@pytest.mark.long
@pytest.mark.slow
def test_a_moment_of_the_replica_is_opened_by_the_command_line_and_ends_with_the_server(tmp_path):
    with served(tmp_path) as server:
        ok(run("accounts", "add", "ada@example.org", "--role", "admin", "--password-stdin", data=tmp_path, typed=LONG))
        at = moment(tmp_path)
        add(tmp_path, "bob")
        moment(tmp_path)
        said = ok(run("backups", "open", "--at", at, data=tmp_path))
        assert "MiB of disk for an hour" in said
        time_there = re.search(r"/then/([^/]+)/", said.replace(server.url, ""))[1]
        with httpx2.Client(base_url=server.url, headers={"sec-fetch-site": "same-origin"}) as ada:
            ada.post("/signin", data={"email": "ada@example.org", "password": LONG.strip()})
            there = ada.get(f"/then/{time_there}/admin/people")
            assert "ada@" in there.text and "bob@" not in there.text
            assert "bob@" in ada.get("/admin/people").text
        (child,) = [each for each in psutil.Process(server.process.pid).children() if "then" in each.cmdline()]
        assert list((tmp_path / "then").iterdir())
        server.end(signal.SIGKILL)
        until(lambda: not psutil.pid_exists(child.pid) or child.status() == psutil.STATUS_ZOMBIE)
    alone = run("backups", "open", "--at", at, data=tmp_path)
    assert (alone.returncode, "start it first" in alone.stderr) == (1, True)
