"""Calls of tools in an answer: each a folded card with what was asked, what was told, and how long it took."""

import re

# What stands in an answer's HTML where a call was made; no text can write it, because comments are taken out of texts.
PLACE = re.compile(r"<!--call:(\d+)-->")


def parted(html: str) -> tuple[list[str], list[int]]:
    """The pieces of an answer's HTML, and the numbers of the calls between them."""
    pieces = PLACE.split(html)
    return pieces[::2], [int(n) for n in pieces[1::2]]
