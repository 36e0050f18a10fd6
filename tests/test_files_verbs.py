"""Files for programs and agents: small ones as JSON, all others by links, and what they say page by page."""

import base64
import hashlib
import time

import httpx2
import pytest

from app import keys, rights
from tests.test_files import BIG
from tests.test_mcp import agent, key

V1 = "/api/v1"


@pytest.fixture
def api(house, bob):
    """A script of Bob's, with a key for files alone."""
    token = keys.create(rights.machine(), "script", user=bob.id, scopes=["files:read", "files:write"])[1]
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=20) as it:
        yield it


def made(api, **about) -> dict:
    answer = api.post(f"{V1}/files", json={"name": "tea.csv", "text": "tea,minutes\ngreen,2\n"} | about)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_script_stores_reads_revises_and_restores_a_file(api):
    file = made(api, folder="Drinks/Hot", tags=["tea"])
    at = f"{V1}/files/{file['id']}"
    assert (file["name"], file["size"], file["tags"], file["revision"]) == ("tea.csv", 20, ["tea"], 1)
    assert file["sha256"] == hashlib.sha256(b"tea,minutes\ngreen,2\n").hexdigest()
    read = api.get(at)
    assert read.headers["etag"] and read.json()["pages"] == [
        {"n": 1, "label": "", "text": "tea,minutes\ngreen,2\n", "cut": False}
    ]
    match = {"if-match": read.headers["etag"]}
    assert api.put(at, json={"text": "tea\n"}, headers=match).json()["revision"] == 2
    assert api.put(at, json={"text": "late\n"}, headers=match).status_code in (409, 412)
    assert api.post(f"{at}/revisions", json={"number": 1}).json()["revision"] == 3
    past = api.get(f"{at}/revisions").json()["data"]
    assert [(each["number"], each["restores"], each["door"]) for each in past] == [
        (3, 1, "api"),
        (2, 0, "api"),
        (1, 0, "api"),
    ]
    assert api.patch(at, json={"name": "teas.csv"}).json()["name"] == "teas.csv"
    copy = api.post(f"{at}/copies", json={"folder": "Copies"}).json()
    assert copy["parent_id"] == file["id"] and copy["name"] == "teas.csv"
    names = [row["name"] for row in api.get(f"{V1}/files?folder_id={file['folder_id']}").json()["data"]]
    assert names == ["teas.csv"]
    assert api.delete(at).json() == api.delete(at).json() == {"id": file["id"], "trashed": True}
    assert api.get(at).status_code == 410
    assert api.post(f"{at}/restoration").json()["trashed_at"] is None


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"text": None}, "text"),
        ({"text": "a", "data": "YQ=="}, "text"),
        ({"text": None, "data": "no base64!"}, "data"),
        ({"name": "a/b"}, "name"),
        ({"folder": "a", "folder_id": "b"}, "folder"),
        ({"folder": "/".join("abcdefghijklmnopq")}, "folder"),
        ({"expires_in": 1}, "expires_in"),
        ({"sort": "up"}, "sort"),
    ],
)
def test_what_is_wrong_is_told_by_its_name(api, about, field):
    answer = api.post(f"{V1}/files", json={"name": "tea.csv", "text": "a"} | about)
    assert answer.status_code == 400 and field in answer.text
    assert api.get(f"{V1}/files").json()["data"] == []


def test_a_key_without_the_scope_opens_no_file(house, bob, api):
    file = made(api)
    token = keys.create(rights.machine(), "reader", user=bob.id, scopes=["files:read"])[1]
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}) as reader:
        assert reader.get(f"{V1}/files/{file['id']}").status_code == 200
        for answer in (reader.post(f"{V1}/files", json={"name": "a", "text": "a"}), reader.delete(f"{V1}/files/x")):
            assert answer.status_code == 403 and "files:write" in answer.text
    token = keys.create(rights.machine(), "other", user=bob.id, scopes=["pastes:read"])[1]
    refused = httpx2.get(f"{house.url}{V1}/files", headers={"authorization": f"Bearer {token}"})
    assert refused.status_code == 403 and "files:read" in refused.text


def test_bytes_come_once_by_an_upload_link_and_go_by_a_download_link(api, nobody, house):
    link = api.post(f"{V1}/files/uploads", json={"name": "big.bin", "folder": "Data"}).json()
    assert link["curl"].startswith("curl -T big.bin ") and link["method"] == "PUT"
    address = link["url"] if link["url"].startswith("http") else house.url + link["url"]
    with httpx2.Client(timeout=20) as program:
        assert program.put(address, content=BIG).status_code == 201
        assert program.put(address, content=BIG).status_code == 410
    file = api.get(f"{V1}/files?words=big").json()["data"][0]
    assert (file["name"], file["sha256"]) == ("big.bin", hashlib.sha256(BIG).hexdigest())
    link = api.get(f"{V1}/files/{file['id']}/link").json()
    address = link["url"] if link["url"].startswith("http") else house.url + link["url"]
    with httpx2.Client(timeout=20) as program:
        assert program.get(address).content == BIG
        part = program.get(address, headers={"range": "bytes=256-511"})
        assert (part.status_code, part.content) == (206, BIG[:256])
        assert program.get(address[:-4]).status_code == 404
    assert "big.bin" in link["curl"] and link["size"] == len(BIG)
    assert api.get(f"{V1}/files/{file['id']}").json()["note"].startswith("This file holds no text")


