"""Makes the golden database of a schema: `python tests/golden/make.py CHECKOUT`, once, when the schema is released.

CHECKOUT is the house at the commit of that release (`git worktree add /tmp/house COMMIT`). Its own code writes people,
chats, providers and jobs; the dump goes to tests/golden/schema-N.sql. Never make one anew: what was released stays.
"""

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
# Opens the sealed keys of every golden database.
SECRET = "golden-" * 6
PASSWORD = "a long enough password"


def fill(house, upstream) -> None:
    """A little of everything, through the product's own verbs and pages."""
    from app import accounts, chats, clock, db, providers, rights, settings, spaces
    from app.accounts import groups
    from tests.conftest import Person

    machine = rights.machine()
    ada, _ = accounts.add(machine, "ada@example.org", "Ada", "admin", PASSWORD)
    bob, _ = accounts.add(machine, "bob@example.org", "Bob", "member", PASSWORD)
    me = rights.Caller(id=ada.id, role="admin", door="page")
    settings.change(machine, workspace="The golden house")
    groups.join(me, groups.create(me, "Readers").id, bob.id)
    spaces.welcome(me, spaces.create(me, "The library").id, "bob@example.org", "writer")
    provider = providers.add(machine, "golden", upstream.url, key="right")
    model = providers.add_model(machine, provider.id, "words-20")
    with Person(house, "ada@example.org") as person:
        assert person.sign_in(PASSWORD).status_code == 200
        for n, text in enumerate(("Where does the river bend?", "Ünïcode 漢字 👩‍👩‍👧", "To be deleted")):
            page = person.post("/chats", data={"text": text, "key": clock.new_id(), "model": model.id})
            id = str(page.url).rpartition("/")[2].partition("#")[0]
            while "aria-busy" in person.get(f"/chats/{id}").text:
                time.sleep(0.05)
            chats.rename(me, id, f"Golden {n}")
        chats.delete(me, id)
        if db.fetch("pragma user_version")[0] >= 4:
            fill_pastes(me)
        if db.fetch("pragma user_version")[0] >= 5:
            fill_files(me)
    with db.write() as tx:
        tx.later("tests.someday", 1, me=me, run_at=2**62)
        tx.later("tests.broken", run_at=2**62)
        tx.run(
            "update job set state = :state, attempts = 5, error = 'It broke.' where name = 'tests.broken'",
            state="failed" if db.fetch("pragma user_version") == (1,) else "dead",
        )


def fill_pastes(me) -> None:
    """What came with schema 4: a paste with two revisions, a tag and a share, and one in the trash."""
    from app import items, pastes

    pieces = [items.Piece(name="tea.py", text="print('tea')\n")]
    made = pastes.create(me, pieces, title="Golden tea", expires_in=None, tags=("tea",)).paste.item
    pastes.revise(me, made.id, [*pieces, items.Piece(name="notes.md", text="# Notes\n")], base=1)
    pastes.share(me, made.id, audience="link", role="reader")
    pastes.trash(me, pastes.create(me, pieces, title="Golden dust").paste.item.id)


def fill_files(me) -> None:
    """What came with schema 5: a file with two versions in a folder, a prompt, a preset, and a project with a chat."""
    from app import db, files, presets, projects, prompts
    from app.chats import attaching, many

    folder = files.folders.create(me, "Golden folder")
    made = files.create(me, files.arrived(me, b"tea,cups\nassam,3\n", "tea.csv"), "tea.csv", folder_id=folder.id)
    files.revise(me, made.id, files.arrived(me, b"tea,cups\nassam,4\n", "tea.csv"), base=1)
    files.share(me, made.id, audience="link", role="reader", max_uses=10)
    prompts.create(me, "tea", "Tell me of {{kind=assam}} in one line.", tags=("tea",))
    presets.create(me, "Golden preset", presets.Settings(instructions="Be brief.", temperature=0.5))
    project = projects.create(me, "Golden project", "Speak of tea.")
    attaching.add(me, "project", project.id, "file", made.id)
    (chat,) = db.fetch("select id from chat where user_id = ? and deleted_at is null order by id limit 1", me.id)
    many.move(me, [chat], project.id)


def dump(path: Path) -> tuple[int, str]:
    """The schema number and the whole database as SQL."""
    connection = sqlite3.connect(path)
    connection.text_factory = str
    number = connection.execute("pragma user_version").fetchone()[0]
    lines = [f"PRAGMA user_version={number};", *connection.iterdump()]
    connection.close()
    return number, "\n".join(lines) + "\n"


def main(checkout: str) -> None:
    sys.path.insert(0, checkout)
    sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != HERE]
    from tests.conftest import House
    from tests.upstream import Upstream

    with tempfile.TemporaryDirectory() as place, Upstream() as upstream:
        data = Path(place)
        (data / "secret.key").touch(mode=0o600)
        (data / "secret.key").write_text(SECRET + "\n")
        house = House(data)
        house.start()
        try:
            fill(house, upstream)
        finally:
            house.stop()
        number, text = dump(data / "inglenook.db")
    (HERE / f"schema-{number}.sql").write_text(text)


if __name__ == "__main__":
    main(sys.argv[1])
