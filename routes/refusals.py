"""Refusals as responses: a page, a fragment for htmx, or JSON. The only place that knows both."""

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from app import settings
from app.errors import NotFound, OverLimit, Refusal, Stale, StepUp, Unknown
from app.logs import log
from components.addresses import url
from components.page import document
from components.refusals import RefusalPage, RefusalToast
from routes.noting import told
from routes.pages import see


def refuse(request: Request, refusal: Refusal) -> Response:
    """The response for a named refusal."""
    response = shaped(request, refusal)
    if isinstance(refusal, OverLimit) and refusal.retry_after:
        response.headers["retry-after"] = str(refusal.retry_after)
    return response


def shaped(request: Request, refusal: Refusal) -> Response:
    """Sign-in and step-up lead to their pages; else JSON, a line for a terminal, a toast for htmx, or a page."""
    asks = request.headers.get("accept", "")
    if is_terminal(request):
        more = f"\n{refusal.difference}" if isinstance(refusal, Stale) and refusal.difference else ""
        more = f"{request.state.request_id}\n" if refusal.status == 500 else more
        return PlainTextResponse(f"{refusal.message}\n{more}", refusal.status)
    if "application/json" in asks or request.url.path.endswith(".json") or "authorization" in request.headers:
        body = {"error": {"message": refusal.message, "type": type(refusal).__name__}}
        return Response(orjson.dumps(body), refusal.status, media_type="application/json")
    if request.headers.get("hx-request"):
        return HTMLResponse(document(RefusalToast(refusal)), refusal.status)
    if isinstance(refusal, Unknown) and request.method == "GET":
        return see(url("/signin", next=request.url.path))
    if isinstance(refusal, StepUp) and request.method == "GET":
        return see(url("/settings/confirm", next=request.url.path))
    page = RefusalPage(request.state.me, refusal, request.state.request_id, settings.value("workspace"))
    return HTMLResponse(document(page), refusal.status)


def is_terminal(request: Request) -> bool:
    """Whether this is about a paste and comes from a program that reads lines, like curl."""
    path, headers = request.url.path.removeprefix(request.scope.get("root_path", "")), request.headers
    asks = headers.get("accept", "")
    about = path == "/p" or (path.startswith("/p/") and not path.endswith(".json"))
    return about and "hx-request" not in headers and "text/html" not in asks and "application/json" not in asks


def nothing_here(request: Request, error: Exception) -> Response:
    """No route has this address."""
    return refuse(request, NotFound())


def wrong_method(request: Request, error: Exception) -> Response:
    """The address exists and does not answer this method; but any name below /p/ can be put, and is not there yet."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    if request.method in ("GET", "HEAD") and path.startswith("/p/"):
        return refuse(request, NotFound())
    refusal = Refusal("This address does not answer that kind of request.")
    refusal.status = 405
    return refuse(request, refusal)


def failed(request: Request, error: Exception) -> Response:
    """A mistake of ours: logged with its trace, told without it."""
    log.error("http.failed", path=told(request.scope["path"]), exc_info=error)
    refusal = Refusal("Something went wrong here. It is in the log under the number below.")
    refusal.status = 500
    return refuse(request, refusal)
