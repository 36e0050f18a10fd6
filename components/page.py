"""The whole document: the house with its rail, and the threshold outside it."""

from typing import Any

from fastcore.xml import ft, to_xml
from fasthtml.components import (
    H1,
    H2,
    A,
    Aside,
    Body,
    Div,
    Footer,
    Form,
    Head,
    Header,
    Hr,
    Html,
    Li,
    Link,
    Main,
    Meta,
    Nav,
    Ol,
    P,
    Script,
    Section,
    Span,
    Title,
    Ul,
)

from app import secrets, usage
from app.backups.past import shapes
from app.rights import Caller
from components.addresses import asset, exposed, url
from components.palette import PaletteDialog, ShortcutsDialog
from components.parts import Avatar, Button, Dialog, Icon, IconButton, MenuLink, Segments
from components.parts.actions import ButtonTag
from components.past import PastBanner, Thing, readable, tab

THEMES = (("", "System", "system"), ("light", "Light", "sun"), ("dark", "Dark", "moon"))
# Indicator styles would be made by script; a viewer that lost its line asks again every few seconds.
HTMX = "includeIndicatorCSS:false, sse.reconnectMaxDelay:4000"
EXPOSED = "This page travels unprotected: whoever is on the way can read it, and every password. Use https instead."
LOCKED = "The stored keys of the providers are locked: they were sealed with another key than the one at hand. "
UNSAVED = "Nobody has saved the recovery key of this house yet. "
FIRES = {"ember": ("logs", "ember"), "logs": ("logs",), "smoke": ("logs", "smoke")}


def Page(
    me: Any,
    *content: Any,
    title: str,
    place: str | None = None,
    shelf: Any = None,
    here: Any = None,
    crumbs: Any = None,
    actions: Any = (),
    bare: bool = False,
    scripts: Any = (),
    dock: Any = None,
    banner: Any = None,
    theme: str | None = None,
    thing: Thing | None = None,
    workspace: str = "Inglenook",
) -> Any:
    """A page of the house. `place` is chats, pastes, usage, admin, account or handbook; `crumbs` are (words, address or
    None); `here` is the bar's title where there are no crumbs; `scripts` are asset names behind those of every page;
    `banner` is '' where even an admin is not to be reminded of the recovery key; `thing` is the kind and id of what can
    be copied out of the past."""
    theme = (getattr(me, "theme", "") or "") if theme is None else theme
    room = Div(cls="room")(
        PastBanner(me, thing),
        *_banners(banner, *(own_words(me) if banner is None else ())),
        Bar(here, crumbs, actions, bare),
        Main(cls="leaf", id="main", tabindex="-1")(*content),
        Section(cls="dock", aria_label="Write")(dock) if dock else "",
    )
    return _document(
        f"{title} · {workspace}{tab(me)}",
        {"data-theme": theme or None, "data-zone": asks_zone(me)},
        ("htmx.js", "house.js", *scripts),
        Body(cls="house")(
            A(cls="skip", href="#main")("Skip to the text"),
            Rail(me, place, shelf, workspace),
            AccountMenu(theme) if me else "",
            room,
            _boxes(),
        ),
    )


def Threshold(
    *content: Any,
    title: str,
    heading: str | None = None,
    lead: Any = None,
    broad: bool = False,
    fire: str = "ember",
    floor: Any = None,
    banner: Any = None,
    scripts: Any = (),
    theme: str = "",
    workspace: str = "Inglenook",
) -> Any:
    """A page outside the house: sign in, first run, nothing here. The heading is `heading`, else the title."""
    picture = ft("svg", *(ft("use", href=f"{asset('icons.svg')}#{part}") for part in FIRES[fire]))
    picture.attrs.update({"class": "fire", "aria-hidden": "true", "viewBox": "0 0 96 64"})
    arch = Main(cls="arch broad" if broad else "arch", id="main")(
        H1(heading or title), P(cls="lead")(lead) if lead else "", *content, picture
    )
    body = Body(cls="threshold")(PastBanner(None), *_banners(banner), arch, Footer(cls="floor")(floor or ""))
    return _document(f"{title} · {workspace}", {"data-theme": theme or None}, scripts, body)


