"""Asking: a question and its pending answer are one transaction, committed before the model is called.

Asking again, editing and continuing each make a new version beside the old one; nothing is overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app import clock, db, markdown, providers
from app.chats import attaching, books, comparing
from app.chats.books import Book
from app.chats.folding import copied, piece_of
from app.chats.tree import ATTACHMENT, DONE, FAILED, INTERRUPTED, PENDING, STOPPED, TEXT, Chat, Message, Part, Piece
from app.clock import BOOT
from app.errors import Conflict, Invalid, NotFound, TooLarge
from app.rights import Caller

LARGEST = 256 * 1024
FIRST_WORDS = 60
CUT = (STOPPED, INTERRUPTED, FAILED)
UNENDED = ("length", "calls")  # why an answer that was not cut may go on
BUSY = "An answer is still being written here. Wait for it or stop it; your text is kept."


@dataclass
class Said:
    """The text of a question, how it is shown, and what is attached, made before a transaction waits for it."""

    text: str
    html: str
    attached: list[Part] = field(default_factory=list)
    draft: str = ""  # beside which this was attached


@dataclass
class Asked:
    """What one send made: the question, and the answer that is to be written, with `others` beside it where models are
    compared. `repeated` if it had been made before."""

    chat: Chat
    question: Message
    answer: Message
    repeated: bool = False
    kept: list[Part] = field(default_factory=list)  # what an answer that goes on begins with
    others: list[Message] = field(default_factory=list)
    settled: bool = False  # whether a comparison ended by this

    @property
    def answers(self) -> list[Message]:
        """All that are to be written."""
        return [self.answer, *self.others]


def create(
    me: Caller,
    text: str,
    key: str,
    model_id: str | None = None,
    temporary: bool = False,
    settings: dict[str, Any] | None = None,
    beside: Sequence[str] = (),
    attached: Sequence[Part] | None = None,
    along: Sequence[tuple[str, str, str]] = (),
) -> Asked:
    """Begin a chat with this text; the models `beside` answer it, too. `attached` is what goes with it, None: what lies
    beside the draft; `along` what lies beside the chat from then on (kind, id, name). Raises Invalid, TooLarge."""
    me.must_be_known()
    said = laden(me, checked(text), "", attached)
    model = providers.chosen(me, model_id)
    others = comparing.beside(me, model, beside)
    now = clock.now()
    title = "Temporary chat" if temporary else markdown.plain(said.text, FIRST_WORDS)
    chat = Chat(id=clock.new_id(), user_id=me.id, title=title, model_id=model.id, created_at=now, changed_at=now)
    for name, value in (settings or {}).items():
        setattr(chat, name, value)
    if temporary:
        if sent := books.passing_sent(sent_key(me, key) or "", me):
            return repeat(*sent)
        with db.write() as tx:
            attaching.clear(tx, said.draft, said.attached)
        book = books.keep_nothing(chat)
        attaching.lay(book, along)
        return ask_in(book, me, said, key, None, model, others)
    with db.write() as tx:
        earlier = books.Kept(tx.session, chat).sent(sent_key(me, key) or "")
        if earlier is not None:
            return repeat(books.Kept(tx.session, books.mine(tx.find(Chat, earlier.chat_id), me)), earlier)
        tx.add(chat)
        tx.run("delete from draft where user_id = :user and chat_id = ''", user=me.id)
        attaching.clear(tx, said.draft, said.attached)
        attaching.lay(books.Kept(tx.session, chat), along)
        asked = ask_in(books.Kept(tx.session, chat), me, said, key, None, model, others)
        tx.audit(me, "chats.create", chat)
    return asked


def ask(
    me: Caller,
    chat_id: str,
    text: str,
    key: str,
    leaf: str | None,
    model_id: str | None = None,
    beside: Sequence[str] = (),
    attached: Sequence[Part] | None = None,
) -> Asked:
    """Send a message below `leaf`, the last one that the sender saw; the models `beside` answer it, too. `attached` is
    as in `create`. Raises Invalid, TooLarge, Conflict, NotFound."""
    said = laden(me, checked(text), chat_id, attached)
    model = pick(me, chat_id, model_id)
    others = comparing.beside(me, model, beside)
    with books.writing(chat_id, me) as (book, tx):
        asked = ask_in(book, me, said, key, leaf or book.chat.leaf_id, model, others)
        attaching.clear(tx, said.draft, said.attached)
        if tx is not None:
            tx.run("delete from draft where user_id = :user and chat_id = :chat", user=me.id, chat=chat_id)
            tx.audit(me, "chats.ask", chat_id)
    return asked


def edit(me: Caller, chat_id: str, message_id: str, text: str, key: str, model_id: str | None = None) -> Asked:
    """Send a new version of an earlier question, with what was attached to it. Raises Invalid, TooLarge, Conflict,
    NotFound."""
    said = checked(text)
    model = pick(me, chat_id, model_id)
    with books.writing(chat_id, me) as (book, _):
        question = known(book, message_id, "user")
        said.attached = [part for part in book.parts([question.id])[question.id] if part.kind == ATTACHMENT]
        return ask_in(book, me, said, key, question.parent_id, model)


def again(me: Caller, chat_id: str, message_id: str, key: str, model_id: str | None = None) -> Asked:
    """Ask for a new version of an answer, from the same or another model. Raises Conflict, NotFound."""
    with books.reading(chat_id, me) as seen:
        answered_by = known(seen, message_id, "assistant").model_id
    model = providers.chosen(me, model_id or usable(me, answered_by))
    with books.writing(chat_id, me) as (book, _):
        return answer_in(book, me, known(book, message_id, "assistant"), key, model)


def proceed(me: Caller, chat_id: str, message_id: str, key: str) -> Asked:
    """Continue an answer that was cut: a new version that begins with what was said and called. Raises Conflict,
    NotFound."""
    with books.reading(chat_id, me) as seen:
        model = providers.chosen(me, usable(me, known(seen, message_id, "assistant").model_id))
    with books.writing(chat_id, me) as (book, _):
        cut = known(book, message_id, "assistant")
        if cut.state not in CUT and cut.finish not in UNENDED:
            raise Conflict("This answer is whole; there is nothing to continue.")
        asked = answer_in(book, me, cut, key, model)
        if not asked.repeated:
            asked.kept = copied(book.parts([cut.id])[cut.id], asked.answer.id)
            # Pieces that come are numbered from 1 on; these stand before them.
            for place, part in enumerate(asked.kept if isinstance(book, books.Kept) else ()):
                text = part.text if part.kind == TEXT else piece_of(part)
                book.add(Piece(message_id=asked.answer.id, n=place - len(asked.kept) + 1, kind=part.kind, text=text))
        return asked


def ask_in(
    book: Book,
    me: Caller,
    said: Said,
    key: str,
    parent: str | None,
    model: providers.Model,
    others: Sequence[providers.Model] = (),
) -> Asked:
    """The question and its pending answers below `parent`, in a transaction that is under way."""
    earlier = book.sent(sent_key(me, key) or "")
    if earlier is not None:
        return repeat(book, earlier)
    must_be_idle(book)
    ended = False
    if parent is not None:
        seen = known(book, parent)
        ended, parent = bool(seen.comparison), comparing.settled(book, seen).id
    question = Message(
        id=clock.new_id(),
        chat_id=book.chat.id,
        parent_id=parent,
        sequence=len(book.versions([parent])[parent]),
        role="user",
        state=DONE,
        send_key=sent_key(me, key),
        html=said.html,
        created_at=clock.now(),
    )
    book.add(question)
    book.add(Part(message_id=question.id, n=0, kind="text", text=said.text))
    for part in attaching.placed(said.attached, question.id, 1):
        book.add(part)
    answers = [pending(book, question, each) for each in (model, *others)]
    for answer in comparing.marked(answers) if others else ():
        book.add(answer)
    lead_to(book, answers[0])
    return Asked(book.chat, question, answers[0], others=answers[1:], settled=ended)


def answer_in(book: Book, me: Caller, sibling: Message, key: str, model: providers.Model) -> Asked:
    """A pending answer beside `sibling`, in a transaction that is under way; where models are compared, in its
    place."""
    earlier = book.sent(sent_key(me, key) or "")
    if earlier is not None:
        return repeat(book, earlier)
    if not comparing.may_be_asked_again(sibling, book.unfinished()):
        raise Conflict(BUSY)
    question = known(book, sibling.parent_id or "", "user")
    answer = pending(book, question, model, sent_key(me, key))
    if not sibling.comparison or book.chat.leaf_id == sibling.id:
        lead_to(book, answer)
    if sibling.comparison:
        comparing.replace(book, sibling, answer)
    return Asked(book.chat, question, answer)


def pending(book: Book, question: Message, model: providers.Model, key: str | None = None) -> Message:
    """An answer that is to be written."""
    answer = Message(
        id=clock.new_id(),
        chat_id=book.chat.id,
        parent_id=question.id,
        sequence=len(book.versions([question.id])[question.id]),
        role="assistant",
        state=PENDING,
        boot=BOOT,
        send_key=key,
        model_id=model.id,
        model=model.title or model.name,
        created_at=clock.now(),
    )
    book.add(answer)
    return answer


def lead_to(book: Book, answer: Message) -> None:
    """Let this answer be the chat's leaf from now on."""
    book.chat.leaf_id, book.chat.changed_at, book.chat.model_id = answer.id, clock.now(), answer.model_id
    book.add(book.chat)


