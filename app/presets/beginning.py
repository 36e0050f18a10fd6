"""Beginning a chat from a preset: what of it this person may use at this moment, and what is told of the rest."""

from dataclasses import dataclass, field
from typing import Any

from app import providers
from app.chats import calls, targets
from app.errors import Refusal
from app.presets.finding import Preset, find
from app.presets.settings import Attached
from app.rights import Caller


@dataclass
class Beginning:
    """What a new chat takes over: the id of the model ('': the person's own default), the columns of the chat, the
    verbs that are on, what is attached; and a sentence for each thing that this person may not use."""

    preset: Preset
    model: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    verbs: tuple[str, ...] = ()
    attachments: list[Attached] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def begin(me: Caller, id: str) -> Beginning:
    """What a new chat takes over from a preset. Raises NotFound, Gone in one's own trash."""
    preset = find(id, me)
    said = preset.settings
    found = Beginning(preset, columns=said.for_chat() | {"preset_id": preset.id})
    found.model = model_of(me, said.model, said.model_name, found.told)
    known = {verb.name for verb in calls.offered()}
    found.verbs = tuple(name for name in said.verbs if name in known)
    found.told += [f"The tool {name} is not there any more." for name in said.verbs if name not in known]
    for each in said.attachments:
        try:
            found.attachments.append(Attached(each.kind, each.id, targets.find(me, each.kind, each.id).name))
        except Refusal:
            found.told.append(f"“{each.name}” does not go along: it is gone, or not shared with you.")
    return found


def model_of(me: Caller, id: str, name: str, told: list[str]) -> str:
    """The model where this person may use it, else '' and a sentence more."""
    choices = {choice.id: choice.title for choice in providers.available(me)}
    if not id or id in choices:
        return id
    other = choices.get(providers.default(me))
    instead = f"{other} answers instead" if other else "nor is any other"
    told.append(f"Its model, {name or 'of another name'}, is not there for you: {instead}.")
    return ""
