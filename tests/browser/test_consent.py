"""A program is let in in a real browser: the page is clean, and leads back to where the program listens."""

import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from app.tools import scopes
from tests.browser.conftest import aside, axe
from tests.test_oauth import Program


@pytest.fixture
def listener():
    """A program's own listener on this machine: the addresses that it was called at."""
    called = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            called.append(self.path)
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>Back</title><link rel=icon href='data:,'><p>Back in the program.")

        def log_message(self, *_):
            return

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.called = called
    yield server
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_programs_are_clean(house, window, bob, width, scheme):
    with closing(Program(house)) as program:
        address = str(program.build_request("GET", "/oauth/authorize", params=program.question()).url)
    at = window(bob, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for page in (at.open(address), at.open("/settings/programs")):
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("button", ["Let it in", "Refuse"])
def test_a_click_leads_back_to_the_program(house, window, bob, listener, button):
    back = f"http://127.0.0.1:{listener.server_port}/callback"
    with closing(Program(house, redirect_uris=[back])) as program:
        question = program.question(redirect_uri=back)
        page = window(bob).open(str(program.build_request("GET", "/oauth/authorize", params=question).url))
        assert page.locator("input[name=scopes]:checked").count() == len(scopes.READ)
        page.uncheck("input[value='keys:read']")
        page.get_by_role("button", name=button).click()
        page.wait_for_selector("text=Back in the program.")
        said = {name: each[0] for name, each in parse_qs(urlsplit(listener.called[0]).query).items()}
        if button == "Refuse":
            assert said["error"] == "access_denied"
            return
        given = aside(program.redeem, said["code"], redirect_uri=back).json()
    assert given["scope"].split() == [scope for scope in scopes.READ if scope != "keys:read"]
