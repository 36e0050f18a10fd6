"""Consent: a person is asked what a program may do, and sees and ends what was allowed."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from fasthtml.core import form2dict, parse_form
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import tools
from app.errors import Refusal
from components.addresses import url
from components.oauth import ConsentPage, OnwardPage, ProgramsPage
from components.page import document
from routes.accounts import house
from routes.outside import house as address
from routes.pages import ANYONE, Form, Me, Pages, Query, parsed, see

ar = Pages()
ASK = "/oauth/consent"
PROGRAMS = "/settings/programs"


class Asked(Query):
    """What a program asks, sealed."""

    request: str = ""


class Answer(Form):
    """What the person says: each scope that stays ticked, and allow or refuse."""

    request: str = ""
    answer: str = ""
    scopes: list[str] = []

    @classmethod
    async def __from_request__(cls, req) -> "Answer":
        data = form2dict(await parse_form(req))
        ticked = data.get("scopes", [])
        return parsed(cls, {**data, "scopes": ticked if isinstance(ticked, list) else [ticked]})


@ar.plain("GET", "/oauth/authorize", who=ANYONE)
async def authorize(request: Request) -> Response:
    """Where a program sends the browser: on to the consent page, or back with what is wrong."""
    from mcp.server.auth.handlers.authorize import AuthorizationHandler

    asked = request.query_params
    brought = (asked.get("redirect_uri", ""), asked.get("scope", ""))
    keeper = tools.Provider(request.state.me, address(request.scope), url(ASK), *brought)
    response = await AuthorizationHandler(keeper).handle(request)
    if response.status_code == 400:  # nobody to send the browser back to
        raise Refusal(orjson.loads(response.body).get("error_description") or "This request is not complete.")
    return response


@ar.get(ASK, who=ANYONE)
def ask(me: Me, query: Asked, req: Request):
    request, program = tools.opened(query.request)
    if not me:
        return see(url("/signin", next=f"{ASK}?{urlencode({'request': query.request})}"))
    me.must_not_be_guest()  # said before the question, not after the answer
    return ConsentPage(me, program.name, request, query.request, house())


@ar.post(ASK)
def answer(me: Me, posted: Answer):
    request, program = tools.opened(posted.request)
    if posted.answer == "allow" and posted.scopes:
        said = {"code": tools.allow(me, request, posted.scopes)}
    else:
        said = {"error": "access_denied", "error_description": "The person refused."}
    return onward(me, program.name, request, "code" in said, said)


@ar.get(PROGRAMS)
def programs(me: Me, req: Request):
    return ProgramsPage(me, tools.connections(me), f"{address(req.scope)}/mcp", house())


@ar.post(f"{PROGRAMS}/{{family}}/ending")
def end(me: Me, family: str):
    tools.disconnect(me, family)
    return see(url(PROGRAMS))


def onward(me, name: str, request: tools.Request, allowed: bool, said: dict[str, str]) -> Response:
    """A page that leads back to the program. `form-action 'self'` stops a redirect after a form, and this is none."""
    parts = urlsplit(request.redirect_uri)
    more = said | ({"state": request.state} if request.state is not None else {}) | {"iss": request.issuer}
    there = parts._replace(query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *more.items()])).geturl()
    return HTMLResponse(document(OnwardPage(me, name, there, allowed, house())), headers={"refresh": f"0; url={there}"})
