"""Trees: the messages of an export become turns. What a model said in several steps becomes one answer, and where an
export branches in the midst of an answer, each branch becomes a whole version."""

from dataclasses import dataclass, field

from app.chats.importing.shapes import ASSISTANT, PASSED, Conversation, Node, Piece
from app.chats.tree import DONE
from app.errors import Invalid

# Of one chat; an answer that branches in its midst is copied, so that this bounds the copies, too.
MOST_TURNS = 20_000
MOST_PIECES = 100_000
MOST_CHARACTERS = 64 << 20


@dataclass
class Turn:
    """A message as it is kept; `parent` is the place of another one before it."""

    role: str
    parent: int | None
    pieces: list[Piece] = field(default_factory=list)
    model: str = ""
    created_at: int | None = None
    finished_at: int | None = None
    state: str = DONE
    error: str = ""
    passing: bool = False  # only its branches are answers


def woven(talk: Conversation) -> tuple[list[Turn], int | None]:
    """The turns, each after its parent, and the place of the one that was shown last. Raises Invalid for a chat that
    is too large, and one whose messages hang on each other in a circle."""
    nodes = {node.id: node for node in talk.nodes}
    if len(nodes) < len(talk.nodes):
        raise Invalid(file="two of its messages have the same id")
    children = grown(nodes)
    turns: list[Turn] = []
    places: dict[str, int] = {}
    pieces = characters = 0
    waiting: list[tuple[str, int | None, bool]] = [(id, None, False) for id in reversed(children.get(None, []))]
    while waiting:
        id, above, goes_on = waiting.pop()
        node, below = nodes[id], children.get(id, [])
        if goes_on and above is not None:
            place, new = above, node.pieces
            follow(turns[place], node)
        else:
            place = len(turns)
            turns.append(begun(node, above, turns))
            new = turns[place].pieces
        places[id] = place
        pieces += len(new)
        characters += sum(len(piece.text) for piece in new)
        if len(turns) > MOST_TURNS or pieces > MOST_PIECES or characters > MOST_CHARACTERS:
            raise Invalid(file=f"it has more than {MOST_TURNS:,} messages, or too many branches")
        ahead = [nodes[id].role for id in below]
        turns[place].passing = node.role == ASSISTANT and len(ahead) > 1 and set(ahead) == {ASSISTANT}
        waiting += reversed(steps(nodes, node, below, place))
    if nodes and not turns:
        raise Invalid(file="its messages hang on each other in a circle")
    shown = standing(nodes, talk.leaf, {}) if talk.leaf else None
    last = places.get(shown) if shown else None
    return kept(turns, last)


def kept(turns: list[Turn], last: int | None) -> tuple[list[Turn], int | None]:
    """The turns without those that only branch, and the place of the last shown one among them, else of the newest."""
    found = [turn for turn in turns if not turn.passing]
    places = {id(turn): n for n, turn in enumerate(found)}
    for turn in found:
        turn.parent = None if turn.parent is None else places[id(turns[turn.parent])]
    shown = None if last is None else places.get(id(turns[last]))
    return found, len(found) - 1 if shown is None and found else shown


def grown(nodes: dict[str, Node]) -> dict[str | None, list[str]]:
    """What hangs on each message, when those of which nothing is taken are passed by."""
    children: dict[str | None, list[str]] = {}
    known: dict[str, str | None] = {}
    for id, node in nodes.items():
        if is_taken(node):
            children.setdefault(standing(nodes, node.parent, known), []).append(id)
    return children


def standing(nodes: dict[str, Node], id: str | None, known: dict[str, str | None]) -> str | None:
    """This message, or the nearest one above it of which something is taken. What is `known` is not climbed again: of
    many below a long way each would climb all of it."""
    way: dict[str, None] = {}
    found: str | None = None
    while id is not None and (node := nodes.get(id)) is not None:
        if is_taken(node) or id in known:
            found = id if is_taken(node) else known[id]
            break
        if id in way:
            raise Invalid(file="its messages hang on each other in a circle")
        way[id] = None
        id = node.parent
    known.update(dict.fromkeys(way, found))
    return found


def is_taken(node: Node) -> bool:
    """Whether anything of a message is taken."""
    return node.role != PASSED and bool(node.pieces or node.error)


def steps(nodes: dict[str, Node], node: Node, below: list[str], place: int) -> list[tuple[str, int | None, bool]]:
    """What comes next: an answer goes on in the one step that follows it; of several, each is a version of its own."""
    if node.role != ASSISTANT:
        return [(id, place, False) for id in below]
    alone = len(below) == 1
    return [(id, place, alone and nodes[id].role == ASSISTANT) for id in below]


def begun(node: Node, above: int | None, turns: list[Turn]) -> Turn:
    """A turn of its own. A step of an answer that branches there begins with what that one said until then."""
    if node.role == ASSISTANT and above is not None and turns[above].role == ASSISTANT:
        first = turns[above]
        made = Turn(ASSISTANT, first.parent, list(first.pieces), first.model, first.created_at, first.finished_at)
        follow(made, node)
        return made
    made = Turn(node.role, above, list(node.pieces), node.model, node.created_at, node.created_at)
    made.state, made.error = node.state, node.error
    return made


def follow(turn: Turn, node: Node) -> None:
    """Let an answer go on with this step."""
    turn.pieces += node.pieces
    turn.model, turn.state, turn.error = node.model or turn.model, node.state, node.error
    turn.finished_at = node.created_at or turn.finished_at
