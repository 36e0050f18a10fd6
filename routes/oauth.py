"""OAuth 2.1 for programs, by the authorization server of the `mcp` package: metadata, registration, tokens.

The package takes a second to load, so it is loaded by the first request that needs it.
"""

import base64
import binascii
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import db, secrets, tools
from app.errors import Invalid
from routes.dialects import OAUTH
from routes.machines import ANYONE, Machines
from routes.outside import METADATA, house

ar = Machines("", OAUTH, largest=64 << 10)
FORM = "application/x-www-form-urlencoded"
SERVER = "/.well-known/oauth-authorization-server"
HANDBOOK = "/docs/handbook/use/agents"


def keeper(request: Request) -> tools.Provider:
    """What the package's handlers ask, for this request."""
    return tools.Provider(request.state.me, house(request.scope))


@ar.get(METADATA, who=ANYONE)
@ar.get(METADATA + "/{rest:path}", who=ANYONE)
async def resource(request: Request) -> Response:
    """What /mcp is, and who gives tokens for it (RFC 9728)."""
    return JSONResponse(await db.in_thread(resource_metadata, house(request.scope)))


@ar.get(SERVER, who=ANYONE)
@ar.get(SERVER + "/{rest:path}", who=ANYONE)
async def server(request: Request) -> Response:
    """Where to register, ask a person, and change a code into tokens (RFC 8414)."""
    return JSONResponse(await db.in_thread(server_metadata, house(request.scope)))


@ar.post("/oauth/register", who=ANYONE)
async def register(request: Request) -> Response:
    """A program makes itself known (RFC 7591)."""
    from mcp.server.auth.handlers.register import RegistrationHandler
    from mcp.server.auth.settings import ClientRegistrationOptions

    options = ClientRegistrationOptions(enabled=True)
    return await RegistrationHandler(keeper(request), options).handle(request)


@ar.post("/oauth/token", who=ANYONE)
async def token(request: Request) -> Response:
    """A code or a refresh token becomes a pair of tokens."""
    from mcp.server.auth.handlers.token import TokenHandler
    from mcp.server.auth.middleware.client_auth import ClientAuthenticator

    provider = keeper(request)
    return await TokenHandler(provider, ClientAuthenticator(provider)).handle(await plain(request))


@ar.post("/oauth/revoke", who=ANYONE)
async def revoke(request: Request) -> Response:
    """A program gives back what it was allowed (RFC 7009)."""
    from mcp.server.auth.handlers.revoke import RevocationHandler
    from mcp.server.auth.middleware.client_auth import ClientAuthenticator

    provider = keeper(request)
    return await RevocationHandler(provider, ClientAuthenticator(provider)).handle(await plain(request))


def resource_metadata(issuer: str) -> dict[str, Any]:
    """The description of /mcp. Its scopes are those that a program asks for by itself: to read."""
    from mcp.shared.auth import ProtectedResourceMetadata

    about = {
        "resource": f"{issuer}/mcp",
        "authorization_servers": [issuer],
        "scopes_supported": list(tools.READ),
        "resource_name": "Inglenook",
        "resource_documentation": issuer + HANDBOOK,
    }
    return ProtectedResourceMetadata.model_validate(about).model_dump(mode="json", exclude_none=True)


def server_metadata(issuer: str) -> dict[str, Any]:
    """The description of the authorization server."""
    from mcp.shared.auth import OAuthMetadata

    ways = ["none", "client_secret_post", "client_secret_basic"]
    about = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "registration_endpoint": f"{issuer}/oauth/register",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "scopes_supported": list(tools.WORDS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ways,
        "revocation_endpoint_auth_methods_supported": ways,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": issuer + HANDBOOK,
    }
    return OAuthMetadata.model_validate(about).model_dump(mode="json", exclude_none=True)


async def plain(request: Request) -> Request:
    """The same request with the program's id and secret in the form, wherever they stood, and of the secret only the
    SHA-256: that is what is kept here, and what the package compares. Raises Invalid for a form that is none."""
    if not request.headers.get("content-type", "").startswith(FORM):
        raise Invalid("Send a form (application/x-www-form-urlencoded).")
    posted = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    id, secret = credentials(request.headers.get("authorization", ""))
    secret = secret or posted.get("client_secret", "")
    # The package wants `client_secret` at its revocation endpoint from programs that have none, too.
    form = {"client_id": id} | posted | {"client_secret": secrets.digest(secret) if secret else ""}
    body = urlencode(form).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", FORM.encode()), (b"content-length", str(len(body)).encode())]
    return Request(request.scope | {"headers": headers}, receive)


def credentials(header: str) -> tuple[str, str]:
    """The id and secret of a Basic header (RFC 6749, 2.3.1), empty where there is none. Raises Invalid."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Invalid("This Authorization header is not Basic.") from None
    return unquote(id), unquote(secret)
