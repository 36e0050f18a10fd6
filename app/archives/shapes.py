"""What an archive holds: each record is a table's row without what is secret, derived or of this machine.

`docs/develop/archives.md` says in which entries they lie. Who reads an archive believes nothing: what is not of its
shape is no record.
"""

import types
import typing
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, create_model
from sqlmodel import SQLModel

from app import clock
from app.accounts.people import Group, User
from app.audit import Audit
from app.chats.tree import Attachment, Chat, Draft, Message, Part
from app.files.rows import Folder
from app.gateway.rows import Alias, AliasTarget, StoredResponse
from app.items import Item, ItemPart, Revision, Star
from app.projects.rows import Project
from app.providers.catalogue import Model, Provider
from app.rights import Membership, Share
from app.spaces import Space
from app.usage.rows import Budget, Limit, Usage, UsageDay

FORMAT = 1
PRODUCT = "inglenook"
WORKSPACE, PERSON, SPACE, THING = "workspace", "person", "space", "thing"
# Entries that are not about one thing.
README, MISSING, ENTRIES, MANIFEST = "README.md", "missing.jsonl", "entries.jsonl", "manifest.json"
# Kinds of things that have a folder each, and that folder's name.
FOLDERS = {
    "chat": "chats",
    "file": "files",
    "paste": "pastes",
    "preset": "presets",
    "project": "projects",
    "prompt": "prompts",
}
ITEMS = ("file", "paste", "preset", "prompt")
# Settings that are no secret, and not the identity or the state of this database.
SETTINGS = (
    "address_requests",
    "anonymous_hour",
    "anonymous_kb",
    "anonymous_pastes",
    "anonymous_quota_mb",
    "default_model",
    "file_mb",
    "file_types_refused",
    "quota_mb",
    "spare_mb",
    "usage_days",
    "usage_rolled",
    "workspace",
)