def test_a_long_text_is_read_in_the_background_and_told_in_parts(api):
    text = "".join(f"line {n} of a long report\n" for n in range(6000))
    file = made(api, name="report.txt", text=text)
    at, said = f"{V1}/files/{file['id']}", {}
    deadline = time.monotonic() + 30
    while said.get("state") not in ("done", "failed") and time.monotonic() < deadline:
        said = api.get(at).json()
        time.sleep(0.1)
    assert said["state"] == "done" and said["next"] == 0
    assert "".join(page["text"] for page in said["pages"]).replace("\n", "")[:40] == text.replace("\n", "")[:40]
    only = api.get(f"{at}?first=1&last=1").json()["pages"]
    assert [page["n"] for page in only] == [1]


def test_folders_are_made_moved_and_taken_away_by_programs(api):
    tea = api.post(f"{V1}/folders", json={"name": "Tea"}).json()
    file = made(api, folder_id=tea["id"])
    hot = api.post(f"{V1}/folders", json={"name": "Hot"}).json()
    moved = api.patch(f"{V1}/folders/{tea['id']}", json={"name": "Teas", "parent_id": hot["id"]}).json()
    assert (moved["name"], moved["parent_id"]) == ("Teas", hot["id"])
    assert [each["name"] for each in api.get(f"{V1}/folders").json()["data"]] == ["Hot"]
    assert api.patch(f"{V1}/folders/{hot['id']}", json={"parent_id": tea["id"]}).status_code == 409
    assert api.delete(f"{V1}/folders/{hot['id']}").json()["trashed"]
    assert api.get(f"{V1}/files/{file['id']}").status_code == 410
    assert api.post(f"{V1}/folders/{hot['id']}/restoration").status_code == 200
    assert api.post(f"{V1}/files/moves", json={"ids": [file["id"]]}).json()["data"][0]["folder_id"] == ""


def test_a_file_is_fetched_in_the_background_but_not_from_this_machine(api, house):
    begun = api.post(f"{V1}/files/fetches", json={"url": f"{house.url}/healthz"}).json()
    deadline = time.monotonic() + 20
    while begun["state"] in ("queued", "running") and time.monotonic() < deadline:
        time.sleep(0.05)
        begun = api.get(f"{V1}/files/fetches/{begun['fetch_id']}").json()
    assert begun["state"] == "failed" and "open internet" in begun["note"] and begun["file_id"] == ""
    assert api.post(f"{V1}/files/fetches", json={"url": "file:///etc/passwd"}).status_code == 400
    assert api.get(f"{V1}/files").json()["data"] == []


async def test_an_agent_reads_files_as_resources(house, bob, api):
    file = made(api, name="notes.md", text="# Tea\n")
    dot = made(api, name="dot.gif", text=None, data=base64.b64encode(b"GIF89a" + bytes(20)).decode())
    async with agent(house, key(bob, ["tools", "files:read"])) as client:
        listed = {each.uri: each.title for each in (await client.list_resources()).resources}
        text = (await client.read_resource(f"file://{file['id']}")).contents[0]
        none = (await client.read_resource(f"file://{dot['id']}")).contents[0]
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert listed == {f"file://{file['id']}": "notes.md", f"file://{dot['id']}": "dot.gif"}
    assert text.text == "# Tea\n" and "files.download" in none.text
    assert "files_read" in names and "files_create" not in names


def test_shares_of_a_file_are_told_without_their_links(api, nobody):
    file = made(api)
    at = f"{V1}/files/{file['id']}/shares"
    share = api.post(at, json={"audience": "link", "max_uses": 5, "password": "open"}).json()
    token = share["url"].partition("token=")[2]
    assert share["file_id"] == file["id"] and token and share["locked"]
    told = api.get(at).json()["data"]
    assert [(each["id"], each["url"]) for each in told] == [(share["id"], "")]
    visit = {"headers": {"file-password": "open"}}
    assert nobody.get(f"/files/{file['id']}/raw?token={token}", **visit).text == "tea,minutes\ngreen,2\n"
    assert api.delete(f"{at}/{share['id']}").status_code == 200
    assert nobody.get(f"/files/{file['id']}/raw?token={token}", **visit).status_code == 404
