"""What Ctrl-K finds: pages, chats by title, models, and light or dark."""

from typing import Any

from fasthtml.components import Span

from app import chats, presets, projects, providers
from components.addresses import url
from components.palette import PaletteCommand, PaletteLink, PaletteList
from routes.pages import Me, Pages, Query

ar = Pages("/palette")

LISTED = 30
PLACES = (
    ("New chat", "/", "plus"),
    ("All chats", "/chats", "chat"),
    ("Archived chats", "/chats?shelf=archived", "folder"),
    ("Deleted chats", "/chats?shelf=deleted", "trash"),
    ("Import chats", "/chats/import", "upload"),
    ("Projects", "/projects", "folder"),
    ("Prompts", "/prompts", "text"),
    ("New prompt", "/prompts/new", "plus"),
    ("Presets", "/presets", "grid"),
    ("New preset", "/presets/new", "plus"),
    ("New paste", "/pastes/new", "plus"),
    ("Pastes", "/pastes", "paste"),
    ("Pastes shared with you", "/pastes?shelf=shared", "people"),
    ("Deleted pastes", "/pastes?shelf=trash", "trash"),
    ("Files", "/files", "file"),
    ("Upload files", "/files/new", "upload"),
    ("Starred files", "/files?shelf=starred", "star"),
    ("Files shared with you", "/files?shelf=shared", "people"),
    ("Deleted files", "/files?shelf=trash", "trash"),
    ("Your account", "/settings", "user"),
    ("Password", "/settings/password", "key"),
    ("Sessions", "/settings/sessions", "system"),
    ("Export", "/settings/export", "download"),
    ("Spaces", "/spaces", "lock"),
    ("Usage", "/usage", "usage"),
    ("Statements", "/usage/statements", "log"),
    ("Handbook", "/docs/handbook", "doc"),
)
ADMIN_PLACES = (
    ("Admin", "/admin", "admin"),
    ("People", "/admin/people", "people"),
    ("Groups", "/admin/groups", "people"),
    ("Providers", "/admin/providers", "model"),
    ("Aliases", "/admin/aliases", "tag"),
    ("Budgets", "/admin/budgets", "usage"),
    ("Everybody's keys", "/admin/keys", "key"),
    ("Limits of pastes", "/admin/pastes", "paste"),
    ("Limits of files", "/admin/files", "file"),
    ("Backups", "/admin/backups", "backup"),
    ("Recovery key", "/admin/backups/key", "key"),
    ("Jobs", "/admin/jobs", "jobs"),
    ("The clock of the jobs", "/admin/jobs/clock", "clock"),
)
# What a guest finds: their own account, and what is shared with them.
GUEST_PLACES = (
    ("Shared with you", "/pastes?shelf=shared", "share"),
    ("Files shared with you", "/files", "file"),
    ("Your account", "/settings", "user"),
    ("Password", "/settings/password", "key"),
    ("Sessions", "/settings/sessions", "system"),
    ("Export", "/settings/export", "download"),
    ("Handbook", "/docs/handbook", "doc"),
)
THEMES = (("system", "System"), ("light", "Light"), ("dark", "Dark"))


class Words(Query):
    """What was typed so far."""

    q: str = ""


@ar.get("", guests=True)
def show(me: Me, query: Words):
    if me.is_guest:
        return PaletteList(("Go to", links(GUEST_PLACES)), looks())
    found = chats.recent(me, LISTED, query.q)
    places = (*PLACES, *ADMIN_PLACES) if me.is_admin else PLACES
    # With more chats than are listed, the words go to the server.
    more = Span(hidden=True, data_more=True) if len(found) == LISTED else ""
    going = (("Go to", links(places)), ("Projects", folders(me)), ("Chats", titles(found)))
    return PaletteList(*going, ("New chat with", models(me)), looks()), more


def links(places: tuple[tuple[str, str, str], ...]) -> list[Any]:
    """Pages."""
    return [PaletteLink(words, url(path), icon) for words, path, icon in places]


def titles(found: list[chats.Chat]) -> list[Any]:
    """Chats by title."""
    return [PaletteLink(chat.title, url("/chats", chat.id), "chat") for chat in found]


def folders(me: Me) -> list[Any]:
    """One's projects."""
    return [PaletteLink(name, url("/projects", id), "folder") for id, name in projects.names(me).items()]


def models(me: Me) -> list[Any]:
    """A new chat with each preset and each model that one may use."""
    begun = [each.item for each in presets.usable(me, limit=LISTED)]
    named = ((item.title, url("/chats/new", preset=item.id), "grid", "Preset") for item in begun)
    alone = ((each.label, url("/", model=each.id), "model", each.provider) for each in providers.available(me))
    return [PaletteLink(*each) for each in (*named, *alone)]


def looks() -> tuple[str, list[Any]]:
    """Light or dark: each presses the switch in the account's menu."""
    icons = {"system": "system", "light": "sun", "dark": "moon"}
    return "Light or dark", [PaletteCommand(words, f"#theme-{key}", icons[key]) for key, words in THEMES]
