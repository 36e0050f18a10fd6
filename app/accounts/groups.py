"""Groups: named sets of people, to whom models are given."""

from app import clock, db
from app.accounts.people import Group, GroupMember, User, must_still_be_admin, one
from app.db import Transaction, select
from app.errors import Conflict, Invalid, NotFound
from app.rights import Caller

LONGEST = 60


def all(me: Caller) -> list[tuple[Group, int]]:
    """Every group with the number of its members, by name. Raises Forbidden for members."""
    me.must_be_admin()
    counts = dict(db.fetch_all("select group_id, count(*) from groupmember group by group_id"))
    with db.read() as reading:
        rows = sorted(reading.exec(select(Group)).all(), key=lambda group: group.name.lower())
    return [(group, counts.get(group.id, 0)) for group in rows]


def find(id: str, me: Caller) -> Group:
    """The group. Raises Forbidden for members, NotFound."""
    me.must_be_admin()
    with db.read() as reading:
        group = reading.get(Group, id)
    if group is None:
        raise NotFound("There is no such group.")
    return group


def members(me: Caller, group: Group) -> list[User]:
    """The people in the group, by name."""
    me.must_be_admin()
    with db.read() as reading:
        rows = reading.exec(select(User).join(GroupMember).where(GroupMember.group_id == group.id)).all()
    return sorted(rows, key=lambda user: user.name.lower())


def of(me: Caller, user_id: str) -> list[Group]:
    """The groups that a person is in, by name: for oneself or for admins. Raises NotFound."""
    me.must_be_known()
    if not (me.is_admin or me.id == user_id):
        raise NotFound("There is no such person.")
    with db.read() as reading:
        rows = reading.exec(select(Group).join(GroupMember).where(GroupMember.user_id == user_id)).all()
    return sorted(rows, key=lambda group: group.name.lower())


def create(me: Caller, name: str) -> Group:
    """A new, empty group. Raises Forbidden, Invalid."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        group = tx.add(Group(id=clock.new_id(), name=free(tx, name), created_at=clock.now()))
        tx.audit(me, "groups.create", group)
    return group


def rename(me: Caller, id: str, name: str) -> Group:
    """Give a group another name. Raises Forbidden, NotFound, Invalid."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        group = kept(tx, id)
        if group.name != name.strip():
            group.name = free(tx, name, id)
            tx.add(group)
            tx.audit(me, "groups.rename", group)
    return group


def delete(me: Caller, id: str) -> None:
    """Delete a group. Raises Forbidden, NotFound, and Conflict while models are given to it."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        group = kept(tx, id)
        # A model without groups is for everybody: deleting the last one must not open it silently.
        models = tx.run("select count(*) from modelgroup where group_id = :id", id=id).scalar()
        if models:
            raise Conflict(f"{models} of the models are given to {group.name}. Give them to others first.")
        for table in ("budget", "usage_limit"):
            tx.run(f"delete from {table} where kind = 'group' and target_id = :id", id=id)
        tx.run("delete from groupmember where group_id = :id", id=id)
        tx.delete(group)
        tx.audit(me, "groups.delete", id)


def join(me: Caller, id: str, user_id: str) -> None:
    """Put a person into a group. Raises Forbidden, NotFound."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        group, user = kept(tx, id), one(tx, user_id)
        if tx.find(GroupMember, (group.id, user.id)) is None:
            tx.add(GroupMember(group_id=group.id, user_id=user.id))
            tx.audit(me, "groups.join", group, note=user.id)


def leave(me: Caller, id: str, user_id: str) -> None:
    """Take a person out of a group. Raises Forbidden, NotFound."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        member = tx.find(GroupMember, (id, user_id))
        if member is None:
            raise NotFound("This person is not in the group.")
        tx.delete(member)
        tx.audit(me, "groups.leave", id, note=user_id)


def kept(tx: Transaction, id: str) -> Group:
    """The group in this transaction. Raises NotFound."""
    group = tx.find(Group, id)
    if group is None:
        raise NotFound("There is no such group.")
    return group


def free(tx: Transaction, name: str, but: str = "") -> str:
    """The name, if a group may have it. Raises Invalid."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST:
        raise Invalid(name=f"A name is needed, of at most {LONGEST} characters.")
    if tx.run("select 1 from people_group where lower(name) = lower(:name) and id != :but", name=name, but=but).first():
        raise Invalid(name="There is already a group with this name.")
    return name
