"""Finding presets: one, and all that one may use."""

from functools import cached_property

import orjson

from app import providers
from app.chats import attaching, books
from app.holdings import finding, reaching
from app.holdings.nouns import Holding, Noun
from app.holdings.reaching import Reached
from app.presets import settings
from app.presets.settings import Attached, Settings
from app.rights import Caller


class Preset(Holding):
    """How chats begin, as one person sees it at one of its revisions."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.revision.title

    @cached_property
    def settings(self) -> Settings:
        """What it says of a chat. Raises Gone when it was lost."""
        return settings.read(self.parts)


NOUN: Noun[Preset] = Noun("preset", "presets", Preset)


def find(id: str, me: Caller, number: int = 0) -> Preset:
    """The preset (at a revision, 0: the current one), if `me` may use it: one's own, one of a space or that was shared
    with one, or by its link. Raises NotFound, Gone in one's own trash."""
    me.must_have(NOUN.read)
    return finding.find(NOUN, id, me, number=number)


def usable(me: Caller, *, words: str = "", tag: str = "", space: str = "", limit: int = reaching.MOST) -> list[Reached]:
    """The presets that one may use without knowing a link, by name. Raises NotFound for a space that one is not in."""
    return reaching.usable(NOUN, me, words=words, tag=tag, space=space, limit=limit)


def told(reached: Reached) -> Settings:
    """What a preset of a list says of a chat, without its instructions; of one that is too long for lists, nothing."""
    try:
        return settings.understood(orjson.loads(reached.text))
    except orjson.JSONDecodeError:
        return Settings()


def of_chat(me: Caller, id: str) -> Settings:
    """What a chat was told and what lies beside it, as the settings of a preset. Raises NotFound."""
    with books.reading(id, me) as book:
        chat = book.chat
    names = {choice.id: choice.title for choice in providers.available(me)}
    along = [each for each in attaching.of(attaching.CHAT, id) if each.kind in settings.KINDS]
    return Settings(
        instructions=chat.system,
        model=chat.model_id if chat.model_id in names else "",
        model_name=names.get(chat.model_id or "", ""),
        temperature=chat.temperature,
        top_p=chat.top_p,
        max_tokens=chat.max_tokens,
        effort=chat.effort,
        verbs=tuple(chat.verbs.split()),
        attachments=tuple(Attached(each.kind, each.target_id, each.name) for each in along),
    )
