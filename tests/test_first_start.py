"""The first start: from the printed link to an admin, and why there is always one."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

from tests.conftest import PASSWORD, Person
from tests.test_command_line import Served

ADA = {"workspace": "Lind & Daughters", "name": "Ada Lind", "email": "ada@lind.example", "password": PASSWORD}
LOCAL_PORTS = (1234, 8080)


def visitor(served: Served, email: str = "") -> Person:
    return Person(SimpleNamespace(url=served.url), email)


def link(served: Served) -> str:
    return "/links/" + served.line.split("/links/")[1].split()[0]


@pytest.fixture
def new(tmp_path: Path):
    """A house that was never opened, with a log of everything."""
    with Served(tmp_path / "data", INGLENOOK_LOG_LEVEL="debug") as served:
        yield served


def person_id(admin: Person, email: str) -> str:
    """The id behind a row of the list of people."""
    row = next(part for part in admin.get("/admin/people").text.split("<tr>") if email in part)
    return row.split("/admin/people/")[1].split('"')[0]


@contextmanager
def added(admin: Person, served: Served, email: str, role: str) -> Iterator[Person]:
    """Somebody who used an invitation."""
    page = admin.post("/admin/people/invitations", data={"email": email, "role": role, "days": "7"}).text
    with visitor(served, email) as someone:
        link = "/links/" + page.split("/links/")[1].split('"')[0]
        someone.post(link, data={"name": email[:3], "password": PASSWORD})
        yield someone


def test_the_link_makes_an_admin_once_and_leads_to_the_first_steps(new):
    with visitor(new) as ada, visitor(new) as eve:
        for _ in range(2):
            assert "Light the fire" in ada.get(link(new)).text, "opening the link spends nothing"
        page = ada.post(link(new), data=ADA | {"password": "winter"})
        assert "Only the password has to be typed again." in page.text
        assert page.status_code == 422 and "Six characters are too few." in page.text
        assert 'value="Lind &amp; Daughters"' in page.text and "winter" not in page.text
        page = ada.post(link(new), data=ADA)
        assert 'name="password"' in eve.get("/signin").text, "now there is somebody to sign in"
        assert page.url.path == "/welcome/key" and "Save the recovery key" in page.text
        assert "Welcome, Ada Lind" in ada.get("/welcome").text
        assert "Lind &amp; Daughters" in ada.get("/settings").text
        for answer in (eve.get(link(new)), eve.post(link(new), data=ADA | {"email": "eve@lind.example"})):
            assert answer.status_code == 410 and "used up" in answer.text
        assert ada.get("/admin/people").text.count("@lind.example") == 1


def test_nobody_signs_up_without_the_link(new):
    with visitor(new) as eve:
        page = eve.get("/")
        assert page.url.path == "/signin" and "Open the setup link" in page.text and "<form" not in page.text
        assert eve.post("/links/guess", data=ADA).status_code == 404
        assert eve.post("/signin", data={"email": ADA["email"], "password": PASSWORD}).status_code == 422


def test_two_at_once_make_one_first_account(new):
    answers = []

    def use(n: int) -> None:
        with visitor(new) as someone:
            data = ADA | {"email": f"person-{n}@lind.example"}
            answers.append(someone.post(link(new), data=data, follow_redirects=False).status_code)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 410, 410, 410]


def test_no_password_and_no_token_reaches_the_log_or_the_disk(new, tmp_path: Path):
    with visitor(new) as ada:
        ada.post(link(new), data=ADA)
        ada.post("/settings/password", data={"password": PASSWORD, "new": "an even longer password"})
        session = ada.cookies["inglenook"]
        ada.get("/links/some-mistyped-token")
        ada.post("/signout")
        ada.post("/signin", data={"email": ADA["email"], "password": "not the right one"})
    new.end()
    secret = [link(new)[7:], PASSWORD, "an even longer password", "not the right one", session, "some-mistyped-token"]
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    for text in secret:
        assert text not in new.log + new.rest
        assert [path.name for path in files if text.encode() in path.read_bytes()] == []
    assert "http.request" in new.log and "/links/…" in {json.loads(line).get("path") for line in new.log.splitlines()}


def test_the_last_admin_is_neither_demoted_nor_shut_out(new):
    with visitor(new, ADA["email"]) as ada:
        ada.post(link(new), data=ADA)
        own = f"/admin/people/{person_id(ada, ADA['email'])}"
        for deed, data in (("role", {"role": "member"}), ("deactivation", {})):
            page = ada.post(f"{own}/{deed}", data=data | {"deed": deed})
            assert page.status_code == 409 and "is the last admin" in page.text
        with added(ada, new, "bob@lind.example", "admin"):
            assert ada.post(f"{own}/role", data={"deed": "role", "role": "member"}).url.path == "/settings"
            assert ada.get("/admin/people").status_code == 403


def test_two_admins_who_demote_each_other_at_once_leave_one(new):
    with visitor(new, ADA["email"]) as ada:
        ada.post(link(new), data=ADA)
        with added(ada, new, "bob@lind.example", "admin") as bob:
            ids = {bob: person_id(ada, ADA["email"]), ada: person_id(ada, "bob@lind.example")}
            for _ in range(3):
                answers: dict[Person, int] = {}
                gate = threading.Barrier(2)

                def demote(by: Person, other: str, answers=answers, gate=gate) -> None:
                    gate.wait()
                    path = f"/admin/people/{other}/role"
                    data = {"deed": "role", "role": "member"}
                    answers[by] = by.post(path, data=data, follow_redirects=False).status_code

                threads = [threading.Thread(target=demote, args=pair) for pair in ids.items()]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                admins = [one for one in (ada, bob) if one.sign_in() and one.get("/admin/people").status_code == 200]
                assert len(admins) == 1 and sorted(answers.values())[0] == 303, answers
                other = ids[admins[0]]
                admins[0].post(f"/admin/people/{other}/role", data={"deed": "role", "role": "admin"})
                for one in (ada, bob):
                    one.sign_in()


class Models(http.server.BaseHTTPRequestHandler):
    """A model server that lists one model."""

    def do_GET(self) -> None:
        found = self.path == "/v1/models"
        body = json.dumps({"object": "list", "data": [{"id": "tiny-chat", "object": "model"}]}).encode()
        self.send_response(200 if found else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body) if found else 0))
        self.end_headers()
        if found:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the terminal quiet."""


