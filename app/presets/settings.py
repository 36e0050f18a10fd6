"""Settings: what a preset says of a chat, how that is stored, and what of it can be said at all."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from app import chats, items, providers
from app.chats import attaching, targets
from app.chats.lists import check as must_be_sent
from app.errors import Invalid, Refusal, TooLarge
from app.items import ItemPart, Piece, Ready
from app.rights import Caller

FILE, TEXT = "preset.json", "instructions.md"
LONGEST_ABOUT, LARGEST = 200, 64 * 1024
NUMBERS = ("temperature", "top_p", "max_tokens")
KINDS = (targets.FILE, targets.PASTE)


@dataclass(frozen=True)
class Attached:
    """A file or paste that goes along, by the name that it had when it was attached."""

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True)
class Settings:
    """How a chat begins. `model` is the id of the one that answers ('': the person's own default), `model_name` what it
    was called; None and '' are not sent. `verbs` are those that the model may call."""

    about: str = ""
    instructions: str = ""
    model: str = ""
    model_name: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    effort: str = ""
    verbs: tuple[str, ...] = ()
    attachments: tuple[Attached, ...] = ()

    def for_chat(self) -> dict[str, Any]:
        """The columns of a chat that it sets."""
        names = (*NUMBERS, "effort")
        return {"system": self.instructions} | {name: getattr(self, name) for name in names}


def read(parts: Sequence[ItemPart]) -> Settings:
    """What a preset's parts say. Raises Gone when they were lost."""
    told = orjson.loads(next(part for part in parts if part.name == FILE).data)
    text = next((part.content for part in parts if part.name == TEXT), "")
    return understood(told, text)


def understood(told: dict[str, Any], text: str = "") -> Settings:
    """Settings of their stored form; what a later version of the house has added is left."""
    known = {name: value for name, value in told.items() if name in Settings.__dataclass_fields__}
    known["verbs"] = tuple(told.get("verbs", ()))
    known["attachments"] = tuple(Attached(**each) for each in told.get("attachments", ()))
    return Settings(**(known | {"instructions": text}))


def written(settings: Settings) -> list[Ready]:
    """Their stored form: what is short as JSON, line by line, and the instructions as a text of their own."""
    told = {name: value for name, value in asdict(settings).items() if name != "instructions"}
    pieces = [Piece(name=FILE, text=orjson.dumps(told, option=orjson.OPT_INDENT_2).decode(), syntax="json")]
    if settings.instructions:
        pieces.append(Piece(name=TEXT, text=settings.instructions, syntax="markdown"))
    return items.ready(pieces)


def checked(me: Caller, new: Settings, old: Settings | None = None) -> Settings:
    """The settings as they can be kept, with the names of today; what the `old` ones had stays, also where `me` may not
    use it. Raises Invalid naming the field, TooLarge."""
    before = old or Settings()
    text = new.instructions.replace("\r\n", "\n").strip("\n")
    if len(text.encode(errors="replace")) > LARGEST:
        raise TooLarge(f"Instructions may have at most {LARGEST >> 10} KiB. Attach long texts instead.")
    refused: dict[str, str] = {}
    try:
        must_be_sent(new.for_chat() | {"system": text})
    except Invalid as wrong:
        refused |= {"instructions" if name == "system" else name: words for name, words in wrong.fields.items()}
    refused |= {name: "This has to be a number." for name in NUMBERS if not is_finite(getattr(new, name))}
    names = {choice.id: choice.title for choice in providers.available(me)} | {before.model: before.model_name}
    if new.model not in names and new.model:
        refused["model"] = "That model is not there for you. Choose another one."
    verbs = chats.checked_verbs(" ".join(name for name in new.verbs if name not in before.verbs))
    kept = [name for name in new.verbs if name in before.verbs or name in verbs.split()]
    about = items.titled(new.about)
    if refused:
        raise Invalid(**refused)
    changed = {"about": about[:LONGEST_ABOUT], "instructions": text, "verbs": tuple(dict.fromkeys(kept))}
    named = {"model_name": names.get(new.model, "") if new.model else ""}
    attachments = tuple(laid(me, new.attachments, before.attachments))
    return Settings(**(plain(new) | changed | named | {"attachments": attachments}))


def plain(settings: Settings) -> dict[str, Any]:
    """The settings by their names."""
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}


def is_finite(value: float | None) -> bool:
    """Whether this can be said in JSON."""
    return value is None or math.isfinite(value)


def laid(me: Caller, wanted: Sequence[Attached], before: Sequence[Attached]) -> list[Attached]:
    """What goes along, each once. Raises Invalid for what one may not read, for what no model can be sent, and for too
    many."""
    known = {(each.kind, each.id): each for each in before}
    found: dict[tuple[str, str], Attached] = {}
    for each in wanted:
        if each.kind not in KINDS:
            raise Invalid(attachments="Files and pastes go along with a preset, nothing else.")
        key = (each.kind, each.id)
        found[key] = known.get(key) or named(me, each)
    if len(found) > attaching.MOST:
        raise Invalid(attachments=f"At most {attaching.MOST} things can go along.")
    return list(found.values())


def named(me: Caller, each: Attached) -> Attached:
    """What goes along under its name of today. Raises Invalid."""
    try:
        return Attached(each.kind, each.id, targets.find(me, each.kind, each.id).name)
    except Refusal as refusal:
        raise Invalid(
            attachments=f"The {each.kind} {each.name or each.id} cannot go along: {refusal.message}"
        ) from None
