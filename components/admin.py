"""The overview for admins: what needs a look first, then numbers, the machine, providers, and what happened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastcore.xml import ft
from fasthtml.components import H2, A, Code, Div, Li, P, Section, Span, Ul

from app import clock, providers, secrets
from app.accounts import User
from app.audit import Audit
from app.backups.health import LATE, Need
from app.backups.past import shapes
from app.backups.records import Backup
from app.backups.state import State as Replica
from app.jobs import Counts
from app.later import Job
from app.metrics import Machine
from app.providers import Provider
from app.releases import Upgrade
from app.rights import Caller
from app.usage import telling
from app.usage.budgets import Standing
from components.addresses import url
from components.budgets import EACH
from components.page import Page, PageHead, Part
from components.parts import Ago, Button, Callout, Figures, State, Table
from components.providers.parts import PLACE, ProviderState
from components.shelves import AdminShelf

DEAD = "/admin/jobs?state=dead"
KEY = "/admin/backups/key"
NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}
# How an upgrade ended, and what of it people are told.
UPGRADES = {"done": ("good", "to {}"), "returned": ("warn", "{} was taken back")}
# The worst first.
KINDS = ("bad", "warn", "note")


@dataclass(frozen=True)
class Overview:
    """What the page shows; `kept` are providers with the number of their models in use, `copies` is what the
    backups need."""

    machine: Machine
    people: Sequence[User]
    kept: Sequence[tuple[Provider, int]]
    counts: Counts
    dead: Sequence[Job]
    deeds: Sequence[Audit]
    copies: Sequence[Need] = ()
    replica: Replica | None = None
    verified: Backup | None = None
    short: Sequence[Standing] = ()
    unready: Sequence[str] = ()
    upgrade: Upgrade | None = None


def AdminPage(me: Caller, house: Overview, workspace: str) -> Any:
    """The overview."""
    if shapes.here is not None:
        return AdminThen(me, house, workspace)
    needs = sorted(Needs(house), key=lambda each: KINDS.index(each[0]))
    bad = any(kind == "bad" for kind, _ in needs)
    return Page(
        me,
        Div(cls="wide")(
            PageHead(title_of(len(needs), bad), f"Version {house.machine.version}, up {span(house.machine.uptime)}."),
            Ul(cls="needs", role="list")(*(Li(each) for _, each in needs)) if needs else "",
            Part("Now", NowFigures(house)),
            Div(cls="pair part")(
                Section(
                    H2("This machine"),
                    MachineTable(house.machine, CopyRows(me, house) + UpgradeRows(me, house.upgrade)),
                ),
                Section(H2("Models"), ModelsTable(house.kept)),
            ),
            Part("Dead jobs", DeadTable(me, house.dead)) if house.dead else "",
            Part("What happened", DeedsTable(me, house.deeds, {user.id: user for user in house.people})),
        ),
        title="Admin",
        place="admin",
        shelf=AdminShelf("/admin"),
        crumbs=(("Admin", None),),
        # The recovery key stands among the needs.
        banner="",
        workspace=workspace,
    )


def AdminThen(me: Caller, house: Overview, workspace: str) -> Any:
    """The overview of a moment of the past, to which neither the machine nor what needs a look belongs."""
    known = {user.id: user for user in house.people}
    return Page(
        me,
        Div(cls="wide")(
            PageHead("The house as it was"),
            Part("Models", ModelsTable(house.kept)),
            Part("What happened last", DeedsTable(me, house.deeds, known)),
        ),
        title="Admin",
        place="admin",
        shelf=AdminShelf("/admin"),
        crumbs=(("Admin", None),),
        workspace=workspace,
    )


def title_of(needs: int, bad: bool) -> str:
    """The heading: how the house is."""
    if not needs:
        return "All is well"
    count = "one thing" if needs == 1 else f"{NUMBERS.get(needs, needs)} things"
    return f"{count.capitalize()} to look at" if bad else f"All is well, with {count} to look at"


def need(kind: str, title: Any, text: str, *actions: Any) -> tuple[str, Any]:
    """Something that needs a look, and how much."""
    return kind, Callout(kind, title, text, *actions)


def Needs(house: Overview) -> Iterator[tuple[str, Any]]:
    """What needs a look."""
    machine = house.machine
    if house.unready:
        yield need("bad", "This server is not ready.", " ".join(house.unready))
    if house.upgrade is not None and house.upgrade.failed_since(clock.now() - clock.DAY):
        title = f"The upgrade to {house.upgrade.new.version} was taken back."
        yield need("warn", title, f"{house.upgrade.why.rstrip('.')}. Nothing was lost; this is the version before.")
    if machine.disk_is_low:
        rest = f"{size(machine.disk_free)} of {size(machine.disk_total)} are free where the data directory is."
        yield need("warn", "The disk is nearly full.", rest)
    yield from key_needs()
    for each in house.copies:
        yield need(each.kind, each.title, each.text, Button("Look at it", short=True, href=url(each.link)))
    if house.counts.dead:
        title = "One job is dead." if house.counts.dead == 1 else f"{house.counts.dead:,} jobs are dead."
        look = Button("Look at it" if house.counts.dead == 1 else "Look at them", short=True, href=url(DEAD))
        yield need("bad", title, "Every attempt failed. What was said last is below.", look)
    yield from budget_needs(house.short)
    yield from model_needs(house.kept)


def budget_needs(short: Sequence[Standing]) -> Iterator[tuple[str, Any]]:
    """Budgets that are nearly or wholly spent."""
    for budget in short:
        title = (ft("bdi", budget.name or "Somebody"), f": {budget.percent} % of a budget is spent.")
        spent, most = (telling.amount(number, budget.unit) for number in (budget.spent, budget.amount))
        look = Button("Look at it", short=True, href=url("/admin/budgets"))
        kind = "bad" if budget.percent >= 100 else "warn"
        yield need(kind, title, f"{spent} of {most} {EACH[budget.period]}.", look)


def key_needs() -> Iterator[tuple[str, Any]]:
    """The recovery key, while it is wanted or nobody has saved it."""
    if secrets.locked():
        give = Button("Give the key", short=True, href=url(KEY))
        yield need("bad", "The stored keys of the providers are locked.", "They wait for the recovery key.", give)
    elif not secrets.is_saved():
        text = "Without it, a restore on another disk cannot open the stored keys of the providers."
        yield need("warn", "Nobody has saved the recovery key.", text, Button("Save it", short=True, href=url(KEY)))


def model_needs(kept: Sequence[tuple[Provider, int]]) -> Iterator[tuple[str, Any]]:
    """Providers: none, or one that failed."""
    open_ones = [each for each, count in kept if each.enabled and count and not providers.is_shut(each)]
    if all(each.kind == "bundled" for each in open_ones):
        title = "Only the tiny demo model answers." if open_ones else "No model answers."
        add = Button("Add a provider", short=True, href=url(PLACE))
        yield need("note", title, "Add a provider to work with a real one.", add)
    for each, _ in kept:
        if each.error and each.enabled and not providers.is_shut(each):
            look = Button("Look at it", short=True, href=url(PLACE, each.id))
            yield need("warn", f"{each.name} failed its last test.", each.error, look)


def NowFigures(house: Overview) -> Any:
    """Numbers of this moment."""
    active = [user for user in house.people if user.is_active]
    admins = sum(user.role == "admin" for user in active)
    return Figures(
        (
            "People",
            f"{len(active):,}",
            "",
            A(href=url("/admin/people"))("1 admin" if admins == 1 else f"{admins:,} admins"),
        ),
        ("Answers being written", f"{house.machine.answers:,}"),
        (
            "Jobs waiting",
            f"{house.counts.waiting + house.counts.running:,}",
            "",
            A(href=url("/admin/jobs"))(f"{house.counts.running:,} running"),
        ),
        ("Jobs dead", f"{house.counts.dead:,}", "", A(href=url(DEAD))("to retry") if house.counts.dead else None),
    )


def MachineTable(machine: Machine, more: Sequence[tuple[str, Any]] = ()) -> Any:
    """The process, its database and its disk."""
    disk = f"{size(machine.disk_free)} of {size(machine.disk_total)} free"
    rows = [
        *more,
        ("Database", f"{size(machine.database)}, WAL {size(machine.wal)}"),
        ("Disk", State(disk, "warn" if machine.disk_is_low else "good")),
        ("Memory of the server", size(machine.memory)),
        ("Load", f"{machine.load:.1f} on {machine.cores} {'core' if machine.cores == 1 else 'cores'}"),
        ("Python", machine.python),
        ("SQLite", machine.sqlite),
    ]
    return Table(("What", ("State", "num")), rows, "This machine")


def CopyRows(me: Caller, house: Overview) -> list[tuple[str, Any]]:
    """The replica, and the last time that somebody tried to restore it."""
    replica, verified = house.replica, house.verified
    if replica is None:
        return [("Replica", State("off", "warn"))]
    if replica.error or replica.behind is None:
        how = State("not copied" if replica.error else "not known yet", "bad" if replica.error else "")
    else:
        how = State(f"{replica.behind:.1f} s behind", "good" if replica.behind < LATE else "warn")
    if verified is None:
        return [("Replica", how), ("Last verification", "not yet")]
    kind, words = ("good", "equal") if verified.ok else ("bad", "failed")
    return [("Replica", how), ("Last verification", State((Ago(verified.started_at, me), f", {words}"), kind))]


def UpgradeRows(me: Caller, upgrade: Upgrade | None) -> list[tuple[str, Any]]:
    """When the version last changed, and what became of it."""
    if upgrade is None or upgrade.outcome not in UPGRADES:
        return []
    kind, words = UPGRADES[upgrade.outcome]
    return [("Last upgrade", State((Ago(upgrade.ended_at, me), f", {words.format(upgrade.new.version)}"), kind))]


def ModelsTable(kept: Sequence[tuple[Provider, int]]) -> Any:
    """Each provider and how it is doing."""
    if not kept:
        return P("There is no provider yet. ", A(href=url(PLACE))("Add one."))
    rows = [(Name(provider, count), ProviderState(provider)) for provider, count in kept]
    return Table(("Provider", ("State", "num")), rows, "Providers")


def Name(provider: Provider, count: int) -> Any:
    """A provider's name, and how many of its models are in use."""
    models = "one model" if count == 1 else f"{count:,} models"
    return Span(A(href=url(PLACE, provider.id))(provider.name), " ", Span(cls="faint small")(models))


