"""Folding: what came of an answer while it was written becomes its parts, its HTML and its finished row."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson

from app import clock, db, later, markdown
from app.chats.tree import CALL, REASONING, RESULT, RUNNING, STOPPED, TEXT, WAITING, Message, Part
from app.logs import log

INSIST = 1.0
INSERT_PIECE = "insert into piece (message_id, n, kind, text) values (?, ?, ?, ?)"
INSERT_PART = """insert into part (message_id, n, kind, text, duration_us, call_id, name, verb, arguments, state,
    started_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
FINISH = """update message set state = ?, model = ?, html = ?, error_kind = ?, error = ?, left_out = ?, usage_id = ?,
    finish = ?, started_at = ?, first_at = ?, finished_at = ?, tokens_in = ?, tokens_out = ?, cost = ? where id = ?"""
TOLD = ("call_id", "name", "verb", "arguments", "state", "started_at", "duration_us")


@dataclass
class Card:
    """A call of a tool, and what it told, once it did."""

    call: Part
    result: Part | None = None


def cards(parts: list[Part]) -> dict[int, Card]:
    """The calls among the parts of an answer with what they told, by the number of the call's part."""
    results = {part.call_id: part for part in parts if part.kind == RESULT}
    return {part.n: Card(part, results.get(part.call_id)) for part in parts if part.kind == CALL}


def piece_of(part: Part) -> str:
    """A call or a result as a piece that is written down at once; a call that changed is written again."""
    told = {name: getattr(part, name) for name in TOLD} if part.kind == CALL else {"call_id": part.call_id}
    return orjson.dumps(told | {"text": part.text}).decode()


def parts_of(id: str, pieces: list[tuple[str, str]]) -> list[Part]:
    """The parts of an answer whose process died, from its pieces. What ran then was stopped."""
    parts: list[Part] = []
    calls: dict[str, Part] = {}
    for kind, text in joined(pieces):
        told = orjson.loads(text) if kind in (CALL, RESULT) else {"text": text}
        if kind == CALL and told["call_id"] in calls:
            for name in TOLD:
                setattr(calls[told["call_id"]], name, told[name])
            continue
        parts.append(Part(message_id=id, n=len(parts), kind=kind, **told))
        if kind == CALL:
            calls[told["call_id"]] = parts[-1]
    end_calls(parts)
    return parts


def copied(parts: list[Part], id: str) -> list[Part]:
    """What was said and called in an answer, for another one with this id that goes on from there."""
    found: list[Part] = []
    for part in parts:
        if part.kind == TEXT and found and found[-1].kind == TEXT:
            found[-1].text += part.text
        elif part.kind in (CALL, RESULT) or (part.kind == TEXT and part.text):
            told = {name: getattr(part, name) for name in TOLD} if part.kind != TEXT else {}
            found.append(Part(message_id=id, n=len(found), kind=part.kind, text=part.text, **told))
    return found


def end_calls(parts: list[Part]) -> None:
    """Calls that were not done when their answer ended are stopped."""
    for part in parts:
        if part.kind == CALL and part.state in (WAITING, RUNNING):
            part.state = STOPPED


def html_of(parts: list[Part]) -> str:
    """The HTML of an answer: of its texts, with a mark where a call was made. After a call strangers may speak in
    it, so nothing is loaded."""
    pieces, text, called = [], "", False
    for part in parts:
        if part.kind == TEXT:
            text += part.text
        elif part.kind == CALL:
            pieces += [markdown.render(text, shut=called) if text else "", f"<!--call:{part.n}-->"]
            text, called = "", True
    return "".join(pieces) + (markdown.render(text, shut=called) if text or not called else "")


def folded(answer: Message, parts: list[Part], job: dict[str, Any] | None = None) -> list[tuple[str, Any]]:
    """The statements that turn an answer's pieces into its parts and finish its row."""
    numbers = (answer.tokens_in, answer.tokens_out, answer.cost)
    times = (answer.started_at, answer.first_at, answer.finished_at)
    told = (answer.error_kind, answer.error, answer.left_out, answer.usage_id, answer.finish)
    statements: list[tuple[str, Any]] = [("delete from piece where message_id = ?", (answer.id,))]
    for part in parts:
        asked = (part.call_id, part.name, part.verb, part.arguments, part.state, part.started_at)
        statements.append((INSERT_PART, (answer.id, part.n, part.kind, part.text, part.duration_us, *asked)))
    statements.append((FINISH, (answer.state, answer.model, answer.html, *told, *times, *numbers, answer.id)))
    statements.append(("update chat set changed_at = ? where id = ?", (clock.now(), answer.chat_id)))
    if job is not None:
        statements.append((later.INSERT, job))
    return statements


def joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Neighbouring pieces of text, or of reasoning, as one."""
    result: list[tuple[str, str]] = []
    for kind, text in pieces:
        if result and result[-1][0] == kind and kind in (TEXT, REASONING):
            result[-1] = (kind, result[-1][1] + text)
        else:
            result.append((kind, text))
    return result


async def insist(statements: list[tuple[str, Any]]) -> None:
    """Write until the disk takes it: the text is nowhere else. Viewers see all of it meanwhile."""
    while True:
        try:
            return await db.append_all(statements)
        except db.Unwritable as error:
            log.error("chats.unwritable", error=str(error))
            await asyncio.sleep(INSIST)
