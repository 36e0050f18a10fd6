"""The cast and the house: a real server on a real database in a thread, and people who ask it over HTTP.

One house for each test process; people are made anew for every test, so tests do not see each other's things.
"""

import ast
import gc
import os
import re
import signal
import socket
import ssl
import threading
import time
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
import uvicorn
from argon2 import PasswordHasher

for name in [key for key in os.environ if key.startswith(("INGLENOOK_", "OPENAI_"))]:
    del os.environ[name]

# CPython 3.11 raises SystemError where a syntax tree is built while another is, and one who formats a traceback does
# that: pytest's own report of a failure and a line of the house's log met there and took the worker along. The other
# may be a thread, or a finalizer that the collector calls in the midst of it.
building, build = threading.RLock(), ast.parse


def one_at_a_time(*source, **options):
    with building:
        collecting = gc.isenabled()
        gc.disable()
        try:
            return build(*source, **options)
        finally:
            if collecting:
                gc.enable()


ast.parse = one_at_a_time

# A run under nohup would hand its deafness on to every server that is started here, and SIGHUP starts them again.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

import main  # noqa: E402
from app import accounts, config, db, logs, rights, secrets  # noqa: E402
from app.accounts import people, tickets  # noqa: E402
from tests.upstream import Upstream  # noqa: E402

PASSWORD = "a long enough password"
# Made once: everybody's own would read a hundred and fifty certificates, of which plain http needs none.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# A hash as the product makes it takes 20 ms, and each test makes people.
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
# As `serve` sets them: above all, X-Forwarded-* is our own business.
QUIET = {"log_config": None, "access_log": False, "proxy_headers": False, "server_header": False}


class House:
    """The running product: its address, its data directory, its fake upstream."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.server: uvicorn.Server | None = None
        self.url = ""

    def start(self) -> None:
        chosen = replace(config.Config(), data=self.data, demo_model="off", replica="off", port=0)
        config.use(replace(chosen, first_token=1.5, stall=1.5))
        main.open_house()
        self.listener = listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = main.create_app(main.lifespan)
        self.server = uvicorn.Server(uvicorn.Config(app, lifespan="on", **QUIET))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listener]}, daemon=True)
        self.thread.start()
        deadline = time.monotonic() + 20
        while not self.server.started:
            assert time.monotonic() < deadline and self.thread.is_alive(), "the server did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)
        self.listener.close()
        main.close_house()


class Person(httpx2.Client):
    """Somebody with a browser: keeps cookies, says where requests come from, follows redirects."""

    def __init__(self, house: House, email: str = "", **options) -> None:
        browser = {"headers": {"sec-fetch-site": "same-origin"}, "follow_redirects": True, "timeout": 20}
        super().__init__(base_url=house.url, verify=PLAIN, **browser, **options)
        self.email = email
        self.id = ""

    def sign_in(self, password: str = PASSWORD):
        return self.post("/signin", data={"email": self.email, "password": password})


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """One running product for each test process, with an admin."""
    logs.start("error")
    it = House(tmp_path_factory.mktemp("data"))
    it.start()
    accounts.add(rights.machine(), "house@example.org", "House", "admin", PASSWORD)
    secrets.confirm_saved(rights.machine())
    yield it
    it.stop()


@pytest.fixture(scope="session")
def binary(tmp_path_factory):
    """The product as one file: made once for all test processes, which takes a minute of a core and more."""
    from tests.binary import built

    return built(tmp_path_factory)


@pytest.fixture(scope="session")
def upstream():
    """A local OpenAI-compatible server of our own."""
    with Upstream() as server:
        yield server


@pytest.fixture(scope="session")
def s3():
    """A local S3-compatible store."""
    from tests.storage import Storage

    store = Storage()
    yield store
    store.end()


@pytest.fixture
def person(house, request):
    """Makes a signed-in person with this name and role."""
    made = []

    def make(name: str, role: str = "member") -> Person:
        unique = re.sub(r"\W+", "-", f"{name}-{request.node.name}-{len(made)}")[:60].strip("-").lower()
        with db.write() as tx:
            born = people.born(f"{unique}-{time.monotonic_ns()}@example.org", name, role, QUICK)
            user = tickets.enter(tx, born)
        someone = Person(house, user.email)
        someone.id = user.id
        # The page behind the door is drawn for who looks at it, which most tests do not.
        entered = someone.post("/signin", data={"email": user.email, "password": PASSWORD}, follow_redirects=False)
        assert entered.status_code == 303
        made.append(someone)
        return someone

    yield make
    for someone in made:
        someone.close()


@pytest.fixture
def alice(person):
    """An admin."""
    return person("Alice", "admin")


@pytest.fixture
def bob(person):
    """A member."""
    return person("Bob")


@pytest.fixture
def charlie(person):
    """Another member, a stranger to Bob's things."""
    return person("Charlie")


@pytest.fixture
def nobody(house):
    """A browser that is not signed in."""
    with Person(house) as someone:
        yield someone


@pytest.fixture(scope="session")
def model(house, upstream):
    """The id of a model of the fake upstream; `model(name)` finds or makes others of the same provider."""
    from app import providers

    me = rights.machine()
    provider = providers.add(me, "fake", upstream.url, key="right")

    def find(name: str) -> str:
        row = db.fetch("select id from model where provider_id = ? and name = ?", provider.id, name)
        return row[0] if row else providers.add_model(me, provider.id, name).id

    return find
