"""Static files: read once at start, hashed, compressed, and served as immutable. The CSS files are joined
into one, the scripts into one for every page and one for each noun that needs its own."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from app.errors import Misconfigured, NotFound
from components.addresses import assets_are
from routes.pages import ANYONE, Pages

ROOT = Path(__file__).parent.parent / "static"
FETCHED = ("htmx.min.js", "hx-sse.min.js")
COMPRESSED = ("text/css", "text/javascript", "image/svg+xml")
FOREVER = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}


@dataclass(frozen=True)
class Asset:
    """One file: its bytes, the same compressed (or nothing), its type and the first letters of its SHA-256."""

    body: bytes
    zipped: bytes
    kind: str
    tag: str


assets: dict[str, Asset] = {}


def load() -> None:
    """Read all static files and tell the pages their addresses. Raises Misconfigured when one was not fetched."""
    check()
    assets.clear()
    order = (ROOT / "css" / "order.txt").read_text().split()
    assets["inglenook.css"] = joined("inglenook.css", "css", order)
    for line in (ROOT / "js" / "order.txt").read_text().splitlines():
        name, _, parts = line.partition(":")
        assets[name] = joined(name, "js", parts.split())
    # One file: htmx looks at the page in a task of its own, which an extension that comes later would miss.
    assets["htmx.js"] = joined("htmx.js", "vendor", list(FETCHED))
    for path in sorted(ROOT.glob("*.svg")):
        assets[path.name] = asset(path.name, path.read_bytes())
    assets_are({name: f"{each.tag}/{name}" for name, each in assets.items()})


def check() -> None:
    """Raises Misconfigured when a file that is fetched at build time is not there."""
    missing = [name for name in FETCHED if not (ROOT / "vendor" / name).is_file()]
    if missing:
        raise Misconfigured(f"static/vendor/{missing[0]} is missing: run `make assets`, which fetches it.")


def joined(name: str, folder: str, parts: list[str]) -> Asset:
    """One asset of several files, in their order. Each script is a block, so that their names do not meet."""
    return asset(name, b"\n".join((ROOT / folder / part).read_bytes() for part in parts))


def asset(name: str, body: bytes) -> Asset:
    """The asset for these bytes."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    zipped = gzip.compress(body, 9, mtime=0) if kind in COMPRESSED else b""
    return Asset(body, zipped, kind, hashlib.sha256(body).hexdigest()[:12])


ar = Pages("", who=ANYONE)


@ar.plain("GET", "/static/{tag}/{name:path}")
async def static(request: Request) -> Response:
    found = assets.get(request.path_params["name"])
    if found is None or found.tag != request.path_params["tag"]:
        raise NotFound()
    if found.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.zipped, headers=FOREVER | {"content-encoding": "gzip"}, media_type=found.kind)
    return Response(found.body, headers=FOREVER, media_type=found.kind)


@ar.plain("GET", "/favicon.ico")
async def favicon(request: Request) -> Response:
    mark = assets["mark.svg"]
    return Response(mark.body, headers={"cache-control": "public, max-age=86400"}, media_type=mark.kind)


@ar.plain("GET", "/healthz")
async def healthz(request: Request) -> Response:
    return Response("ok\n", media_type="text/plain")
