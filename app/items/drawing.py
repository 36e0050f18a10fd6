"""The other side of `rendering`: a warm process that colours, compares and renders, one request after the other.

It is started as a script, so that it loads nothing but what a request needs. A request is a line of JSON, and so is
the answer. It ends with its parent (its standard input ends then), and at once when a request takes too long.
"""

import difflib
import json
import resource
import signal
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

MEMORY = 1 << 30
LARGEST_HTML = 4 << 20  # more than that of one text would make its page unusable: it stays plain


def coloured(text: str, syntax: str) -> str:
    """Safe HTML of a text, line for line, in Pygments' classes."""
    from pygments import highlight
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name(syntax, stripnl=False, stripall=False, ensurenl=False)
    return short(str(highlight(text, lexer, formatter())))


@cache
def formatter() -> Any:
    """Pygments' own, which takes a third of a millisecond to make."""
    from pygments.formatters.html import HtmlFormatter

    return HtmlFormatter(nowrap=True)


def compared(before: list[str], after: list[str]) -> list[Any]:
    """How the lines of one text become those of another: difflib's opcodes."""
    return difflib.SequenceMatcher(None, before, after, autojunk=len(before) + len(after) > 4000).get_opcodes()


def prose(text: str) -> str:
    """Safe HTML of Markdown."""
    from app import markdown

    return short(markdown.render(text))


def short(html: str) -> str:
    """The HTML, or '' where it is too much."""
    return html if len(html) <= LARGEST_HTML else ""


DEEDS: dict[str, Callable[..., Any]] = {"colour": coloured, "compare": compared, "prose": prose}


def main(house: str) -> None:
    """Answer requests until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is the parent's business
    sys.path.insert(0, house)
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # nothing but answers goes to the parent
    for line in sys.stdin.buffer:
        seconds, deed, args = json.loads(line)
        # Without its parent, nobody else would end a lexer that does not come to its end.
        signal.setitimer(signal.ITIMER_REAL, seconds + 1)
        try:
            answer = {"is": DEEDS[deed](*args)}
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"[:500]}
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
