"""The kit: everything is escaped, every field has its label, every address is made in one place."""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastcore.xml import to_xml

from app.clock import DAY, HOUR, MINUTE, now
from components.addresses import asset, assets_are, root_path, url
from components.page import Page, Shelf, ShelfGroup, ShelfLink, Threshold, document
from components.palette import PaletteCommand, PaletteLink, PaletteList
from components.parts import (
    Ago,
    Avatar,
    Badge,
    Button,
    Callout,
    Choice,
    Dialog,
    Empty,
    Facts,
    Field,
    Figures,
    Fold,
    FormErrors,
    IconButton,
    Menu,
    MenuLink,
    Progress,
    Row,
    Rows,
    Segments,
    Select,
    State,
    Switch,
    Table,
    Tabs,
    TextArea,
    Toast,
    ToastPartial,
    day_words,
)

STATIC = Path(__file__).parent.parent / "static"
EVIL = "<img src=x onerror=alert(1)>\"'&"
ALICE = SimpleNamespace(name="Alice Lind", role="admin", theme="", timezone="Europe/Berlin")
BOB = SimpleNamespace(name="Bob", role="member", theme="dark", timezone="UTC")

# Pages say what the house has to tell, so there is one.
pytestmark = pytest.mark.usefixtures("house")


class Reader(HTMLParser):
    """What a browser would find: every tag with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def html(*parts):
    return "".join(str(to_xml(part, indent=False)) for part in parts)


def everything(said):
    """One of each part, with `said` wherever a person's words can stand."""
    return [
        Badge(said, "good", icon="ok"),
        State(said, "warn"),
        Avatar(said),
        Progress(3, said),
        Ago(now(), ALICE),
        Button(said, "primary", icon="plus"),
        Button(said, href="/x"),
        IconButton("pin", said),
        Menu("m", said, MenuLink(said, "edit")),
        Dialog("d", said, said),
        Tabs(said, (said, "/x", True, 3)),
        Field(said, "title", said, hint=said, error=said),
        TextArea(said, "body", said, hint=said, error=said),
        Select(said, "kind", [(said, said), (said, [(said, said)])], said, error=said),
        Choice(said, "agree", said),
        Switch(said, "on", True),
        Segments(said, "side", [(said, said)], said),
        Table([said, (said, "num")], [[said, said]], said, foot=[said, said]),
        Rows(Row(said, "/x", said, [said, said], [Button(said)])),
        Facts((said, said)),
        Figures((said, said, said, said)),
        Fold("tool", said, said, cost=said),
        Empty(said, said, said),
        Callout("bad", said, said, said),
        FormErrors({"": said}),
        Toast(said, said),
        PaletteList((said, [PaletteLink(said, "/x", "chat", said), PaletteCommand(said, "#x", "sun", said)])),
        Shelf(said, ShelfGroup(said, ShelfLink(said, "/x", count=3))),
    ]


def test_no_part_lets_markup_through():
    tags = Reader(html(*everything(EVIL))).tags
    assert "img" not in {tag for tag, _ in tags}
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]


def test_the_page_around_the_parts_lets_no_markup_through():
    me = SimpleNamespace(name=EVIL, role="admin", theme="", timezone="")
    page = Page(me, title=EVIL, here=EVIL, workspace=EVIL, banner=EVIL)
    path = Page(me, title=EVIL, crumbs=[(EVIL, "/x"), (EVIL, None)])
    outside = Threshold(title=EVIL, heading=EVIL, lead=EVIL, floor=EVIL, workspace=EVIL)
    for text in map(document, (page, path, outside)):
        assert "<img" not in text


def test_nothing_is_inline():
    text = document(Page(ALICE, *everything("words"), title="Kit"))
    assert "<style" not in text
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", text)
    assert all(script.get("src") for script in Reader(text).all("script"))


def test_ids_are_unique_on_a_page_of_everything():
    ids = [
        attrs["id"]
        for _, attrs in Reader(document(Page(ALICE, *everything("words"), title="Kit"))).tags
        if "id" in attrs
    ]
    assert len(ids) == len(set(ids))


def test_every_control_has_a_label():
    read = Reader(html(*everything("words")))
    labelled = {label.get("for") for label in read.all("label")}
    for tag in ("input", "textarea", "select"):
        for control in read.all(tag):
            if control.get("type") == "radio" and control["id"].startswith("side"):
                continue  # stands inside its label
            assert control["id"] in labelled, control


def test_an_error_and_a_hint_are_tied_to_their_field():
    read = Reader(html(Field("Name", "name", error="Too short.", hint="Shown to all.", id="a")))
    field = read.all("input")[0]
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"].split() == ["a-error", "a-hint"]
    assert {attrs.get("id") for attrs in read.all("p")} == {"a-error", "a-hint"}


def test_a_field_in_order_says_nothing_of_errors():
    field = Reader(html(Field("Name", "name", "Ada"))).all("input")[0]
    assert field["value"] == "Ada"
    assert "aria-invalid" not in field and "aria-describedby" not in field


def test_a_password_never_comes_back_in_a_page():
    assert "hunter2" not in html(Field("Password", "password", "hunter2", type="password"))


def test_a_text_area_keeps_its_first_line_break():
    # A browser takes the line break that follows the tag away.
    assert "\n\n  code\n</textarea>" in html(TextArea("Text", "text", "\n  code\n"))


def test_only_the_chosen_option_is_selected():
    options = Reader(html(Select("Role", "role", [("admin", "Admin"), ("member", "Member")], "member"))).all("option")
    assert [("selected" in option) for option in options] == [False, True]


