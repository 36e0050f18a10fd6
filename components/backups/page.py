"""The page of backups: what can be brought back, the way there, and how the replica is doing."""

from typing import Any

from fastcore.xml import ft
from fasthtml.components import H2, A, Code, Div, Figure, Form, Li, P, Section, Span, Ul

from app import clock
from app.backups.overview import Overview, Work
from app.backups.state import State
from app.rights import Caller
from components.addresses import url
from components.admin import size
from components.backups.looking import OpenedPart
from components.backups.points import PointsList, WayBack
from components.backups.restoring import GoBackForm, commands
from components.backups.week import Week
from components.backups.words import field, full, plainly, seconds, short, stamp
from components.backups.working import WorkSection
from components.page import Margin, Page, PageHead, Part
from components.parts import Badge, Button, Callout, Facts, Icon, Partial, Table
from components.parts import State as StateMark
from components.shelves import AdminShelf

PLACE = "/admin/backups"
HELP = "/docs/handbook/use/backups"
SPEEDS = {"normal": "normal (1 s)", "fast": "fast (0.1 s)"}


def BackupsPage(
    me: Caller, seen: Overview, workspace: str, posted: dict[str, str] | None = None, errors: Any = None
) -> Any:
    """Backups, with the form as it was sent where it has to be mended."""
    newer = url(PLACE, "newer", bare=None if seen.spans else "1")
    return Page(
        me,
        Div(cls="column", id="backups", data_fresh=newer)(
            Div(id="backups-head")(*HeadParts(me, seen)),
            WorkSection(me, seen),
            Div(id="week")(Week(me, seen)),
            Div(id="past")(*OpenedPart(me, seen)),
            Part("Go back", *GoBackForm(me, seen, posted or {}, errors or {}), id="go-back"),
            Div(id="lost")(*LostFiles(me, seen)),
            Part("Points that were kept", Div(id="points")(PointsList(me, seen))),
        ),
        Margin("State", Div(id="backups-state")(*MarginParts(me, seen))),
        title="Backups",
        place="admin",
        shelf=AdminShelf(PLACE),
        crumbs=(("Admin", url("/admin")), ("Backups", None)),
        actions=(Span(id="backups-badge")(LiveBadge(seen)),),
        scripts=("backups.js",),
        workspace=workspace,
    )


def HeadParts(me: Caller, seen: Overview) -> tuple[Any, ...]:
    """How far one can go back, and what needs a look."""
    needs = Div(cls="needs")(*BroughtBack(me, seen), *Warnings(me, seen))
    return (PageHead(title_of(me, seen), lead_of(seen)), needs)


def Newer(me: Caller, seen: Overview, bare: bool) -> tuple[Any, ...]:
    """The page as it is now, in pieces; the form stays as it is filled, unless the page was `bare` of one."""
    form = (Partial("#go-back", Part("Go back", *GoBackForm(me, seen, {}, {}), id="go-back"), swap="outerHTML"),)
    return (
        Partial("#backups-head", *HeadParts(me, seen)),
        Partial("#work", WorkSection(me, seen), swap="outerHTML"),
        Partial("#week", Week(me, seen)),
        Partial("#past", *OpenedPart(me, seen)),
        Partial("#lost", *LostFiles(me, seen)),
        Partial("#points", PointsList(me, seen)),
        Partial("#backups-state", *MarginParts(me, seen)),
        Partial("#backups-badge", LiveBadge(seen)),
        *(form if bare and seen.spans else ()),
    )


def LostFiles(me: Caller, seen: Overview) -> Any:
    """The files that something refers to and that are nowhere, if there are any."""
    if seen.lost:
        told = P(cls="soft")("What they belong to says so too. A verification looks for them again at the target.")
        rows = [(f.hash[:12], f"{f.kind} {f.target_id}", size(f.size), short(f.since, me)) for f in seen.lost]
        head = ("File", "Belongs to", ("Size", "num"), ("Missing since", "num"))
        yield Part("Files that are missing", told, Table(head, rows, "Files that are missing"))


def title_of(me: Caller, seen: Overview) -> str:
    """How far back one can go."""
    if seen.first is None:
        return "The replica cannot be read now" if seen.unreadable else "Nothing to go back to yet"
    age = clock.now() - seen.first
    if age < clock.DAY:
        return f"Every second since {short(seen.first, me).removeprefix('today ')}"
    days = age // clock.DAY
    return "Every second of the last day" if days == 1 else f"{days} days to go back to"


def lead_of(seen: Overview) -> str:
    """How the replica is doing, and what is needed to go back."""
    replica = seen.replica
    if replica is None:
        return "No replica is kept, so there is no way back to a moment. Snapshots are made each night all the same."
    below = " What is filled below can be brought back; nothing else is needed than this page or one command."
    return f"The replica {progress_of(replica)}.{below if seen.first is not None else ''}"


def progress_of(replica: State) -> str:
    """How far the replica has come."""
    if replica.error:
        return "does not follow"
    if replica.behind is None:
        return "has just begun to follow"
    return f"is {seconds(replica.behind)} behind" if replica.behind >= 0.05 else "has everything"


