"""Turns: a question is a heading, its answer the text below it. The same parts serve page, fragment and stream."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from fastcore.xml import NotStr, ft
from fasthtml.components import A, Article, Details, Div, Footer, Header, P, Span, Summary

from app import chats as app_chats
from app import markdown
from app.chats.folding import cards as app_cards
from components.addresses import root_path, url
from components.chats import attachments, streams
from components.chats.calls import CallCard, Prose
from components.chats.comparing import Comparison, Keep, StopOne
from components.chats.endings import Again, Ending, Walker
from components.chats.figures import details, seconds
from components.chats.rendered import Rendered
from components.page import document
from components.parts import Avatar, Clock, Icon, IconButton

UNFINISHED = ("pending", "running")
FIRST_THOUGHT = 90
# Letters of a question that is a heading, and of one that is too long to be shown whole.
HEADING, LONG = 600, 6000

rendered = Rendered()


def Turns(me: Any, chat: Any, view: Any, so_far: "Mapping[str, Progress] | None" = None) -> tuple[Any, ...]:
    """The turns of a page, and above them the way to older ones. Of the answers that are being written the page shows
    what there is of them `so_far`."""
    older = Older(chat, view.turns[0].message.id) if view.more else ""
    turns = view.turns[:-1] if view.compared else view.turns
    side = SideBySide(me, chat, view.compared, so_far) if view.compared else ""
    return (older, *(Turn(me, chat, turn, (so_far or {}).get(turn.message.id)) for turn in turns), side)


def SideBySide(me: Any, chat: Any, turns: list[Any], so_far: "Mapping[str, Progress] | None" = None) -> Any:
    """The answers of one question that are compared."""
    columns = (Turn(me, chat, turn, (so_far or {}).get(turn.message.id)) for turn in turns)
    return Comparison(turns[0].message.parent_id, *columns)


def Older(chat: Any, before: str) -> Any:
    """A link to older turns; with a script they come in by themselves when the reader scrolls up to it."""
    address = url("/chats", chat.id, "turns", before=before)
    link = A(cls="button quiet short", href=address)(Icon("up", small=True), "Older messages")
    asks = {"hx_get": address, "hx_trigger": "click, intersect once", "hx_swap": "outerHTML", "hx_target": "this"}
    return Div(cls="older", data_older=True, **asks)(link)


def Turn(me: Any, chat: Any, turn: Any, so_far: Any = None) -> Any:
    """One message: a question, a finished answer, or an answer that is being written."""
    message = turn.message
    if message.state in UNFINISHED:
        return Writing(chat, turn, so_far or Progress(None))
    shape = Question if message.role == "user" else Answer
    if app_chats.is_temporary(chat):
        return shape(me, chat, turn)
    # A finished message never changes; its place among its versions, and who reads it, do.
    versions = (turn.place, turn.versions, turn.earlier, turn.later)
    shown = (message.id, message.state, message.comparison, attachments.there(me, turn))
    key = (*shown, *versions, me.name, me.timezone, root_path.get())
    return NotStr(rendered.once(key, lambda: document(shape(me, chat, turn))))


def Question(me: Any, chat: Any, turn: Any) -> Any:
    """What a person asked."""
    message = turn.message
    return _turn("question", message, "Question")(
        _byline(
            Avatar(me.name),
            (me.name.split() or ["You"])[0],
            Clock(message.created_at, me),
            Walker(chat, turn),
            _edit(chat, message),
        ),
        Div(**_shape(message.html))(NotStr(message.html)),
        attachments.Sent(me, turn),
    )


def _shape(html: str) -> dict[str, Any]:
    if len(html) > LONG:
        # Pages of pasted text are read in a window of their own, so that the answer below is found.
        return {"cls": "prose long", "role": "region", "aria_label": "Long question", "tabindex": 0}
    # A question of one paragraph is a heading, by which one who listens finds it; other texts are not.
    plain = len(html) <= HEADING and html.count("<p>") == 1 and "<pre" not in html
    return {"cls": "prose", "role": "heading", "aria_level": "2"} if plain else {"cls": "prose"}


def Answer(me: Any, chat: Any, turn: Any) -> Any:
    """A finished answer: its reasoning folded, its text, how it ended, and what can be done with it."""
    message = turn.message
    return _turn("answer", message, f"Answer by {message.model}")(
        _byline(Icon("mark"), message.model, Clock(message.created_at, me), _kept(chat, message)),
        Div(cls="folds", id=f"r-{message.id}")(Thought(turn)) if turn.reasoning else "",
        Prose(chat, message.html, app_cards(turn.parts)) if message.html else "",
        attachments.LeftOut(turn),
        Ending(chat, turn),
        Foot(chat, turn),
    )


class Progress:
    """What there was of an answer at one moment, so that a page and its stream agree on where to go on."""

    def __init__(self, feed: Any) -> None:
        blocks, tail = (list(feed.blocks), feed.tail) if feed else ([], None)
        self.after = len(blocks)
        self.thoughts = "".join(bit.html for bit in blocks if bit.kind == "reasoning")
        # A call stands where it was made, as it is now.
        self.texts = [bit for bit in blocks if bit.kind == "text" or (bit.kind == "call" and not bit.again)]
        self.tail = {tail.kind: tail.html} if tail else {}

    def text(self, chat: Any) -> str:
        """The finished blocks of the text, with the calls among them."""
        return "".join(document(CallCard(chat, bit.thing)) if bit.thing else bit.html for bit in self.texts)


def Writing(chat: Any, turn: Any, so_far: Progress) -> Any:
    """An answer that is being written: what there is of it. The page's stream brings the rest."""
    id, model, tail = turn.message.id, turn.message.model, so_far.tail.get("text", "")
    return _turn("answer", turn.message, f"Answer by {model}, being written", aria_busy="true")(
        _byline(Icon("mark"), model),
        # Hidden by the style as long as nothing was thought.
        Div(cls="folds", id=f"r-{id}")(Thinking(id, so_far.thoughts, so_far.tail.get("reasoning", ""))),
        Div(cls="prose")(NotStr(so_far.text(chat)), Div(cls="tail", id=f"t-{id}")(NotStr(tail))),
        P(cls="writing", role="status")("Writing", StopOne(chat, turn.message) if turn.message.comparison else ""),
        ft("noscript", A(href=url("/chats", chat.id, fragment_=f"m-{id}"))("Show what was written since")),
    )


