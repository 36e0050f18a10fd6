"""Refusals as programs expect them: the JSON, the status and the headers of OpenAI, Anthropic, Ollama and OAuth.

OpenAI: https://platform.openai.com/docs/guides/error-codes, Anthropic: https://docs.anthropic.com/en/api/errors.
"""

import orjson

from app.errors import Invalid, Refusal, Upstream

OPENAI, ANTHROPIC, OLLAMA, OAUTH = "openai", "anthropic", "ollama", "oauth"
# Upstream's kinds that are the caller's own mistake, or a state of the provider that has a status of its own.
UPSTREAM = {"context": 400, "invalid": 400, "no_model": 404, "rate": 429, "resting": 503, "busy": 503, "slow": 504}
# Of the statuses that are the caller's, those after which asking again may help.
AGAIN = (408, 409, 429)
OPENAI_CODES = {
    "unknown": "invalid_api_key",
    "revoked": "invalid_api_key",
    "expired": "invalid_api_key",
    "deactivated": "invalid_api_key",
    "address": "ip_not_authorized",
    "scope": "missing_scope",
    "model": "model_not_found",
    "no_model": "model_not_found",
    "context": "context_length_exceeded",
    "price": "price_unknown",
    "previous_response_not_found": "previous_response_not_found",
    "budget": "insufficient_quota",
    "rate": "rate_limit_exceeded",
    "tokens": "rate_limit_exceeded",
    "parallel": "rate_limit_exceeded",
}
OPENAI_PARAMS = {"model": "model", "context": "messages"}
ANTHROPIC_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def spoken(dialect: str, refusal: Refusal, request_id: str) -> tuple[int, bytes, dict[str, str]]:
    """A refusal in a dialect: its status, its JSON, and its headers."""
    status = status_of(refusal)
    headers = {"content-type": "application/json"} | getattr(refusal, "headers", {})
    retry_after = getattr(refusal, "retry_after", 0)
    if retry_after:
        headers["retry-after"] = str(int(-(-retry_after // 1)))
    if refusal.kind == "budget" or 400 <= status < 500 and status not in AGAIN:
        # Asking again does not help, or not before the period ends; the official clients and Claude Code, which asks
        # ten times with a wrong key, know this header.
        headers["x-should-retry"] = "false"
    if dialect == OLLAMA:
        return status, orjson.dumps({"error": refusal.message}), headers
    if dialect == OAUTH:
        said = {"error": oauth_word(status, refusal), "error_description": refusal.message}
        return status, orjson.dumps(said), headers
    if dialect == ANTHROPIC:
        return anthropic(status, refusal, request_id, headers)
    return status, orjson.dumps({"error": openai_error(status, refusal)}), headers


def status_of(refusal: Refusal) -> int:
    """The status that programs expect; a form's 422 is their 400."""
    if isinstance(refusal, Invalid):
        return 400
    if isinstance(refusal, Upstream):
        return UPSTREAM.get(refusal.kind, refusal.status)
    return refusal.status


def oauth_word(status: int, refusal: Refusal) -> str:
    """OAuth's word for a refusal (RFC 6749 and 6750)."""
    if status == 401:
        return "invalid_token"
    if status == 403:
        return "insufficient_scope" if refusal.kind == "scope" else "access_denied"
    return "server_error" if status >= 500 else "invalid_request"


def openai_error(status: int, refusal: Refusal) -> dict[str, object]:
    """OpenAI's error: message, type, param, code. Also what a stream says after its first byte."""
    kind = "invalid_request_error"
    if refusal.kind == "budget":
        kind = "insufficient_quota"
    elif status == 429:
        kind = "tokens" if refusal.kind == "tokens" else "requests"
    elif status >= 500:
        kind = "server_error"
    elif status == 403:
        kind = "permission_error"
    code = OPENAI_CODES.get(refusal.kind) or (refusal.kind if status >= 500 and refusal.kind else None)
    return {
        "message": refusal.message,
        "type": kind,
        "param": refusal.field or OPENAI_PARAMS.get(refusal.kind),
        "code": code,
    }


def anthropic(status: int, refusal: Refusal, request_id: str, headers: dict[str, str]):
    """Anthropic's error, with the number of the request."""
    if refusal.kind == "budget":
        status = 402
    elif status == 503:
        status = 529
    said = {"type": anthropic_type(status), "message": in_full(refusal)}
    number = f"req_{request_id}"
    body = {"type": "error", "error": said, "request_id": number}
    return status, orjson.dumps(body), headers | {"request-id": number}


def anthropic_type(status: int) -> str:
    """Anthropic's word for a status."""
    return ANTHROPIC_TYPES.get(status) or ("invalid_request_error" if status < 500 else "api_error")


def in_full(refusal: Refusal) -> str:
    """The sentence with the member of the request in front, where one is meant: this dialect has no place for it."""
    named = refusal.field and not refusal.message.lstrip("`").startswith(refusal.field)
    return f"{refusal.field}: {refusal.message}" if named else refusal.message
