"""Workspaces of their own in a process of their own, between which archives are carried.

The house of a test process is open all the time, and a process has one database: so others are opened over there.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import main
from app import accounts, blobs, clock, config, db, files, pastes, presets, prompts, providers, rights, settings, spaces
from app.accounts import groups
from app.archives import exporting, scopes
from app.archives.importing import run
from app.chats import sharing
from app.errors import Refusal
from app.files import folders
from app.gateway.aliases import add_alias
from app.items import Piece
from app.rights import Caller
from app.usage.rows import Budget
from tests import belongings
from tests.belongings import furnish

PASSWORD = "a long enough password"


@contextlib.contextmanager
def house(data: Path) -> Iterator[None]:
    """This workspace is open; its directory is made if it was not there."""
    data.mkdir(parents=True, exist_ok=True)
    config.use(replace(config.Config(), data=data, demo_model="off", replica="off"))
    main.open_house()
    try:
        yield
    finally:
        main.close_house()


def someone(email: str) -> Caller:
    user = accounts.named(rights.machine(), email)
    return Caller(id=user.id, name=user.name, email=user.email, role=user.role)


def settle(data: Path, *people: tuple[str, str]) -> None:
    """A workspace with these people (address, role)."""
    with house(data):
        for email, role in people:
            accounts.add(rights.machine(), email, email.partition("@")[0].title(), role, PASSWORD)


def furnished(data: Path, archive: Path) -> SimpleNamespace:
    """A workspace with something of every kind, and everything of it in an archive; the ids."""
    settle(data, ("ada@example.org", "admin"), ("bob@example.org", "member"), ("gus@example.org", "guest"))
    with house(data):
        machine, ada, bob = rights.machine(), someone("ada@example.org"), someone("bob@example.org")
        it = furnish(bob, ada)
        belongings.tree(ada, "Only mine")
        group = groups.create(machine, "Cooks")
        groups.join(machine, group.id, bob.id)
        settings.change(machine, workspace="The kitchen", quota_mb=2048, anonymous_pastes=True)
        odd(ada, bob)
        provider = providers.add(machine, "Local", "http://127.0.0.1:9/v1", key="sk-1")
        model = providers.add_model(machine, provider.id, "words")
        providers.change_model(machine, model.id, [group.id], price_in="1", price_out="2")
        add_alias(machine, "fast", [(model.id, 1)])
        call(bob.id, model.id)
        it.bob, it.ada = bob.id, ada.id
    export(data, archive)
    return it


def odd(ada: Caller, bob: Caller) -> None:
    """What is unlike the rest: posted by nobody, in no Unicode, empty, lost, long, in a comparison."""
    pastes.create(Caller(address="192.0.2.9"), [Piece("n", "by nobody")], visibility="unlisted", expires_in=3600)
    long = pastes.create(ada, [Piece("l.md", "# Long\n" + "tea\n" * 30_000), Piece("u", data="Tee".encode("utf-16"))])
    pastes.share(ada, long.paste.id, "link", password="tea for two")
    pastes.star(bob, pastes.create(ada, [Piece("s", "starred")], visibility="public", burns=False).paste.id)
    latin = belongings.file(ada, "tee.txt", "Köln\n".encode("latin-1"))
    files.rename(ada, latin, "tee.md")
    belongings.file(ada, "empty", b"")
    belongings.file(ada, "page.html", b"<html><script>1</script>" + b" " * 70_000)
    belongings.file(ada, "mark.csv", "\ufeffa,b\n1,2\n".encode())
    file = belongings.file(ada, "lost.bin", b"\1lost" * 20_000)
    (hash,) = db.fetch("select hash from itempart where item_id = ?", file)
    blobs.keeping.path(hash).unlink()
    attached = presets.Attached("file", latin, "tee.md")
    presets.create(ada, "Attached", presets.Settings(attachments=(attached,), verbs=()))
    chat = belongings.tree(ada, "Compared")
    mark = clock.new_id()
    with db.write() as tx:
        sql = "update message set comparison = :mark where chat_id = :chat and role = 'assistant'"
        tx.run(sql, mark=mark, chat=chat)


def call(user_id: str, model_id: str) -> None:
    """A call in the ledger, and a budget for more."""
    with db.write() as tx:
        tx.add(
            Budget(
                id=clock.new_id(),
                kind="user",
                target_id=user_id,
                period="month",
                unit="money",
                amount=5,
                created_at=clock.now(),
            )
        )
        tx.run(
            """insert into usage (id, user_id, door, purpose, chat_id, message_id, provider_id, model_id, model, key_id,
                alias, state, boot, started_at, status, estimated, cache, fallbacks, cost) values (:id, :user, 'page',
                'chat', '', '', '', :model, 'words', '', '', 'done', '', :now, '', 0, 0, 0, 12)""",
            id=clock.new_id(),
            user=user_id,
            model=model_id,
            now=clock.now(),
        )


def export(data: Path, archive: Path, scope: scopes.Scope = scopes.EVERYTHING) -> None:
    """Everything, or this, as an archive."""
    with house(data), archive.open("wb") as file:
        exporting.write(rights.machine(), scope, file)


def bring(data: Path, archive: Path, quota_mb: int | None = None, **options) -> str:
    """Take an archive in; what is told of it."""
    with house(data):
        if quota_mb is not None:
            settings.change(rights.machine(), quota_mb=quota_mb)
        try:
            return "\n".join(run(rights.machine(), archive, **options).lines())
        except Refusal as refusal:
            return f"Refused: {refusal.message}"


def keyed(data: Path, archive: Path) -> list[str]:
    """Take an archive in where this machine has a key of its own; the addresses to which that one goes then."""
    with house(data):
        config.use(replace(config.current, openai_key="sk-own"))
        run(rights.machine(), archive)
        rows = db.fetch_all("select url from provider where kind = 'environment'")
        return [row[0] for row in rows]


def asked(data: Path, sql: str, *values) -> list[tuple]:
    """What the database says."""
    with house(data):
        return db.fetch_all(sql, *values)


def count(data: Path) -> dict[str, int]:
    """How many rows each table has."""
    with house(data):
        tables = [row[0] for row in db.fetch_all("select name from sqlite_master where type = 'table'")]
        return {name: db.fetch_all(f'select count(*) from "{name}"')[0][0] for name in tables}


def opening(data: Path, locked: str, password: str, link: str) -> tuple[str, str]:
    """What a password and a link open that worked where the archive was made: the refusals."""
    with house(data):
        found = []
        for ask in (
            lambda: pastes.find(locked, someone("ada@example.org"), password=password),
            lambda: sharing.opened(link, Caller()),
        ):
            try:
                ask()
                found.append("opened")
            except Refusal as refusal:
                found.append(type(refusal).__name__)
        return found[0], found[1]


def erased(data: Path, email: str, paste: str) -> None:
    """Somebody deletes a paste for good."""
    with house(data):
        pastes.trash(someone(email), paste)
        pastes.erase(someone(email), paste)


def taken(data: Path, email: str) -> None:
    """Somebody has given the names already that the archive's things have."""
    with house(data):
        me = someone(email)
        prompts.create(me, "greet", "Hi")
        spaces.create(me, "Kitchen")
        folders.create(me, "Teas")


def fill(data: Path, email: str, count: int, chats: int) -> None:
    """So many more of the same."""
    with house(data):
        me = someone(email)
        for n in range(count):
            pastes.create(me, [Piece(f"{n}.txt", f"tea {n}\n")])
        for n in range(chats):
            belongings.chat_with(me, 20, f"Some **words** about tea, in chat {n}:")


def little(data: Path, archive: Path) -> None:
    """A workspace with one thing of each kind, and its archive."""
    settle(data, ("ada@example.org", "admin"))
    with house(data):
        ada = someone("ada@example.org")
        pastes.create(ada, [Piece("a", "tea"), Piece("b", data=belongings.BIG)])
        pastes.star(ada, pastes.create(ada, [Piece("s", "star")]).paste.id)
        belongings.file(ada, "f", b"1", folder_id=folders.create(ada, "Teas").id)
        belongings.tree(ada)
        settings.change(rights.machine(), workspace="Little")
    export(data, archive)
