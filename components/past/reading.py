"""A page of the past offers nothing that changes something: one rule for all pages, on their finished text.

What would send something is taken out, and with it what it leaves empty: headings, menus, boxes and their openers. A
form that shows how something was set then stays as a fieldset that is disabled.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from app.backups.past import shapes
from components.addresses import root_path


def named(words: str) -> frozenset[str]:
    """Words as a set."""
    return frozenset(words.split())


# What stays though it posts: the banner's own form.
STAYS = "data-past"
VOID = named("area base br col embed hr img input link meta source track wbr")
SENDS = ("hx-post", "hx-put", "hx-patch", "hx-delete")
# Pages on which something is made or changed, and nothing else is seen.
MAKES = re.compile(
    r"/(signin|welcome|welcome/key|settings/(confirm|password)|admin/backups/(restore|key|look)|admin/providers/local"
    r"|chats/imports/[^/]*)"
    r"|/drafts/.*|/oauth/.*|.*/(new|edit|another|import|title|place|uses|selection|attachments|shares)"
)
MAKING = "data-makes"
# Attributes by which a script sends something, and of what only says how something is made.
SCRIPTED = {
    MAKING,
    "data-presses",
    "data-uploader",
    "data-pick",
    "data-keep",
    "data-pick-all",
    "data-pick-none",
    "hx-sse:connect",
}
# What a script sends from a place that stays: the buttons that it would put there.
STRIPPED = re.compile(r' data-saves="[^"]*"')
# What goes when all that it held went.
PRUNED = named("li ul ol div section span p fieldset nav label header footer datalist dl figure aside")
MUTE = named("h2 h3 h4 h5 h6 legend label svg option kbd")
CONTROLS = named("input select textarea")
SHOWN = named("input select textarea img video audio iframe canvas table")
# What can be opened or looked at, besides words.
HELD = SHOWN | named("a button pre")
# Classes of forms that show how something is set.
SETTINGS = {"form", "stack"}
ROWS = "data-pieces-form"


@dataclass
class Open:
    """An element that has not ended: what it holds so far. `posts` is the kind of form that it stands in: '', form or
    rows. `lost` says that something was taken out of it, and `deed` that it was a button alone; `weight` counts what is
    left to see in it, `held` what of it is not words. `control` says that it has a field, `blank` that one waits to be
    filled."""

    tag: str
    start: str
    attrs: dict[str, str]
    posts: str = ""
    mute: bool = False
    parts: list[str] = field(default_factory=list)
    lost: bool = False
    deed: bool = False
    weight: int = 0
    held: int = 0
    control: bool = False
    blank: bool = False

    @property
    def classes(self) -> set[str]:
        """Its classes."""
        return set(self.attrs.get("class", "").split())


def nothing(path: str) -> bool:
    """The rule of a process that shows everything."""
    return False


# Whether nothing is shown at an address below the root.
closed: Callable[[str], bool] = nothing


def closes(rule: Callable[[str], bool]) -> None:
    """What this process does not show: no page links to it from now on."""
    global closed
    closed = rule


def readable(text: str) -> str:
    """The text of a page or a fragment; in the past, without what changes something."""
    return text if shapes.here is None else pruned(text)


def pruned(text: str) -> str:
    """The text without what changes something."""
    gone: set[str] = set()
    while True:
        reader = Reader(gone)
        reader.feed(text)
        reader.close()
        text = reader.ended()
        new = reader.gone - gone
        if not any(f'="{id}"' in text for id in new):
            return text
        # What opens a box that went, or belongs to a form that went, goes in another round.
        gone |= new


class Reader(HTMLParser):
    """Reads a text from its beginning to its end and writes what stays. `gone` are ids of what went before."""

    def __init__(self, gone: set[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.before, self.gone = gone, set(gone)
        self.stack = [Open("", "", {})]

    # ── what is read ──────────────────────────────────────────────────────────────────────────────────────────────
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self.get_starttag_text() or ""
        if tag == "option" and self.stack[-1].tag == "option":
            self.leave()
        start = STRIPPED.sub("", start)
        held = {name: value or "" for name, value in attrs}
        if tag in VOID or start.endswith("/>"):
            return self.single(tag, start, held)
        within = self.stack[-1]
        posts = within.posts
        if tag == "form":
            sends = held.get("method", "get").lower() == "post" and STAYS not in held
            posts = "" if not sends else "rows" if ROWS in held else "form"
        self.stack.append(Open(tag, start, held, posts, within.mute or is_mute(tag, held)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or all(each.tag != tag for each in self.stack):
            return
        while self.stack[-1].tag != tag:
            self.leave()
        self.leave()

    def handle_data(self, data: str) -> None:
        within = self.stack[-1]
        within.parts.append(data)
        if data.strip() and within.tag not in ("script", "style"):
            self.count(within)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.stack[-1].parts.append(f"<!{decl}>")

    def handle_comment(self, data: str) -> None:
        self.stack[-1].parts.append(f"<!--{data}-->")

    # ── what stays ────────────────────────────────────────────────────────────────────────────────────────────────
    def count(self, within: Open, weight: int = 1) -> None:
        """Something is to be seen here."""
        if not within.mute:
            within.weight += weight

    def single(self, tag: str, start: str, attrs: dict[str, str]) -> None:
        """An element without an end."""
        within = self.stack[-1]
        if self.goes(tag, attrs, within.posts):
            within.lost = True
            return
        within.parts.append(start)
        if tag in SHOWN and attrs.get("type") != "hidden":
            within.held += 1
            self.count(within)
        if tag == "input":
            within.control = True
            within.blank |= "required" in attrs and not attrs.get("value")

    def goes(self, tag: str, attrs: dict[str, str], posts: str) -> bool:
        """Whether this element is one that changes something, wherever it stands."""
        if not SCRIPTED.isdisjoint(attrs) or attrs.get("form", " ") in self.before:
            return True
        if any(name in attrs for name in SENDS) and tag != "form":
            return True
        if {attrs.get("commandfor", " "), attrs.get("popovertarget", " ")} & self.before:
            return True
        if posts and (tag == "button" and "data-copy" not in attrs or tag == "input" and is_unseen(attrs)):
            return True
        if posts == "rows" and tag == "input":
            return True
        asked = [attrs[name] for name in ("href", "hx-get", "data-newer") if name in attrs]
        return any(makes(address) for address in asked)

    def leave(self) -> None:
        """The element ends: it stays, or it goes, or only what it holds stays."""
        it, within = self.stack.pop(), self.stack[-1]
        text = "".join(it.parts)
        start, end = self.verdict(it, within, text)
        within.deed |= it.deed and it.tag != "section"
        if start is None:
            within.lost = True
            if it.attrs.get("id"):
                self.gone.add(it.attrs["id"])
            return
        within.parts += [start, text, end]
        within.lost |= it.lost and it.tag not in ("table", "article", "form")
        within.held += it.held + (it.tag in HELD)
        within.control |= it.control or it.tag in CONTROLS
        within.blank |= it.blank
        self.count(within, it.weight or int(it.tag in HELD))

    def verdict(self, it: Open, within: Open, text: str) -> tuple[str | None, str]:
        """How an element begins and ends from now on; None where it goes."""
        if it.posts and it.tag == "form":
            return self.form(it)
        if self.goes(it.tag, it.attrs, it.posts) or is_new_chat(it, text):
            # The title of a chat is a button that would make it a field.
            return ("", "") if "here" in within.classes and it.tag == "button" else (None, "")
        return (None, "") if self.is_left_empty(it) else (it.start, f"</{it.tag}>")

    def form(self, it: Open) -> tuple[str | None, str]:
        """A form that posts: the rows that it is about, or how something was set, or nothing."""
        if it.attrs.get("id"):
            self.gone.add(it.attrs["id"])
        kind = f' class="{escape(it.attrs["class"])}"' if it.attrs.get("class") else ""
        if it.posts == "rows":
            return f"<div{kind}>", "</div>"
        it.deed = not it.control or MAKING in it.attrs
        if MAKING in it.attrs or SETTINGS.isdisjoint(it.classes) or it.blank or not it.control:
            return None, ""
        it.blank, it.weight = False, max(it.weight, 1)
        return f"<fieldset disabled{kind}>", "</fieldset>"

    def is_left_empty(self, it: Open) -> bool:
        """Whether nothing is left of an element from which something was taken."""
        if "dock" in it.classes or "hints" in it.classes:
            return True
        if not it.lost:
            return it.tag == "datalist" and it.attrs.get("id", "") in self.before
        if it.posts and "actions" in it.classes:
            return True
        if it.tag == "dialog" or not it.classes.isdisjoint({"deeds", "tick", "choice"}):
            return True
        if "field" in it.classes and not it.control:
            return True
        if it.tag == "section" and it.deed and not it.held:
            return True
        return it.tag in PRUNED and it.weight == 0 and it.attrs.get("id") not in ("main", "bar")

    def ended(self) -> str:
        """All that stays."""
        while len(self.stack) > 1:
            self.leave()
        return "".join(self.stack[0].parts)


def is_mute(tag: str, attrs: dict[str, str]) -> bool:
    """Whether what stands in this element is there for the sake of something else."""
    return tag in MUTE or not {"hint", "unseen", "lead"}.isdisjoint(attrs.get("class", "").split())


def is_new_chat(it: Open, text: str) -> bool:
    """Whether this is a link to where a chat begins, which is home as well."""
    return it.tag == "a" and "New chat" in text and it.attrs.get("href", "").removeprefix(root_path.get()) == "/"


def is_unseen(attrs: dict[str, str]) -> bool:
    """Whether a field shows nothing of how something was."""
    return attrs.get("type") in ("hidden", "password", "file", "submit") or "hidden" in attrs


def makes(address: str) -> bool:
    """Whether something is made or changed at this address, and nothing else is seen there; or nothing at all."""
    path, _, query = address.partition("#")[0].partition("?")
    root = root_path.get()
    if not path.startswith(f"{root}/"):
        return False
    path = path.removeprefix(root)
    return bool(MAKES.fullmatch(path)) or closed(path) or (path == "/" and query.startswith("model="))