def progress(running: Iterable[str]) -> dict[str, Progress]:
    """What there is of each of these answers now."""
    return {id: Progress(app_chats.feed(id)) for id in running}


def Stream(chat: Any, so_far: Mapping[str, Progress]) -> Any:
    """The page's one connection, only while answers are written; its last event is `done`. It stands outside the
    turns, where the finished answers that it brings cannot touch it."""
    if not so_far:
        return Div(id="stream", hidden=True)
    held = {id: each.after for id, each in so_far.items()}
    alone = next(iter(held)) if len(held) == 1 else ""
    address = (
        url("/chats", chat.id, "messages", alone, "stream", after=held[alone])
        if alone
        else url("/chats", chat.id, "stream", after=streams.place(held))
    )
    return Div(id="stream", hidden=True, **{"hx-sse:connect": address, "hx-sse:close": "done", "hx-swap": "none"})


def seen_mark(message: Any) -> str:
    """What a page that shows this message last has seen; with it a page that returns asks what is newer."""
    return f"{message.id}.{'running' if message.state in UNFINISHED else message.state}"


def Thinking(id: str, finished: str = "", tail: str = "") -> Any:
    """The fold of an answer whose model thinks before it writes."""
    return Details(cls="fold")(
        Summary(Icon("thought", small=True), Span(cls="what")("Thinking"), Span(cls="cost")),
        Div(cls="inside", id=f"rb-{id}")(NotStr(finished), Div(id=f"rt-{id}")(NotStr(tail))),
    )


def Thought(turn: Any) -> Any:
    """What a model thought before it answered: its first words and how long it took, in one line that opens."""
    took = sum(part.duration_us or 0 for part in turn.parts if part.kind == "reasoning")
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in turn.reasoning.split("\n\n") if part.strip())
    return Details(cls="fold")(
        Summary(
            Icon("thought", small=True),
            Span(cls="what")(f"Thought: {markdown.plain(turn.reasoning[:400], FIRST_THOUGHT)}"),
            Span(cls="cost")(seconds(took)) if took else "",
        ),
        Div(cls="inside", id=f"rb-{turn.message.id}")(NotStr(paragraphs)),
    )


def _kept(chat: Any, message: Any) -> Any:
    return Span(cls="acts")(Keep(chat, message)) if message.comparison else ""


def Foot(chat: Any, turn: Any) -> Any:
    """What can be done with an answer, its versions, and what it took."""
    message = turn.message
    at = url("/chats", chat.id, "messages", message.id)
    copy = IconButton("copy", "Copy the answer", short=True, data_copy=f"{at}.md") if message.html else ""
    instead = {"hx_get": f"{at}/another", "hx_target": f"#m-{message.id} > .turn-foot", "hx_swap": "outerHTML"}
    up_to = url("/chats", chat.id, "shares", message=message.id)
    share = IconButton("share", "Share up to here", short=True, href=up_to)
    another = IconButton("model", "Answer again with another model", short=True, href=f"{at}/another", **instead)
    if message.comparison:
        ways, walker = (Span(cls="keep-low")(Keep(chat, message)), copy, Again(at)), ""
    else:
        share = "" if app_chats.is_temporary(chat) else share
        ways, walker = (copy, Again(at), another, share), Walker(chat, turn)
    return Footer(cls="turn-foot")(
        Span(cls="acts")(*ways),
        walker,
        Span(cls="details")(details(message)),
    )


def _edit(chat: Any, message: Any) -> Any:
    at = url("/chats", chat.id, "messages", message.id)
    address = f"{at}/edit"
    instead = {"hx_get": address, "hx_target": f"#m-{message.id} > .prose", "hx_swap": "outerHTML"}
    return Span(cls="acts")(
        IconButton("copy", "Copy the question", short=True, data_copy=f"{at}.md"),
        IconButton("edit", "Edit this question", short=True, href=address, data_edit=True, **instead),
    )


def _turn(kind: str, message: Any, label: str, **attrs: Any) -> Any:
    return Article(cls=f"turn {kind}", id=f"m-{message.id}", aria_label=label, data_seen=seen_mark(message), **attrs)


def _byline(picture: Any, name: str, *others: Any) -> Any:
    return Header(cls="byline")(picture, ft("b", name), *others)