def asks_zone(me: Any) -> str | None:
    """Where the browser tells its time zone, for a person who never chose one."""
    return url("/settings/timezone") if me and getattr(me, "timezone", "?") == "" else None


def document(page: Any) -> str:
    """The text of a page, from '<!doctype html>' on, for handlers that answer without FastHTML."""
    # In a tuple, because a text that is ready stands for itself only among others.
    return readable(str(to_xml((page,), indent=False)))


def _document(title: str, about: dict[str, str | None], scripts: Any, body: Any) -> Any:
    head = Head(
        Meta(charset="utf-8"),
        Title(title),
        Meta(name="viewport", content="width=device-width, initial-scale=1"),
        Meta(name="color-scheme", content="light dark"),
        Meta(name="htmx-config", content=HTMX) if scripts else "",
        Link(rel="icon", href=asset("mark.svg"), type="image/svg+xml"),
        Link(rel="stylesheet", href=asset("inglenook.css")),
        *(_script(name) for name in scripts),
    )
    if shapes.here is not None:
        about = about | {"data-past": shapes.here.time, "data-zone": None}
    return Html(head, body, lang="en", **{name: value for name, value in about.items() if value})


def _script(name: str) -> Any:
    # Fetched scripts are plain, ours are modules; the browser runs both in this order, after the document.
    return Script(src=asset(name), defer=True) if name == "htmx.js" else Script(src=asset(name), type="module")


def _boxes() -> Any:
    """What waits on every page until it is called."""
    yes = Button("Do it", "danger primary", type="button", data_yes=True)
    no = Button("Leave it", "quiet", type="button", data_no=True)
    return (
        PaletteDialog(),
        ShortcutsDialog(),
        Dialog("confirm", "Are you sure?", actions=(no, yes)),
        Div(cls="toasts", id="toasts", aria_live="polite"),
    )


def Rail(me: Any, place: str | None, shelf: Any, workspace: str) -> Any:
    """Where one can go, then the list of the noun one is in, then oneself."""
    find = A(href=url("/chats"), data_palette=True)(Icon("search"), "Find", ft("kbd", "Ctrl K"))
    chats = _place("chats", "Chats", "chat", url("/"), place)
    pastes = _place("pastes", "Pastes", "paste", url("/pastes"), place)
    files = _place("files", "Files", "file", url("/files"), place)
    guest = bool(me) and me.role == "guest"
    shared = _place("pastes", "Shared with you", "share", url("/pastes"), place)
    given = _place("files", "Files shared with you", "file", url("/files"), place)
    places = (Li(shared), Li(given)) if guest else (Li(chats), Li(pastes), Li(files), Li(find)) if me else ()
    handbook = _place("handbook", "Handbook", "doc", url("/docs/handbook"), place)
    usage_of = _place("usage", "Usage", "usage", url("/usage"), place)
    admin = _place("admin", "Admin", "admin", url("/admin"), place)
    return Nav(cls="rail", id="rail", popover=True, aria_label="Workspace")(
        A(cls="brand", href=url("/"))(Icon("mark"), workspace),
        Ul(cls="places")(*places) if places else "",
        shelf or "",
        Ul(cls="foot")(
            Li(usage_of) if me and not guest else "",
            Li(admin) if getattr(me, "role", "") == "admin" else "",
            Li(_oneself(me)) if me else Li(handbook),
        ),
    )


def _place(name: str, words: str, icon: str, href: str, here: str | None) -> Any:
    return A(href=href, aria_current="true" if name == here else None)(Icon(icon), words)


def _oneself(me: Any) -> Any:
    return ButtonTag(cls="who", type="button", popovertarget="account")(Avatar(me.name), Span(cls="name")(me.name))


def AccountMenu(theme: str) -> Any:
    """Oneself: the account, help, light or dark, and the way out."""
    kept = ft("noscript", Button("Keep", short=True))
    return Section(cls="menu above", id="account", popover=True, aria_label="You")(
        MenuLink("Your account", "user", href=url("/settings")),
        MenuLink("Handbook", "doc", href=url("/docs/handbook")),
        MenuLink("Shortcuts", "info", keys="?", type="button", commandfor="shortcuts", command="show-modal"),
        Form(method="post", action=url("/settings/theme"), data_theme_form=True)(
            Segments("Light or dark", "theme", THEMES, theme), kept
        ),
        Hr(),
        Form(method="post", action=url("/signout"))(MenuLink("Sign out", "leave")),
    )


