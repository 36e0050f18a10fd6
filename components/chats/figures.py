"""What an answer took, in one line; what nobody knows is left out, never shown as 0."""

from typing import Any

NANO = 1_000_000_000


def details(message: Any) -> str:
    """Tokens in and out, time to the first word, tokens per second, cost, and turns that did not fit."""
    spent = [
        f"{message.tokens_in:,} in" if message.tokens_in is not None else "",
        f"{message.tokens_out:,} out" if message.tokens_out is not None else "",
        _first_word(message),
        _pace(message),
        money(message.cost) if message.cost is not None else "",
        _left_out(message.left_out),
    ]
    return " · ".join(part for part in spent if part)


def money(nano: int) -> str:
    """An amount of nano-units of the currency: cents from a dollar on, else as many places as say something."""
    amount = nano / NANO
    if nano == 0 or amount >= 1:
        return f"${amount:,.2f}"
    return f"${amount:.4f}" if amount >= 0.0001 else "under $0.0001"


def seconds(microseconds: int) -> str:
    """A duration in words: 0.41 s, 6 s, 2 min 5 s."""
    length = microseconds / 1_000_000
    if length < 1:
        return f"{length:.2f} s"
    if length < 60:
        return f"{length:.1f} s" if length < 10 else f"{length:.0f} s"
    return f"{int(length // 60)} min {int(length % 60)} s"


def _first_word(message: Any) -> str:
    if message.first_at is None or message.started_at is None:
        return ""
    return f"first word {seconds(message.first_at - message.started_at)}"


def _pace(message: Any) -> str:
    if not message.tokens_out or message.first_at is None or message.finished_at is None:
        return ""
    length = (message.finished_at - message.first_at) / 1_000_000
    # A handful of tokens in one packet says nothing about pace.
    return f"{message.tokens_out / length:,.0f} tokens/s" if length >= 0.05 else ""


def _left_out(count: int) -> str:
    if not count:
        return ""
    return "1 earlier message left out" if count == 1 else f"{count} earlier messages left out"
