"""Something of every kind that a person can own, so that what goes out and comes in again is all of it."""

from types import SimpleNamespace

from app import clock, db, files, holdings, pastes, presets, projects, prompts, spaces
from app.chats import attaching, drafts, placing, sharing
from app.files import folders
from app.items import Piece
from app.pastes import finding
from app.rights import Caller

# More than lies in a row, and no text.
BIG = b"\0big" * 20_000
TREE = """insert into message (id, chat_id, parent_id, sequence, role, state, model, html, error_kind, error, left_out,
    usage_id, finish, comparison, boot, created_at, finished_at, tokens_in, tokens_out, cost)
    values (:id, :chat, :parent, :sequence, :role, :state, :model, '<p>made</p>', '', '', 0, 'u1', 'stop', '', '',
    :at, :at, 12, 34, 56)"""
PART = """insert into part (message_id, n, kind, text, duration_us, call_id, name, verb, arguments, state, target_kind,
    target_id, revision) values (:id, :n, :kind, :text, 7, :call, :name, '', '', :state, '', '', 0)"""


def add(tx, chat: str, parent: str | None, role: str, parts, *, sequence: int = 0, state: str = "done", at: int = 0):
    """A message with its parts; its id."""
    id = clock.new_id()
    told = {"id": id, "chat": chat, "parent": parent, "sequence": sequence, "role": role, "state": state}
    tx.run(TREE, **told, model="words" if role == "assistant" else "", at=at or clock.now())
    for n, (kind, text, *more) in enumerate(parts):
        call, name = more or ("", "")
        state_of = "done" if kind == "call" else ""
        tx.run(PART, id=id, n=n, kind=kind, text=text, call=call, name=name, state=state_of)
    return id


def tree(me: Caller, title: str = "Tea [at] four", words: str = "Which tea?") -> str:
    """A chat with two answers to one question, thoughts, a call of a tool, and an answer that is being written."""
    id, now = clock.new_id(), clock.now()
    with db.write() as tx:
        tx.run(
            """insert into chat (id, user_id, title, title_by, system, temperature, effort, verbs, project_id,
            preset_id, source, created_at, changed_at)
            values (:id, :me, :title, 'person', 'Be brief.', 0.25, '', '', '', '', '', :now, :now)""",
            id=id,
            me=me.id,
            title=title,
            now=now,
        )
        question = add(tx, id, None, "user", [("text", words)])
        thinks = [
            ("reasoning", "Hm."),
            ("text", "Let me look."),
            ("call", "", "c1", "search"),
            ("result", "12", "c1", ""),
        ]
        leaf = add(tx, id, question, "assistant", [*thinks, ("text", "Green tea, **hot**.")])
        add(tx, id, question, "assistant", [("text", "Black tea.")], sequence=1)
        again = add(tx, id, leaf, "user", [("text", "Why?")])
        running = add(tx, id, again, "assistant", [], state="running")
        tx.run("insert into piece (message_id, n, kind, text) values (:id, 0, 'text', 'Because it')", id=running)
        tx.run("update message set finished_at = null where id = :id", id=running)
        tx.run("update chat set leaf_id = :leaf where id = :id", leaf=running, id=id)
    return id


def furnish(me: Caller, friend: Caller) -> SimpleNamespace:
    """One of everything, owned by `me` and shared with `friend` where it can be; the ids."""
    it = SimpleNamespace(space=spaces.create(me, "Kitchen").id, chat=tree(me))
    spaces.welcome(me, it.space, friend.email, "reader")
    it.project = projects.create(me, "Teas / of the north", "Answer in *one* sentence.").id
    placing.move(me, it.chat, it.project)
    placing.tag(me, it.chat, ["tea", "asia"])
    it.link = sharing.share(me, it.chat, extent="live")[1]
    it.paste = pastes.create(
        me, [Piece("a.py", "x = 1\n"), Piece("b", data=BIG)], title="Code: [x]", tags=["t"]
    ).paste.id
    pastes.revise(me, it.paste, [Piece("a.py", "x = 2\n"), Piece("b", data=BIG)], base=1)
    holdings.share(finding.PASTES, me, it.paste, "person", email=friend.email)
    it.locked = pastes.create(
        me, [Piece("s", "behind a password")], visibility="unlisted", password="tea for two"
    ).paste.id
    it.trashed = pastes.create(me, [Piece("t", "in the trash")]).paste.id
    pastes.trash(me, it.trashed)
    it.fork = pastes.fork(me, it.paste).id
    it.folder = folders.create(me, "Teas").id
    it.inner = folders.create(me, "Green", parent_id=it.folder).id
    it.file = file(me, "Löffel?.txt", b"green tea\n", folder_id=it.inner)
    files.revise(me, it.file, files.arrived(me, BIG + b"2", "x"), base=1)
    it.shared_folder = folders.create(me, "Common", space_id=it.space).id
    it.common = file(me, "common.bin", BIG, folder_id=it.shared_folder)
    it.private = pastes.create(me, [Piece("p", "nobody else")], space_id=it.space, visibility="private").paste.id
    it.prompt = prompts.create(me, "greet", "Hello {name}").id
    it.preset = presets.create(me, "Teas", presets.Settings(about="tea", instructions="Be brief.")).id
    pastes.star(me, it.paste)
    attaching.add(me, "chat", it.chat, "file", it.file)
    attaching.add(me, "project", it.project, "paste", it.paste)
    drafts.keep(me, it.chat, "What I was about to")
    attaching.add(me, "draft", f"{me.id}:", "file", it.file)
    with db.write() as tx:
        tx.run(
            """insert into response (id, user_id, key_id, model, status, input, body, created_at)
            values (:id, :me, 'k', 'words', 'completed', '[]', '{}', :now)""",
            id=clock.new_id(),
            me=me.id,
            now=clock.now(),
        )
    return it


def file(me: Caller, name: str, data: bytes, **options) -> str:
    """A file; its id."""
    return files.create(me, files.arrived(me, data, name), name, **options).id


def chat_with(me: Caller, count: int, words: str) -> str:
    """A chat of so many messages, each on top of the one before; its id."""
    id = tree(me)
    with db.write() as tx:
        parent = None
        for n in range(count):
            parent = add(tx, id, parent, "user" if n % 2 == 0 else "assistant", [("text", f"{words} {n}")])
        tx.run("update chat set leaf_id = :leaf where id = :id", leaf=parent, id=id)
    return id
