"""Texts of a known size that compress as prose does, and chats made of them."""

import random
import re
import time
from functools import cache
from typing import Any

from bench.house import ROOT

KILOBYTE = 1000


@cache
def words() -> list[str]:
    """Words as often as the handbook uses them."""
    text = " ".join(page.read_text() for page in sorted((ROOT / "docs").rglob("*.md")))
    return re.findall(r"\b[a-z]{1,14}\b", text)


def sentences(chance: random.Random, size: int) -> str:
    """Prose of about this many characters."""
    found = ""
    while len(found) < size:
        found += " ".join(chance.choices(words(), k=chance.randint(6, 18))).capitalize() + ". "
    return found[: size - 1].rstrip() + "."


def answer(chance: random.Random, size: int = KILOBYTE) -> str:
    """Markdown of about this size: prose, a list and code."""
    items = "\n".join(f"- **{chance.choice(words())}** {sentences(chance, 60)}" for _ in range(3))
    code = f"```python\ndef {chance.choice(words())}x(count):\n    return count * {chance.randint(2, 99)}\n```"
    rest = size - len(items) - len(code) - 6
    return f"{sentences(chance, rest // 2)}\n\n{items}\n\n{code}\n\n{sentences(chance, rest // 2)}"


def chat(count: int, title: str) -> dict[str, Any]:
    """A chat of `count` messages of 1 KB as it stands in an exported file."""
    chance, now = random.Random(count), time.time_ns() // 1000
    messages = []
    for n in range(count):
        asks = n % 2 == 0
        text = sentences(chance, KILOBYTE) if asks else answer(chance)
        told: dict[str, Any] = {"parent": n - 1 if n else None, "role": "user" if asks else "assistant"}
        told |= {"state": "done", "model": "" if asks else "words-20", "error_kind": "", "error": "", "left_out": 0}
        told |= {
            "finish": "" if asks else "stop",
            "tokens_in": None if asks else 900,
            "tokens_out": None if asks else 250,
        }
        told |= {"cost": None, "created_at": now + n}
        told |= {name: None if asks else now + n for name in ("started_at", "first_at", "finished_at")}
        messages.append(told | {"parts": [{"kind": "text", "text": text, "duration_us": None if asks else 1_000_000}]})
    unset: dict[str, Any] = {"system": "", "temperature": None, "top_p": None, "max_tokens": None, "effort": ""}
    times = {"created_at": now, "changed_at": now}
    head = {"format": "inglenook.chat/1", "title": title, "title_by": "person"}
    return head | unset | times | {"leaf": count - 1, "messages": messages}
