"""Finding prompts: one, all that one may use, and those whose names begin with what is written behind a `/`."""

from collections.abc import Mapping

from app.holdings import finding, reaching
from app.holdings.nouns import Holding, Noun
from app.holdings.reaching import Reached
from app.prompts import variables
from app.prompts.variables import Variable
from app.rights import Caller


class Prompt(Holding):
    """A text that is used again and again, as one person sees it at one of its revisions."""

    @property
    def name(self) -> str:
        """What is written behind the `/`."""
        return self.revision.title

    @property
    def text(self) -> str:
        """What it says, with its variables. Raises Gone when it was lost."""
        return self.parts[0].content

    @property
    def variables(self) -> list[Variable]:
        """What is asked before it is used."""
        return variables.of(self.text)


NOUN: Noun[Prompt] = Noun("prompt", "prompts", Prompt)


def find(id: str, me: Caller, number: int = 0) -> Prompt:
    """The prompt (at a revision, 0: the current one), if `me` may use it. Raises NotFound, Gone in one's own trash."""
    me.must_have(NOUN.read)
    return finding.find(NOUN, id, me, number=number)


def filled(me: Caller, id: str, values: Mapping[str, str]) -> str:
    """What a prompt says with these values in the places of its variables. Raises Invalid with a sentence for each
    variable that is missing or wrong, NotFound."""
    return variables.filled(find(id, me).text, values)


def usable(me: Caller, *, words: str = "", tag: str = "", space: str = "", limit: int = reaching.MOST) -> list[Reached]:
    """The prompts that one may use: one's own, those in one's spaces, and those that were shared with one, by name;
    names that begin with `words` before those that hold them. Raises NotFound for a space that one is not in."""
    return reaching.usable(NOUN, me, words=words, tag=tag, space=space, limit=limit)
