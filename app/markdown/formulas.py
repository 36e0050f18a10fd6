"""Formulas: which dollars and brackets hold LaTeX, and what becomes of it."""

import html
import re
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from app.markdown import safety

LONGEST = 2_000  # characters of LaTeX that are turned into MathML
PAIRS = (("$$", "$$", True), ("$", "$", False), ("\\(", "\\)", False), ("\\[", "\\]", True))
MATHY = re.compile(r"[\\^_=+*/<>{}|]")
# A macro can double itself at every step, so 2,000 characters would grow without end.
MACRO = re.compile(r"\\(?:(?:re|provide)?newcommand|providecommand|[egx]?def|let|DeclareMathOperator)\b")


def install(parser: MarkdownIt) -> None:
    """Teach a parser `$…$`, `$$…$$`, `\\(…\\)` and `\\[…\\]`."""
    parser.inline.ruler.before("escape", "formula", in_line)
    parser.block.ruler.before(
        "fence", "formula_block", in_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.add_render_rule("formula", lambda _, tokens, i, options, env: shown(tokens[i]))
    parser.add_render_rule("formula_block", lambda _, tokens, i, options, env: shown(tokens[i]))


def shown(token: Token) -> str:
    """A formula's HTML: MathML, or its source as code where that cannot be made (yet)."""
    display = bool(token.meta["display"])
    maths = "" if token.meta.get("open") else mathml(token.content.strip(), display)
    if token.type == "formula_block":
        return (maths or f"<pre><code>{escapeHtml(token.content.strip())}</code></pre>") + "\n"
    return maths or f"<code>{escapeHtml(token.meta['source'])}</code>"


@lru_cache(maxsize=512)
def mathml(latex: str, display: bool) -> str:
    """Sanitised MathML of a formula, or nothing where the LaTeX is too long, defines macros or is not understood."""
    if not latex or len(latex) > LONGEST or MACRO.search(latex):
        return ""
    from xml.etree.ElementTree import tostring

    from latex2mathml.converter import Converter

    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(latex)
    except Exception:  # the library raises all kinds, RecursionError included; the source is shown instead
        return ""
    for element in tree.iter():
        # It writes characters as entities and unescapes the finished XML, which turns \text{<img>} into an element;
        # unescaping each text before it is written keeps text text.
        element.text = html.unescape(element.text) if element.text else None
    return safety.formula.clean(tostring(tree, encoding="unicode", short_empty_elements=False))


def in_line(state: StateInline, silent: bool) -> bool:
    """A formula within a paragraph."""
    source, at = state.src, state.pos
    if source[at] not in "$\\":
        return False
    pair = next((pair for pair in PAIRS if source.startswith(pair[0], at)), None)
    if pair is None:
        return False
    opening, closing, display = pair
    start = at + len(opening)
    end = closed_at(source, closing, start, min(state.posMax, start + LONGEST * 4))
    if end <= start or not meant(source, at, start, end, opening):
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = source[start:end]
        token.meta = {"display": display, "source": source[at : end + len(closing)]}
    state.pos = end + len(closing)
    return True


def closed_at(source: str, closing: str, start: int, limit: int) -> int:
    """Where the closing sign stands, escaped ones passed over; -1 where there is none."""
    end = source.find(closing, start, limit)
    while end > 0 and source[end - 1] == "\\":
        end = source.find(closing, end + 1, limit)
    return end


def meant(source: str, at: int, start: int, end: int, opening: str) -> bool:
    """Whether the signs hold a formula, or are money, a shell's variables or escaped brackets."""
    content = source[start:end]
    if opening == "\\[":
        return bool(MATHY.search(content))
    if opening != "$":
        return bool(content.strip())
    before, after = source[at - 1 : at] if at else "", source[end + 1 : end + 2]
    if content[0].isspace() or content[-1].isspace() or before.isalnum() or after.isalnum():
        return False
    return not (content[0].isdigit() and " " in content and not MATHY.search(content))


def in_block(state: StateBlock, line: int, last: int, silent: bool) -> bool:
    """A formula on lines of its own; a blank line inside ends the attempt, as in LaTeX."""
    if state.is_code_block(line):
        return False
    begin = state.bMarks[line] + state.tShift[line]
    opening, rest = state.src[begin : begin + 2], state.src[begin + 2 : state.eMarks[line]].strip(" \t")
    if opening not in ("$$", "\\["):
        return False
    closing = "$$" if opening == "$$" else "\\]"
    unclosed = False
    if closing in rest:
        content = rest[:-2]
        if not rest.endswith(closing) or closing in content or not content.strip():
            return False
        if opening == "\\[" and not MATHY.search(content):
            return False
        end = line + 1
    else:
        end, unclosed = end_of(state, closing, line, last)
        if not end:
            return False
        parts = [rest, *(state.src[state.bMarks[i] + state.tShift[i] : state.eMarks[i]] for i in range(line + 1, end))]
        content = "\n".join(parts).strip() if unclosed else "\n".join(parts).strip()[:-2]
    if silent:
        return True
    state.line = end
    token = state.push("formula_block", "math", 0)
    token.block, token.map, token.content = True, [line, end], content
    token.meta = {"display": True, "open": unclosed}
    return True


def end_of(state: StateBlock, closing: str, line: int, last: int) -> tuple[int, bool]:
    """The line after the formula and whether it is still unclosed at the end of a growing text; 0 where it is none."""
    env: dict[str, Any] = state.env  # type: ignore[assignment]
    # Where an attempt has failed, all later ones up to the same line fail too: without this, many openings are n².
    failed = env.setdefault("unclosed", {})
    start, stop = failed.get((closing, state.blkIndent), (0, 0))
    if start <= line < stop:
        return 0, False
    for i in range(line + 1, last):
        text = state.src[state.bMarks[i] + state.tShift[i] : state.eMarks[i]].strip(" \t")
        if not text or state.sCount[i] < state.blkIndent:
            failed[(closing, state.blkIndent)] = (line, i)
            return 0, False
        if closing in text:
            if text.endswith(closing) and text.count(closing) == 1:
                return i + 1, False
            failed[(closing, state.blkIndent)] = (line, i)
            return 0, False
    if env.get("open") and last >= len(state.bMarks) - 1:
        return last, True
    failed[(closing, state.blkIndent)] = (line, last)
    return 0, False