def DeadTable(me: Caller, dead: Sequence[Job]) -> Any:
    """The jobs that died last, and what they said."""
    rows = [
        (A(href=url("/admin/jobs", job.id))(Code(job.name)), first_line(job.error), Ago(job.finished_at or 0, me))
        for job in dead
    ]
    return Table(("Job", "What it said", ("When", "num")), rows, "Dead jobs")


def first_line(text: str | None) -> str:
    """What an error begins with."""
    return (text or "").strip().partition("\n")[0][:200]


def DeedsTable(me: Caller, deeds: Sequence[Audit], people: Mapping[str, User]) -> Any:
    """The last entries of the audit."""
    rows = [(Ago(deed.at, me), who(deed, people), Code(deed.verb), deed.note, deed.door) for deed in deeds]
    return Table(("When", "Who", "What", "Note", ("Door", "soft")), rows, "Audit")


def who(deed: Audit, people: Mapping[str, User]) -> Any:
    """The person of a deed, with a link; nobody at the door and on the command line."""
    if deed.user_id in people:
        return A(href=url("/admin/people", deed.user_id))(people[deed.user_id].name)
    return "command line" if deed.door == "cli" else "nobody"


def size(count: int) -> str:
    """Bytes in words: powers of 1024, as the tools of the system count."""
    number, unit = float(count), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if number < 1000 or unit == "TiB":
            break
        number /= 1024
    return f"{number:.0f} {unit}" if number >= 10 or unit == "B" else f"{number:.1f} {unit}"


def span(seconds: float) -> str:
    """A duration in its largest whole unit."""
    for name, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count:,} {name}{'' if count == 1 else 's'}"
    return "less than a minute"
