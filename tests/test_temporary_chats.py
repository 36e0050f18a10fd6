"""A chat that keeps nothing, seen from the disk: the files of a whole server, and its log."""

import asyncio
from contextlib import ExitStack, closing

import pytest

from bench.house import House, Person, running
from bench.viewers import finished, watch


def told(person: Person, words: str, **more: str) -> str:
    """A chat in which the model repeats these words; its id."""
    chat = person.post("/chats", {"text": words, "key": words, "model": person.models()["echo"], **more}).place
    answer = running(person.get(f"/chats/{chat}"))

    async def follow() -> None:
        await finished([await watch(person, chat, answer)], 20)

    asyncio.run(follow())
    assert person.get(f"/chats/{chat}").text.count(words) >= 2
    return chat


@pytest.mark.slow
def test_no_word_of_a_temporary_chat_is_in_any_file(upstream):
    with House() as house, ExitStack() as stack:
        house.prepare(upstream, "echo")
        house.start()
        person = stack.enter_context(closing(Person(house)))
        told(person, "periwinkle")
        secret = told(person, "quicksilver", temporary="1")
        draft = b"text=marzipan"
        assert person.ask("PUT", f"/drafts/{secret}", draft, "application/x-www-form-urlencoded").status == 204
        assert "marzipan" in person.get(f"/chats/{secret}").text

        def files_with(word: bytes) -> list[str]:
            return [path.name for path in house.data.rglob("*") if path.is_file() and word in path.read_bytes()]

        assert files_with(b"periwinkle")
        for word in (b"quicksilver", b"marzipan"):
            assert files_with(word) == []
        house.stop()
        assert files_with(b"quicksilver") == []
