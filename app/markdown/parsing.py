"""Parsing: Markdown as people and models write it, in tokens whose rendering is safe before it is sanitised."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.markdown import figures, formulas

DEEPEST = 20  # nested quotes and lists; the parser drops what lies deeper, so such a block is shown as its source
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
FOREIGN = re.compile(r"https?:|//", re.IGNORECASE)
TASK = re.compile(r"\[([ xX])\] +(?=\S)")
ENCODED = 12  # characters that one of an address becomes at most; more of them come only from repeated references
MARKS = 500  # opening brackets in one paragraph, beyond which it is plain text


def build(breaks: bool) -> MarkdownIt:
    """A parser; with `breaks`, a single newline breaks the line."""
    options = {"html": False, "breaks": breaks, "maxNesting": DEEPEST}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.validateLink = followed  # type: ignore[method-assign, assignment]
    formulas.install(parser)
    figures.install(parser)
    parser.core.ruler.before("inline", "calm", calm)
    parser.core.ruler.push("links", links)
    parser.core.ruler.push("tasks", tasks)
    parser.core.ruler.push("headings", headings)
    parser.add_render_rule("list_item_open", item_open)
    parser.add_render_rule("list_item_close", item_close)
    parser.parse("warm")  # the rules are compiled here, once, and not by two threads at the same time
    return parser


def groups(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of each block at the top, one list after the other."""
    start = 0
    for i, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield list(tokens[start : i + 1])
            start = i + 1


def rendered(parser: MarkdownIt, group: list[Token], source: list[str], env: dict[str, Any]) -> str:
    """The HTML of one block at the top, not yet sanitised; `source` are the lines of the text."""
    if max(token.level for token in group) >= DEEPEST - 1:
        first, last = group[0].map or [0, 0]
        return figures.code("\n".join(source[first:last]) + "\n", "", env)
    return str(parser.renderer.render(group, parser.options, env))


def followed(address: str) -> bool:
    """Whether a link may lead there: http, https, mailto, or within this site."""
    scheme = SCHEME.match(address.strip())
    return scheme is None or scheme.group().lower() in ("http:", "https:", "mailto:")


def calm(state: StateCore) -> None:
    """Take brackets beyond all measure for text: looking for their links would take seconds."""
    for token in state.tokens:
        if token.type == "inline" and token.content.count("[") > MARKS:
            token.children, token.content = [Token("text", "", 0, content=token.content)], ""


def links(state: StateCore) -> None:
    """Mark links that leave the site, and turn foreign images into links: reading a text asks no other host."""
    left = ENCODED * len(state.src) + 100_000
    for token in state.tokens:
        if token.type != "inline" or not token.children:
            continue
        children: list[Token] = []
        depth = 0
        for child in token.children:
            left -= sum(len(str(value)) for value in child.attrs.values())
            if left < 0:
                # One long reference that is used ten thousand times would make gigabytes of a short text.
                child.attrs = {}
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "link_open" and FOREIGN.match(str(child.attrs.get("href", ""))):
                leave(child)
            if child.type == "image":
                children += image(child, depth > 0, bool(state.env.get("shut")))
            else:
                children.append(child)
        token.children = children


def image(token: Token, linked: bool, shut: bool = False) -> list[Token]:
    """An image of this site as it is, unless the text is `shut`; any other as a link with its words, or as the words
    alone inside a link."""
    address = str(token.attrs.get("src", ""))
    if address and not shut and not FOREIGN.match(address) and not SCHEME.match(address):
        token.attrSet("loading", "lazy")
        return [token]
    words = RendererHTML().renderInlineAsText(token.children, {}, {})  # type: ignore[arg-type]
    text = Token("text", "", 0, content=words or address)
    if linked or not address:
        return [text]
    opening = Token("link_open", "a", 1, attrs={"href": address})
    leave(opening)
    return [opening, text, Token("link_close", "a", -1)]


def leave(token: Token) -> None:
    """Open in a tab of its own, and tell the other site nothing."""
    token.attrSet("target", "_blank")
    token.attrSet("rel", "noopener noreferrer nofollow")


def tasks(state: StateCore) -> None:
    """Give each list with a task in it the class, and each of its tasks a disabled, labelled box."""
    lists: list[tuple[Token, list[list[Token]]]] = []
    for i, token in enumerate(state.tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append((token, []))
        elif token.type == "list_item_open":
            lists[-1][1].append([token])
            inline = state.tokens[i + 2] if i + 2 < len(state.tokens) else token
            words = inline.children[0] if inline.type == "inline" and inline.children else token
            if words.type == "text" and (found := TASK.match(words.content)):
                words.content = words.content[found.end() :]
                inline.content = inline.content[found.end() :]
                done = "Done" if found[1] in "xX" else "To do"
                token.meta["task"] = f"{done}: {words_of(inline)[:80]}"
        elif token.type == "list_item_close":
            lists[-1][1][-1].append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            opening, items = lists.pop()
            if any("task" in item[0].meta for item in items):
                opening.attrSet("class", "tasks")
                for each in (token for item in items for token in item):
                    each.meta["boxed"] = True


def item_open(self: RendererHTML, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    """A list's item; in a list of tasks its box and its text stand side by side."""
    task = tokens[i].meta.get("task")
    if not tokens[i].meta.get("boxed"):
        return self.renderToken(tokens, i, options, env)
    checked = " checked" if task and task.startswith("Done") else ""
    box = f'<input type="checkbox"{checked} disabled aria-label="{escapeHtml(task)}">' if task else ""
    return f"<li>{box}<div>"


def item_close(self: RendererHTML, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    """The end of a list's item."""
    return "</div></li>\n" if tokens[i].meta.get("boxed") else self.renderToken(tokens, i, options, env)


def headings(state: StateCore) -> None:
    """Shift headings by one, for the page has its own first one; with `ids` in the env each gets an address."""
    ids = state.env.get("ids")
    for i, token in enumerate(state.tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
        if ids is not None and token.type == "heading_open":
            slug = re.sub(r"\W+", "-", words_of(state.tokens[i + 1]).lower()).strip("-") or "part"
            ids[slug] = ids.get(slug, 0) + 1
            token.attrSet("id", f"h-{slug}" + (f"-{ids[slug]}" if ids[slug] > 1 else ""))


def words_of(inline: Token) -> str:
    """The text of a paragraph or heading without its marks."""
    parts = []
    for child in inline.children or []:
        if child.type in ("text", "code_inline", "formula"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(words_of(child))
    return "".join(parts)