@pytest.fixture
def local_server():
    """A model server on one of the usual ports of this machine."""
    for port in LOCAL_PORTS:
        try:
            server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Models)
        except OSError:
            continue
        with server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield {1234: "LM Studio", 8080: "llama.cpp"}[port]
            server.shutdown()
        return
    pytest.skip("the usual ports of this machine are taken")


def test_a_server_on_this_machine_is_found_and_used(new, local_server):
    with visitor(new) as ada:
        ada.post(link(new), data=ADA)
        page = ada.get("/welcome")
        assert f"{local_server} runs on this machine." in page.text
        kind = {"LM Studio": "lmstudio", "llama.cpp": "llamacpp"}[local_server]
        page = ada.post("/welcome/providers", data={"kind": kind})
        assert page.url.path == "/welcome" and "answers." in page.text and "tiny-chat" in page.text
        model = page.text.split('name="model_id"')[1].split('<option value="')[1].split('"')[0]
        assert ada.post("/welcome/default", data={"model_id": model}).url.path == "/"
        assert "tiny-chat" in ada.get("/settings").text


def test_a_key_that_does_not_tell_whose_it_is_asks_for_its_provider(new):
    with visitor(new) as ada:
        ada.post(link(new), data=ADA)
        page = ada.post("/welcome/providers", data={"key": "0123456789abcdef0123456789abcdef"})
        assert page.status_code == 422 and "Choose its provider." in page.text
        assert "0123456789abcdef" not in page.text


def test_what_does_not_answer_is_not_kept(new):
    with visitor(new) as ada:
        ada.post(link(new), data=ADA)
        page = ada.post("/welcome/providers", data={"kind": "ollama"})
        if page.status_code == 200:
            pytest.skip("an Ollama runs on this machine")
        assert page.status_code == 422
        again = ada.post("/welcome/providers", data={"kind": "ollama"})
        assert again.status_code == 422 and "already" not in again.text


def test_members_have_no_first_steps(new):
    with visitor(new, ADA["email"]) as ada:
        ada.post(link(new), data=ADA)
        with added(ada, new, "bob@lind.example", "member") as bob:
            assert bob.get("/welcome").status_code == 403


def test_the_client_of_these_tests_is_no_browser(new):
    """The proof that the checks above would fail: without the header of a browser nothing can be posted."""
    with httpx2.Client(base_url=new.url) as robot:
        assert robot.post(link(new), data=ADA).status_code == 403
