"""The child that serves a moment: the product's own pages, for reading only, to the one whom the main process names.

Nothing but pages that read is mounted: no form's target, no door for programs, nothing that tells of this machine or
opens something. What is not in OPEN is not there.
"""

import asyncio
import re
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import orjson
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from app import config, db
from app.backups.past import asking, inside
from app.backups.past.inside import Inside
from app.errors import Forbidden, Refusal
from app.rights import Caller
from components.past import closes
from routes import safety

READING = ("GET", "HEAD")
READ_ONLY = "The past is for reading only: change it in the present.\n"
PRESENT = "This page belongs to the present: the past shows what people made."
# Pages of the past, by the beginning of their address; whatever else there is, or comes later, is closed.
OPEN = re.compile(
    r"/|/(chats|p|pastes|files|projects|prompts|presets|spaces|static|docs|usage)([/.].*)?|/favicon\.ico|/palette"
    r"|/settings|/settings/export.*|/admin|/admin/(people|groups|aliases|budgets|pastes|files)(/.*)?"
)
# Of these, what makes something, opens something by a link, or follows what runs.
SHUT = re.compile(
    r"/(chats|pastes|files|prompts|presets)/new|/chats/imports?(/.*)?|/files/(links|fetch|selection)(/.*)?"
    r"|/projects/[^/]+/settings|.*/(stream|embed|title/late|edit|another|place|shares|readers)|/admin/.*/new"
)


def run(create_app: Callable[[], Any]) -> int:
    """Serve the moment that the standard input tells of, until the parent ends; 1 when it cannot be served."""
    output, sys.stdout = sys.stdout, sys.stderr  # nothing but what the parent reads goes there
    line = sys.stdin.buffer.readline()
    if not line.startswith(b"{"):
        print("This is a part of Inglenook that it starts by itself.")
        return 2
    try:
        made = inside.prepared(line)
        app = Reading(reading(create_app()), made)
    except Refusal as refusal:
        tell(output, error=refusal.message)
        return 1
    serve(app, made, output)
    return 0


def tell(output: Any, **said: Any) -> None:
    """One line for the parent."""
    output.buffer.write(orjson.dumps(said) + b"\n")
    output.flush()


def serve(app: Any, made: Inside, output: Any) -> None:
    """Answer on the socket that the parent has opened, until it ends."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            tell(output, ready=True)

    quiet = {"log_config": None, "access_log": False, "proxy_headers": False, "server_header": False}
    listener = socket.socket(fileno=made.listener)
    Server(uvicorn.Config(app, lifespan="off", ws="none", **quiet)).run(sockets=[listener])


def reading(app: Any) -> Any:
    """The app with nothing but the pages of the past."""
    app.router.routes[:] = [route for route in app.router.routes if is_open(route)]
    app.router.routes.append(Route("/-/things/{kind}/{id}", thing, methods=["GET"], name="thing"))
    app.router.routes.append(Route("/{rest:path}", closed, methods=["GET"], name="closed"))
    return app


def is_shut(path: str) -> bool:
    """Whether nothing is shown at this address, so that no page links to it."""
    return not OPEN.fullmatch(path) or bool(SHUT.fullmatch(path))


def is_open(route: Any) -> bool:
    """Whether a route is one of the past."""
    path = route.path
    reads = "GET" in (getattr(route, "methods", None) or ()) and not hasattr(route, "dialect")
    return reads and bool(OPEN.fullmatch(path)) and not SHUT.fullmatch(path)


async def closed(request: Request) -> Response:
    """What is not shown in the past. Raises Forbidden."""
    raise Forbidden(PRESENT)


async def thing(request: Request) -> Response:
    """One thing of the past as an archive of its own, for the main process. Raises NotFound."""
    from app.archives import exporting, scopes

    found = scopes.thing(request.path_params["kind"], request.path_params["id"])
    file = tempfile.TemporaryFile(dir=config.current.data)  # noqa: SIM115, it is closed when it was sent
    await asyncio.to_thread(exporting.write, request.state.me, found, file)
    file.seek(0)
    return StreamingResponse(iter(lambda: file.read(asking.PIECE), b""), media_type="application/zip",
                             background=BackgroundTask(file.close))  # fmt: skip


class Reading:
    """The outermost layer of the child: reading only, for one person, and out of a copy that is narrow enough."""

    def __init__(self, app: Any, made: Inside) -> None:
        self.app, self.made = app, made
        self.root = f"{made.here.back}/then/{made.here.time}"
        safety.enter = self.enter
        closes(is_shut)

    def enter(self, scope: Any, headers: Any, nobody: Caller) -> Caller:
        """Who looks, as the main process says: with the role of that moment."""
        about = scope["state"]["reader"]
        known = {name: about[name] for name in ("name", "email", "timezone", "theme", "session")}
        # One id for all of them: it is the only one that this copy was narrowed for.
        return Caller(
            id=self.made.me.id, role=self.made.me.role, door="page", address=nobody.address,
            request_id=nobody.request_id, device=nobody.device, **known,
        )  # fmt: skip

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        refused = self.refusal(scope)
        if refused is not None:
            return await refused(scope, receive, send)
        # Before any answer: what the present no longer allows is gone from here by then.
        narrowing = self.made.narrowing
        if narrowing.is_behind() and await asyncio.to_thread(narrowing.again):
            db.here().changes += 1
        await self.app(scope, receive, send)

    def refusal(self, scope: Any) -> Response | None:
        """A response for what is not answered here; else the request is made one for this person."""
        if scope["type"] != "http" or scope["method"] not in READING:
            return PlainTextResponse(READ_ONLY, 405, {"allow": "GET, HEAD"})
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        about = asking.reader(headers.get(asking.READER, ""))
        if about["id"] != self.made.me.id:
            return PlainTextResponse("This moment is open for somebody else.\n", 403)
        if scope["path"].startswith(asking.INNER) and not about["inner"]:
            return PlainTextResponse(f"{PRESENT}\n", 403)
        scope["state"] = {"reader": about}
        scope["scheme"], scope["client"] = about["scheme"], (about["address"], 0)
        scope["path"], scope["raw_path"] = self.root + scope["path"], self.root.encode() + scope["raw_path"]
        scope["root_path"] = self.root
        return None
