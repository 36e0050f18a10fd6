"""A workspace as it may look after a week: what the pictures show."""

import time
from typing import Any

MODELS = ("qwen3-32b", "gemma-3-12b", "ministral-8b")
MINUTE = 60_000_000
HOUR, DAY = 60 * MINUTE, 24 * 60 * MINUTE
THOUGHT = (
    "Count the pairs that do not share a day, and subtract from one. The surprise is in the number of pairs: "
    "23 people make 253 of them. A simulation should agree to about a percent."
)
SHOWN = r"""
At **23** people it is more likely than not, because they make 253 *pairs*:

$$P(n) = 1 - \prod_{k=0}^{n-1} \frac{365 - k}{365}$$

```python
from random import randrange

def shared(people: int, rooms: int = 20_000) -> float:
    groups = ({randrange(365) for _ in range(people)} for _ in range(rooms))
    return sum(len(days) < people for days in groups) / rooms
```

| people | pairs | by the formula | in 20,000 rooms |
|---:|---:|---:|---:|
| 10 | 45 | 11.7 % | 11.8 % |
| 23 | 253 | 50.7 % | 50.6 % |
| 41 | 820 | 90.3 % | 90.6 % |
"""
OTHERS = (
    ("Rail or road for the harp", "How do we move a concert harp from Leiden to Graz without breaking it?", 3 * HOUR),
    ("Names for the reading room", "Ten quiet names for a reading room with a stove.", 6 * HOUR),
    ("What a 429 should say", "Which headers belong to a good 429 answer?", 27 * HOUR),
    ("Translate the tenancy letter", "Put this letter to the landlord into polite German.", 30 * HOUR),
    ("When FULL is worth it", "When should SQLite run with synchronous=FULL?", 33 * HOUR),
    ("Packing list, Dolomites", "Five days of huts in September: what do I pack?", 4 * DAY),
    ("Sourdough at 19 °C", "My kitchen is cold. How do I change the times?", 5 * DAY),
    ("Explain subgrid", "Explain CSS subgrid with a small example.", 6 * DAY),
)


def shown() -> dict[str, Any]:
    """The chat of the pictures."""
    question = "In how large a group do two probably share a birthday?"
    turns = [("user", question, ""), ("assistant", SHOWN.strip(), THOUGHT)]
    return chat("Two with the same birthday", turns, 4 * MINUTE)


def others() -> list[dict[str, Any]]:
    """What else stands in the rail."""
    reply = "Here is a first answer, to be made better together."
    return [chat(title, [("user", asked, ""), ("assistant", reply, "")], age) for title, asked, age in OTHERS]


def chat(title: str, turns: list[tuple[str, str, str]], age: int) -> dict[str, Any]:
    """A chat as it stands in an exported file: role, text and reasoning of each turn; `age` in microseconds."""
    now = time.time_ns() // 1000 - age
    messages = [message(n, *turn, now + n * 2_000_000) for n, turn in enumerate(turns)]
    unset: dict[str, Any] = {"system": "", "temperature": None, "top_p": None, "max_tokens": None, "effort": ""}
    head = {"format": "inglenook.chat/1", "title": title, "title_by": "model"} | unset
    return head | {"created_at": now, "changed_at": now, "leaf": len(turns) - 1, "messages": messages}


def message(n: int, role: str, text: str, thought: str, at: int) -> dict[str, Any]:
    """One message, with the figures of a model on a good graphics card."""
    answers = role == "assistant"
    told: dict[str, Any] = {
        "parent": n - 1 if n else None,
        "role": role,
        "state": "done",
        "error_kind": "",
        "error": "",
    }
    told |= {"left_out": 0, "model": MODELS[0] if answers else "", "finish": "stop" if answers else "", "cost": None}
    times = (at, at + 410_000, at + 7_300_000) if answers else (None, None, None)
    tokens = (48, 1 + len(text + thought) // 4) if answers else (None, None)
    told |= dict(zip(("started_at", "first_at", "finished_at"), times, strict=True)) | {"created_at": at}
    told |= dict(zip(("tokens_in", "tokens_out"), tokens, strict=True))
    parts = [{"kind": "reasoning", "text": thought, "duration_us": 2_600_000}] if thought else []
    took = 4_300_000 if answers else None
    return told | {"parts": [*parts, {"kind": "text", "text": text, "duration_us": took}]}
