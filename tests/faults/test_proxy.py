"""The fault proxy itself: each way in which it fails is that way."""

import contextlib
import http.client
import http.server
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.faults.proxy import Proxy


class Fine(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "4")
        self.end_headers()
        self.wfile.write(b"fine")

    def log_message(self, *_: object) -> None:
        pass


class Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A line that was cut on purpose is no complaint."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Quiet(("127.0.0.1", 0), Fine) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        with Proxy(server.server_port) as proxy:
            yield proxy
        server.shutdown()
        thread.join(5)


def asked(proxy: Proxy, bytes: int = 0, limit: float = 2.0) -> tuple[int, bytes]:
    """A GET with a body of this size."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=limit)) as line:
        line.request("GET", "/", b"x" * bytes)
        response = line.getresponse()
        return response.status, response.read()


def test_each_way_fails_as_it_says_and_passing_on_is_the_end_of_it(proxy):
    assert asked(proxy) == (200, b"fine")
    proxy.fail(503)
    assert asked(proxy)[0] == 503
    proxy.refuse()
    with pytest.raises(ConnectionError):
        asked(proxy)
    proxy.silent()
    with pytest.raises(TimeoutError):
        asked(proxy, limit=0.3)
    proxy.slow(0.2)
    begun = time.monotonic()
    assert asked(proxy) == (200, b"fine") and time.monotonic() - begun >= 0.4
    proxy.pass_on()
    assert asked(proxy) == (200, b"fine")
    assert set(proxy.seen) == {"pass", "fail", "refuse", "silent", "slow"}


def test_a_cut_lets_so_many_bytes_through_and_no_more(proxy):
    proxy.cut(50)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=2) as line, pytest.raises(ConnectionError):
        line.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nx-long: " + b"x" * 100)
        line.recv(1)


def test_a_change_ends_the_connections_that_are_open(proxy):
    proxy.silent()
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=2) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        time.sleep(0.1)
        proxy.pass_on()
        with pytest.raises(ConnectionError):
            line.recv(1)
