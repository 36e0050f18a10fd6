"""Projects are made, found, changed and taken away; what they tell the chats inside."""

from typing import Any, Protocol

from sqlmodel import func, select

from app import clock, db, providers
from app.errors import Invalid, NotFound, OverLimit
from app.projects.rows import Project
from app.rights import Caller

LONGEST_NAME = 80
LONGEST_INSTRUCTIONS = 64 * 1024
MOST = 500
# What is not given stays as it is.
UNSET: Any = object()
GONE = "This project is not here. It was deleted; its chats are among the others."


class Placed(Protocol):
    """What may lie in a project: a chat."""

    user_id: str
    project_id: str


def create(me: Caller, name: str, instructions: str = "", model_id: str | None = None) -> Project:
    """Make a project. Raises Invalid naming the field, OverLimit beyond 500 of them."""
    me.must_be_known()
    new = checked(me, name=name, instructions=instructions, model_id=model_id)
    now = clock.now()
    project = Project(id=clock.new_id(), user_id=me.id, created_at=now, changed_at=now, **new)
    with db.write() as tx:
        (count,) = tx.run("select count(*) from project where user_id = :me", me=me.id).fetchone()
        if count >= MOST:
            raise OverLimit(f"You have {MOST} projects, which is the most. Delete one first.")
        tx.add(project)
        tx.audit(me, "projects.create", project)
    return project


def find(id: str, me: Caller) -> Project:
    """The project, if it is this person's. Raises NotFound."""
    with db.read() as session:
        return own(session.get(Project, id), me)


def own(project: Project | None, me: Caller) -> Project:
    """The project, if it is this person's. Raises NotFound."""
    if project is None or not me.id or project.user_id != me.id:
        raise NotFound(GONE)
    return project


def mine(me: Caller) -> list[Project]:
    """One's projects by their names."""
    query = select(Project).where(Project.user_id == me.id).order_by(func.lower(Project.name), Project.id)
    with db.read() as session:
        return list(session.exec(query))


def names(me: Caller) -> dict[str, str]:
    """The names of one's projects by their ids, in the order of the names."""
    sql = "select id, name from project where user_id = ? order by lower(name), id"
    return dict(db.fetch_all(sql, me.id))


def change(
    me: Caller, id: str, *, name: str = UNSET, instructions: str = UNSET, model_id: str | None = UNSET
) -> Project:
    """Give it another name, other instructions or another model ('' for none); they hold from the next answer on.
    Raises Invalid naming the field, NotFound."""
    given = {"name": name, "instructions": instructions, "model_id": model_id}
    new = {key: value for key, value in given.items() if value is not UNSET}
    # A model that was taken away meanwhile does not keep its project from being renamed.
    if (new.get("model_id") or None) == find(id, me).model_id:
        new.pop("model_id", None)
    new = checked(me, **new)
    with db.write() as tx:
        project = own(tx.find(Project, id), me)
        for key, value in new.items():
            setattr(project, key, value)
        project.changed_at = clock.now()
        tx.add(project)
        tx.audit(me, "projects.change", project, note=" ".join(new))
    return project


def delete(me: Caller, id: str) -> Project:
    """Take the project away with its instructions; its chats stay, in no project, and so does what was attached.
    Raises NotFound."""
    with db.write() as tx:
        project = own(tx.find(Project, id), me)
        tx.run("update chat set project_id = '' where project_id = :id", id=id)
        tx.run("delete from attachment where holder_kind = 'project' and holder_id = :id", id=id)
        tx.delete(project)
        tx.audit(me, "projects.delete", project)
    return project


def place(me: Caller, id: str) -> str:
    """The id of one's project in which something is to lie, '' for none. Raises Invalid(project=...)."""
    if id and db.fetch("select 1 from project where id = ? and user_id = ?", id, me.id) is None:
        raise Invalid(project=GONE)
    return id


def instructions(chat: Placed) -> str:
    """What models are told first in every chat of its project; '' where it lies in none."""
    row = told(chat, "instructions")
    return str(row[0]).strip() if row else ""


def name_of(chat: Placed) -> str:
    """What the chat's project is called; '' where it lies in none."""
    row = told(chat, "name")
    return str(row[0]) if row else ""


def model_of(me: Caller, id: str) -> str | None:
    """The id of the model with which new chats of the project begin, where the person may still use it."""
    row = db.fetch("select model_id from project where id = ? and user_id = ?", id, me.id) if id else None
    wanted = row[0] if row else None
    return wanted if wanted and any(each.id == wanted for each in providers.available(me)) else None


def told(chat: Placed, column: str) -> tuple[Any, ...] | None:
    """A column of the chat's project; never of one that is somebody else's."""
    if not chat.project_id:
        return None
    sql = f"select {column} from project where id = ? and user_id = ?"
    return db.fetch(sql, chat.project_id, chat.user_id)


def checked(me: Caller, **new: Any) -> dict[str, Any]:
    """What can be kept. Raises Invalid naming the field."""
    refused = {}
    if "name" in new:
        new["name"] = " ".join(new["name"].split())
        if not new["name"]:
            refused["name"] = "Give it a name."
        elif len(new["name"]) > LONGEST_NAME or not new["name"].isprintable():
            refused["name"] = f"Use at most {LONGEST_NAME} characters that can be seen."
    if "instructions" in new:
        new["instructions"] = new["instructions"].replace("\r\n", "\n").replace("\x00", "")
        if len(new["instructions"]) > LONGEST_INSTRUCTIONS:
            refused["instructions"] = f"Use at most {LONGEST_INSTRUCTIONS:,} characters."
    if "model_id" in new:
        new["model_id"] = new["model_id"] or None
        if new["model_id"] and all(each.id != new["model_id"] for each in providers.available(me)):
            refused["model_id"] = "This model is not there for you."
    if refused:
        raise Invalid(**refused)
    return new
