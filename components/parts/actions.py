"""What can be pressed, opened and walked."""

from typing import Any

from fastcore.xml import ft
from fasthtml.components import H2, A, Div, Li, Nav, Span, Ul
from fasthtml.components import Button as ButtonTag
from fasthtml.components import Dialog as DialogTag

from components.parts.marks import Icon

# Attributes that make a button do something other than send the form around it.
_OWN_DEEDS = {"popovertarget", "commandfor", "data_copy"}


def Button(
    label: Any,
    kind: str = "",
    icon: str | None = None,
    href: str | None = None,
    short: bool = False,
    full: bool = False,
    **attrs: Any,
) -> Any:
    """A button, or a link that looks like one. Kind is '', primary, quiet, danger or 'danger primary'."""
    shape = " ".join(filter(None, ("button", kind, "short" if short else "", "full" if full else "")))
    picture = Icon(icon, small=True) if icon else ""
    return _pressable(shape, href, attrs)(picture, label)


def IconButton(
    icon: str, label: str, kind: str = "", href: str | None = None, short: bool = False, **attrs: Any
) -> Any:
    """A button that is only a picture: `label` is its name and its tooltip. Kind is '', send or halt."""
    shape = " ".join(filter(None, ("icon-button", kind, "short" if short else "")))
    return _pressable(shape, href, {"aria_label": label, "title": label, **attrs})(Icon(icon))


def Link(label: Any, href: str, **attrs: Any) -> Any:
    """A link inside a sentence."""
    return A(href=href, **_unnamed(attrs))(label)


def _pressable(look: str, href: str | None, attrs: dict[str, Any]) -> Any:
    shape = f"{look} {attrs.pop('cls', '')}".strip() or None
    if href is not None:
        return A(cls=shape, href=href, **_unnamed(attrs))
    own_deed = not _OWN_DEEDS.isdisjoint(attrs)
    return ButtonTag(cls=shape, **_unnamed({"type": "button" if own_deed else "submit", **attrs}))


def _unnamed(attrs: dict[str, Any]) -> dict[str, Any]:
    # FastHTML gives a button or a link with an id the same name, which a form would then post.
    return {"name": False, **attrs} if "id" in attrs else attrs


def Menu(id: str, label: str, *items: Any, above: bool = False) -> Any:
    """A list that opens from the button whose `popovertarget` is `id`; items are links, buttons, forms, 'hr'."""
    return Div(cls="menu above" if above else "menu", id=id, popover=True, role="group", aria_label=label)(*items)


def MenuLink(label: Any, icon: str, href: str | None = None, keys: str = "", danger: bool = False, **attrs: Any) -> Any:
    """One line of a menu: a link with `href`, else a button."""
    return _pressable("danger" if danger else "", href, attrs)(Icon(icon), label, ft("kbd", keys) if keys else "")


def DialogBox(id: str, title: str, *content: Any, actions: tuple[Any, ...] = (), cls: str = "", **attrs: Any) -> Any:
    """A modal box, opened by a button with `commandfor=id, command='show-modal'`."""
    head = H2(id=f"{id}-title")(title)
    foot = Div(cls="actions")(*actions) if actions else ""
    return DialogTag(cls=f"dialog {cls}".strip(), id=id, aria_labelledby=f"{id}-title", **attrs)(head, *content, foot)


def Tabs(label: str, *tabs: tuple[Any, ...]) -> Any:
    """Links to the sides of one page: (words, address, is it here, count or None)."""
    return Nav(aria_label=label)(Ul(cls="tabs")(*(_tab(*tab) for tab in tabs)))


def _tab(words: str, href: str, here: bool = False, count: int | None = None) -> Any:
    number = Span(cls="count")(f"{count:,}") if count is not None else ""
    return Li(A(href=href, aria_current="page" if here else None)(words, " " if count is not None else "", number))


def Partial(target: str, *content: Any, swap: str = "innerHTML") -> Any:
    """A piece of an answer that goes to another place: `target` is a selector, `swap` how it gets there."""
    return ft("hx-partial", *content, hx_target=target, hx_swap=swap)
