"""Finding presets: one, and all that one may use."""

from functools import cached_property

from app.holdings import finding, reaching
from app.holdings.nouns import Holding, Noun
from app.holdings.reaching import Reached
from app.presets import settings
from app.presets.settings import Settings
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
