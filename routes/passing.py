"""Moderations, images and sound: passed on to providers that have them."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from app import gateway
from app.gateway import passing
from app.gateway.dialects.checking import Open, checked, parsed
from app.gateway.passing import Passed
from routes.gateway import asked
from routes.machines import Machines, posted
from routes.relays import Relay

ar = Machines("/v1")


@ar.post("/moderations")
async def moderations(request: Request) -> Response:
    """Whether texts are harmful, in a provider's opinion."""
    return await passed_on(request, passing.MODERATIONS, passing.ModerationRequest)


@ar.post("/images/generations")
async def generations(request: Request) -> Response:
    """A picture from a text."""
    return await passed_on(request, passing.GENERATIONS, passing.ImageRequest)


@ar.post("/images/edits")
async def edits(request: Request) -> Response:
    """A picture from pictures and a text."""
    return await form_passed_on(request, passing.EDITS)


@ar.post("/images/variations")
async def variations(request: Request) -> Response:
    """Pictures like a picture."""
    return await form_passed_on(request, passing.VARIATIONS)


@ar.post("/audio/speech")
async def speech(request: Request) -> Response:
    """A text as sound."""
    return await passed_on(request, passing.SPEECH, passing.SpeechRequest)


@ar.post("/audio/transcriptions")
async def transcriptions(request: Request) -> Response:
    """What is said in a recording."""
    return await form_passed_on(request, passing.TRANSCRIPTIONS)


@ar.post("/audio/translations")
async def translations(request: Request) -> Response:
    """What is said in a recording, in English."""
    return await form_passed_on(request, passing.TRANSLATIONS)


async def passed_on(request: Request, passed: Passed, shape: type[Open]) -> Response:
    """A request of JSON, checked for what it needs. Raises Invalid, NotFound."""
    body = parsed(await posted(request))
    checked(shape, body)
    name = passing.known(request.state.me, passing.model_for(request.state.me, body.get("model"), passed), passed)
    return Relay(replace(asked(request, body | {"model": name}, passed.path), stream=False))


async def form_passed_on(request: Request, passed: Passed) -> Response:
    """A form, whose model alone is read. Pictures may also be given as JSON. Raises Invalid, NotFound."""
    kind, me = request.headers.get("content-type", ""), request.state.me
    if kind.startswith("application/json") and passed.path == passing.EDITS.path:
        return await passed_on(request, passed, passing.ImageRequest)
    given, written = passing.in_form(await posted(request), kind)
    name = passing.known(me, passing.model_for(me, given, passed), passed)
    return Relay(gateway.Ask(me, name, {}, kind=passed.path, written=written, content_type=kind))
