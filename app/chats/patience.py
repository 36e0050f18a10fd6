"""Patience: how long is spent on making the messages of a file what they are shown as."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app import clock, markdown

LONGEST = 256 << 10  # characters, as many as a message here may have


@dataclass
class Patience:
    """How many seconds may still be spent. There are texts that take the longer the more there is of them, and a file
    may hold thousands."""

    left: float = 300.0

    def shown(self, text: str, render: Callable[[str], str]) -> str:
        """The HTML of a message; of one that is too long, or when too much time went by, as it was written."""
        if len(text) > LONGEST or self.left <= 0:
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return markdown.render(f"{fence}\n{text.rstrip()}\n{fence}")
        begun = clock.ticks()
        try:
            return render(text)
        finally:
            self.left -= clock.ticks() - begun
