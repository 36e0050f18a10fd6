"""A prompt as it is read and used: its text in the column, what can be done in the margin."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from fastcore.xml import NotStr
from fasthtml.components import H1, H2, Code, Div, Figcaption, Figure, Header, P, Pre, Section, Span

from app.prompts.variables import WRITTEN
from app.rights import Caller
from components.addresses import url
from components.holdings import Frame
from components.holdings.about import LibraryDeeds, Written, tag_facts
from components.holdings.words import READERS, counted
from components.page import Margin, Page, Part
from components.parts import Button, Facts
from components.prompts.choices import UseForm

Texts = Mapping[str, str]
NOTHING: Texts = {}


def frame(me: Caller, item: Any, shelf: Any, workspace: str) -> Frame:
    """What stands around the pages of one prompt."""
    about = {"shelf": shelf, "workspace": workspace, "scripts": ("chats.js",)}
    return Frame(me, item, "/prompts", "prompt", ("Prompts", "/prompts"), "chats", f"/{item.title}", **about)


def PromptPage(
    me: Caller,
    prompt: Any,
    *,
    author: str = "",
    space: str = "",
    tags: Sequence[str] = (),
    posted: Texts | None = None,
    errors: Texts = NOTHING,
    said: Any = "",
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """A prompt. `space` is the name of the space that it is shared with; `posted` and `errors` belong to its form."""
    use = UseForm(prompt, posted, errors)
    lead = P(cls="said")("What it leaves open is asked each time.") if prompt.variables else ""
    column = Div(cls="column")(
        said, PromptHead(me, prompt, author, space), PromptBody(prompt), Part("Use it", lead, use, id="use")
    )
    return Page(
        me,
        column,
        PromptMargin(me, prompt, space, tags),
        title=f"/{prompt.name}",
        place="chats",
        shelf=shelf,
        crumbs=(("Prompts", url("/prompts")), (f"/{prompt.name}", None)),
        scripts=("chats.js",),
        workspace=workspace,
    )


def PromptHead(me: Caller, prompt: Any, author: str, space: str) -> Any:
    """Its name, and who wrote it when."""
    return Header(cls="head")(Div(H1(f"/{prompt.name}"), Written(me, prompt, author, space)))


def PromptBody(prompt: Any) -> Any:
    """Its text, with the variables marked."""
    copy = Button("Copy", "quiet", short=True, type="button", data_copy="", aria_label="Copy the text")
    return Figure(cls="code wrap prompt-text")(
        Figcaption(Span("Text"), Span(cls="acts")(copy)),
        Pre(tabindex="0", aria_label="Text of the prompt")(Code(NotStr(marked(prompt.text)))),
    )


def marked(text: str) -> str:
    """The text as HTML; its variables stand out."""
    parts, at = [], 0
    for match in WRITTEN.finditer(text):
        parts.append(escape(text[at : match.start()], quote=False))
        whole = escape(match[0], quote=False)
        parts.append(whole if match[1] else f"<mark>{whole}</mark>")
        at = match.end()
    return "".join([*parts, escape(text[at:], quote=False)])


def PromptMargin(me: Caller, prompt: Any, space: str, tags: Sequence[str]) -> Any:
    """What can be done, and what is known."""
    at = frame(me, prompt.item, None, "").at
    return Margin("About this prompt", LibraryDeeds(prompt, at), Section(H2("About"), About(prompt, space, tags)))


def About(prompt: Any, space: str, tags: Sequence[str]) -> Any:
    """What is known of a prompt."""
    readers = f"The members of {space}" if space else READERS["private"] if prompt.is_mine else "Shared with you"
    asks = len(prompt.variables)
    return Facts(
        ("Readers", readers),
        ("Asks for", counted(asks, "variable") if asks else "nothing"),
        ("Length", counted(len(prompt.text), "character")),
        *tag_facts("/prompts", tags),
    )
