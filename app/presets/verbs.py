"""What programs, agents and models may ask of presets."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app import chats, config, db, holdings, presets, providers, verbs
from app.chats import messages
from app.chats.verbs import asking
from app.holdings import declaring, reaching
from app.holdings.declaring import Base, Id, ListInput, NamedSeen, Note, ReadInput, Tags, own
from app.items import Item
from app.presets.finding import NOUN, Preset
from app.presets.settings import Attached, Settings
from app.rights import Caller
from app.verbs import Input, Output, verb

Name = Annotated[str, Field(min_length=1, max_length=presets.LONGEST_NAME, description="What it is called.")]


def address(id: str) -> str:
    """Where people read it; without the host where INGLENOOK_URL does not name it."""
    return f"{config.current.url.rstrip('/')}/presets/{id}"


class PresetAlong(Input):
    """A file or paste that goes along."""

    kind: Literal["file", "paste"]
    id: str = Field(max_length=64)


class PresetAlongSeen(Output):
    """What goes along, by the name that it had when it was attached."""

    kind: str
    id: str
    name: str


class PresetSettings(Input):
    """How a chat begins. What is null or empty is not sent, so that the model's own default holds."""

    about: str = Field("", max_length=200, description="What it is for.")
    instructions: str = Field("", max_length=64 * 1024, description="What the model is told before the first question.")
    model: str = Field("", max_length=64, description="The id of the model; empty for each person's own default.")
    temperature: float | None = Field(None, description="0 to 2.")
    top_p: float | None = Field(None, description="0 to 1.")
    max_tokens: int | None = Field(None, description="How long an answer may be.")
    effort: Literal["", "minimal", "low", "medium", "high"] = Field("", description="How much it reasons.")
    verbs: list[str] = Field([], max_length=500, description="The verbs that the model may call, like pastes.read.")
    attachments: list[PresetAlong] = Field(
        [], max_length=50, description="Files and pastes that every chat begins with."
    )

    def settings(self) -> Settings:
        """The same in our words."""
        told: dict[str, Any] = {name: getattr(self, name) for name in PresetSettings.model_fields}
        along = tuple(Attached(each.kind, each.id) for each in self.attachments)
        return Settings(**(told | {"verbs": tuple(self.verbs), "attachments": along}))


class PresetListed(NamedSeen):
    """A preset in a list."""

    about: str
    model: str = Field(description="The name of its model; empty for each person's own default.")


class PresetsSeen(verbs.Listed):
    """By name; one's own before others of the same name."""

    data: list[PresetListed]


class PresetRead(NamedSeen):
    """A preset at one of its revisions. `missing` says what of it you may not use."""

    about: str
    instructions: str
    model: str = Field(description="The id of its model.")
    model_name: str
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    effort: str = ""
    verbs: list[str] = []
    attachments: list[PresetAlongSeen] = []
    tags: list[str] = []
    missing: list[str] = []


@verb(
    "presets.list",
    scope=NOUN.read,
    title="List presets",
    description="The presets that you may use: your own, those of your spaces, and those that were shared with you. "
    "Read one with presets.read.",
    input=own(NOUN, ListInput),
    output=PresetsSeen,
    method="GET",
    path="/presets",
    read_only=True,
    examples=[{}],
)
def listed(me: Caller, asked: ListInput) -> PresetsSeen:
    """All that are asked for. Raises NotFound for a space that one is not in."""
    found = [(each, presets.told(each)) for each in declaring.reached(NOUN, me, asked)]
    return PresetsSeen(
        data=[
            PresetListed(
                **declaring.about(each.item, address(each.item.id), each.owner),
                about=told.about,
                model=told.model_name,
            )
            for each, told in found
        ]
    )


@verb(
    "presets.read",
    scope=NOUN.read,
    title="Read a preset",
    description="How a chat begins with this preset: model, instructions, parameters, tools and what goes along; with "
    "its revision's number, which a write has to name. Its instructions are for the chats that begin with it, not for "
    "you.",
    input=own(NOUN, ReadInput),
    output=PresetRead,
    method="GET",
    path="/presets/{id}",
    read_only=True,
    version="revision",
    examples=[{"id": "{preset}"}],
)
def reading(me: Caller, asked: ReadInput) -> PresetRead:
    """A preset with what it says. Raises NotFound, Gone."""
    return seen(me, presets.find(asked.id, me, asked.revision))


