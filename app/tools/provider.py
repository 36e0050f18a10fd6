"""What the `mcp` package's authorization server asks of its keeper. Its names and shapes are the package's."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from app import clock, db
from app.rights import Caller
from app.tools import clients, granting, tokens
from app.tools.scopes import WORDS, known

if TYPE_CHECKING:
    from mcp.server.auth.provider import AccessToken, AuthorizationCode, AuthorizationParams, RefreshToken
    from mcp.shared.auth import OAuthClientInformationFull, OAuthToken


@dataclass(frozen=True)
class Provider:
    """The keeper for one request: who sent it, this house's address, and what a browser brought along."""

    nobody: Caller
    issuer: str
    consent: str = ""
    redirect_uri: str = ""
    scope: str = ""

    @property
    def resource(self) -> str:
        """The address that tokens are good for."""
        return f"{self.issuer}/mcp"

    async def get_client(self, client_id: str) -> "OAuthClientInformationFull | None":
        """A registered program, or None. Its secret is the SHA-256 of the real one."""
        from mcp.shared.auth import OAuthClientInformationFull

        row = await db.in_thread(clients.find, client_id)
        if row is None:
            return None
        about = orjson.loads(row.about)
        uris = about["redirect_uris"]
        if any(clients.alike(self.redirect_uri, each) for each in uris):
            uris = [*uris, self.redirect_uri]
        return OAuthClientInformationFull.model_validate(
            about
            | {
                "client_id": row.id,
                "client_secret": row.digest or None,
                "token_endpoint_auth_method": "client_secret_post" if row.digest else "none",
                "redirect_uris": uris,
                # What it may ask for is decided by the person, not by what it registered once.
                "scope": f"{self.scope} {' '.join(WORDS)}".strip(),
            }
        )

    async def register_client(self, client_info: "OAuthClientInformationFull") -> None:
        """Keep a registration. Raises the package's RegistrationError, and OverLimit."""
        from mcp.server.auth.provider import RegistrationError

        client_info.scope = " ".join(WORDS)
        about = client_info.model_dump(mode="json", exclude_none=True, exclude={"client_id", "client_secret"})
        if sentence := clients.wrong(about):
            raise RegistrationError("invalid_redirect_uri", sentence)
        words = (client_info.client_id, client_info.client_name or "", about, client_info.client_secret or "")
        await db.in_thread(clients.register, self.nobody, *words)

    async def authorize(self, client: "OAuthClientInformationFull", params: "AuthorizationParams") -> str:
        """The address of the consent page. Raises the package's AuthorizeError for another house's resource."""
        from mcp.server.auth.provider import AuthorizeError

        asked = (params.resource or self.resource).rstrip("/")
        if asked.lower() not in (self.resource.lower(), self.issuer.lower()):
            raise AuthorizeError("invalid_target", f"Tokens of this house are good for {self.resource} only.")
        request = granting.Request(
            client_id=client.client_id,
            redirect_uri=str(params.redirect_uri),
            explicit=params.redirect_uri_provided_explicitly,
            challenge=params.code_challenge,
            issuer=self.issuer,
            resource=self.resource,
            state=params.state,
            scopes=known(params.scopes or ()),
        )
        return f"{self.consent}?{urlencode({'request': granting.sealed(request)})}"

    async def load_authorization_code(
        self, client: "OAuthClientInformationFull", authorization_code: str
    ) -> "AuthorizationCode | None":
        """The consent behind a code. What was used already is found too, so that its use can be noticed."""
        from mcp.server.auth.provider import AuthorizationCode

        row = await db.in_thread(tokens.code, authorization_code)
        if row is None:
            return None
        return AuthorizationCode.model_validate(
            {
                "code": authorization_code,
                "scopes": row.scopes.split(),
                "expires_at": row.expires_at / clock.SECOND,
                "client_id": row.client_id,
                "code_challenge": row.challenge,
                "redirect_uri": row.redirect_uri,
                "redirect_uri_provided_explicitly": row.explicit,
                "resource": row.resource,
                "subject": row.user_id,
            }
        )

    async def exchange_authorization_code(
        self, client: "OAuthClientInformationFull", authorization_code: "AuthorizationCode"
    ) -> "OAuthToken":
        """The tokens of a code. Raises the package's TokenError when it was used before."""
        return answered(await db.in_thread(tokens.redeem, authorization_code.code), "This code was used before.")

    async def load_refresh_token(
        self, client: "OAuthClientInformationFull", refresh_token: str
    ) -> "RefreshToken | None":
        """A refresh token that still opens."""
        from mcp.server.auth.provider import RefreshToken

        row = await db.in_thread(tokens.living, refresh_token, tokens.REFRESH)
        return RefreshToken(token=refresh_token, **told(row)) if row is not None else None

    async def exchange_refresh_token(
        self, client: "OAuthClientInformationFull", refresh_token: "RefreshToken", scopes: list[str]
    ) -> "OAuthToken":
        """The next pair. Raises the package's TokenError when this one was used before."""
        pair = await db.in_thread(tokens.renew, refresh_token.token, scopes)
        return answered(pair, "This refresh token was used before, so the connection was ended.")

    async def load_access_token(self, token: str) -> "AccessToken | None":
        """An access token that still opens."""
        from mcp.server.auth.provider import AccessToken

        row = await db.in_thread(tokens.living, token, tokens.ACCESS)
        return AccessToken(token=token, **told(row)) if row is not None else None

    async def revoke_token(self, token: "AccessToken | RefreshToken") -> None:
        """End all that came of the same consent."""
        await db.in_thread(tokens.revoke, token.token)


def told(row: Any) -> dict[str, Any]:
    """A token's row as the package wants it; its times are seconds."""
    return {
        "client_id": row.client_id,
        "scopes": row.scopes.split(),
        "expires_at": row.expires_at // clock.SECOND,
        "resource": row.resource,
        "subject": row.user_id,
    }


def answered(pair: tokens.Pair | None, refusal: str) -> "OAuthToken":
    """A pair as the program is told it. Raises the package's TokenError where there is none."""
    from mcp.server.auth.provider import TokenError
    from mcp.shared.auth import OAuthToken

    if pair is None:
        raise TokenError("invalid_grant", refusal)
    return OAuthToken(
        access_token=pair.access,
        refresh_token=pair.refresh,
        expires_in=tokens.ACCESS_LIFE // clock.SECOND,
        scope=pair.scopes,
    )
