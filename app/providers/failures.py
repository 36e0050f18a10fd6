"""What went wrong at a provider, in plain words: every failure becomes one Upstream that says what to do."""

import re
import socket
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from app import clock
from app.errors import Upstream
from app.providers.catalogue import Provider
from app.providers.presets import BUNDLED

DETAIL = 300
SECRETS = re.compile(r"(?i)(bearer\s+|\b(?:sk|pk|gsk|key)[-_])[\w\-*.]{6,}|\bAIza[\w-]{10,}")
CONTEXT = re.compile(
    r"context.{0,30}(length|window|size)|(maximum|max).{0,20}(context|tokens)|prompt is too long|too many tokens"
    r"|input is too long|reduce the length",
    re.I,
)
NO_MODEL = re.compile(
    r"model.{0,80}(not found|not exist|does not exist|unknown|invalid|no access|not available)"
    r"|(no such|unknown|invalid) model|not a valid model",
    re.I | re.S,
)
NO_CREDIT = re.compile(r"insufficient.{0,3}(quota|credit|balance|funds)|no credit|billing|payment", re.I)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and those behind it."""
    waiting, seen = [error], set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [behind for behind in (each.__cause__, each.__context__) if behind is not None]
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions


def shortened(text: str, key: str = "") -> str:
    """The provider's own words on one line, without anything that looks like a key."""
    if key:
        text = text.replace(key, "…")
    return SECRETS.sub("…", " ".join(text.split()))[:DETAIL]


def place(provider: Provider) -> str:
    """The host (and port) of a provider, as people name it."""
    return urlsplit(provider.url).netloc.rpartition("@")[2] or provider.url


def unreachable(provider: Provider, error: BaseException) -> Upstream:
    """No answer came at all: refused, no such name, TLS, too slow to connect, or cut off."""
    chain = list(causes(error))
    detail = shortened(next((str(each) for each in reversed(chain) if str(each)), type(error).__name__))
    names = {type(each).__name__ for each in chain}
    name, where = provider.name, place(provider)
    if provider.kind == BUNDLED:
        return Upstream("The demo model's process has ended. Try again: it is started anew.", "refused", detail)
    tls = next((each for each in chain if isinstance(each, ssl.SSLError)), None)
    if any(isinstance(each, socket.gaierror) for each in chain):
        return Upstream(
            f"{name}: the name {where} is not known. Check the address, and this machine's DNS.", "dns", detail
        )
    if tls is not None:
        why = getattr(tls, "verify_message", "") or "the encrypted connection could not be made"
        return Upstream(
            f"{name}: {where} was not trusted ({why}). Check whether the address should begin with http or https.",
            "tls",
            shortened(str(tls)),
        )
    if any(isinstance(each, ConnectionRefusedError) for each in chain):
        return Upstream(
            f"{name}: nothing listens at {where}. Start its server, or check the address.", "refused", detail
        )
    if names & {"ConnectTimeout", "PoolTimeout"}:
        return Upstream(
            f"{name}: {where} did not take the connection in time. Is it reachable from here?", "slow", detail
        )
    if names & {"ReadTimeout", "WriteTimeout", "APITimeoutError", "TimeoutError"}:
        return slow(provider)
    if names & {"ConnectError"}:
        return Upstream(f"{name}: {where} could not be reached. Check the address and the network.", "refused", detail)
    if names & {"RemoteProtocolError", "ReadError", "WriteError", "CloseError", "LocalProtocolError"}:
        return Upstream(f"{name} closed the connection before it answered. Try again.", "cut", detail)
    return Upstream(f"{name} could not be asked. Check its address on the providers page.", "other", detail)


