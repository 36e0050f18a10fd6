"""pinnwand, a pastebin: its data in a SQLite file, its limits a minute out of the way."""

from pathlib import Path
from urllib.parse import urlencode

from bench.pastes import code, request
from bench.peers.running import Peer

UNLIMITED = {"capacity": 10**9, "consume": 1, "refill": 10**6}


class Pinnwand(Peer):
    """The running pastebin."""

    package, ready = "pinnwand", "/about"

    def command(self, folder: Path) -> tuple[list[str], dict[str, str]]:
        limits = {area: UNLIMITED for area in ("read", "create", "delete")}
        settings = {
            "PINNWAND_DATABASE_URI": f"sqlite:///{folder / 'pinnwand.db'}",
            "PINNWAND_RATELIMIT": repr(limits),
            "PINNWAND_SPAMSCORE": "1000",
        }
        return [str(self.place() / "bin/python"), "-m", "pinnwand", "http", "--port", str(self.port)], settings

    def create(self, n: int) -> bytes:
        """The request that makes a paste."""
        body = urlencode({"lexer": "python", "raw": code(n), "expiry": "1week"}).encode()
        kind = {"content_type": "application/x-www-form-urlencoded"}
        return request(self.port, "POST", "/curl", body, **kind)

    def addresses(self, told: bytes) -> tuple[str, str]:
        """The paths of its page and of its raw text, from the answer to `create`."""
        said = dict(line.split(": ", 1) for line in told.decode().splitlines() if ": " in line)
        return tuple(said[name].strip().removeprefix(self.url) for name in ("Paste URL", "Raw URL"))  # type: ignore
