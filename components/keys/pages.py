"""The pages about keys: one's own, a new one, one of them, and for admins everybody's."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, Code, Div, Input, Label, P, Span

from app import clock
from app.keys import SCOPES, Held, Key, Pace, Spend
from app.rights import Caller
from app.usage.budgets import NEARLY
from components.accounts.own import own_page
from components.addresses import url
from components.chats.figures import money
from components.keys.forms import NOTHING, PLACE, ChangeForm, NewKeyForm, PressForm, RotateForm, Texts
from components.keys.snippets import Filled, Snippets
from components.page import Page, PageHead, Part
from components.parts import Ago, Badge, Button, Callout, Empty, Exact, Facts, State, Table
from components.people import admin_page
from components.shelves import OwnShelf

PER = {"day": " a day", "month": " a month", "total": " in total"}
SOON = 7 * clock.DAY


def KeysPage(me: Caller, kept: Sequence[Held], filled: Filled, workspace: str) -> Any:
    """One's own keys, and what to paste where."""
    lead = "For scripts, editors and agents: one address, and one key for every model."
    new = Button("New key", "primary", icon="plus", href=url(PLACE, "new"))
    head = PageHead("Keys", lead, new if kept else "")
    nothing = Empty("No keys yet", "Make one for each program, so that each can be limited and ended by itself.", new)
    return own_page(
        me,
        "Keys",
        PLACE,
        workspace,
        head,
        KeysTable(me, kept) if kept else nothing,
        Part("The address", AddressBox(filled)),
        Part("What to paste where", Snippets(filled)),
    )


def KeysTable(me: Caller, kept: Sequence[Held]) -> Any:
    """A row for each key."""
    rows = [(KeyName(held), KeyState(me, held.key), Bound(held), LastUse(me, held.key)) for held in kept]
    return Table(("Key", "State", ("Budget", "num"), ("Last used", "num")), rows, "Your keys")


def KeyName(held: Held) -> Any:
    """Its name, and how it begins."""
    return Div(cls="key-name")(A(href=url(PLACE, held.key.id))(held.key.name), Code(f"{held.key.prefix}…"))


def KeyState(me: Caller, key: Key) -> Any:
    """Whether it opens, and for how long."""
    if key.revoked_at is not None:
        return Badge("revoked", "bad", icon="bad")
    if key.is_expired:
        return Badge("expired", "warn", icon="clock")
    if key.expires_at is not None and key.expires_at - clock.now() < SOON:
        return Badge("ends soon", "note", icon="clock")
    return Badge("open", "good", icon="ok")


def Bound(held: Held) -> Any:
    """What it may spend, in a few words."""
    each = list(zip(held.budgets, held.used, strict=True))
    said = ", ".join(f"{spend_words(spend)}{f', {used:,} % used' if used else ''}" for spend, used in each)
    most = max((used for _, used in each), default=0)
    return State(said, "bad" if most >= 100 else "warn") if most >= NEARLY else said or "none"


def spend_words(spend: Spend) -> str:
    """An amount and its period."""
    amount = f"{spend.amount:,} tokens" if spend.unit == "tokens" else money(spend.amount)
    return amount + PER[spend.period]


def LastUse(me: Caller, key: Key) -> Any:
    """When it was last used."""
    return Ago(key.last_at, me) if key.last_at else "never"


def AddressBox(filled: Filled) -> Any:
    """The address that clients ask for, with a button that copies it."""
    return Div(cls="secret")(
        Label(cls="unseen", fr="gateway-address")("The address for clients"),
        Input(cls="input", id="gateway-address", name=False, value=f"{filled.address}/v1", readonly=True),
        Button("Copy", icon="copy", data_copy="#gateway-address"),
    )


def NewKeyPage(
    me: Caller, models: Sequence[str], workspace: str, posted: Texts = NOTHING, errors: Texts = NOTHING
) -> Any:
    """The form for a new key."""
    lead = "It is shown once, right after it was made. Here only its hash is kept."
    head = PageHead("A new key", lead)
    return keys_page(me, "A new key", workspace, head, NewKeyForm(models, posted, errors))


def keys_page(me: Caller, title: str, workspace: str, *content: Any) -> Any:
    """A page below one's own keys."""
    return Page(
        me,
        Div(*content),
        title=title,
        place="account",
        shelf=OwnShelf(PLACE),
        crumbs=(("Your account", url("/settings")), ("Keys", url(PLACE)), (title, None)),
        workspace=workspace,
    )


