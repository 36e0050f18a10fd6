"""Providers as admins keep them: added, changed, enabled, removed. Keys are sealed and never shown again."""

from urllib.parse import urlsplit

from sqlmodel import select

from app import clock, db, secrets, settings
from app.db import Transaction
from app.errors import Conflict, Invalid, Misconfigured, NotFound
from app.providers.catalogue import Model, Provider
from app.providers.clients import key_of
from app.providers.presets import BUNDLED, ENVIRONMENT, PRESETS, kind_of, preset, recognise
from app.rights import Caller

MOST_PARALLEL = 10_000
# Dialects beside chat completions that some providers answer themselves.
DIALECTS = ("messages", "responses")


def add(me: Caller, name: str, url: str, key: str = "", kind: str = "", default: str = "") -> Provider:
    """Keep a provider; nothing is sent to it yet. `default` names the model that the workspace begins with.

    Raises Invalid(name, url, key), and Forbidden for members.
    """
    me.must_be_admin()
    url = checked_url(url or preset(kind).url)
    kind = kind if kind in {each.kind for each in PRESETS} else kind_of(url)
    key = checked_key(key)
    owner = recognise(key)
    if owner is not None and preset(kind).starts not in ("", owner.starts) and url == preset(kind).url:
        raise Invalid(key=f"This looks like a key of {owner.title}.")
    if preset(kind).keys and not key:
        raise Invalid(key=f"{preset(kind).title} needs a key: make one at {preset(kind).keys}.")
    with db.write(durable=True) as tx:
        name = checked_name(tx, name.strip() or unused_name(tx, kind, url))
        sealed = secrets.seal(key) if key else None
        row = Provider(id=clock.new_id(), name=name, kind=kind, url=url, key=sealed, created_at=clock.now())
        row.speaks = preset(kind).speaks
        provider = tx.add(row)
        tx.audit(me, "providers.add", provider, note=f"{name} {url}")
        if default.strip():
            model = tx.add(Model.new(provider, default.strip()))
            settings.put(tx, "default_model", model.id)
    return provider


def all(me: Caller) -> list[Provider]:
    """Every provider, oldest first. Raises Forbidden for members."""
    me.must_be_admin()
    with db.read() as session:
        return list(session.exec(select(Provider).order_by(Provider.created_at)))  # type: ignore[arg-type]


def find(id: str, me: Caller) -> Provider:
    """The provider with this id or name. Raises NotFound, and Forbidden for members."""
    me.must_be_admin()
    with db.read() as session:
        found = session.exec(select(Provider).where((Provider.id == id) | (Provider.name == id))).first()
    if found is None:
        raise NotFound(f"There is no provider called “{id}”.")
    return found


def change(me: Caller, id: str, name: str, url: str, key: str = "", forget_key: bool = False) -> Provider:
    """Change a provider; an empty key keeps the old one. Raises Invalid(name, url, key), NotFound."""
    old = find(id, me)
    fixed = old.kind in (ENVIRONMENT, BUNDLED)
    url, key = old.url if fixed else checked_url(url), checked_key(key)
    if old.key and not key and not forget_key and place(url) != place(old.url):
        raise Invalid(key="Give the key again: it was given for another host, and is not sent to a new one unasked.")
    with db.write(durable=True) as tx:
        provider = tx.find(Provider, old.id) or old
        if name.strip() != provider.name:
            provider.name = checked_name(tx, name.strip())
        provider.url = url
        if forget_key or key:
            provider.key = secrets.seal(key) if key and not fixed else None
        tx.add(provider)
        changed = "with another key" if key else "without a key" if forget_key else ""
        tx.audit(me, "providers.change", provider, note=f"{provider.name} {url} {changed}".strip())
    return provider


def enable(me: Caller, id: str, on: bool) -> Provider:
    """Let people use the provider's models, or not."""
    old = find(id, me)
    with db.write(durable=True) as tx:
        provider = tx.find(Provider, old.id) or old
        provider.enabled = on
        tx.add(provider)
        tx.audit(me, "providers.enable" if on else "providers.disable", provider, note=provider.name)
    return provider