def repeat(book: Book, earlier: Message) -> Asked:
    """What the first send with this key made. Raises Conflict when that was in another chat."""
    if earlier.chat_id != book.chat.id:
        raise Conflict("This was sent already, in another chat.")
    if earlier.role == "assistant":
        return Asked(book.chat, known(book, earlier.parent_id or ""), earlier, repeated=True)
    first = known(book, book.versions([earlier.id])[earlier.id][0])
    others = comparing.compared(book, first)[1:]
    return Asked(book.chat, earlier, first, repeated=True, others=others)


def must_be_idle(book: Book) -> None:
    """Raises Conflict while an answer of this chat is being written."""
    if book.unfinished():
        raise Conflict(BUSY)


def known(book: Book, id: str, role: str = "") -> Message:
    """The message of this chat. Raises NotFound."""
    found = book.message(id)
    if found is None or (role and found.role != role):
        raise NotFound("This message is not in this chat.")
    return found


def pick(me: Caller, chat_id: str, model_id: str | None) -> providers.Model:
    """The model that was asked for, else the chat's, else the person's default."""
    with books.reading(chat_id, me) as book:
        return providers.chosen(me, model_id or usable(me, book.chat.model_id))


def usable(me: Caller, model_id: str | None) -> str | None:
    """The model's id if the person may still use it."""
    return model_id if any(choice.id == model_id for choice in providers.available(me)) else None


def sent_key(me: Caller, key: str) -> str | None:
    """An idempotency key as it is stored: a person's own."""
    return f"{me.id}:{key[:64]}" if key else None


def laden(me: Caller, said: Said, chat_id: str, attached: Sequence[Part] | None) -> Said:
    """A question with what goes with it: this, or what lies beside the draft."""
    said.draft = attaching.draft_of(me, chat_id) if attached is None else ""
    said.attached = attaching.sent(me, chat_id) if attached is None else list(attached)
    return said


def checked(text: str) -> Said:
    """The text of a message. Raises Invalid for nothing and TooLarge beyond 256 KiB."""
    text = text.replace("\r\n", "\n").replace("\x00", "")
    if not text.strip():
        raise Invalid(text="Write something first.")
    size = len(text.encode())
    if size > LARGEST:
        limit = f"{LARGEST:,} ({LARGEST >> 10} KiB)"
        raise TooLarge(f"This message has {size:,} bytes; at most {limit} can be sent. Shorten it.")
    return Said(text, markdown.questions(text))
