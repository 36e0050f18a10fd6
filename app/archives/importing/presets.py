"""What a preset says: checked before it is shown to anybody, and with the ids of here."""

from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.archives.importing.mapping import Into
from app.archives.importing.rows import must
from app.blobs import Kept
from app.chats.lists import EFFORTS
from app.errors import Invalid
from app.items import ItemPart
from app.items.pieces import Piece, ready
from app.presets.settings import FILE, KINDS, LONGEST_ABOUT, TEXT

Word = Annotated[str, Field(max_length=200)]
Real = Annotated[float, Field(allow_inf_nan=False)]
Taken = list[tuple[ItemPart, Kept | None]]


class AttachedIn(BaseModel):
    """Something that goes along."""

    model_config = ConfigDict(extra="forbid", strict=True)
    kind: str = Field(pattern=f"^({'|'.join(KINDS)})$")
    id: str = Field(max_length=64)
    name: Word = ""


class SettingsIn(BaseModel):
    """What stands in a preset's JSON; a later version may say more, which is kept and not looked at."""

    model_config = ConfigDict(strict=True)
    about: str = Field("", max_length=LONGEST_ABOUT)
    model: str = Field("", max_length=64)
    model_name: Word = ""
    temperature: Real | None = None
    top_p: Real | None = None
    max_tokens: int | None = None
    effort: str = Field("", pattern=f"^({'|'.join(EFFORTS)})$")
    verbs: list[Word] = []
    attachments: list[AttachedIn] = Field([], max_length=100)


def taken(into: Into, parts: Taken) -> Taken:
    """The parts of a preset; where ids changed, with those of here. Raises Invalid for what is no preset."""
    place = next((n for n, (part, _) in enumerate(parts) if part.name == FILE), None)
    must(place is not None and all(part.name in (FILE, TEXT) for part, _ in parts), "it is no preset")
    part, kept = parts[place or 0]
    must(part.size <= 1 << 20, "it is no preset")
    if part.text is None and kept is None:
        raise Invalid(archive="what it says was lost")
    try:
        # By the reader of the pages, which takes no NaN and no endless numbers.
        new: dict[str, Any] = orjson.loads(part.data)
        told = SettingsIn.model_validate(new)
    except orjson.JSONDecodeError:
        raise Invalid(archive="it is no preset: it is no JSON") from None
    except ValidationError as error:
        raise Invalid(archive=f"it is no preset: {error.errors()[0]['msg']}") from None
    if into.keeps:
        return parts
    new["model"] = into.model(told.model) or ""
    new["attachments"] = [
        {"kind": each.kind, "id": into.reference(each.kind, each.id), "name": each.name} for each in told.attachments
    ]
    text = orjson.dumps(new, option=orjson.OPT_INDENT_2).decode()
    made = ready([Piece(name=FILE, text=text, syntax="json")])[0]
    made.part.position = part.position
    return [(made.part, made.kept) if n == place else each for n, each in enumerate(parts)]