def LiveBadge(seen: Overview) -> Any:
    """Whether the replica follows."""
    replica = seen.replica
    if replica is None:
        return Badge("off", "warn", icon="warn")
    if replica.error or replica.wal_alarm:
        return Badge("behind", "bad", icon="bad")
    return Badge("begins", "note", icon="clock") if replica.behind is None else Badge("live", "live", live=True)


def BroughtBack(me: Caller, seen: Overview) -> Any:
    """For an hour after a restore: that the house is another one now, and the way back from it."""
    row = next((row for row in seen.rows if row.kind == "restore" and row.ok), None)
    if row is None or clock.now() - row.started_at > clock.HOUR or any(work.moment for work in seen.running):
        return
    moment = f" as of {full(row.moment, me)}" if row.moment else ""
    text = "What was there before is kept. Look whether all is as you want it."
    yield Callout("good", f"The house is back{moment}.", text, WayBack(seen, row, me, ""), role="status")


def Warnings(me: Caller, seen: Overview) -> Any:
    """What does not protect, and what is wrong."""
    more = Button("How it works", "short", href=url(HELP))
    for need in seen.needs:
        yield Callout(need.kind, need.title, need.text, *((more,) if need.kind != "bad" else ()))
    if seen.unreadable and not any(need.kind == "bad" for need in seen.needs):
        yield Callout("bad", "The replica cannot be read.", seen.unreadable)
    for work in seen.failed:
        yield Failure(me, work)


def Failure(me: Caller, work: Work) -> Any:
    """What failed, why, and what helps."""
    kept = "Nothing was changed. " if work.name == "backups.restore" else ""
    again = url(PLACE, "restore", at=field(work.moment, me), wants="key") if work.wants_key and work.moment else None
    key = (Button("Give the key", "short", href=again),) if again else ()
    return Callout("bad", f"{FAILED[work.name]} failed.", f"{kept}{work.error}", *key)


FAILED = {"backups.now": "The last copy", "backups.restore": "The restore"}


def MarginParts(me: Caller, seen: Overview) -> Any:
    """Facts and acts beside the text."""
    if seen.replica is not None:
        yield Section(H2("Replica"), ReplicaFacts(me, seen))
    yield Section(H2("Last verification"), VerifiedFacts(me, seen))
    yield Section(H2("Disk"), DiskFacts(seen))
    yield Ul(cls="acts-list")(*(Li(each) for each in Acts(seen)))
    yield Section(H2("In a terminal"), Shell(commands(stamp(seen.last or clock.now()))))


def ReplicaFacts(me: Caller, seen: Overview) -> Any:
    """Where the replica is and how it is doing."""
    replica = seen.replica
    assert replica is not None
    late = bool(replica.error or replica.wal_alarm)
    behind = "not known" if replica.error or replica.behind is None else seconds(replica.behind)
    return Facts(
        ("Behind", StateMark(behind, "bad" if late else "note" if replica.behind is None else "good")),
        ("Target", replica.words),
        ("Setting", SPEEDS.get(replica.speed, replica.speed)),
        ("Confirmed", short(replica.confirmed_at, me) if replica.confirmed_at else "not yet"),
        ("Kept", "7 days"),
        ("Size", size(seen.disk.replica or 0)),
        *((("Files to copy", f"{seen.uncopied:,}"),) if seen.uncopied else ()),
    )


def VerifiedFacts(me: Caller, seen: Overview) -> Any:
    """When the replica was restored for a trial, and what came out."""
    row = seen.verified
    if row is None:
        return P(cls="faint")("None yet. It is made each week by itself.")
    outcome = StateMark("equal", "good") if row.ok else StateMark("failed", "bad")
    facts = Facts(("When", short(row.started_at, me)), ("Result", outcome))
    return (facts, P(cls="faint said")(f"{plainly(row)}.")) if row.note else facts


def DiskFacts(seen: Overview) -> Any:
    """What backups take of this machine's disk."""
    disk = seen.disk
    pairs = [("Database", size(disk.database))]
    if disk.files:
        pairs.append(("Files", size(disk.files)))
    if seen.replica is not None and seen.replica.same_disk and disk.replica is not None:
        pairs.append(("Replica", size(disk.replica)))
    pairs.append(("Snapshots", size(disk.snapshots)))
    if disk.aside:
        pairs.append(("Put aside", size(disk.aside)))
    pairs.append(("Free", f"{size(disk.free)} of {size(disk.total)}"))
    return Facts(*pairs)


def Acts(seen: Overview) -> Any:
    """What can be done besides going back."""
    busy = {work.name for work in seen.running}
    if seen.replica is not None:
        yield Act("verifications", "Verify now", "shield", bool(busy & {"backups.verify", "backups.restore"}))
    yield A(href=url(PLACE, "key"))(Icon("key"), "Recovery key")
    yield A(href=url(HELP))(Icon("doc"), "How backups work")


def Act(place: str, words: str, icon: str, busy: bool) -> Any:
    """A button of the margin that asks for work."""
    button = ft("button", Icon(icon), words, type="submit", disabled=busy)
    return Form(method="post", action=url(PLACE, place))(button)


def Shell(command: str) -> Any:
    """A command to copy."""
    copy = Button("Copy", "quiet", short=True, data_copy=True)
    shown = ft("pre", Code(command), tabindex="0", aria_label="Command")
    return Figure(cls="code")(ft("figcaption", ft("span", "shell"), copy), shown)