def Shelf(label: str, *content: Any) -> Any:
    """The list of the noun one is in; its content is ShelfGroups."""
    return Section(cls="shelf", id="shelf", aria_label=label, tabindex="0")(*content)


def ShelfGroup(heading: str, *links: Any) -> Any:
    """A heading in the shelf and its links."""
    return (H2(heading), Ul(*(Li(link) for link in links)))


def ShelfLink(
    words: str, href: str, here: bool = False, live: bool = False, count: int | None = None, **attrs: Any
) -> Any:
    """One line of the shelf; `live` says that something is being written there."""
    number = Span(cls="count")(f"{count:,}") if count is not None else ""
    told = Span(cls="unseen")(", being written") if live else ""
    shape = "live" if live else None
    return A(href=href, cls=shape, aria_current="page" if here else None, **attrs)(
        Span(cls="name")(words), told, number
    )


def Bar(here: Any, crumbs: Any, actions: Any, bare: bool = False) -> Any:
    """The bar above the leaf: the way to the rail, where one is, and what can be done here."""
    opener = IconButton("menu", "Open the menu", "menu-button", type="button", popovertarget="rail")
    if crumbs:
        where = Crumbs(*crumbs)
    elif bare:
        where = A(cls="brand", href=url("/"))(Icon("mark"), Span(cls="unseen")("Home"))
    else:
        where = P(cls="here")(here or "") if not hasattr(here, "tag") else here
    return Header(cls="bar bare" if bare else "bar", id="bar")(opener, where, Div(cls="actions")(*actions))


def Crumbs(*crumbs: tuple[str, str | None]) -> Any:
    """The path to this page; the last one is the page itself."""
    *above, (last, _) = crumbs
    links = (Li(A(href=href)(words)) for words, href in above)
    return Nav(cls="crumbs", aria_label="Path")(Ol(*links, Li(aria_current="page")(last)))


def _banners(*words: Any) -> list[Any]:
    # The first stays on every page for as long as it is true: no page can forget it.
    said = [each for each in (EXPOSED if exposed.get() else None, *words) if each]
    return [Banner(each, label=f"Notice {n}" if len(said) > 1 else "Notice") for n, each in enumerate(said, 1)]


def own_words(me: Any) -> list[Any]:
    """What this person has to know on every page: the keys of the house, for admins, and budgets that run short."""
    if shapes.here is not None:
        return []  # what was to be done then is nothing to do now
    short = usage.budgets.warnings(me) if isinstance(me, Caller) else []
    more = ("Set budgets", "/admin/budgets") if getattr(me, "role", "") == "admin" else ("See what was used", "/usage")
    return [key_words(me), *((said, " ", A(href=url(more[1]))(more[0]), ".") for said in short)]


def key_words(me: Any) -> Any:
    """What an admin is reminded of on every page: stored keys that are locked, or a recovery key that nobody saved."""
    if getattr(me, "role", "") != "admin":
        return None
    if secrets.locked():
        return LOCKED, A(href=url("/admin/backups/key"))("Give the recovery key"), "."
    if not secrets.is_saved():
        return UNSAVED, A(href=url("/admin/backups/key"))("Save it now"), "."
    return None


def Banner(words: Any, kind: str = "", label: str = "Notice") -> Any:
    """One line above everything that stays as long as it is true."""
    return Section(cls=f"banner {kind}".strip(), aria_label=label)(
        Icon("warn", small=True), *(words if isinstance(words, tuple) else (words,))
    )


def Margin(label: str, *content: Any) -> Any:
    """The outer margin: what belongs beside the text and never inside it."""
    return Aside(cls="margin", aria_label=label)(*content)


def PageHead(title: str, lead: Any = None, *actions: Any) -> Any:
    """The heading of a page that is not a text: its title, a sentence, and what can be done."""
    return Header(cls="head")(Div(H1(title), P(lead) if lead else ""), Div(cls="actions")(*actions) if actions else "")


def Part(title: str, *content: Any, id: str | None = None) -> Any:
    """A section of a page under its own heading."""
    return Section(cls="part", id=id)(H2(title), *content)
