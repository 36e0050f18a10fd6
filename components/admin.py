"""The overview for admins: what needs a look first, then numbers, the machine, providers, and what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fasthtml.components import H2, A, Code, Div, Li, P, Section, Span, Ul

from app import providers
from app.accounts import User
from app.audit import Audit
from app.jobs import Counts
from app.later import Job
from app.metrics import Machine
from app.providers import Provider
from app.rights import Caller
from app.usage import telling
from app.usage.budgets import Standing
from components.addresses import url
from components.budgets import EACH
from components.page import Page, PageHead, Part
from components.parts import Ago, Button, Callout, Figures, State, Table
from components.providers.parts import PLACE, ProviderState
from components.shelves import AdminShelf


@dataclass(frozen=True)
class Overview:
    """What the page shows; `kept` are providers with the number of their models in use."""

    machine: Machine
    people: Sequence[User]
    kept: Sequence[tuple[Provider, int]]
    counts: Counts
    failed: Sequence[Job]
    deeds: Sequence[Audit]
    short: Sequence[Standing] = ()


def AdminPage(me: Caller, house: Overview, workspace: str) -> Any:
    """The overview."""
    needs = [*Needs(house)]
    return Page(
        me,
        Div(cls="wide")(
            PageHead(title_of(len(needs)), f"Version {house.machine.version}, up {span(house.machine.uptime)}."),
            Ul(cls="needs", role="list")(*(Li(each) for each in needs)) if needs else "",
            Part("Now", NowFigures(house)),
            Div(cls="pair part")(
                Section(H2("This machine"), MachineTable(house.machine)),
                Section(H2("Models"), ModelsTable(house.kept)),
            ),
            Part("Failed jobs", FailedTable(me, house.failed)) if house.failed else "",
            Part("What happened", DeedsTable(me, house.deeds, {user.id: user for user in house.people})),
        ),
        title="Admin",
        place="admin",
        shelf=AdminShelf("/admin"),
        crumbs=(("Admin", None),),
        workspace=workspace,
    )


def title_of(needs: int) -> str:
    """The heading: how the house is."""
    if not needs:
        return "All is well"
    return f"All is well, with {'one thing' if needs == 1 else f'{needs} things'} to look at"


def Needs(house: Overview) -> Any:
    """What needs a look."""
    machine = house.machine
    if machine.disk_is_low:
        rest = f"{size(machine.disk_free)} of {size(machine.disk_total)} are free where the data directory is."
        yield Callout("warn", "The disk is nearly full.", rest)
    if house.counts.dead:
        title = "One job has failed." if house.counts.dead == 1 else f"{house.counts.dead:,} jobs have failed."
        yield Callout("bad", title, "What each of them said is below.")
    for budget in house.short:
        title = f"{budget.name or 'Somebody'}: {budget.percent} % of a budget is spent."
        spent, most = (telling.amount(number, budget.unit) for number in (budget.spent, budget.amount))
        look = Button("Look at it", "short", href=url("/admin/budgets"))
        kind = "bad" if budget.percent >= 100 else "warn"
        yield Callout(kind, title, f"{spent} of {most} {EACH[budget.period]}.", look)
    open_ones = [each for each, count in house.kept if each.enabled and count and not providers.is_shut(each)]
    if all(each.kind == "bundled" for each in open_ones):
        title = "Only the tiny demo model answers." if open_ones else "No model answers."
        add = Button("Add a provider", "short", href=url(PLACE))
        yield Callout("note", title, "Add a provider to work with a real one.", add)
    for each, _ in house.kept:
        if each.error and each.enabled and not providers.is_shut(each):
            look = Button("Look at it", "short", href=url(PLACE, each.id))
            yield Callout("warn", f"{each.name} failed its last test.", each.error, look)


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
        ("Jobs waiting", f"{house.counts.waiting + house.counts.running:,}"),
        ("Jobs failed", f"{house.counts.dead:,}"),
    )


def MachineTable(machine: Machine) -> Any:
    """The process, its database and its disk."""
    disk = f"{size(machine.disk_free)} of {size(machine.disk_total)} free"
    rows = [
        ("Database", f"{size(machine.database)}, WAL {size(machine.wal)}"),
        ("Disk", State(disk, "warn" if machine.disk_is_low else "good")),
        ("Memory of the server", size(machine.memory)),
        ("Load", f"{machine.load:.1f} on {machine.cores} {'core' if machine.cores == 1 else 'cores'}"),
        ("Python", machine.python),
        ("SQLite", machine.sqlite),
    ]
    return Table(("What", ("State", "num")), rows, "This machine")


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


def FailedTable(me: Caller, failed: Sequence[Job]) -> Any:
    """The jobs that failed last, and what they said."""
    rows = [(Code(job.name), job.error or "", Ago(job.finished_at or job.created_at, me)) for job in failed]
    return Table(("Job", "What it said", ("When", "num")), rows, "Failed jobs")


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
