"""What is passed on as it came, to providers that have it: moderations, images, sound.

Nothing of such a request is read but the name of its model, and in a form only that is replaced.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import Field

from app.errors import Invalid, NotFound
from app.gateway import models, routing
from app.gateway.dialects.checking import Open
from app.rights import Caller

PARTS = 200
DELIMITER = re.compile(r'boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;,"]{1,70}))', re.I)
NAME = re.compile(rb'^content-disposition:[^\r\n]*;\s*name\s*=\s*"?model"?\s*(?:;|\r|$)', re.I | re.M)


@dataclass(frozen=True)
class Passed:
    """One address: whether it takes a form, which members are needed, and the names of models that may do it."""

    path: str
    title: str
    models: re.Pattern[str]
    form: bool = False


DRAWS = re.compile(r"image|dall-e|imagen|\bflux|diffusion|sdxl|recraft|ideogram", re.I)
HEARS = re.compile(r"whisper|transcri|\basr\b|parakeet|voxtral", re.I)
MODERATIONS = Passed("moderations", "moderation", re.compile(r"moderation|guard", re.I))
GENERATIONS = Passed("images/generations", "pictures", DRAWS)
EDITS = Passed("images/edits", "pictures", DRAWS, form=True)
VARIATIONS = Passed("images/variations", "pictures", DRAWS, form=True)
SPEECH = Passed("audio/speech", "speech", re.compile(r"\btts|-tts|speech|kokoro", re.I))
TRANSCRIPTIONS = Passed("audio/transcriptions", "transcription", HEARS, form=True)
TRANSLATIONS = Passed("audio/translations", "translation of speech", HEARS, form=True)


class ModerationRequest(Open):
    """Texts (or pictures) to be judged."""

    input: str | list[str] | list[dict[str, Any]]
    model: str | None = Field(None, min_length=1)


class ImageRequest(Open):
    """A picture to be drawn."""

    prompt: str = Field(min_length=1)
    model: str | None = Field(None, min_length=1)


class SpeechRequest(Open):
    """A text to be spoken."""

    model: str = Field(min_length=1)
    input: str
    voice: str | dict[str, Any]


def model_for(me: Caller, name: str | None, passed: Passed) -> str:
    """The name that was given; where none was, the first model that this may be for. Raises NotFound (kind model)."""
    if name:
        return name
    found = next((each.id for each in models.offered(me) if passed.models.search(each.id)), "")
    if not found:
        raise NotFound(f"No provider here has a model for {passed.title}.", "model", "model")
    return found


def known(me: Caller, name: str, passed: Passed) -> str:
    """The name, if there is such a model. Raises Forbidden and NotFound (kind model), which says what is missing."""
    try:
        routing.find(me, name)
    except NotFound as refusal:
        if any(passed.models.search(each.id) for each in models.offered(me)):
            raise
        said = f"{refusal.message} No provider here has a model for {passed.title}."
        raise NotFound(said, "model", "model") from None
    return name


def in_form(data: bytes, content_type: str) -> tuple[str, Callable[[str], bytes]]:
    """The model that a form names ('' for none), and what makes the same form with another name. Raises Invalid."""
    found = DELIMITER.search(content_type) if content_type.lower().startswith("multipart/form-data") else None
    if found is None:
        raise Invalid("Send this as multipart/form-data, with a boundary.")
    mark = b"--" + (found[1] or found[2]).encode("latin-1")
    start = 0 if data.startswith(mark) else data.find(b"\r\n" + mark) + 2
    if start == 1:
        raise Invalid("This form does not hold the boundary that its Content-Type names.")
    first = start
    for _ in range(PARTS):
        if data.startswith(mark + b"--", start):
            break
        head = start + len(mark)
        body = data.find(b"\r\n\r\n", head) + 4
        end = data.find(b"\r\n" + mark, head)
        if end < 0:
            raise Invalid("This form ends too early.")
        if 4 <= body <= end and NAME.search(data, head + 2, body):
            name = data[body:end].decode(errors="replace").strip()
            return name, partial(between, data[:body], data[end:])
        start = end + 2
    else:
        raise Invalid(f"A form may have at most {PARTS} parts.")
    part = mark + b'\r\nContent-Disposition: form-data; name="model"\r\n\r\n'
    return "", partial(between, data[:first] + part, b"\r\n" + data[first:])


def between(before: bytes, after: bytes, name: str) -> bytes:
    """A form with this name in its place."""
    return b"".join([before, name.encode(), after])
