"""Showing: what a call would do, to the person who is asked to agree to it."""

import json
import unicodedata

# Signs that are not seen, or that turn the direction of those behind them: among them a text reads as another one.
HIDDEN = ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")


def plainly(text: str) -> str:
    """JSON in which every sign can be seen: those that hide or turn others are written as its escapes."""
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(json.dumps(c)[1:-1] if c != "\n" and unicodedata.category(c) in HIDDEN else c for c in text)
