"""`check --alive` and `check --ready`: what the server of this machine says of itself, asked as anybody would ask.

For containers, which have no curl. Nothing of the product is loaded, because this is asked twice a minute.
"""

import http.client

from app import config

PATIENCE = 5.0
ADDRESSES = {"alive": "/healthz", "ready": "/readyz"}


def ask(what: str) -> tuple[list[str], int]:
    """Whether a server answers here (`alive`), or is also ready: its own word, and 0 or 1."""
    host, port = near(config.current.host), config.current.port
    asked = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        asked.request("GET", ADDRESSES[what], headers={"user-agent": "inglenook-check"})
        answer = asked.getresponse()
        said = answer.read(200).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return [f"Nothing answers at {host}, port {port}: {why}."], 1
    finally:
        asked.close()
    return [said or f"It answered {answer.status}."], int(answer.status != 200)


def near(host: str) -> str:
    """The name under which this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
