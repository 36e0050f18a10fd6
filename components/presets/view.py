"""A preset as it is read: what it says of a chat in the column, its link and what can be done in the margin."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import H1, H2, A, Code, Div, Figcaption, Figure, Header, Li, P, Pre, Section, Span, Ul

from app.rights import Caller
from components.addresses import url
from components.holdings import Frame
from components.holdings.about import LibraryDeeds, Written, tag_facts
from components.page import Margin, Page, Part
from components.parts import Badge, Button, Facts, Field, Icon
from components.presets.beginning import Missing
from components.presets.words import ICONS, READERS, attached_place, parameters, verb_words


def frame(me: Caller, item: Any, shelf: Any, workspace: str) -> Frame:
    """What stands around the pages of one preset."""
    about = {"shelf": shelf, "workspace": workspace}
    return Frame(me, item, "/presets", "preset", ("Presets", "/presets"), "chats", item.title, **about)


def PresetPage(
    me: Caller,
    beginning: Any,
    *,
    link: str,
    author: str = "",
    space: str = "",
    tags: Sequence[str] = (),
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """A preset, and what of it this person may use. `link` begins a chat with it, `space` is the name of the space that
    it is shared with."""
    preset = beginning.preset
    column = Div(cls="column")(
        PresetHead(me, preset, author, space), Missing(beginning.told), PresetBody(preset, beginning)
    )
    return Page(
        me,
        column,
        PresetMargin(me, preset, link, space, tags),
        title=preset.name,
        place="chats",
        shelf=shelf,
        crumbs=(("Presets", url("/presets")), (preset.name, None)),
        workspace=workspace,
    )


def PresetHead(me: Caller, preset: Any, author: str, space: str) -> Any:
    """Its name, what it is for, who wrote it when, and the way to begin."""
    begin = Button("Begin a chat", "primary", icon="chat", href=url("/chats/new", preset=preset.item.id))
    about = P(preset.settings.about) if preset.settings.about else ""
    return Header(cls="head")(
        Div(H1(preset.name), about, Written(me, preset, author, space)), Div(cls="actions")(begin)
    )


def PresetBody(preset: Any, beginning: Any = None) -> Any:
    """What it says of a chat; of what goes along, only what this person may open is a link."""
    settings = preset.settings
    facts = [("Model", settings.model_name or "Each person's own default"), *parameters(settings)]
    tools = Ul(cls="plain-list")(*(Li(Span(verb_words(name)), Code(cls="faint")(name)) for name in settings.verbs))
    return Div(cls="preset-body")(
        Instructions(settings.instructions) if settings.instructions else "",
        Part("Answered by", Facts(*facts)),
        Part("Tools", P(cls="small faint")("On from the start; what changes something asks first."), tools)
        if settings.verbs
        else "",
        Part("Goes along", Attached(settings.attachments, beginning)) if settings.attachments else "",
    )


def Instructions(text: str) -> Any:
    """What the model is told before the first question."""
    copy = Button("Copy", "quiet", short=True, type="button", data_copy="", aria_label="Copy the instructions")
    return Figure(cls="code wrap prompt-text")(
        Figcaption(Span("Instructions"), Span(cls="acts")(copy)),
        Pre(tabindex="0", aria_label="Instructions")(Code(text)),
    )


def Attached(attachments: Sequence[Any], beginning: Any) -> Any:
    """What goes along."""
    there = {(each.kind, each.id) for each in beginning.attachments} if beginning else set()
    return Ul(cls="plain-list")(
        *(
            Li(
                Icon(ICONS.get(each.kind, "attach"), small=True),
                A(href=attached_place(each))(each.name) if (each.kind, each.id) in there else Span(each.name),
                "" if beginning is None or (each.kind, each.id) in there else Badge("not for you", "warn"),
            )
            for each in attachments
        )
    )


def PresetMargin(me: Caller, preset: Any, link: str, space: str, tags: Sequence[str]) -> Any:
    """Its link, what can be done, and what is known."""
    at = frame(me, preset.item, None, "").at
    copied = Button("Copy the link", "quiet", short=True, icon="copy", type="button", data_copy="#link")
    readers = f"The members of {space}" if space else READERS[preset.item.visibility] if preset.is_mine else "Shared"
    return Margin(
        "About this preset",
        Field("Link", "link", link, id="link", readonly=True, aria_label="The link that begins a chat"),
        copied,
        LibraryDeeds(preset, at),
        Section(H2("About"), Facts(("Readers", readers), *tag_facts("/presets", tags))),
    )