def tune(me: Caller, id: str, parallel: int | None, speaks: str) -> Provider:
    """Set how many calls the provider takes at a time (None: any number) and which dialects it answers itself.

    Raises Invalid(parallel, speaks), NotFound.
    """
    old = find(id, me)
    if parallel is not None and not 1 <= parallel <= MOST_PARALLEL:
        raise Invalid(parallel=f"A number from 1 to {MOST_PARALLEL:,}, or nothing for no limit.")
    words = sorted(set(speaks.split()))
    if not set(words) <= set(DIALECTS):
        raise Invalid(speaks=f"Choose among {' and '.join(DIALECTS)}.")
    with db.write(durable=True) as tx:
        provider = tx.find(Provider, old.id) or old
        provider.parallel, provider.speaks = parallel, " ".join(words)
        tx.add(provider)
        tx.audit(me, "providers.tune", provider, note=f"{provider.name} {parallel or ''} {provider.speaks}".strip())
    return provider


def remove(me: Caller, id: str) -> None:
    """Take a provider away with its key and its models; chats and usage keep their names. Raises Conflict."""
    old = find(id, me)
    if old.kind in (ENVIRONMENT, BUNDLED):
        raise Conflict("This one comes from this machine's settings and would come back. Disable it instead.")
    with db.write(durable=True) as tx:
        tx.run("delete from aliastarget where model_id in (select id from model where provider_id = :id)", id=old.id)
        tx.run("delete from modelgroup where model_id in (select id from model where provider_id = :id)", id=old.id)
        tx.run("delete from model where provider_id = :id", id=old.id)
        tx.run("delete from provider where id = :id", id=old.id)
        tx.audit(me, "providers.remove", old.id, note=old.name)


def key_end(provider: Provider) -> str:
    """The last four characters of the key, so that people know which one it is; '' without a key."""
    try:
        key = key_of(provider)
    except Misconfigured:
        if secrets.locked():
            return "… (locked until an admin gives the recovery key)"
        return "… (it does not open with this secret.key; put it in again)"
    return key[-4:] if len(key) >= 12 else "…" if key else ""


def note_failure(provider: Provider, message: str) -> None:
    """Remember what the last test said."""
    with db.write() as tx:
        tx.run(
            "update provider set checked_at = :now, error = :error where id = :id",
            now=clock.now(),
            error=message,
            id=provider.id,
        )


def checked_url(url: str) -> str:
    """The address as it is kept: without the slash and the path of one call at its end. Raises Invalid(url)."""
    url = url.strip().rstrip("/")
    for tail in ("/chat/completions", "/models", "/completions", "/responses"):
        url = url.removesuffix(tail)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise Invalid(url="This is not an address. Write one like https://api.example.com/v1.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or any(each.isspace() for each in url):
        raise Invalid(url="Write an address like https://api.example.com/v1.")
    if parts.username or parts.query or parts.fragment:
        raise Invalid(url="Write the address without a name, a key or a question mark in it.")
    return url


def checked_key(key: str) -> str:
    """The key without the blanks around it. Raises Invalid(key)."""
    key = key.strip()
    if not key.isascii() or any(not 32 < ord(each) < 127 for each in key) or len(key) > 1000:
        raise Invalid(key="A key has only plain letters, digits and signs. Copy it again.")
    return key


def checked_name(tx: Transaction, name: str) -> str:
    """The name, if no other provider has it. Raises Invalid(name)."""
    if not 0 < len(name) <= 80:
        raise Invalid(name="Give it a name of at most 80 characters.")
    if tx.first(select(Provider).where(Provider.name == name)):
        raise Invalid(name=f"There is a provider called “{name}” already.")
    return name


def unused_name(tx: Transaction, kind: str, url: str) -> str:
    """A name for a provider whom nobody named: 'OpenAI', 'OpenAI 2', or its host."""
    plain = preset(kind).title if preset(kind).url else place(url)
    taken = set(tx.rows(select(Provider.name)))
    return next(name for n in range(1, 1000) if (name := plain if n == 1 else f"{plain} {n}") not in taken)


def place(url: str) -> str:
    """Host and port of an address."""
    return urlsplit(url).netloc