def refused(provider: Provider, model: str, status: int, body: Any, headers: Any, key: str = "") -> Upstream:
    """It answered with an error: which one, and what to do. `body` is its JSON or text."""
    code, told = said(body)
    detail = shortened(f"{status} {told}", key)
    name = provider.name
    if status == 401:
        return Upstream(
            f"{name} did not accept the key. An admin can put in a new one on the providers page.",
            "unauthorized",
            detail,
        )
    if status in (400, 404, 422) and (code in ("model_not_found", "model_not_exist") or NO_MODEL.search(told)):
        return Upstream(f"{name} has no model “{model}” (any more). Choose another model.", "no_model", detail)
    if status in (400, 413, 422, 500) and ("context" in code or CONTEXT.search(told)):
        return Upstream(
            f"This chat is too long for {model or name}. Start a new chat, or choose a model with a larger window.",
            "context",
            detail,
        )
    if status == 402 or (status in (403, 429) and (code == "insufficient_quota" or NO_CREDIT.search(told))):
        return Upstream(
            f"The account at {name} has no credit left. Add some there, or choose another model.",
            "forbidden",
            detail,
        )
    if status == 403:
        return Upstream(
            f"{name} does not allow this: the key may not use {model or 'it'}, or not from here.", "forbidden", detail
        )
    if status == 404:
        return Upstream(
            f"{name} has nothing at this address (404). Addresses of this kind mostly end in /v1.", "no_path", detail
        )
    if status == 429:
        wait = after(headers)
        when = f"Try again in {seconds(wait)}" if wait else "Try again in a minute"
        return Upstream(
            f"{name} says that it is asked too often. {when}, or choose another model.", "rate", detail, wait
        )
    if 300 <= status < 400:
        to = shortened(str(headers.get("location", "")), key)
        return Upstream(
            f"{name} sends on to another address ({to}). Use that one on the providers page.", "no_path", detail
        )
    if status >= 500 or status in (408, 409, 425):
        return Upstream(
            f"{name} has trouble of its own ({status}). Try again, or choose another model.",
            "server",
            detail,
            after(headers),
        )
    return Upstream(f"{name} refused the request ({status}): {shortened(told, key)[:160]}", "other", detail)


def in_stream(provider: Provider, model: str, error: Any, key: str = "") -> Upstream:
    """An error that came as an event of the stream."""
    code = str(error.get("code") or "") if isinstance(error, dict) else ""
    status = int(code) if re.fullmatch("[45][0-9]{2}", code) else 0
    kind = str(error.get("type") or "") if isinstance(error, dict) else ""
    if not status:
        status = 429 if "rate" in f"{code} {kind}" else 400 if "invalid" in f"{code} {kind}" else 500
    return refused(provider, model, status, {"error": error}, {}, key)


def slow(provider: Provider, limit: float = 0) -> Upstream:
    """Nothing came before the first token."""
    waited = f" in {seconds(limit)}" if limit else " in time"
    return Upstream(f"{provider.name} did not begin to answer{waited}. Try again, or choose another model.", "slow")


def stalled(provider: Provider, limit: float) -> Upstream:
    """It stopped in the middle of an answer."""
    return Upstream(
        f"{provider.name} stopped in the middle: nothing came for {seconds(limit)}. What came is kept.", "stalled"
    )


def cut(provider: Provider, begun: bool, detail: str = "") -> Upstream:
    """The connection ended before the answer did."""
    kept = "What came is kept." if begun else "Try again."
    return Upstream(f"The connection to {provider.name} broke before the answer was complete. {kept}", "cut", detail)


def malformed(provider: Provider, detail: str = "", key: str = "", begun: bool = False) -> Upstream:
    """It answered with something that is not this protocol."""
    way = "What came before is kept." if begun else "Is this the address of an OpenAI-compatible server?"
    return Upstream(f"{provider.name} sent something that cannot be read. {way}", "malformed", shortened(detail, key))


def empty(provider: Provider, finish: str) -> Upstream:
    """It ended well and said nothing."""
    why = "Its filter held the answer back." if finish == "content_filter" else "Try again, or choose another model."
    return Upstream(f"{provider.name} answered with no text. {why}", "empty", shortened(finish))


def said(body: Any) -> tuple[str, str]:
    """The code and the message of an error in the shapes that providers use."""
    if isinstance(body, list) and body:
        body = body[0]
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return "", "" if error is None else str(error)
    inner = error.get("message") or error.get("detail") or error.get("msg") or ""
    meta = error.get("metadata")
    # OpenRouter puts the real provider's words here.
    raw = meta.get("raw", "") if isinstance(meta, dict) else ""
    return str(error.get("code") or error.get("type") or ""), f"{inner} {raw}".strip() or str(error)


def after(headers: Any) -> float:
    """Seconds of a Retry-After header (a number or a date), 0 without one."""
    given = str(headers.get("retry-after", "")).strip()
    if re.fullmatch(r"\d+(\.\d+)?", given):
        return float(given)
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - clock.now() / clock.SECOND)
    except (TypeError, ValueError):
        return 0.0


def seconds(number: float) -> str:
    """'1 second', '20 seconds', '3 minutes'."""
    if number >= 120:
        return f"{round(number / 60)} minutes"
    whole = f"{number:.1f}".rstrip("0").rstrip(".") if number < 10 else str(round(number))
    return f"{whole} second" if whole == "1" else f"{whole} seconds"
