"""How files come: chosen, dropped, pasted, taken by a camera, fetched from an address; and how far each of them is."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import H2, B, Div, Form, Hr, Input, Label, Li, P, Section, Span, Template, Ul

from app.rights import Caller
from components.addresses import url
from components.files.linked import AskBox
from components.files.words import folder_place
from components.page import Page, PageHead, Part
from components.parts import (
    Button,
    Callout,
    Dialog,
    Field,
    FormErrors,
    Hidden,
    Icon,
    IconButton,
    Menu,
    MenuLink,
    Progress,
)
from components.pastes.words import size_words

Texts = Mapping[str, str]
NOTHING: Texts = {}


def UploadMenu(folder: Any = None, space: str = "") -> tuple[Any, ...]:
    """The button that chooses files (without a script: a page with a form), and the other ways."""
    here = place_of(folder, space)
    upload = Button("Upload", "primary", icon="upload", href=url("/files/new", **here), data_pick="files")
    menu = Menu(
        "more-ways",
        "Other ways",
        MenuLink("New folder", "folder", type="button", commandfor="folder-box", command="show-modal"),
        MenuLink("Upload a folder", "upload", type="button", data_pick="folder"),
        MenuLink("Take a picture", "camera", type="button", data_pick="camera"),
        MenuLink("Fetch from an address", "globe", type="button", commandfor="fetch-box", command="show-modal"),
        MenuLink("Ask somebody for a file", "link", type="button", commandfor="ask-box", command="show-modal"),
        *(OfFolder(folder) if folder else ()),
    )
    more = IconButton("more", "Other ways to add something", popovertarget="more-ways")
    boxes = *(box(folder, space) for box in (FolderBox, FetchBox, AskBox)), RenameBox(folder) if folder else ""
    return upload, more, menu, *boxes


def place_of(folder: Any, space: str) -> dict[str, str | None]:
    """Where something goes, as an address says it."""
    return {"folder": folder.id if folder else None, "space": space or None}


def hidden_place(folder: Any, space: str) -> list[Any]:
    """Where something goes, as a form says it."""
    told = (("folder_id", folder.id if folder else ""), ("space_id", space))
    return [Hidden(name, value) for name, value in told if value]


def FolderBox(folder: Any, space: str) -> Any:
    """The name of a new folder."""
    form = Form(method="post", action=url("/files/folders"))(
        *hidden_place(folder, space),
        Field("Name", "name", id="folder-name", required=True, maxlength=200, autocomplete="off", autofocus=True),
        Div(cls="actions")(_close("folder-box"), Button("Make the folder")),
    )
    return Dialog("folder-box", "New folder", form)


def OfFolder(folder: Any) -> tuple[Any, ...]:
    """What can be done with the folder itself."""
    trash = MenuLink("Move this folder to the trash", "trash", danger=True)
    return (
        Hr(),
        MenuLink("Download this folder", "download", href=url("/files/zip", folder=folder.id), download=True),
        MenuLink("Rename this folder", "edit", type="button", commandfor="name-box", command="show-modal"),
        MenuLink(
            "Move this folder",
            "folder",
            href=url("/files/selection", folder=folder.id, deed="move", back=url("/files", folder=folder.id)),
        ),
        Form(method="post", action=url("/files/folders", folder.id, "trash"))(trash),
    )


def RenameBox(folder: Any) -> Any:
    """Another name of the folder."""
    form = Form(method="post", action=url("/files/folders", folder.id, "name"))(
        Field("Name", "name", folder.name, id="new-name", required=True, maxlength=200, autocomplete="off"),
        Div(cls="actions")(_close("name-box"), Button("Rename it")),
    )
    return Dialog("name-box", "Rename this folder", form)


def FetchBox(folder: Any, space: str) -> Any:
    """An address whose file the server fetches."""
    return Dialog("fetch-box", "Fetch from an address", FetchForm(folder, space, box=True))


def FetchForm(folder: Any, space: str, error: str = "", value: str = "", box: bool = False) -> Any:
    """The form that asks for an address."""
    return Form(cls="form", method="post", action=url("/files/fetch"), data_fetches=True)(
        *hidden_place(folder, space),
        Field(
            "Address",
            "url",
            value,
            "url",
            hint="https or http, of the public internet. The server fetches it while you go on.",
            error=error or None,
            id="fetch-url" if box else "field-url",
            required=True,
            placeholder="https://",
            autocomplete="off",
            autofocus=box,
        ),
        Div(cls="actions")(_close("fetch-box") if box else "", Button("Fetch it")),
    )


def _close(id: str) -> Any:
    return Button("Leave it", "quiet", type="button", commandfor=id, command="close")


def Uploader(
    folder: Any = None,
    space: str = "",
    *,
    largest: int = 0,
    file_id: str = "",
    base: int = 0,
    into: str = "",
) -> Any:
    """What the script works with: fields that choose, the veil over the page while something is dragged, and the tray
    that says how far each file is. `file_id` and `base` are those of the file of which the next version comes."""
    told = {"data_folder": folder.id if folder else "", "data_space": space, "data_largest": str(largest)}
    told |= {"data_folders": url("/files/folders"), "data_made": url("/files", "ID")}
    told |= {"data_file": file_id, "data_base": str(base)} if file_id else {}
    into = into or (f"into “{folder.name}”" if folder else "here")
    unseen = {"type": "file", "hidden": True, "name": False, "tabindex": "-1"}
    return Div(cls="uploader", data_uploader=url("/files/uploads"), **told)(
        Input(id="choose-files", multiple=not file_id, data_chooses="files", aria_label="Files", **unseen),
        Input(id="choose-folder", webkitdirectory=True, data_chooses="folder", aria_label="Folder", **unseen),
        Input(
            id="choose-camera",
            accept="image/*",
            capture="environment",
            data_chooses="camera",
            aria_label="Camera",
            **unseen,
        ),
        Input(id="choose-again", data_chooses="again", aria_label="The same file again", **unseen),
        Div(cls="veil", hidden=True, data_veil=True, aria_hidden="true")(P(Icon("upload"), Span("Drop it ", B(into)))),
        Tray(),
    )


def Tray() -> Any:
    """The uploads of this page, and those that a reload has interrupted."""
    return Section(cls="tray", hidden=True, data_tray=True, aria_label="Uploads")(
        Div(cls="tray-head")(
            H2("Uploads"),
            Button("Clear", "quiet", short=True, type="button", data_tray_clear=True),
        ),
        Ul(role="list", data_tray_list=True),
        P(cls="unseen", role="status", data_tray_said=True),
        Template(data_tray_row=True)(
            Li(cls="coming")(
                Span(cls="name", data_name=True),
                Span(cls="acts")(
                    Button("Retry", short=True, type="button", data_retry=True, hidden=True),
                    Button("Choose it again", short=True, type="button", data_again=True, hidden=True),
                    IconButton("close", "Cancel", short=True, type="button", data_cancel_upload=True),
                ),
                Progress(0, "Uploaded", 100),
                Span(cls="small faint", data_state=True),
            )
        ),
    )


def FetchNotice(it: Any, back: str) -> Any:
    """How far a fetch is, with the way to look again: for who has no script."""
    if it.state == "done":
        opened = Button("Open it", short=True, href=url("/files", it.id)) if it.id else ""
        return Callout("good", "It is fetched.", "", opened, role="status")
    if it.error:
        return Callout("bad", "It was not fetched.", it.error, role="alert")
    mark = "&" if "?" in back else "?"
    again = Button("Look again", short=True, href=f"{back}{mark}fetching={it.job}")
    return Callout("note", "It is being fetched.", it.said, again, role="status")


def RoomMeter(used: int, most: int) -> Any:
    """How much of a person's room is taken, by everything that they store."""
    full = used / most
    kind = "bad" if full > 0.95 else "warn" if full > 0.8 else ""
    return Section(cls="room-used")(
        H2("Your room"),
        Progress(used, "How much of your room is taken", most, kind),
        P(cls="small faint")(f"{size_words(used)} of {size_words(most)}, with all versions and the trash"),
    )


