"""A text that grows: each block is rendered once, when it is closed, and only the open one again and again."""

import re
from html import escape
from typing import Any

from markdown_it.token import Token

from app.markdown import parsing, safety
from app.markdown.rendering import answered, normal, whole

SMALL = 1024  # characters of an open block that is rendered again at every tick
PIECE = 4 * 1024  # characters of a list or table that are closed before the whole of it is
HUGE = 64 * 1024  # the same of quotes and single items
BLANK = " \t"  # Markdown knows no other white space at the edges of a line
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
ITEM = re.compile(r"[-+*]|\d{1,9}[.)]")
# A last line of signs alone says nothing yet: shown too early, "-" would turn the paragraph above into a heading.
SIGNS = re.compile(r"[ \t]*(?:[-=*_+>#|`~$\\]{1,3}|\d{1,9}[.)]?|[-*+] ?\[[ xX]?\]?|\\\[)[ \t]*")
WHOLE = {"fence", "paragraph_open"}  # cheap to render
ENDED_BY_A_BLANK_LINE = {"paragraph_open", "table_open", "blockquote_open"}


class Blocks:
    """The HTML of a growing text, block by block, at a cost of the new text and not of the whole.

    A block larger than SMALL is rendered again when it has grown by 1/16 (code and paragraphs: 1/64), when a line that
    closes it arrives, or at a tick that brings nothing new. Long lists and tables are closed in pieces, so the work of
    a tick is bounded; `html` mends the seams at the end.
    """

    def __init__(self, shut: bool = False) -> None:
        self.blocks: list[str] = []
        self._shut = shut  # whether images are only links
        self._source: list[str] = []
        self._torn = False  # whether a block was closed in pieces
        self._open = ""  # source from the start of the open block, as far as it was looked at
        self._fresh: list[str] = []  # source that was not looked at yet
        self._waiting = 0  # its length
        self._fed = False  # whether any of it is newer than the last tick
        self._held = ""  # a last "\r" or half a character, whose other half may follow
        self._line = ""  # the last, incomplete line
        self._blank = False  # whether the line before it was blank
        self._urgent = False  # whether a line arrived that closes the open block
        self._lines = False  # whether complete lines arrived since the last search for closed blocks
        self._kind = ""  # the type of the open block, as far as it is known
        self._fence = ""  # the signs that opened it, where it is code
        self._references: dict[str, Any] = {}
        self._tail: str | None = ""

    def feed(self, delta: str) -> None:
        """Take the next piece of the text, of any length."""
        delta = self._held + delta
        self._held = ""
        if delta and (delta[-1] == "\r" or "\ud800" <= delta[-1] <= "\udbff"):
            delta, self._held = delta[:-1], delta[-1]
        if delta:
            self._take(normal(delta))

    def advance(self) -> list[str]:
        """The HTML of the blocks that were closed since the last call; afterwards `tail` is that of the open one."""
        size = len(self._open)
        growth = size >> (6 if self._kind in WHOLE else 4)
        due = size < SMALL or self._urgent or not self._fed or self._waiting >= growth
        self._fed = False
        if not self._waiting or not due:
            return []
        self._look()
        if not self._lines:
            return []
        self._lines = False
        return self._close()

    @property
    def tail(self) -> str:
        """The HTML of the open block as of the last `advance`: without colours, and safe like all the rest."""
        if self._tail is None:
            before, newline, line = self._open.rpartition("\n")
            source = before if SIGNS.fullmatch(line) and self._kind != "fence" else before + newline + line
            if len(source) > HUGE and self._kind != "fence":
                self._tail = f"<p>{escape(source)}</p>\n"
                return self._tail
            # A copy: half an address must not become the meaning of a reference.
            env = {"references": dict(self._references), "open": True, "tail": True, "shut": self._shut}
            self._tail = "".join(self._render(answered.parse(source, env), source.split("\n"), env))
        return self._tail

    def finish(self) -> list[str]:
        """The HTML of what was left when the text ended; afterwards `tail` is empty and `html` is final."""
        if self._held:
            self._take(normal(self._held))
            self._held = ""
        self._look()
        env = {"references": self._references, "quick": True, "shut": self._shut}
        html = self._render(answered.parse(self._open, env), self._open.split("\n"), env)
        self._open, self._tail, self._kind = "", "", ""
        self.blocks += html
        return html

    @property
    def html(self) -> str:
        """The HTML of the finished text, equal to `render`; differs from the blocks only where they had to guess.

        It then costs a whole rendering (1 s for 256 KiB): call it in a thread.
        """
        if self._torn or self._references:  # a reference defined at the end changes the links of all blocks before it
            return whole(answered, "".join(self._source), shut=self._shut)
        return "".join(self.blocks)

    def _take(self, delta: str) -> None:
        self._fed = True
        self._fresh.append(delta)
        self._source.append(delta)
        self._waiting += len(delta)
        if "\n" not in delta:
            self._line += delta
            return
        self._lines = True
        *lines, self._line = (self._line + delta).split("\n")
        for line in lines:
            self._urgent = self._urgent or self._closes(line)
            self._blank = not line.strip(BLANK)

    def _closes(self, line: str) -> bool:
        """Whether a complete line surely ends the open block (others end too, and are noticed a little later)."""
        text = line.strip(BLANK)
        match self._kind:
            case "fence":
                return closes(self._fence, line)
            case "formula_block":
                return not text or text.endswith(("$$", "\\]"))
            case "bullet_list_open" | "ordered_list_open":
                return self._blank and bool(text) and line[0] not in BLANK and not ITEM.match(line)
            case "code_block":
                return bool(text) and not line.startswith(("    ", "\t"))
            case "":
                return False
            case _:
                return not text

    def _look(self) -> None:
        self._open += "".join(self._fresh)
        self._fresh, self._waiting, self._urgent, self._tail = [], 0, False, None

    def _close(self) -> list[str]:
        """Find closed blocks among the complete lines, render them and move on to the open one."""
        end = self._open.rfind("\n") + 1
        source = self._open[:end]
        env = {"references": self._references, "open": True, "quick": True, "shut": self._shut}
        groups = list(parsing.groups(answered.parse(source, env)))
        last = groups[-1][0] if groups else None
        self._kind = last.type if last else ""
        if last is None or last.map is None or last.meta.get("open"):
            return []  # as long as a formula is open, even the block before it may turn out to go on
        lines = source.split("\n")
        if is_closed(last, lines):
            self._kind = ""
        else:
            self._fence = lines[last.map[0]].strip(BLANK) if last.type == "fence" else ""
            opened = groups.pop()
            if not groups:
                return self._tear(opened, lines, env) if len(source) > PIECE else []
        cut = (groups[-1][0].map or [0, 0])[1]
        html = self._render([token for group in groups for token in group], lines, env)
        self._open = self._open[sum(map(len, lines[:cut])) + cut :]
        self.blocks += html
        return html

    def _tear(self, block: list[Token], lines: list[str], env: dict[str, Any]) -> list[str]:
        """Close what lies before the last item or row of a long block."""
        first = (block[0].map or [0])[0]
        kind, header = block[0].type, ""
        items = [token.map[0] for token in block if token.type == "list_item_open" and token.level == 1 and token.map]
        if kind == "fence":
            return []
        if len(items) > 1:
            cut = items[-1]
        elif kind == "table_open" and len(lines) - first > 4:
            cut, header = len(lines) - 2, "\n".join(lines[first : first + 2]) + "\n"
        elif sum(map(len, lines)) > HUGE:
            cut = len(lines) - 1
        else:
            return []
        html = self._render(answered.parse("\n".join(lines[:cut]), env), lines, env)
        self._open = header + self._open[sum(map(len, lines[:cut])) + cut :]
        self._torn = True
        self.blocks += html
        return html

    def _render(self, tokens: list[Token], lines: list[str], env: dict[str, Any]) -> list[str]:
        return [safety.prose.clean(parsing.rendered(answered, group, lines, env)) for group in parsing.groups(tokens)]


def closes(opening: str, line: str) -> bool:
    """Whether a line closes the code that a fence has opened."""
    fence, found = FENCE.match(opening), FENCE.match(line)
    if not fence or not found or line[found.end() :].strip(BLANK):
        return False
    return found[1][0] == fence[1][0] and len(found[1]) >= len(fence[1])


def is_closed(block: Token, lines: list[str]) -> bool:
    """Whether no further line can belong to this last block of a text; the last of `lines` is the empty one."""
    first, end = block.map or [0, 0]
    if block.type == "fence":
        return end - first > 1 and closes(lines[first], lines[end - 1])
    if block.type in ("heading_open", "hr", "formula_block"):
        return True
    return block.type in ENDED_BY_A_BLANK_LINE and not lines[-2].strip(BLANK)
