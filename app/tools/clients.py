"""Programs that register themselves (RFC 7591): what they say about themselves is kept, and believed by nobody."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from app import clock, db, secrets
from app.accounts.throttle import Throttle, place
from app.errors import OverLimit
from app.rights import Caller
from app.tools.rows import OauthClient

LONGEST_NAME, LONGEST_URI, LONGEST, MOST_URIS = 80, 2000, 16_384, 10
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Schemes of links that a browser would run or open by itself.
NEVER = ("javascript", "data", "vbscript", "file", "blob", "about", "view-source", "filesystem", "ftp", "ws", "wss")
# The whole of an address on this machine, of which the port is left out; a host that only begins like it is none.
PORT = re.compile(r"(http://(?:localhost|127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(/.*)?")
# Who has never been let in is forgotten after a week, who was, a year after the last time.
UNUSED, FORGOTTEN = 7 * clock.DAY, 365 * clock.DAY

registrations = Throttle(free=30)


def register(nobody: Caller, id: str, name: str, about: dict[str, Any], secret: str) -> None:
    """Keep a program's registration, and of its secret the SHA-256. Raises OverLimit after many from one address."""
    wait = registrations.attempt(place(nobody.address))
    if wait > 0:
        raise OverLimit("Too many programs registered from this address.", int(wait) + 1, "rate")
    with db.write() as tx:
        digest = secrets.digest(secret) if secret else ""
        kept = json.dumps(about)
        tx.add(OauthClient(id=id, digest=digest, name=titled(name), about=kept, created_at=clock.now()))
        tx.audit(nobody, "tools.register", id)


def wrong(about: dict[str, Any]) -> str:
    """Why a registration is not accepted, '' when it is."""
    addresses = about.get("redirect_uris") or []
    if len(json.dumps(about)) > LONGEST:
        return "This says more about itself than is kept."
    if len(addresses) > MOST_URIS:
        return f"At most {MOST_URIS} redirect_uris."
    return next((said for said in map(unsafe, addresses) if said), "")


def unsafe(address: str) -> str:
    """Why nobody is sent to this address, '' when it is https, this very machine, or a program's own scheme."""
    parts = urlsplit(address)
    if len(address) > LONGEST_URI or not address.isprintable() or parts.fragment:
        return f"A redirect_uri has no fragment and at most {LONGEST_URI} characters."
    if parts.scheme == "http" and (parts.hostname or "") not in LOOPBACK:
        return "A redirect_uri over http leads to this very machine; everything else needs https."
    if parts.scheme in NEVER or (parts.scheme in ("http", "https") and (not parts.hostname or "@" in parts.netloc)):
        return "A redirect_uri is an https address, http on localhost, or a scheme of the program's own."
    return ""


def alike(address: str, registered: str) -> bool:
    """Whether two addresses on this machine differ in nothing but the port, which programs choose late (RFC 8252)."""
    asked, known = PORT.fullmatch(address), PORT.fullmatch(registered)
    return asked is not None and known is not None and asked.groups() == known.groups()


def titled(name: str) -> str:
    """A program's name as it is shown: what is not printable is left out."""
    return "".join(each for each in name if each.isprintable()).strip()[:LONGEST_NAME] or "A program without a name"


def find(id: str) -> OauthClient | None:
    """A registered program, or None."""
    with db.read() as session:
        return session.get(OauthClient, id)


def sweep() -> int:
    """Delete codes and tokens that are over, and programs that nobody lets in any more; how many programs."""
    now = clock.now()
    with db.write() as tx:
        tx.run("delete from oauthcode where expires_at < :at", at=now - clock.DAY)
        tx.run("delete from oauthtoken where min(expires_at, coalesce(revoked_at, expires_at)) < :at", at=now - UNUSED)
        gone = tx.run(
            """delete from oauthclient where coalesce(last_at + :kept, created_at + :unused) < :now
            and not exists (select 1 from oauthtoken t where t.client_id = oauthclient.id)
            and not exists (select 1 from oauthcode c where c.client_id = oauthclient.id)""",
            kept=FORGOTTEN,
            unused=UNUSED,
            now=now,
        )
        return int(gone.rowcount)
