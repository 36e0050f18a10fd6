"""Fetching a file from an address, so that nobody reaches by it what only this machine can reach.

The name is looked up once; each address that it leads to has to be one of the open internet, or all are refused; the
connection goes to exactly the address that was looked at, with the name kept for TLS and Host; each redirect is looked
at anew. No proxy and no credentials of the environment are used. It runs as a job and never longer than ten minutes.
"""

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import orjson

from app import clock, config, db, later
from app.errors import Invalid, NotFound, OverLimit, Refusal, Upstream
from app.files import folders, receiving
from app.files.making import create
from app.files.receiving import Arrived
from app.items import named, types
from app.rights import Caller

# A web server for everybody answers at one of these; what else listens on a machine is no business of ours.
PORTS = frozenset((80, 443, 8000, 8080, 8443))
MOST_REDIRECTS = 5
LONGEST = 2048
# Seconds to connect, to wait for more, and in all.
CONNECT, SILENCE, ALL = 10.0, 30.0, 600.0
# Seconds in which an answer has to begin, and bytes a second that it then brings: a thread is busy with it so long.
BEGIN, SLOWEST = 60.0, 8192
MOST_OPEN = 20
OPEN = """select count(*) from job where name = 'files.fetch' and state in ('queued', 'running')
    and json_extract(caller, '$.id') = ?"""
