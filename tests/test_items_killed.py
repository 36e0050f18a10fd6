"""Kill -9 at each line of what pastes write: what was acknowledged is there, all else is there whole or not at all."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import accounts, blobs, clock, config, db, items, logs, migrations, pastes, rights
from app.items import Piece
from tests.killing import HOUSE, kill_at_each_line

pytestmark = [pytest.mark.slow, pytest.mark.long]
BIG = b"\0big" * 20_000
NAME = "life@example.org"
FILES = ("app/items/storing.py", "app/items/room.py", "app/items/ending.py", "app/items/counting.py")
BYTES = ("app/blobs/keeping.py", "app/disk.py")
VERBS = ("making", "revising", "revealing", "changing", "sharing")


def opened(data: Path) -> None:
    """The house below the app."""
    logs.start("error")
    config.use(config.Config(data=data, replica="off"))
    db.open(data / "inglenook.db")
    migrations.bring_up(data / "inglenook.db")


def furnish(data: Path) -> None:
    """A person with a paste, and one that is over."""
    opened(data)
    accounts.add(rights.machine(), NAME, "Life", "member", "a long enough password")
    pastes.create(me(), [Piece("a.txt", "first"), Piece("b", data=BIG)], title="First", tags=["t"])
    over = pastes.create(me(), [Piece("over", data=BIG + b"over")]).paste
    with db.write() as tx:
        tx.run("update item set expires_at = 1 where id = :id", id=over.id)
    db.close()


def first() -> str:
    """The paste that is there before the deed."""
    return str(db.fetch("select id from item where title = 'First'")[0])


def me() -> rights.Caller:
    (id,) = db.fetch("select id from account where email = ?", NAME)
    return rights.Caller(id=id, name="Life", role="member")


def beginning(data: Path) -> Callable[..., None]:
    """The house is opened; what is called with what was acknowledged writes it down."""
    opened(data)

    def done(*words: object) -> None:
        with (data / "done").open("a") as file:
            print(*words, file=file, flush=True)

    return done


def writing(data: Path) -> None:
    """A paste is made, revised and restored."""
    done, who = beginning(data), me()
    id = pastes.create(who, [Piece("a.txt", "one"), Piece("b", data=BIG)], title="One", tags=["t"]).paste.id
    done(id, 1)
    pastes.revise(who, id, [Piece("a.txt", "two"), Piece("b", data=BIG[:-1])], base=1, title="Two")
    done(id, 2)
    pastes.restore_revision(who, id, 1, 2)
    done(id, 3)


def leaving(data: Path) -> None:
    """A paste is forked, shared, changed, thrown away, taken back and erased."""
    done, who = beginning(data), me()
    id = pastes.fork(who, first()).id
    done(id, 1)
    share, _ = pastes.share(who, id, "link")
    pastes.change(who, id, visibility="public", max_views=5, tags=["u"])
    pastes.unshare(who, id, share.id)
    pastes.find(id, rights.Caller())
    pastes.trash(who, id)
    pastes.untrash(who, id)
    pastes.trash(who, id)
    done(id, 0)
    pastes.erase(who, id)


def burning(data: Path) -> None:
    """A paste burns, and what is over is swept."""
    done, who = beginning(data), me()
    parts = [Piece("c.txt", "burns"), Piece("d", data=BIG)]
    id = pastes.create(who, parts, visibility="unlisted", burns=True).paste.id
    pastes.reveal(rights.Caller(), id)
    done(id, 0)
    items.sweep()


def lived(data: Path, n: int) -> None:
    """Every item has all its revisions and parts, all bytes are there, and the sums are right."""
    opened(data)
    file = data / "done"
    last = dict(line.split() for line in file.read_text().splitlines()) if file.exists() else {}
    for id, number in last.items():
        row = db.fetch("select current, trashed_at, title from item where id = ?", id)
        if number == "0":
            assert row is None or row[1] is not None
        else:
            assert row is not None and row[0] >= int(number)
    for id, current, size, title in db.fetch_all("select id, current, size, title from item"):
        numbers = db.fetch_all("select number, size, title from revision where item_id = ? order by number", id)
        assert [row[0] for row in numbers] == list(range(1, current + 1))
        assert sum(row[1] for row in numbers) == size and numbers[-1][2] == title
        for number, total, _ in numbers:
            sql = "select hash, size, text from itempart where item_id = ? and number = ?"
            parts = db.fetch_all(sql, id, number)
            assert sum(part[1] for part in parts) == total
            for hash, _, text in parts:
                if text is None:
                    with blobs.open(hash) as file:
                        assert hashlib.sha256(file.read()).hexdigest() == hash
                    assert db.fetch("select 1 from blobuse where hash = ? and target_id = ?", hash, id)
        said = [row[0] for row in db.fetch_all("select what from change where target_id = ? order by seq", id)]
        assert said[0] == "created" and said.count("revised") == current - 1 and "deleted" not in said
    for table in ("revision.item_id", "itempart.item_id", "tag.target_id", "share.target_id"):
        name, column = table.split(".")
        assert not db.fetch(f"select 1 from {name} where {column} not in (select id from item)"), table
    assert not db.fetch("select 1 from blobuse where kind = 'item' and target_id not in (select id from item)")
    assert db.fetch("select used from room") == db.fetch("select coalesce(sum(size), 0) from item")
    assert items.sweep() <= 1 and not db.fetch("select 1 from item where expires_at < ?", clock.now())


@pytest.mark.parametrize("deed", ["writing", "leaving", "burning"])
def test_what_pastes_write_may_be_killed_at_each_line(tmp_path, deed):
    before = tmp_path / "data"
    before.mkdir()
    script = f"import tests.test_items_killed as t, pathlib; t.furnish(pathlib.Path({str(before)!r}))"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=HOUSE)
    files = (*FILES, *BYTES, *(f"app/pastes/{name}.py" for name in VERBS))
    here = "tests.test_items_killed"
    lines = kill_at_each_line(f"{here}:{deed}", f"{here}:lived", before, *files)
    assert lines > 80
