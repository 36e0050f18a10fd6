"""Restarts behind Caddy and nginx: nobody is told 502, whoever asks in that moment waits."""

import signal
import threading
import time

import httpx2
import pytest

from app import doors
from tests.proxies import Proxy, free
from tests.replicas import until
from tests.test_command_line import Served
from tests.visitors import Visitors

AWAY = {"INGLENOOK_REPLICA": "off"}


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_restarts_under_load_are_not_noticed_through_a_proxy(tmp_path):
    places = {name: tmp_path / name for name in ("data", "caddy", "nginx")}
    for name in ("caddy", "nginx"):
        places[name].mkdir()
    data, port = places["data"], str(free())
    with Served(data, "--hold", "--port", port, **AWAY) as server:
        state = until(lambda: doors.state(data))
        with Proxy("caddy", places["caddy"], int(port)) as caddy, Proxy("nginx", places["nginx"], int(port)) as nginx:
            with Visitors(caddy.url, 1, caddy.trust) as one, Visitors(nginx.url, 1, nginx.trust) as other:
                for _ in range(3):
                    server.process.send_signal(signal.SIGHUP)
                    state = doors.restarted(data, state.boot, 60)
                    time.sleep(0.3)
            for visitors in (one, other):
                assert visitors.errors == []
                assert set(visitors.statuses) <= {200, 421, 422, 429}, visitors.statuses
                assert all(count > 5 for count in visitors.by_kind.values()), visitors.by_kind
            assert server.end()[0] == 0
            # With nobody who holds the door, Caddy waits for the next server; nginx cannot.
            answers = []
            asking = threading.Thread(
                target=lambda: answers.append(httpx2.get(f"{caddy.url}/healthz", verify=caddy.trust, timeout=60))
            )
            asking.start()
            with Served(data, "--port", port, **AWAY):
                asking.join(60)
            assert [answer.status_code for answer in answers] == [200]
