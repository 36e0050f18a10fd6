"""Projects: the list of them, one with its chats and a composer, its settings, and what can be attached to it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fasthtml.components import H2, A, Div, Form, Input, Label, Li, P, Section, Span, Ul

from app.rights import Caller
from components.addresses import url
from components.chats.attachments import ICONS, opens
from components.chats.composer import Composer, Hints
from components.chats.lists import ChatsList, Listing, ListTabs, Wanted
from components.chats.page import SCRIPTS
from components.page import Margin, Page, PageHead, Part
from components.parts import (
    Ago,
    Button,
    Callout,
    Empty,
    Field,
    FormErrors,
    Hidden,
    Icon,
    IconButton,
    Row,
    Rows,
    Select,
    State,
    TextArea,
)

Texts = Mapping[str, str]
NOTHING: Texts = {}
LEAD = "Folders for chats, with instructions, a model and files that hold in every chat inside."
LONGEST_EXCERPT = 400


def framed(me: Caller, title: str, crumbs: Any, shelf: Any, workspace: str, *content: Any, **more: Any) -> Any:
    """A page about projects; `crumbs` are those below the list of them."""
    path = (("Projects", url("/projects")), *crumbs)
    return Page(me, *content, title=title, place="chats", shelf=shelf, crumbs=path, workspace=workspace, **more)


def ProjectsPage(
    me: Caller,
    projects: Sequence[Any],
    counts: Mapping[str, int],
    *,
    shelf: Any,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    workspace: str = "Inglenook",
) -> Any:
    """All projects, and the form that makes one."""
    none = Empty("No projects yet", "A project keeps chats together, and tells each of them the same first.")
    rows = Rows(*(ProjectRow(me, each, counts.get(each.id, 0)) for each in projects)) if projects else none
    name = Field(
        "Name",
        "name",
        posted.get("name", ""),
        error=errors.get("name") or errors.get(""),
        autocomplete="off",
        maxlength=80,
        required=True,
    )
    form = Form(cls="line-form", method="post", action=url("/projects"))(name, Button("Make it", "primary"))
    return Page(
        me,
        Div(cls="wide")(
            PageHead("Chats", None, Button("New chat", icon="plus", href=url("/"))),
            ListTabs("projects"),
            P(cls="soft lead-in")(LEAD),
            rows,
            Part("A new project", form),
        ),
        title="Projects",
        place="chats",
        shelf=shelf,
        here="Projects",
        bare=True,
        workspace=workspace,
    )


def ProjectRow(me: Caller, project: Any, count: int) -> Any:
    """One project, the beginning of its instructions, and how many chats lie in it."""
    gist = " ".join(project.instructions.split())[:160]
    chats = "1 chat" if count == 1 else f"{count:,} chats"
    return Row(project.name, url("/projects", project.id), gist, facts=("", chats, Ago(project.changed_at, me)))


def ProjectPage(
    me: Caller,
    project: Any,
    listing: Listing,
    *,
    choices: Sequence[Any],
    attached: Iterable[tuple[Any, Any]],
    shelf: Any,
    draft: str = "",
    model: str = "",
    tray: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """A project: a composer that begins a chat inside, and its chats. `attached` are the rows and what they are now,
    None for what is gone; `tray` is what lies beside the draft."""
    wanted = Wanted(project=project.id)
    own = next((each.label for each in choices if each.id == project.model_id), "")
    column = Div(cls="column project")(
        PageHead(project.name, None, Button("Settings", icon="admin", href=url("/projects", project.id, "settings"))),
        Div(cls="begin")(
            *Composer(None, choices, model, draft, tray=tray),
            Hidden("project", project.id, form="composer-form"),
            Hints(),
        ),
        Section(cls="part")(H2("Chats in this project"), ChatsList(me, listing, wanted)),
    )
    return framed(
        me,
        project.name,
        ((project.name, None),),
        shelf,
        workspace,
        column,
        Margin("What holds in every chat here", *ProjectMargin(project, own, attached)),
        scripts=(*SCRIPTS, "lists.js"),
    )


def ProjectMargin(project: Any, model: str, attached: Iterable[tuple[Any, Any]]) -> tuple[Any, ...]:
    """What holds in every chat inside."""
    at = url("/projects", project.id, "settings")
    text = project.instructions.strip()
    short = text[:LONGEST_EXCERPT].rstrip() + ("…" if len(text) > LONGEST_EXCERPT else "")
    told = P(cls="told")(short) if text else P(cls="small soft")("None yet.")
    rows = [AttachedRow(project, *each) for each in attached]
    attach = url("/projects", project.id, "attachments")
    return (
        Section(
            H2("Instructions"),
            told,
            P(cls="small")(A(href=at, data_makes=True)("Change them" if text else "Write some")),
        ),
        Section(H2("Model"), P(cls="small soft")(model or "The one that you use by default")),
        Section(id="attached")(
            H2("Attached"),
            Ul(cls="laid")(*rows) if rows else P(cls="small soft")("Files, pastes and chats, for every chat here."),
            P(cls="small")(A(href=attach)("Attach something")),
        ),
    )


def AttachedRow(project: Any, row: Any, target: Any) -> Any:
    """One thing that is attached, and the button that takes it off."""
    gone = url("/projects", project.id, "attachments", row.kind, row.target_id, "removal")
    name = target.name if target is not None else row.name
    there = A(cls="name", href=opens(row.kind, row.target_id))(name)
    lost = Span(cls="name soft")(name, Span(cls="badge")("removed"))
    return Li(
        Icon(ICONS[row.kind], small=True),
        lost if target is None else there,
        Form(method="post", action=gone)(IconButton("close", f"Take {name} off", short=True)),
    )


def ProjectSettings(
    me: Caller,
    project: Any,
    choices: Sequence[Any],
    count: int,
    *,
    shelf: Any,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    workspace: str = "Inglenook",
) -> Any:
    """Its name, instructions and model; and its end."""
    kept = {"name": project.name, "instructions": project.instructions, "model_id": project.model_id or ""}
    values = {**kept, **posted}
    at = url("/projects", project.id)
    groups: dict[str, list[tuple[str, str]]] = {}
    for choice in choices:
        groups.setdefault(choice.provider, []).append((choice.id, choice.label))
    form = Form(cls="stack", method="post", action=at)(
        FormErrors(errors),
        Field("Name", "name", values["name"], error=errors.get("name"), autocomplete="off", maxlength=80),
        TextArea(
            "Instructions",
            "instructions",
            values["instructions"],
            hint="What the model is told first, in every chat of this project. They hold from the next answer on.",
            error=errors.get("instructions"),
            rows=10,
        ),
        Select(
            "Model",
            "model_id",
            [("", "The one that you use by default"), *groups.items()],
            values["model_id"],
            hint="With which a new chat of this project begins.",
            error=errors.get("model_id"),
        ),
        Div(cls="actions")(Button("Keep", "primary"), Button("Cancel", "quiet", href=at)),
    )
    return framed(
        me,
        f"Settings of {project.name}",
        ((project.name, at), ("Settings", None)),
        shelf,
        workspace,
        Div(cls="column")(PageHead("Settings of this project"), form, Ending(project, count)),
    )


def Ending(project: Any, count: int) -> Any:
    """Taking the project away, and what stays."""
    stays = "Its chat stays" if count == 1 else f"Its {count:,} chats stay"
    told = f"{stays} with your other chats, and so do the files. The instructions go." if count else "It is empty."
    ask = f"Delete the project “{project.name}”? {told}"
    form = Form(method="post", action=url("/projects", project.id, "removal"), data_confirm=ask)
    return Part("Delete it", P(cls="soft")(told), form(Button("Delete the project", "danger", icon="trash")))


def AttachPage(
    me: Caller,
    project: Any,
    offers: Sequence[Any],
    *,
    words: str = "",
    shelf: Any,
    error: str = "",
    workspace: str = "Inglenook",
) -> Any:
    """What can be attached to a project: files, pastes and chats by their names."""
    at = url("/projects", project.id, "attachments")
    kind = {"cls": "input", "type": "search", "autocomplete": "off", "data_filter": True}
    field = Input(id="attach-q", name="q", value=words, **kind)
    sought = Form(cls="line-form", method="get", action=at, role="search")(
        Div(cls="field")(Label(fr="attach-q")("Files, pastes and chats by name"), field), Button("Find", icon="search")
    )
    chosen = Input(cls="input", id="attach-file", type="file", name="file", multiple=True)
    there = url("/projects", project.id, "files")
    upload = Form(cls="line-form", method="post", action=there, enctype="multipart/form-data")(
        Div(cls="field")(Label(fr="attach-file")("Files from this device"), chosen),
        Button("Upload and attach", icon="upload"),
    )
    none = P(cls="soft")("Nothing has these words." if words else "There are no files, pastes or chats yet.")
    head = PageHead("Attach", f"What is attached to “{project.name}” goes into every chat inside, as you may read it.")
    return framed(
        me,
        f"Attach to {project.name}",
        ((project.name, url("/projects", project.id)), ("Attach", None)),
        shelf,
        workspace,
        Div(
            head,
            Callout("bad", "Not attached.", error, role="alert") if error else "",
            upload,
            sought,
            Rows(*(OfferRow(me, at, offer) for offer in offers)) if offers else none,
            cls="column attaching",
        ),
    )


def OfferRow(me: Caller, at: str, offer: Any) -> Any:
    """One thing that can be attached."""
    attach = Form(method="post", action=at)(
        Hidden("kind", offer.kind),
        Hidden("target", offer.id),
        Button("Attach", icon="attach", short=True, aria_label=f"Attach {offer.name}"),
    )
    facts = (State(offer.kind, icon=ICONS[offer.kind]), "", Ago(offer.changed_at, me))
    return Row(offer.name or "Untitled", opens(offer.kind, offer.id), facts=facts, actions=(attach,))
