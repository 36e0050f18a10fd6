"""Files: stored by what they hold, under a name of their own where they lie, with versions, folders and the trash."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app import blobs, clock, db, files, items, rights, spaces
from app.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Stale
from app.files import folders
from app.rights import MEMBER

BIG = bytes(range(256)) * 400  # more than lies in a row, and no text


def caller(person, name: str) -> rights.Caller:
    return rights.Caller(id=person.id, name=name, role=MEMBER, address="192.0.2.1")


@pytest.fixture
def me(bob):
    return caller(bob, "Bob")


@pytest.fixture
def other(charlie):
    return caller(charlie, "Charlie")


def new(me, name: str = "notes.txt", data: bytes = b"green tea\n", **options) -> files.File:
    return files.create(me, files.arrived(me, data, name), name, **options)


def names(page: files.Page) -> list[str]:
    return [row.title for row in page.rows]


def test_a_file_is_what_came_under_its_name_with_its_type_told_by_content(me, other):
    file = new(me, "Tea list.txt")
    found = files.find(file.id, me)
    assert (found.name, found.type, found.size, found.part.content) == ("Tea list.txt", "text/plain", 10, "green tea\n")
    assert found.can_write and found.is_mine
    with pytest.raises(NotFound):
        files.find(file.id, other)
    picture = new(me, "lies.txt", b"\x89PNG\r\n\x1a\n" + BIG)
    assert picture.type == "image/png"
    with blobs.open(picture.hash) as bytes_of:
        assert bytes_of.read() == b"\x89PNG\r\n\x1a\n" + BIG
    assert items.room.used(me.id) == 10 + 8 + len(BIG)


def test_the_same_bytes_twice_are_two_files_and_one_blob(me, other):
    first, second = new(me, "a.bin", BIG), new(other, "b.bin", BIG)
    assert first.hash == second.hash and first.id != second.id
    assert len(db.fetch_all("select 1 from blob where hash = ?", first.hash)) == 1
    files.trash(me, first.id)
    files.erase(me, first.id)
    with blobs.open(files.find(second.id, other).hash) as kept:
        assert kept.read() == BIG


def test_a_name_that_is_taken_gets_a_number_or_becomes_a_version_or_is_refused(me):
    first = new(me, "Tea.txt")
    assert new(me, "tea.TXT").name == "tea (2).TXT"
    assert new(me, "Tea.txt").name == "Tea (3).txt"
    again = new(me, "Tea.txt", b"black tea\n", clash="revise")
    assert (again.id, again.revision.number, again.name) == (first.id, 2, "Tea.txt")
    with pytest.raises(Conflict, match="already"):
        new(me, "Tea.txt", clash="refuse")
    assert new(me, "Tea.txt", folder_id=folders.create(me, "Elsewhere").id).name == "Tea.txt"
    with pytest.raises(Conflict):
        files.rename(me, again.id, "tea (2).txt")
    assert files.rename(me, again.id, "TEA.txt").title == "TEA.txt"  # only the case of its own


def test_those_who_store_at_once_get_files_or_versions_and_never_half_of_one(me):
    def store(n: int) -> files.File:
        return files.create(
            me, files.arrived(me, b"green tea, cup %d" % n), "Tea.txt", clash=("revise", "rename")[n % 2]
        )

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(store, range(12)))
    page = files.mine(me)
    assert len({row.title.casefold() for row in page.rows}) == len(page.rows)
    assert len({(file.id, file.revision.number) for file in made}) == 12
    for n, file in enumerate(made):
        assert files.find(file.id, me, number=file.revision.number).part.content == f"green tea, cup {n}"


@pytest.mark.parametrize("name", ["a/b", "..", "a\\b", "x" * 201, "a\x00b", "a\u202etxt.exe", "\ud800"])
def test_a_name_that_is_none_is_refused_with_a_sentence(me, name):
    with pytest.raises(Invalid) as refused:
        files.create(me, files.arrived(me, b"x"), name)
    assert refused.value.field == "name"
    assert files.mine(me).rows == []


def test_versions_are_kept_and_come_back_under_the_present_name(me):
    file = new(me, "plan.txt", b"one")
    second = files.revise(me, file.id, files.arrived(me, b"two"), base=1, note="Better")
    assert (second.revision.number, second.revision.base, second.part.content) == (2, 1, "two")
    with pytest.raises(Stale) as stale:
        files.revise(me, file.id, files.arrived(me, b"late"), base=1)
    assert stale.value.current == 2 and "-two" in stale.value.difference and "+late" in stale.value.difference
    with pytest.raises(Stale):
        files.revise(me, file.id, files.arrived(me, BIG), base=1)
    assert files.revise(me, file.id, files.arrived(me, b"two"), base=2).revision.number == 2  # the same is no version
    files.rename(me, file.id, "The plan.txt")
    back = files.restore_revision(me, file.id, 1, 2)
    assert (back.name, back.part.content, back.revision.restores) == ("The plan.txt", "one", 1)
    assert [past.revision.number for past in files.history(file.id, me)] == [3, 2, 1]
    assert files.find(file.id, me, number=2).name == "plan.txt"
    assert items.room.used(me.id) == 9


def test_folders_lie_in_each_other_but_not_in_themselves_nor_too_deep(me, other):
    bills = folders.create(me, "Bills")
    year = folders.create(me, "2026", bills.id)
    assert [each.name for each in folders.path(me, year.id)] == ["Bills", "2026"]
    assert folders.at(me, "bills/2026").folder_id == year.id
    deep = folders.at(me, "bills/2026/" + "/".join(f"f{n}" for n in range(14)), make=True).folder_id
    with pytest.raises(Conflict, match="At most 16"):
        folders.create(me, "f14", deep)
    with pytest.raises(Conflict, match="in itself"):
        folders.move(me, bills.id, deep)
    with pytest.raises(Conflict, match="At most 16"):
        folders.move(me, bills.id, folders.create(me, "Around").id)
    with pytest.raises(Conflict, match="already"):
        folders.create(me, "BILLS")
    for refused in ("", "a/b", "..", "\u202e"):
        with pytest.raises(Invalid):
            folders.create(me, refused)
    for ask in (folders.find, lambda id, who: folders.create(who, "x", id), lambda id, who: folders.trash(who, id)):
        with pytest.raises(NotFound):
            ask(bills.id, other)
    assert [(folder.name, depth) for folder, depth in folders.tree(me)][:3] == [
        ("Around", 0),
        ("Bills", 0),
        ("2026", 1),
    ]


def test_a_trashed_folder_takes_its_files_along_and_gives_them_back(me):
    bills = folders.create(me, "Bills")
    year = folders.create(me, "2026", bills.id)
    inside, earlier = new(me, "may.txt", folder_id=year.id), new(me, "old.txt", folder_id=year.id)
    files.trash(me, earlier.id)
    folders.trash(me, bills.id)
    with pytest.raises(Gone):
        files.find(inside.id, me)
    with pytest.raises(Gone):
        folders.find(year.id, me)
    assert [each.name for each in folders.trashed(me)] == ["Bills"]
    assert names(files.mine(me, trashed=True)) == ["old.txt"]
    folders.create(me, "Bills")
    assert folders.untrash(me, bills.id).name == "Bills (2)"
    assert names(files.mine(me, folder=year.id)) == ["may.txt"]
    with pytest.raises(Gone):
        files.find(earlier.id, me)
    folders.trash(me, bills.id)
    files.untrash(me, earlier.id)
    assert names(files.mine(me, folder="")) == ["old.txt"]
    folders.erase(me, bills.id)
    with pytest.raises(NotFound):
        files.find(inside.id, me)
    assert db.fetch("select 1 from folder where id = ?", year.id) is None


def test_old_folders_leave_the_trash_after_their_files(me):
    bills = folders.create(me, "Bills")
    file = new(me, folder_id=bills.id)
    folders.trash(me, bills.id)
    with db.write() as tx:
        for table in ("item", "folder"):
            tx.run(f"update {table} set trashed_at = 1 where id in (:file, :folder)", file=file.id, folder=bills.id)
    folders.sweep()
    assert db.fetch("select 1 from folder where id = ?", bills.id)
    items.sweep()
    folders.sweep()
    assert db.fetch("select 1 from folder where id = ?", bills.id) is None


def test_what_lies_in_a_spaces_folder_is_its_members(me, other, charlie):
    space = spaces.create(me, "Kitchen")
    recipes = folders.create(me, "Recipes", space_id=space.id)
    file = new(me, "cake.txt", folder_id=recipes.id)
    assert (file.item.space_id, file.item.visibility) == (space.id, "space")
    with pytest.raises(NotFound):
        files.find(file.id, other)
    spaces.welcome(me, space.id, charlie.email, "writer")
    assert files.find(file.id, other).can_write
    assert names(files.mine(other, folder=recipes.id)) == ["cake.txt"]
    theirs = new(other, "cake.txt", b"better", folder_id=recipes.id, clash="revise")
    assert theirs.id == file.id and theirs.revision.number == 2
    pie = new(other, "pie.txt", folder_id=recipes.id)
    with pytest.raises(Conflict, match="other people"):
        folders.trash(me, recipes.id)
    with pytest.raises(Forbidden):
        folders.trash(other, recipes.id)
    theirs = folders.create(other, "Theirs", space_id=space.id)
    folders.trash(me, theirs.id)  # a manager may
    with pytest.raises(Gone):
        folders.find(theirs.id, other)
    assert folders.untrash(me, theirs.id).trashed_at is None
    with pytest.raises(Forbidden, match="Only its owner"):
        files.move(me, [pie.id])
    top = files.move(me, [pie.id], space_id=space.id)[0]  # within the space every writer may
    assert (top.folder_id, top.space_id) == ("", space.id)
    home = files.move(other, [pie.id])[0]
    assert (home.space_id, home.visibility) == ("", "private")
    with pytest.raises(NotFound):
        files.find(pie.id, me)


def test_a_folder_that_moves_into_a_space_takes_its_files_there(me, other, charlie):
    space = spaces.create(me, "Kitchen")
    spaces.welcome(me, space.id, charlie.email, "reader")
    mine = folders.create(me, "Recipes")
    file = new(me, "cake.txt", folder_id=folders.create(me, "Sweet", mine.id).id)
    folders.move(me, mine.id, space_id=space.id)
    assert files.find(file.id, other).role == "reader"
    with pytest.raises(Forbidden):
        folders.rename(other, mine.id, "Cakes")
    with pytest.raises(Forbidden):
        new(other, "pie.txt", folder_id=mine.id)
    folders.move(me, mine.id)
    with pytest.raises(NotFound):
        files.find(file.id, other)
    assert files.find(file.id, me).item.visibility == "private"


def test_a_file_that_is_opened_to_a_space_where_it_lies_stays_open_in_another_folder(me, other, charlie):
    space = spaces.create(me, "Kitchen")
    spaces.welcome(me, space.id, charlie.email, "reader")
    file = new(me, "cake.txt", folder_id=folders.create(me, "Mine").id)
    files.change(me, file.id, visibility="space", space_id=space.id)
    assert names(files.mine(other, space=space.id, folder="")) == ["cake.txt"]
    files.move(me, [file.id], folders.create(me, "Also mine").id)
    assert files.find(file.id, other).role == "reader"
    files.change(me, file.id, visibility="private")
    with pytest.raises(NotFound):
        files.find(file.id, other)


def test_what_is_hidden_from_a_space_takes_no_name_there(me, other, charlie):
    space = spaces.create(me, "Kitchen")
    spaces.welcome(me, space.id, charlie.email, "writer")
    file = new(me, "cake.txt", space_id=space.id)
    files.change(me, file.id, visibility="private")
    assert new(other, "cake.txt", space_id=space.id).name == "cake.txt"


def test_many_files_move_together_or_not_at_all(me, other):
    one, two, theirs = new(me, "a.txt"), new(me, "b.txt"), new(other, "c.txt")
    there = folders.create(me, "There")
    new(me, "a.txt", folder_id=there.id)
    with pytest.raises(NotFound):
        files.move(me, [one.id, theirs.id], there.id)
    assert sorted(names(files.mine(me, folder=""))) == ["a.txt", "b.txt"]
    files.move(me, [one.id, two.id], there.id)
    again = new(me, "b.txt", folder_id=folders.create(me, "Else").id)
    files.move(me, [one.id, two.id, again.id])
    assert names(files.mine(me, folder="", order="name")) == ["a (2).txt", "b (2).txt", "b.txt"]
    files.move(me, [one.id, two.id], there.id)
    assert names(files.mine(me, folder=there.id, order="name")) == ["a (2).txt", "a.txt", "b.txt"]


def test_lists_are_sorted_filtered_and_turned_page_by_page(me):
    for n in range(5):
        new(me, f"file {n}.txt", b"x" * (5 - n), tags=["even"] if n % 2 == 0 else [])
    new(me, "photo.png", b"\x89PNG\r\n\x1a\n" + BIG)
    assert names(files.mine(me, type="picture")) == names(files.mine(me, type="image/*")) == ["photo.png"]
    assert names(files.mine(me, tag="even", order="name")) == ["file 0.txt", "file 2.txt", "file 4.txt"]
    assert names(files.mine(me, words="file 3")) == ["file 3.txt"]
    for order in ("changed", "created", "name", "size"):
        whole, before, found = names(files.mine(me, order=order)), "", []
        for _ in range(3):
            page = files.mine(me, order=order, before=before, limit=2)
            found, before = found + names(page), page.next
        assert found == whole and before == ""
    assert names(files.mine(me, order="size"))[:2] == ["photo.png", "file 0.txt"]
    with pytest.raises(Invalid):
        files.mine(me, order="colour")
    with pytest.raises(Invalid):
        files.mine(me, before="nowhere")


def test_a_copy_is_ones_own_and_stays_when_the_other_goes(me, other):
    file = new(me, "photo.bin", BIG)
    files.share(me, file.id, "person", user_id=other.id)
    copy = files.copy(other, file.id)
    files.trash(me, file.id)
    files.erase(me, file.id)
    assert files.find(copy.id, other).hash == file.hash
    with blobs.open(copy.hash) as kept:
        assert kept.read() == BIG
    assert items.room.used(me.id) == 0 and items.room.used(other.id) == len(BIG)


def test_a_page_of_fifty_files_of_three_thousand_is_quick(me):
    row = new(me, "first.txt")
    with db.write() as tx:
        for n in range(3000):
            values = {"id": f"{row.id}{n:05}", "title": f"file {n}.txt", "at": clock.now() + n, "me": me.id}
            tx.run(
                """insert into item (id, kind, owner_id, space_id, folder_id, title, visibility, current, size,
                password, burns, sealed, views, edit_digest, delete_digest, address, created_at, changed_at, trashed_by)
                values (:id, 'file', :me, '', '', :title, 'private', 1, 1, '', 0, 0, 0, '', '', '', :at, :at, '')""",
                **values,
            )
    for order in ("changed", "name"):
        began = clock.now()
        for _ in range(5):
            assert len(files.mine(me, folder="", order=order).rows) == 50
        assert (clock.now() - began) / 5 < 60_000  # microseconds; 15,000 alone on a machine
