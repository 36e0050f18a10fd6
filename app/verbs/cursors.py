"""Lists in pages: a cursor stands for the last row that was shown, so that nothing is missed or shown twice."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import orjson
from pydantic import Field

from app.errors import Invalid
from app.verbs.declaring import Input, Output

LONGEST = 500
Row = TypeVar("Row")
Cursor = Annotated[str, Field(max_length=LONGEST, description="`next` of the page before; empty for the first page.")]


class Page(Input):
    """What every list takes."""

    cursor: Cursor = ""
    limit: int = Field(50, ge=1, le=200, description="How many at most.")


class Listed(Output):
    """What every list gives besides its rows."""

    next: str = Field("", description="The cursor of the page behind this one; empty at the end.")


def written(*values: str | int) -> str:
    """The cursor for a row with these values."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def read(text: str, *kinds: type) -> tuple[Any, ...] | None:
    """The values of a cursor, None for the first page. Raises Invalid(cursor) for what is none of ours."""
    if not text:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        values = None
    if not isinstance(values, list) or [type(each) for each in values] != list(kinds):
        raise Invalid(cursor="This is no cursor of this list: take `next` of the page before.")
    return tuple(values)


def page(rows: Sequence[Row], limit: int, values: Callable[[Row], tuple[str | int, ...]]) -> tuple[list[Row], str]:
    """The rows of a page, of which one more than `limit` was asked for, and the cursor behind them."""
    shown = list(rows[:limit])
    return shown, written(*values(shown[-1])) if len(rows) > limit else ""