def MadePage(me: Caller, key: Key, token: str, filled: Filled, workspace: str, earlier: str = "") -> Any:
    """The key itself, which is shown now and never again, and snippets with it filled in; `earlier` is a sentence about
    the one in whose place it came."""
    title = "Your new key"
    box = Div(cls="once", role="status")(
        P(f"“{key.name}” is ready. {earlier}"),
        Div(cls="secret")(
            Label(cls="unseen", fr="new-key")("The key"),
            Input(cls="input", id="new-key", name=False, value=token, readonly=True, spellcheck="false"),
            Button("Copy", "primary", icon="copy", data_copy="#new-key"),
        ),
        P(cls="small soft")("It is shown only now. Copy it, or one of the snippets below, which have it filled in."),
    )
    return keys_page(
        me,
        title,
        workspace,
        PageHead(title, None, Button("To the key", href=url(PLACE, key.id))),
        box,
        Part("What to paste where", Snippets(filled)),
    )


def KeyPage(
    me: Caller,
    held: Held,
    models: Sequence[str],
    filled: Filled | None,
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    kept: bool = False,
) -> Any:
    """One key: what is known of it, and what can be done. Admins see others' keys, and can end them."""
    key, own = held.key, held.key.user_id == me.id
    said = Callout("good", "Kept.", "It holds from the next request on.", role="status") if kept else ""
    usage = Button("See its usage", icon="usage", href=url("/usage", key_id=key.id))
    head = PageHead(key.name, Code(f"{key.prefix}…"), usage)
    content = [head, said, Div(cls="form broad key-facts")(KeyFacts(me, held))]
    if own and not key.is_open:
        content.append(EndedNotice(key))
    if own and held.earlier:
        content.append(EarlierNotice(me, held))
    if own and key.is_open:
        content += [
            Part("Change", ChangeForm(held, models, posted, errors)),
            Part("Rotate", RotateForm(held)),
        ]
    if key.revoked_at is None:
        content.append(Part("Revoke", RevokeForm(key)))
    if own and key.is_open and filled:
        content.append(Part("What to paste where", Snippets(filled)))
    if own:
        return keys_page(me, key.name, workspace, *content)
    above = (("Keys", url("/admin/keys")),)
    return admin_page(me, key.name, "/admin/keys", workspace, *content, above=above)


def KeyFacts(me: Caller, held: Held) -> Any:
    """All that is known of a key."""
    key = held.key
    ends: Any = Exact(key.expires_at, me) if key.expires_at else "never"
    if key.revoked_at is not None:
        ends = ("revoked ", Exact(key.revoked_at, me))
    return Facts(
        *(() if key.user_id == me.id else (("Whose", f"{held.person}, {held.email}"),)),
        ("State", KeyState(me, key)),
        ("Opens", ", ".join(SCOPES.get(scope, scope) for scope in key.opens)),
        ("Models", ", ".join(key.names) or "all"),
        ("Addresses", ", ".join(key.addresses.split()) or "all"),
        ("Budget", Bound(held)),
        ("Limits", pace_words(held.limits)),
        ("Keeps answers", f"for {key.cache_seconds:,} seconds" if key.cache_seconds else "no"),
        ("Made", Exact(key.created_at, me)),
        ("Ends", ends),
        ("Last used", Used(me, key)),
    )


def pace_words(limits: Pace | None) -> str:
    """How fast it may be used."""
    if not limits:
        return "none"
    said = (
        f"{limits.requests:,} requests a minute" if limits.requests else "",
        f"{limits.tokens:,} tokens a minute" if limits.tokens else "",
        f"{limits.parallel:,} at the same time" if limits.parallel else "",
    )
    return ", ".join(filter(None, said))


def Used(me: Caller, key: Key) -> Any:
    """When, from where, for what."""
    if not key.last_at:
        return "never"
    where = key.last_address or "this machine"
    return Span(Exact(key.last_at, me), " from ", where, " · " if key.last_what else "", key.last_what)


def EndedNotice(key: Key) -> Any:
    """That a key cannot be used any more, and what to do."""
    title = "It is revoked." if key.revoked_at is not None else "It is expired."
    gist = "Programs that use it are refused, and it cannot be opened again."
    return Callout("note", title, gist, Button("New key", icon="plus", href=url(PLACE, "new")))


def EarlierNotice(me: Caller, held: Held) -> Any:
    """What a rotation left open."""
    earlier = held.earlier
    if earlier is None:
        return ""
    end = PressForm(
        "End it now",
        url(PLACE, held.key.id, "earlier"),
        f"End {earlier.prefix}… now? Programs that still use it are refused.",
        "End it",
        short=True,
    )
    text = (Code(f"{earlier.prefix}…"), " opens too, until ", Exact(earlier.ends_at or 0, me), ".")
    return Callout("note", "The earlier key", Span(*text), end)


def RevokeForm(key: Key) -> Any:
    """The end of a key."""
    ask = f"Revoke {key.name}? Programs that use it are refused from now on; it cannot be brought back."
    return PressForm("Revoke the key", url(PLACE, key.id, "revocation"), ask, "Revoke")
