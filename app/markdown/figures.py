"""Code and tables: how they stand on a page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.token import Token

from app.clock import ticks

LARGEST = 64 * 1024  # bytes of code that are coloured
LONGEST_LINE = 1_000  # characters: beyond it some lexers take quadratic time ...
EMPTIEST = "\n" * 40  # ... and on many blank lines,
PATIENCE = 0.5  # ... and a few on innocent lines: after these seconds a piece of code stays without colours,
ALL_PATIENCE = 2.0  # ... and after these all the others of the same text.
# While other answers wait for the same processor, larger code has to wait for its colours until its text is finished.
QUICK, QUICK_PATIENCE = 8 * 1024, 0.1
LANGUAGE = re.compile(r"[\w.+#-]{1,40}")
COPY = '<button class="button quiet short" type="button" data-copy>Copy</button>'


def install(parser: MarkdownIt) -> None:
    """Let a parser write code as figures and tables as scrolling regions."""
    for name, rule in {
        "fence": fence,
        "code_block": lambda _, tokens, i, options, env: code(tokens[i].content, "", env),
        "table_open": lambda *_: (
            '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table class="table">\n'
        ),
        "table_close": lambda *_: "</table></div>\n",
        "th_open": lambda _, tokens, i, options, env: cell(tokens[i], ' scope="col"'),
        "td_open": lambda _, tokens, i, options, env: cell(tokens[i], ""),
    }.items():
        parser.add_render_rule(name, rule)


def cell(token: Token, scope: str) -> str:
    """A cell's opening tag: columns aligned to the right hold numbers, the parser's own inline style is left out."""
    number = ' class="num"' if "right" in str(token.attrs.get("style", "")) else ""
    return f"<{token.tag}{scope}{number}>"


def fence(_: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    """A fenced block of code."""
    info = unescapeAll(tokens[i].info).split()
    return code(tokens[i].content, info[0] if info else "", env)


def code(source: str, language: str, env: dict[str, Any]) -> str:
    """A figure of code, coloured and with a copy button unless it is still growing."""
    named = LANGUAGE.fullmatch(language)
    caption, label = (escapeHtml(language), f"Code, {escapeHtml(language)}") if named else ("Code", "Code")
    growing, colours = env.get("tail"), quickly if "quick" in env else slowly
    body = colours(source, language, env) if named and not growing else ""
    # A box without a word in it may bear no name: a fence that was opened in this moment.
    name = f' aria-label="{label}"' if source.strip() else ""
    return (
        f'<figure class="code"><figcaption><span>{caption}</span>{"" if growing else COPY}</figcaption>'
        f'<pre tabindex="0"{name}><code>{body or escapeHtml(source)}</code></pre></figure>\n'
    )


def quickly(source: str, language: str, env: dict[str, Any]) -> str:
    """Coloured code within 0.1 s, or nothing and `uncoloured` in the env where that may have been too short."""
    began = ticks()
    body = coloured(source, language, QUICK_PATIENCE) if len(source) <= QUICK else ""
    if not body and (len(source) > QUICK or ticks() - began > QUICK_PATIENCE):
        env["uncoloured"] = True
    return body


def slowly(source: str, language: str, env: dict[str, Any]) -> str:
    """Coloured code, as long as the text has patience left."""
    spent = env.setdefault("spent", [0.0])
    if spent[0] > ALL_PATIENCE:
        return ""
    began = ticks()
    body = coloured(source, language, PATIENCE)
    spent[0] += ticks() - began
    return body


def coloured(source: str, language: str, patience: float) -> str:
    """The code in spans of Pygments' short classes; nothing where the language is unknown or it takes too long."""
    if len(source.encode()) > LARGEST or max(map(len, source.split("\n"))) > LONGEST_LINE or EMPTIEST in source:
        return ""
    # Not of the package, which puts another module in its place while it is imported: whoever comes just then fails.
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return ""
    tokens = list(until(ticks() + patience, lexer.get_tokens(source)))
    if sum(len(text) for _, text in tokens) < len(source):
        return ""
    out = StringIO()
    HtmlFormatter(nowrap=True).format(tokens, out)
    return out.getvalue()


def until(deadline: float, tokens: Iterable[tuple[Any, str]]) -> Iterator[tuple[Any, str]]:
    """The tokens that come before a moment of `clock.ticks`."""
    for token in tokens:
        yield token
        if ticks() > deadline:
            return