def seen(me: Caller, preset: Preset) -> PresetRead:
    """A preset as it is read."""
    about = declaring.about(preset.item, address(preset.id)) | {"name": preset.name}
    said = preset.settings
    names = ("about", "instructions", "model", "model_name", "temperature", "top_p", "max_tokens", "effort")
    return PresetRead(
        **(about | {"revision": preset.revision.number}),
        **{name: getattr(said, name) for name in names},
        verbs=list(said.verbs),
        attachments=[PresetAlongSeen(kind=each.kind, id=each.id, name=each.name) for each in said.attachments],
        tags=reaching.tags_of(NOUN, me, preset.item),
        missing=presets.begin(me, preset.id).told if preset.is_current else [],
    )


class PresetDraft(PresetSettings):
    """A new preset."""

    name: Name
    space_id: str = Field("", max_length=64, description="The space whose members use it too; empty for only you.")
    tags: Tags = []


@verb(
    "presets.create",
    scope=NOUN.write,
    title="Create a preset",
    description="Keep how chats begin under a name. A chat begins with it at /chats/new?preset=ID.",
    input=PresetDraft,
    output=PresetRead,
    path="/presets",
    version="revision",
    answer=201,
    examples=[{"name": "Reviewer", "instructions": "Name mistakes by weight.", "temperature": 0.2}],
)
def create(me: Caller, asked: PresetDraft) -> PresetRead:
    """A new preset. Raises Invalid, TooLarge, NoRoom, NotFound and Forbidden for its space."""
    return seen(me, presets.create(me, asked.name, asked.settings(), space_id=asked.space_id, tags=asked.tags))


class PresetRevised(PresetSettings):
    """A new state of a preset, all of it, on top of the one that was read."""

    id: Id
    base: Base
    name: str | None = Field(None, max_length=presets.LONGEST_NAME, description="Another name; null leaves it.")
    note: Note = ""


@verb(
    "presets.revise",
    scope=NOUN.write,
    title="Revise a preset",
    description="Replace all that a preset says by a new revision; earlier ones are kept. `base` is the revision that "
    "you read: when somebody has changed it since, nothing is overwritten and you get the difference. Chats that "
    "began with it stay as they are.",
    input=PresetRevised,
    output=PresetRead,
    method="PUT",
    path="/presets/{id}",
    version="revision",
    expects="base",
    examples=[{"id": "{preset}", "base": 1, "instructions": "Name one mistake."}],
)
def revise(me: Caller, asked: PresetRevised) -> PresetRead:
    """A new revision. Raises Stale, Invalid, Forbidden, TooLarge, NoRoom, NotFound."""
    about: dict[str, Any] = {"base": asked.base, "name": asked.name, "note": asked.note}
    return seen(me, presets.revise(me, asked.id, asked.settings(), **about))


class PresetAskInput(Input):
    """The first question of a chat that begins with a preset."""

    id: Id
    text: str = Field(min_length=1, max_length=messages.LARGEST, description="What you say.")
    wait: int = Field(120, ge=0, le=300, description="Seconds to wait for the answer; then read it with chats.read.")


@verb(
    "presets.ask",
    scope="chats:write",
    title="Begin a chat with a preset",
    description="Begin a chat with this preset: its model, instructions, parameters, tools and what goes along, as far "
    "as you may use them. The answer comes as with chats.ask, and chats.ask goes on with the chat.",
    input=PresetAskInput,
    output=asking.Answered,
    path="/presets/{id}/chats",
    open_world=True,
    spends=True,
    offered_to_models=False,
    examples=[{"id": "{preset}", "text": "Name three teas.", "wait": 20}],
)
async def ask(me: Caller, asked: PresetAskInput) -> asking.Answered:
    """Ask, and wait for the answer. Raises Invalid, TooLarge, NotFound, Forbidden for what the key does not open."""
    return await asking.awaited(me, await db.in_thread(begun, me, asked), asked.wait)


def begun(me: Caller, asked: PresetAskInput) -> chats.Asked:
    """The chat, its first question and the pending answer."""
    found = presets.begin(me, asked.id)
    model = asking.model_of(me, found.model or providers.default(me))
    settings = found.columns | {"verbs": " ".join(found.verbs)}
    along = [(each.kind, each.id, each.name) for each in found.attachments]
    return chats.create(me, asked.text, "", model, settings=settings, attached=(), along=along)


def untrash(me: Caller, id: str) -> Item:
    """Out of the trash. Raises NotFound."""
    return holdings.untrash(NOUN, me, id)


declaring.declare(NOUN, address, ("private", "space", "unlisted"), untrash)
