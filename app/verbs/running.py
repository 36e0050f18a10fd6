"""Running a verb: the one way in, whatever the door."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app import db
from app.errors import NotWritten
from app.logs import log
from app.rights import Caller
from app.verbs.checking import checked
from app.verbs.declaring import Input, Output, Verb
from app.verbs.replays import once

# What counts the calls of a key and refuses those beyond its limit; usage says how.
counted: Callable[[Caller, Verb], None] | None = None


def count_by(function: Callable[[Caller, Verb], None]) -> None:
    """Says once who counts the calls; it raises OverLimit."""
    global counted
    counted = function


async def run(verb: Verb, me: Caller, raw: Any, *, idempotency_key: str = "", door: str = "") -> Output:
    """Do what the verb does, as this person through this door: rights, limits, validation, then the deed itself.

    The same call under the same `idempotency_key` is done once. Raises Unknown, Forbidden, OverLimit, Invalid,
    Conflict, and what the verb itself refuses.
    """
    me = replace(me, door=door) if door else me
    me.must_have(verb.scope)
    me.must_not_be_guest()  # what is shared with guests they read on its page
    if counted is not None:
        counted(me, verb)
    asked = checked(verb, raw)
    if not idempotency_key or verb.read_only:
        return await called(verb, me, asked)
    deed = once(me, verb, asked, idempotency_key)
    if (answer := await db.in_thread(deed.begin)) is not None:
        return answer
    try:
        answer = await called(verb, replace(me, once=idempotency_key), asked)
    except Exception:
        await db.in_thread(deed.drop)
        raise
    try:
        await db.in_thread(deed.answer, answer)
    except NotWritten as error:
        log.warning("verbs.answer_lost", verb=verb.name, error=error.message)
    return answer


async def called(verb: Verb, me: Caller, asked: Input) -> Output:
    """The function's own answer."""
    if inspect.iscoroutinefunction(verb.function):
        found = await verb.function(me, asked)
    else:
        found = await db.in_thread(verb.function, me, asked)
    if not isinstance(found, verb.output):
        raise TypeError(f"{verb.name} has to give a {verb.output.__name__}, not {type(found).__name__}")
    return found