PIECE = 256 << 10
REDIRECTS = (301, 302, 303, 307, 308)
# Networks that look global, and by which a gateway leads to any IPv4 address.
TRANSLATED = tuple(ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unfetched(Upstream):
    """What stands at the address could not be fetched."""

    title = "This address could not be fetched."


def checked(url: str) -> SplitResult:
    """An address that may be asked, as far as its words tell. Raises Invalid."""
    url = url.strip()
    if len(url) > LONGEST or not url.isprintable() or " " in url:
        raise Invalid(url=f"An address has at most {LONGEST} characters and no blanks.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        raise Invalid(url="This is no address: write one like https://example.org/report.pdf.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Invalid(url="Only addresses that begin with http:// or https:// are fetched.")
    if parts.username is not None or parts.password is not None:
        raise Invalid(url="This address holds a name or a password. Fetch it yourself, and send the file.")
    place = f"[{host}]" if ":" in host else host
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    return SplitResult(parts.scheme, place if port is None else f"{place}:{port}", path, query, "")


def fetched(me: Caller, url: str, name: str = "") -> tuple[Arrived, str]:
    """The bytes at an address and the name that they have there. Waits, for minutes if it has to.

    Raises Invalid for addresses that are not asked, Unfetched, and what `files.receive` does.
    """
    deadline = clock.ticks() + ALL
    for _ in range(MOST_REDIRECTS + 1):
        parts = checked(url)
        with asked(parts, deadline) as answer:
            if answer.status in REDIRECTS:
                url = urljoin(parts.geturl(), answer.headers.get("location", ""))
                continue
            if answer.status != 200:
                raise Unfetched(f"{parts.hostname} answers {answer.status}, so there is nothing to store.")
            found = name or title(answer.headers, parts)
            arrived = taken(me, answer, found, deadline)
            return arrived, found or f"{parts.hostname}{types.extension(arrived.type)}"
    raise Unfetched(f"This address leads on more than {MOST_REDIRECTS} times.")


def taken(me: Caller, answer: http.client.HTTPResponse, name: str, deadline: float) -> Arrived:
    """What an answer brings. Raises Unfetched for one that breaks off or is too slow."""
    said = answer.headers.get("content-length", "")
    length = int(said) if said.isdigit() and len(said) < 19 else None
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise Unfetched("It came compressed although that was not asked for.")
    with receiving.taking(me.id, name=name, length=length) as arriving:
        seen, begun = 0, clock.ticks()
        while piece := read(answer, deadline):
            arriving.write(piece)
            seen += len(piece)
            if clock.ticks() - begun > BEGIN + seen / SLOWEST:
                raise Unfetched(f"It came too slowly: {seen:,} bytes in more than a minute. Nothing was kept.")
            told = f"{seen / 1e6:,.1f} MB" + (f" of {length / 1e6:,.1f} MB" if length else "")
            later.progress(99 * seen // length if length else 0, told)
        if length is not None and seen != length:
            raise Unfetched(f"It broke off after {seen:,} of {length:,} bytes. Nothing was kept.")
        return arriving.finish()


def read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """The next piece, nothing at the end. Raises Unfetched."""
    failure: Exception | None = None
    piece = b""
    try:
        piece = answer.read1(PIECE)
    except (OSError, http.client.HTTPException) as error:
        failure = error
    # First: what was cut off then looks as if it had ended, or broken.
    if clock.ticks() > deadline:
        raise Unfetched(f"It took longer than {ALL / 60:.0f} minutes. Nothing was kept.")
    if failure is not None:
        raise Unfetched(f"It broke off ({told(failure)}). Nothing was kept.")
    return piece


def title(headers: Message, parts: SplitResult) -> str:
    """The name of a file: as its server says, else the end of its address; '' where that is a name that none may
    have."""
    said = headers.get_filename() or unquote(PurePosixPath(parts.path).name)
    try:
        return named(re.split(r"[/\\]", said)[-1])
    except Invalid:
        return ""


# ── the connection ────────────────────────────────────────────────────────────────────────────────────────────────────
@contextlib.contextmanager
def asked(parts: SplitResult, deadline: float) -> Iterator[http.client.HTTPResponse]:
    """GET, over a connection to an address that was looked at. Raises Invalid, Unfetched."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    line = connected(host, port, parts.scheme == "https", deadline)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        line.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        line.putheader("Host", parts.netloc)
        line.putheader("User-Agent", f"Inglenook/{config.VERSION}")
        line.putheader("Accept-Encoding", "identity")
        line.putheader("Connection", "close")
        line.endheaders()
        sock = line.sock  # which is no longer there when the answer has begun
        with ended(sock, min(BEGIN, deadline - clock.ticks())) as is_late:
            answer = line.getresponse()
        if is_late.is_set():
            raise Unfetched(f"{host} takes too long to begin its answer.")
        with ended(sock, deadline - clock.ticks()):
            yield answer
    except (OSError, http.client.HTTPException) as error:
        raise Unfetched(f"{host} does not answer as a web server does ({told(error)}).") from None
    finally:
        line.close()


@contextlib.contextmanager
def ended(sock: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """Cut a connection off after so long, and tell that: who sends a sign now and then is never silent."""
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        with contextlib.suppress(OSError):
            # Below TLS, whose own state is the other thread's.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, seconds), end)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()


def connected(host: str, port: int, secure: bool, deadline: float) -> http.client.HTTPConnection:
    """A connection to one of the host's addresses, all of which may be asked. Raises Invalid, Unfetched."""
    failure: Exception | None = None
    for address in looked_up(host, port):
        patience = min(CONNECT, max(0.1, deadline - clock.ticks()))
        line = http.client.HTTPConnection(str(address), port, timeout=SILENCE)
        try:
            # To the very address that was looked at: asking for the name again could lead elsewhere.
            line.sock = socket.create_connection((str(address), port), patience)
            line.sock.settimeout(SILENCE)
            if secure:
                line.sock = ssl.create_default_context().wrap_socket(line.sock, server_hostname=host)
            return line
        except OSError as error:
            line.close()
            failure = error
    raise Unfetched(f"{host} cannot be reached ({told(failure)}).")


def looked_up(host: str, port: int) -> list[Address]:
    """The addresses of a host. Raises Invalid when one of them is not of the open internet, Unfetched for none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unfetched(f"There is no host {host}.") from None
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found))
    for address in addresses:
        if is_own(address):
            continue
        # In one sentence for all of them: nobody is to learn by it what there is inside.
        if not is_global(address) or port not in PORTS:
            raise Invalid(url="Only addresses of the open internet, and web servers' ports, are fetched from here.")
    return addresses[:4]


def is_own(address: Address) -> bool:
    """Whether an admin has said that files may be fetched from there although it is not the open internet."""
    return any(address in network for network in config.current.fetch_networks)


def is_global(address: Address) -> bool:
    """Whether an address is one of the open internet, and leads nowhere else by translation."""
    inner = getattr(address, "ipv4_mapped", None)
    if inner is not None:
        return is_global(inner)
    hidden = any(address in network for network in TRANSLATED if network.version == address.version)
    return address.is_global and not address.is_multicast and not address.is_reserved and not hidden


def told(error: object) -> str:
    """What went wrong, in a few words."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:120]


# ── as a job ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Fetch:
    """A file on its way: `state` is queued, running, done or failed; `progress` is per cent, `said` the same in words;
    then `id` is the file's, or `error` a sentence."""

    job: str
    state: str = "queued"
    progress: int = 0
    said: str = ""
    id: str = ""
    error: str = ""


def begin(
    me: Caller, url: str, name: str = "", *, folder_id: str = "", space_id: str = "", visibility: str = "private"
) -> Fetch:
    """Have a file fetched from this address by a job. Raises Invalid, and NotFound or Forbidden for where it should
    lie, OverLimit for too many at once."""
    me.must_have("files:write")
    address = checked(url).geturl()
    if name:
        named(name)
    folders.place(me, folder_id, space_id)
    with db.write() as tx:
        if (db.fetch(OPEN, me.id) or (0,))[0] >= MOST_OPEN:
            raise OverLimit(f"{MOST_OPEN} files are being fetched for you already. Wait for one of them.", 60)
        job = tx.later("files.fetch", address, name, folder_id, space_id, visibility, me=me)
        tx.audit(me, "files.fetch", note=urlsplit(address).hostname or "")
    return Fetch(job)


def fetch(me: Caller, url: str, name: str, folder_id: str, space_id: str, visibility: str) -> dict[str, str]:
    """The job: the id of the file, or in a sentence why there is none. It is not tried again: who asked is told, and
    does that."""
    try:
        arrived, found = fetched(me, url, name)
        made = create(me, arrived, found, folder_id=folder_id, space_id=space_id, visibility=visibility)
    except Refusal as refusal:
        return {"error": refusal.message}
    return {"id": made.id}


def find(me: Caller, job: str) -> Fetch:
    """How far a fetch of one's own is. Raises NotFound."""
    me.must_have("files:write")
    sql = """select state, progress, said, result, error from job where id = ? and name = 'files.fetch'
        and json_extract(caller, '$.id') = ?"""
    row = db.fetch(sql, job, me.id)
    if row is None:
        raise NotFound()
    state, progress, said, result, error = row
    told = orjson.loads(result) if result else {}
    failed = told.get("error", "") or (error if state not in ("queued", "running", "done") else "")
    if state == "done" and not failed:
        return Fetch(job, "done", 100, said, told.get("id", ""))
    return Fetch(job, "failed" if failed else state, progress, said, error=failed)
