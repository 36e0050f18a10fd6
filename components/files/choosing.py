"""What is asked before something is done with several files: where they go, or which tags they get."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import Div, Form, Li, Ul

from app.rights import Caller
from components.addresses import url
from components.page import Page, PageHead
from components.parts import Button, Field, FormErrors, Hidden, Icon, Select
from components.pastes.words import counted

DEEDS = {
    "move": ("Move", "Into which folder?", "Move"),
    "copy": ("Copy", "Where do the copies go?", "Copy"),
    "tag": ("Tag", "Which words do they get?", "Tag"),
}
MOST_NAMES = 12


def ChoicePage(
    me: Caller,
    deed: str,
    files: Sequence[Any],
    folders: Sequence[Any],
    *,
    back: str,
    places: Sequence[tuple[str, str]] = (),
    posted: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """The one question that a deed needs. `places` are folders that one may choose: their ids and paths."""
    title, question, word = DEEDS[deed]
    posted, errors = posted or {}, errors or {}
    asks = (
        Field("Tags", "tags", posted.get("tags", ""), error=errors.get("tags"), autocomplete="off", autofocus=True,
              hint="With commas between them; beside those that are there.")
        if deed == "tag"
        else Select("Folder", "to", (("", "Files (no folder)"), *places), posted.get("to", ""), error=errors.get("to"))
    )  # fmt: skip
    form = Form(cls="form", method="post", action=url("/files/selection"))(
        FormErrors(errors),
        *(Hidden("id", each.id) for each in files),
        *(Hidden("folder", each.id) for each in folders),
        Hidden("back", back),
        Hidden("sure", 1),
        asks,
        Div(cls="actions")(Button(word, "primary", name="deed", value=deed), Button("Leave it", "quiet", href=back)),
    )
    return Page(
        me,
        Div(cls="column")(PageHead(title, question), Chosen(files, folders), form),
        title=title,
        place="files",
        shelf=shelf,
        crumbs=(("Files", url("/files")), (title, None)),
        workspace=workspace,
    )


def Chosen(files: Sequence[Any], folders: Sequence[Any]) -> Any:
    """What it is about, by name."""
    names = [("folder", each.name) for each in folders] + [("file", each.title) for each in files]
    more = len(names) - MOST_NAMES
    return Ul(cls="chosen small", role="list")(
        *(Li(Icon(icon, small=True), name) for icon, name in names[:MOST_NAMES]),
        Li(f"and {counted(more, 'other')}") if more > 0 else "",
    )