def NewPage(
    me: Caller,
    folder: Any = None,
    space: str = "",
    *,
    errors: Texts = NOTHING,
    posted: Texts = NOTHING,
    largest: int = 0,
    path: Any = (),
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """The plain form: it works without a script."""
    limit = f"Each up to {size_words(largest)}." if largest else ""
    chosen = Form(cls="form", method="post", action=url("/files"), enctype="multipart/form-data")(
        *hidden_place(folder, space),
        FormErrors({name: words for name, words in errors.items() if name != "url"}, "Choose the files again."),
        Div(cls="field")(
            Label(fr="field-file")("Files"),
            Input(
                cls="input",
                id="field-file",
                name="file",
                type="file",
                multiple=True,
                required=True,
                aria_describedby="file-hint",
            ),
            P(cls="hint", id="file-hint")(f"As many as you like. {limit}".strip()),
        ),
        Div(cls="actions")(
            Button("Upload", "primary"), Button("Leave it", "quiet", href=url("/files", **place_of(folder, space)))
        ),
    )
    where = f"Into “{folder.name}”." if folder else None
    content = (
        PageHead("Upload", where),
        chosen,
        Part("From an address", FetchForm(folder, space, errors.get("url", ""), posted.get("url", "")), id="fetch"),
        Part("A new folder", NewFolderForm(folder, space), id="folder"),
    )
    return Page(
        me,
        Div(cls="column")(*content),
        title="Upload",
        place="files",
        shelf=shelf,
        crumbs=(("Files", url("/files")), *((each.name, folder_place(each)) for each in path), ("Upload", None)),
        workspace=workspace,
    )


def NewFolderForm(folder: Any, space: str) -> Any:
    """A folder, without a box."""
    return Form(cls="form", method="post", action=url("/files/folders"))(
        *hidden_place(folder, space),
        Field("Name", "name", required=True, maxlength=200, autocomplete="off"),
        Div(cls="actions")(Button("Make the folder")),
    )