Time = Annotated[int, Field(ge=0, lt=32_503_680_000 * clock.SECOND)]
Number = Annotated[int, Field(ge=-(1 << 63), lt=1 << 63)]
Real = Annotated[float, Field(allow_inf_nan=False)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Record(BaseModel):
    """A record: nothing in it but its fields, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)
    # Of which table it is a row, the columns that it tells, and those of them that SQLite keeps as 0 and 1.
    table: ClassVar[str] = ""
    columns: ClassVar[tuple[str, ...]] = ()
    flags: ClassVar[tuple[str, ...]] = ()


def kind(name: str, annotation: Any) -> Any:
    """What may stand in a column: times that a calendar has, numbers that SQLite has."""
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        inner = [each for each in typing.get_args(annotation) if each is not type(None)]
        return kind(name, inner[0]) | None
    if annotation is int:
        return Time if name == "at" or name.endswith("_at") else Number
    return {float: Real, bool: bool, str: str}[annotation]


def shape(name: str, table: type[SQLModel], *without: str, **more: Any) -> type[Record]:
    """The record of a table: its columns in their order but those that are left out, then what is put to them."""
    fields = {key: each.annotation for key, each in table.model_fields.items() if key not in without}
    told = {key: (kind(key, annotation), ...) for key, annotation in fields.items()}
    told |= {key: (each, ...) for key, each in more.items()}
    made: type[Record] = create_model(name, __base__=Record, __doc__=f"A row of {table.__tablename__}.", **told)  # type: ignore[call-overload]
    made.table, made.columns = str(table.__tablename__), tuple(fields)
    made.flags = tuple(key for key, each in fields.items() if each in (bool, bool | None))
    return made


# Instead of a password's hash, whether there was one.
ShareRecord = shape("ShareRecord", Share, "kind", "target_id", "digest", "password", locked=bool)
AttachedRecord = shape("AttachedRecord", Attachment, "holder_kind", "holder_id")

PersonRecord = shape("PersonRecord", User, "password")
MemberRecord = shape("MemberRecord", Membership, "kind", "target_id")
SpaceRecord = shape("SpaceRecord", Space, members=list[MemberRecord])  # type: ignore[valid-type]
GroupRecord = shape("GroupRecord", Group, members=list[str])

PartRecord = shape("PartRecord", Part, "message_id")
# What is rendered is rendered again; what ties a row to a process, a request or a call is over.
MessageRecord = shape(
    "MessageRecord", Message, "chat_id", "boot", "send_key", "html", "usage_id", parts=list[PartRecord]  # type: ignore[valid-type]
)  # fmt: skip
ChatRecord = shape(
    "ChatRecord",
    Chat,
    tags=list[str],
    shares=list[ShareRecord],  # type: ignore[valid-type]
    attached=list[AttachedRecord],  # type: ignore[valid-type]
)
DraftRecord = shape("DraftRecord", Draft, attached=list[AttachedRecord])  # type: ignore[valid-type]
ProjectRecord = shape("ProjectRecord", Project, attached=list[AttachedRecord])  # type: ignore[valid-type]

# `entry` is the path of the entry that holds the bytes, None where they are nowhere.
ItemPartRecord = shape("ItemPartRecord", ItemPart, "item_id", "number", "text", entry=str | None)
RevisionRecord = shape(
    "RevisionRecord", Revision, "item_id", "key_id", parts=list[ItemPartRecord]  # type: ignore[valid-type]
)  # fmt: skip
# `address` is from where a stranger posted it.
ItemRecord = shape(
    "ItemRecord",
    Item,
    *("password", "edit_digest", "delete_digest", "address"),
    locked=bool,
    tags=list[str],
    shares=list[ShareRecord],  # type: ignore[valid-type]
    revisions=list[RevisionRecord],  # type: ignore[valid-type]
)
FolderRecord = shape("FolderRecord", Folder)
StarRecord = shape("StarRecord", Star)
ResponseRecord = shape("ResponseRecord", StoredResponse, "key_id")

ProviderRecord = shape("ProviderRecord", Provider, "key", "checked_at", "error")
ModelRecord = shape("ModelRecord", Model, groups=list[str])
TargetRecord = shape("TargetRecord", AliasTarget, "alias_id")
AliasRecord = shape("AliasRecord", Alias, targets=list[TargetRecord])  # type: ignore[valid-type]
BudgetRecord = shape("BudgetRecord", Budget)
LimitRecord = shape("LimitRecord", Limit)
UsageRecord = shape("UsageRecord", Usage, "boot")
UsageDayRecord = shape("UsageDayRecord", UsageDay)
AuditRecord = shape("AuditRecord", Audit)


class KnownRecord(Record):
    """Somebody who is named in the archive and is not part of it: a member, an author, a reader."""

    id: str
    email: str
    name: str


class MissingRecord(Record):
    """Bytes that were nowhere (`why` lost) or not those of their hash (damaged) when the archive was written."""

    kind: str
    id: str
    revision: Number
    name: str
    hash: str
    size: Number
    why: str = Field(pattern="^(lost|damaged)$")


class EntryRecord(Record):
    """One entry of the archive: its path, how many bytes it unpacks to, and their SHA-256."""

    path: str
    size: Number
    sha256: Digest


class ListRecord(Record):
    """The list of entries, as the manifest tells it: how many, the bytes they unpack to, and the list's own SHA-256."""

    count: Number
    size: Number
    sha256: Digest


class ManifestRecord(Record):
    """What the archive says of itself. `of` is the id of the person, space or thing, `of_name` its address or name;
    `counts` how many records of each kind, `missing` how many lines missing.jsonl has."""

    product: str
    format: int
    what: str = Field(pattern=f"^({WORKSPACE}|{PERSON}|{SPACE}|{THING})$")
    of_kind: str
    of: str
    of_name: str
    instance: str
    workspace: str
    version: str
    schema_number: int
    made_at: Time
    began_at: Time
    counts: dict[str, int]
    missing: Number
    entries: ListRecord


# Entries of one record a line, by their names: what each line is.
LINES: dict[str, type[Record]] = {
    "drafts.jsonl": DraftRecord,
    "folders.jsonl": FolderRecord,
    "groups.jsonl": GroupRecord,
    "known.jsonl": KnownRecord,
    "people.jsonl": PersonRecord,
    "responses.jsonl": ResponseRecord,
    "spaces.jsonl": SpaceRecord,
    "stars.jsonl": StarRecord,
    "workspace/aliases.jsonl": AliasRecord,
    "workspace/audit.jsonl": AuditRecord,
    "workspace/budgets.jsonl": BudgetRecord,
    "workspace/limits.jsonl": LimitRecord,
    "workspace/models.jsonl": ModelRecord,
    "workspace/providers.jsonl": ProviderRecord,
    "workspace/usage.jsonl": UsageRecord,
    "workspace/usage_days.jsonl": UsageDayRecord,
}
# Tables of which nothing goes out, and why.
UNTAKEN = {
    "apikey": "keys open doors",
    "backup": "what happened to this database",
    "blob": "counted anew",
    "blobuse": "counted anew",
    "change": "written anew",
    "extract": "read anew",
    "extractpage": "read anew",
    "job": "runs here",
    "oauthclient": "opens doors",
    "oauthcode": "opens doors",
    "oauthtoken": "opens doors",
    "piece": "folded into parts",
    "rendering": "drawn anew",
    "replay": "of requests that are over",
    "room": "counted anew",
    "round": "runs here",
    "session": "opens doors",
    "ticket": "opens doors",
    "upload": "not all there yet",
}
