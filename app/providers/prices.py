"""Prices: typed as money per million tokens, kept as whole nano-units, never as floating point."""

from decimal import Decimal, InvalidOperation
from typing import Any

from app.errors import Invalid

NANO = Decimal(10) ** 9
MILLION = 1_000_000
MOST = Decimal(1_000_000)


def parse(text: str, field: str = "price") -> int | None:
    """Nano-units per million tokens from '0.15'; None from '' (unknown). Raises Invalid naming the field."""
    text = text.strip()
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Invalid(**{field: "Write an amount like 0.15, or nothing where it is not known."}) from None
    if not amount.is_finite() or not 0 <= amount <= MOST:
        raise Invalid(**{field: "A price is between 0 and 1,000,000."})
    nano = amount * NANO
    if nano != nano.to_integral_value():
        raise Invalid(**{field: "Use at most nine decimals."})
    return int(nano)


def shown(price: int | None) -> str:
    """A price or cost as it is typed: '0.15', and '' where it is unknown."""
    if price is None:
        return ""
    text = f"{Decimal(price) / NANO:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def told(amount: Any) -> int | None:
    """Nano-units per million tokens from a provider's own price for one token; None when it tells none."""
    try:
        nano = Decimal(str(amount)) * MILLION * NANO
    except InvalidOperation:
        return None
    return int(nano) if nano.is_finite() and nano >= 0 and nano == nano.to_integral_value() else None
