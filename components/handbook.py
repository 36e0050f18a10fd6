"""The handbook: one page, the tree beside it, and what it contains in the margin."""

from typing import Any

from fastcore.xml import NotStr
from fasthtml.components import H1, H2, A, Article, B, Div, Header, Li, Nav, Ol, P, Span, Ul

from app.handbook import Entry
from components.addresses import url
from components.page import Margin, Page, Shelf

HANDBOOK = "/docs/handbook"


def address(entry: Entry) -> str:
    """Where a page of the handbook is."""
    return url(HANDBOOK) if entry.name == "index" else url(HANDBOOK, *entry.name.split("/"))


def HandbookPage(
    me: Any, entry: Entry, tree: tuple[Entry, ...], neighbours: tuple[Entry | None, Entry | None], workspace: str
) -> Any:
    """A page of the handbook."""
    about = P(cls="about")(A(href=url(f"{HANDBOOK}/{entry.name}.md"))("As Markdown"))
    article = Article(cls="column document")(
        Header(H1(entry.title), P(cls="lede")(entry.lede), about),
        Div(cls="prose")(NotStr(entry.html)),
        NextPages(*neighbours),
    )
    return Page(
        me,
        article,
        ContentsMargin(entry) if entry.headings else "",
        title=entry.title,
        place="handbook",
        shelf=HandbookShelf(tree, entry),
        crumbs=Path(entry, tree),
        workspace=workspace,
    )


def Path(entry: Entry, tree: tuple[Entry, ...]) -> list[tuple[str, str | None]]:
    """The crumbs that lead to a page."""
    above = [(page.title, address(page)) for page in tree if page.name in ("index", entry.above) and page is not entry]
    return [*above, (entry.title, None)]


def HandbookShelf(tree: tuple[Entry, ...], here: Entry) -> Any:
    """All pages, children below their page."""
    lines = (TreeLine(page, tree, here) for page in tree if not page.above)
    return Shelf("Pages of the handbook", H2("Pages"), Ul(*lines))


def TreeLine(page: Entry, tree: tuple[Entry, ...], here: Entry) -> Any:
    """One page of the tree, and its children."""
    children = [child for child in tree if child.above == page.name]
    link = A(href=address(page), aria_current="page" if page is here else None)(Span(cls="name")(page.title))
    return Li(link, Ul(*(TreeLine(child, tree, here) for child in children)) if children else "")


def ContentsMargin(entry: Entry) -> Any:
    """The headings of the page."""
    lines = (Li(A(href=f"#{heading.id}")(heading.title)) for heading in entry.headings if heading.level == 2)
    return Margin("About this page", Nav(cls="contents", aria_label="On this page")(H2("On this page"), Ol(*lines)))


def NextPages(before: Entry | None, after: Entry | None) -> Any:
    """The pages before and after."""
    earlier = A(href=address(before))("Before", B(before.title)) if before else ""
    later = A(href=address(after), cls="later")("Next", B(after.title)) if after else ""
    return Nav(cls="next", aria_label="Neighbouring pages")(earlier, later)
