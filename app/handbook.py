"""The handbook: the Markdown files of docs/, read and rendered once."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app import markdown
from app.errors import NotFound

DOCS = Path(__file__).resolve().parent.parent / "docs"
# The order of reading; a page's children lie in the folder of its name.
ORDER = (
    "index",
    "start",
    "use",
    "use/chats",
    "use/comparing",
    "use/imports",
    "use/projects",
    "use/prompts",
    "use/presets",
    "use/pastes",
    "use/files",
    "use/terminal",
    "use/people",
    "use/models",
    "use/keys",
    "use/gateway",
    "use/clients",
    "use/api",
    "use/agents",
    "use/budgets",
    "use/usage",
    "use/backups",
    "use/past",
    "use/archives",
    "use/jobs",
    "configure",
    "configure/commands",
    "deploy",
    "deploy/server",
    "deploy/file",
    "deploy/systemd",
    "deploy/caddy",
    "deploy/nginx",
    "deploy/docker",
    "deploy/fly",
    "deploy/restarts",
    "deploy/upgrades",
    "deploy/replication",
    "deploy/releases",
    "develop",
    "develop/nouns",
    "develop/verbs",
    "develop/security",
    "develop/gateway",
    "develop/items",
    "develop/readers",
    "develop/jobs",
    "develop/past",
    "develop/archives",
    "develop/events",
)
FENCE = re.compile(r"^ {0,3}(```|~~~)")
# A link to another page or heading: `use.md#keys`, `#keys`.
LINK = re.compile(r'href="((?:[\w-]+/|\.\./)*[\w-]+)\.md(?:#([^"]*))?"|href="#(?!h-)([^"]+)"')


@dataclass(frozen=True)
class Entry:
    """One page: `name` is its address below /docs/handbook, `lede` its first paragraph, `html` the rest."""

    name: str
    title: str
    lede: str
    html: str
    headings: tuple[markdown.Heading, ...]
    source: str

    @property
    def above(self) -> str:
        """The name of the page that this one is a child of, or nothing."""
        return self.name.rpartition("/")[0]


@cache
def entries() -> tuple[Entry, ...]:
    """All pages in the order of reading."""
    return tuple(read(name, (DOCS / f"{name}.md").read_text()) for name in ORDER)


def find(name: str) -> Entry:
    """The page of this name. Raises NotFound."""
    for entry in entries():
        if entry.name == name:
            return entry
    raise NotFound("The handbook has no such page.")


def neighbours(entry: Entry) -> tuple[Entry | None, Entry | None]:
    """The pages before and after this one in the order of reading."""
    pages = entries()
    place = pages.index(entry)
    return pages[place - 1] if place else None, pages[place + 1] if place + 1 < len(pages) else None


def read(name: str, source: str) -> Entry:
    """A page from its Markdown: `# Title`, a first paragraph, then sections."""
    title, _, rest = source.removeprefix("# ").partition("\n")
    lede, _, body = rest.strip().partition("\n\n")
    text = raised(body)
    html = LINK.sub(lambda link: linked(link, name), markdown.render(text, ids=True))
    return Entry(name, title.strip(), markdown.plain(lede, 400), html, tuple(markdown.headings(text)), source)


def raised(text: str) -> str:
    """The text with its sections one level higher: the renderer keeps the first level for the page's own heading."""
    lines, fenced = [], False
    for line in text.split("\n"):
        fenced ^= bool(FENCE.match(line))
        lines.append(line[1:] if line.startswith("##") and not fenced else line)
    return "\n".join(lines)


def linked(link: re.Match[str], name: str) -> str:
    """A link between files as one between pages. The first page's address is one level above the others'."""
    page, section, here = link.groups()
    if page is None:
        return f'href="#h-{here}"'
    fragment = f"#h-{section}" if section else ""
    target = "../handbook" if page == "index" else page
    return f'href="{"handbook/" if name == "index" else ""}{target}{fragment}"'
