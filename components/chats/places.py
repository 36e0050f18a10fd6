"""Where a chat lies: the page on which one chooses its project and its tags, and what says so elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import A, Div, Form, Span

from app import projects as app_projects
from components.addresses import url
from components.chats.selecting import KnownTags
from components.page import Page, PageHead
from components.parts import Button, Field, FormErrors, MenuLink, Select

Texts = Mapping[str, str]


def PlaceItem(chat: Any) -> Any:
    """The line of the chat's menu that leads to its project and tags."""
    return MenuLink("Project and tags", "tag", href=url("/chats", chat.id, "place"))


def ProjectOf(chat: Any) -> tuple[Any, ...]:
    """The project in which the chat lies, before its title; nothing where it lies in none."""
    name = app_projects.name_of(chat)
    there = url("/projects", chat.project_id) if name else ""
    return (Span(cls="within-project")(A(href=there)(name), " / "),) if name else ()


def PlacePage(
    me: Any,
    chat: Any,
    projects: Mapping[str, str],
    tags: Sequence[str],
    known: Sequence[tuple[str, int]],
    *,
    posted: Texts,
    errors: Texts,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """The project and the tags of a chat; `known` are the tags of all chats."""
    at = url("/chats", chat.id, "place")
    values = {"project": chat.project_id, "tags": ", ".join(tags)} | dict(posted)
    form = Form(cls="stack", method="post", action=at)(
        FormErrors(errors),
        Select(
            "Project",
            "project",
            [("", "In no project"), *projects.items()],
            values["project"],
            hint="Its instructions, and what is attached to it, hold in this chat from the next answer on.",
            error=errors.get("project"),
        ),
        Field(
            "Tags",
            "tags",
            values["tags"],
            hint="With commas between them. They are yours alone.",
            error=errors.get("tags"),
            autocomplete="off",
            list="known-tags",
        ),
        KnownTags([name for name, _ in known]),
        Div(cls="actions")(
            Button("Keep", "primary"),
            Button("Cancel", "quiet", href=url("/chats", chat.id)),
            Button("New project", "quiet", icon="plus", href=url("/projects")),
        ),
    )
    crumbs = (("Chats", url("/chats")), (chat.title, url("/chats", chat.id)), ("Project and tags", None))
    head = PageHead("Project and tags", f"Where “{chat.title}” lies, and the words by which you find it again.")
    title = f"Project and tags of {chat.title}"
    return Page(
        me,
        Div(cls="column")(head, form),
        title=title,
        place="chats",
        shelf=shelf,
        crumbs=crumbs,
        workspace=workspace,
    )