def test_a_button_with_an_id_does_not_post_itself():
    button, link = Reader(html(Button("Go", id="go"), Button("Go", id="went", href="/x"))).tags
    assert "name" not in button[1] and "name" not in link[1]


def test_a_button_sends_its_form_unless_it_opens_something():
    assert Reader(html(Button("Save"))).all("button")[0]["type"] == "submit"
    assert Reader(html(Button("More", popovertarget="m"))).all("button")[0]["type"] == "button"


def test_every_icon_that_is_drawn_is_in_the_sprite():
    drawn = set(re.findall(r'icons\.svg#([\w-]+)"', document(Page(ALICE, *everything("words"), title="Kit"))))
    drawn |= set(re.findall(r'icons\.svg#([\w-]+)"', document(Threshold(title="x", fire="smoke"))))
    assert drawn and drawn <= set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))


def test_every_own_style_is_joined_once_and_every_script_at_least():
    styles = (STATIC / "css/order.txt").read_text().split()
    assert sorted(styles) == sorted(str(path.relative_to(STATIC / "css")) for path in (STATIC / "css").rglob("*.css"))
    assert (STATIC / "css" / styles[0]).read_text().count(
        "@layer reset, tokens, base, house, parts, nouns, print;"
    ) == 1
    lines = [line.split(":") for line in (STATIC / "js/order.txt").read_text().splitlines()]
    scripts = [name for _, names in lines for name in names.split()]
    assert sorted(set(scripts)) == sorted(path.name for path in (STATIC / "js").glob("*.js"))


def test_a_page_is_a_whole_document():
    text = document(Page(BOB, title="Chats"))
    assert text.startswith('<!doctype html><html lang="en" data-theme="dark"><head><meta charset="utf-8">')
    assert "<title>Chats · Inglenook</title>" in text


def test_only_admins_are_shown_the_way_to_admin():
    assert 'href="/admin"' in document(Page(ALICE, title="x"))
    assert 'href="/admin"' not in document(Page(BOB, title="x"))


def test_signing_out_is_a_post():
    forms = {form["action"]: form["method"] for form in Reader(document(Page(BOB, title="x"))).all("form")}
    assert "post" in forms.values() and set(forms.values()) == {"post"}


def test_an_address_is_joined_and_quoted():
    assert url("/") == "/"
    assert url("/chats") == "/chats"
    assert url("/chats", "a/b c?", "messages") == "/chats/a%2Fb%20c%3F/messages"
    assert url("/chats", q="a&b", page=None, tag=["x", "y"]) == "/chats?q=a%26b&tag=x&tag=y"
    assert url("/docs", fragment_="the words") == "/docs#the%20words"


@pytest.mark.parametrize("parts", [("",), (None,), ("a", "")])
def test_an_address_with_an_empty_part_is_refused(parts):
    with pytest.raises(ValueError, match="empty"):
        url("/chats", *parts)


@pytest.mark.parametrize("target", ["chats", "https://elsewhere.example", ""])
def test_an_address_that_leaves_the_house_is_refused(target):
    with pytest.raises(ValueError, match="slash"):
        url(target)


def test_an_address_honours_the_path_that_the_house_stands_under():
    token = root_path.set("/inglenook")
    try:
        assert url("/chats", 1) == "/inglenook/chats/1"
        assert asset("icons.svg").startswith("/inglenook/static/")
        links = re.findall(r'(?:href|action|src)="([^"#]+)', document(Page(ALICE, title="x")))
        assert links and all(link.startswith("/inglenook/") for link in links)
    finally:
        root_path.reset(token)


def test_an_asset_has_its_hashed_address():
    from components import addresses

    before = dict(addresses._hashed)
    try:
        assets_are({"icons.svg": "abc123/icons.svg"})
        assert asset("icons.svg") == "/static/abc123/icons.svg"
        assert asset("unknown.js") == "/static/unknown.js"
    finally:
        assets_are(before)


def words(time_us, me=BOB):
    return re.sub("<[^>]+>", "", html(Ago(time_us, me)))


def test_a_moment_is_said_in_plain_words():
    assert words(now()) == "just now"
    assert words(now() - 5 * MINUTE) == "5 minutes ago"
    assert words(now() - MINUTE - 1) == "1 minute ago"
    assert words(now() + 30 * MINUTE + 1_000_000) == "in 30 minutes"
    assert words(now() + 7 * DAY + HOUR) in ("in 7 days", "in 8 days")
    assert re.fullmatch(r"\w{3} \d\d:\d\d", words(now() - 4 * DAY))
    assert words(1_700_000_000_000_000) == "14 Nov 2023"


def test_a_moment_is_exact_for_machines_and_local_for_people():
    text = html(Ago(1_700_000_000_000_000, ALICE))
    assert 'datetime="2023-11-14T22:13:20Z"' in text
    assert "23:13:20" in text  # Berlin in winter


def test_an_unknown_time_zone_is_utc():
    assert words(now(), SimpleNamespace(timezone="Mars/Olympus")) == "just now"


def test_days_have_names():
    assert day_words(now(), BOB) == "Today"
    assert day_words(now() - DAY, BOB) == "Yesterday"
    assert day_words(now() - 5 * DAY, BOB) == "Last week"
    assert day_words(1_700_000_000_000_000, BOB) == "November 2023"


def test_a_toast_travels_as_a_piece_of_any_answer():
    assert html(ToastPartial("Kept.")).startswith('<hx-partial hx-target="#toasts" hx-swap="beforeend"><div')
