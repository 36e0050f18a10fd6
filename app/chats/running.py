"""The answers that this process writes: found by their own id, and by the chat that they belong to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.chats.answering import Reply


class Running:
    """Answers while they are written. A chat has one, or as many as it compares. Lives on the event loop."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.chats: dict[str, list[Reply]] = {}

    def enter(self, reply: "Reply") -> None:
        """An answer begins."""
        self.replies[reply.answer.id] = reply
        # A new list each time: other threads read the old one meanwhile.
        self.chats[reply.chat.id] = [*self.of(reply.chat.id), reply]

    def leave(self, reply: "Reply") -> None:
        """An answer has ended."""
        self.replies.pop(reply.answer.id, None)
        if left := [each for each in self.of(reply.chat.id) if each is not reply]:
            self.chats[reply.chat.id] = left
        else:
            self.chats.pop(reply.chat.id, None)

    def find(self, answer_id: str) -> "Reply | None":
        """The answer with this id, or None when it is not being written here."""
        return self.replies.get(answer_id)

    def of(self, chat_id: str) -> "list[Reply]":
        """The answers of this chat that are being written."""
        return self.chats.get(chat_id, [])

    def every(self) -> "list[Reply]":
        """All answers that are being written."""
        return list(self.replies.values())


running = Running()
