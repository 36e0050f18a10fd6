"""The declaration of a verb, and the registry of all of them."""

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, overload

from pydantic import BaseModel, ConfigDict

import app
from app.errors import NotFound

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Function = TypeVar("Function", bound=Callable[..., Any])


class Input(BaseModel):
    """What a verb takes. A member that is not declared is refused: a misspelt one would be ignored silently."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """What a verb answers. More members may come later."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})


@dataclass(frozen=True, eq=False)
class Verb:
    """A public capability: what it is called and does, what it takes and gives, and what a caller has to know of it.

    `method` and `path` are its address below /api/v1; parameters of the path are members of the input. `destructive`
    takes something away, `idempotent` is the same when it is done twice, `open_world` reaches the network, `spends`
    costs money. `version` is the member of the output that tells one state from the next (an ETag), `expects` the
    member of the input that says which state is meant (If-Match). `answer` is the status of success. `in_headers` are
    members that no address may hold, because addresses stand in logs, and the headers that hold them instead.
    """

    name: str
    scope: str
    title: str
    description: str
    input: type[Input]
    output: type[Output]
    function: Callable[..., Any]
    method: str
    path: str
    read_only: bool = False
    destructive: bool = False
    idempotent: bool = False
    open_world: bool = False
    spends: bool = False
    offered_to_models: bool = True
    version: str = ""
    expects: str = ""
    answer: int = 200
    in_headers: dict[str, str] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def noun(self) -> str:
        """The noun it belongs to."""
        return self.name.partition(".")[0]

    @property
    def tool_name(self) -> str:
        """Its name where no dots are allowed, as among the tools of a model."""
        return self.name.replace(".", "_")

    @property
    def in_path(self) -> tuple[str, ...]:
        """The members of the input that stand in the path."""
        return tuple(part.partition("}")[0].partition(":")[0] for part in self.path.split("{")[1:])

    @property
    def needs_click(self) -> bool:
        """Whether a model may call it only after a person has agreed to this very call."""
        return not self.read_only or self.open_world or self.spends

    def input_schema(self) -> dict[str, Any]:
        """What it takes, as a JSON Schema."""
        return self.input.model_json_schema()

    def output_schema(self) -> dict[str, Any]:
        """What it gives, as a JSON Schema."""
        return self.output.model_json_schema(mode="serialization")

    def annotations(self) -> dict[str, Any]:
        """Its hints in the words of MCP."""
        return {
            "title": self.title,
            "readOnlyHint": self.read_only,
            "destructiveHint": self.destructive,
            "idempotentHint": self.idempotent or self.read_only,
            "openWorldHint": self.open_world,
        }


ALL: dict[str, Verb] = {}
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def verb(
    name: str, *, scope: str, title: str, description: str, method: str = "POST", path: str, **rest: Any
) -> Callable[[Function], Function]:
    """Declare a verb over `function(me, input) -> output`, which may be async. A sync one runs in a thread.

    Input and output are named by `input=` and `output=`; the other hints are those of Verb.
    """

    def keep(function: Function) -> Function:
        if name in ALL or any((each.method, each.path) == (method, path) for each in ALL.values()):
            raise ValueError(f"{name} at {method} {path} is declared twice")
        made = Verb(
            name=name,
            scope=scope,
            title=title,
            description=" ".join(description.split()),
            function=function,
            method=method,
            path=path,
            **rest,
        )
        check(made)
        ALL[name] = made
        return function

    return keep


def check(made: Verb) -> None:
    """Raises ValueError for a declaration that says two things."""
    if made.method not in METHODS or (made.read_only != (made.method == "GET")):
        raise ValueError(f"{made.name}: what only reads is a GET, and nothing else is")
    if missing := set(made.in_path) - set(made.input.model_fields):
        raise ValueError(f"{made.name}: its path names {missing}, which its input does not have")
    if made.version and made.version not in made.output.model_fields:
        raise ValueError(f"{made.name}: its output has no member {made.version}")
    if missing := set(made.in_headers) - set(made.input.model_fields):
        raise ValueError(f"{made.name}: its headers name {missing}, which its input does not have")
    if made.expects and made.expects not in made.input.model_fields:
        raise ValueError(f"{made.name}: its input has no member {made.expects}")


def find(name: str) -> Verb:
    """The verb of this name, written with a dot or an underscore. Raises NotFound."""
    found = ALL.get(name) or next((each for each in ALL.values() if each.tool_name == name), None)
    if found is None:
        raise NotFound(f"There is no verb {name!r}.")
    return found


def load() -> None:
    """Import what the nouns declare: every app.<noun>.verbs that there is."""
    for found in pkgutil.iter_modules(app.__path__):
        name = f"app.{found.name}.verbs"
        if found.ispkg and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)


@overload
def moment(at: int) -> datetime:
    """A time that there is."""


@overload
def moment(at: int | None) -> datetime | None:
    """A time that there may be."""


def moment(at: int | None) -> datetime | None:
    """A time of ours (microseconds UTC) as it is told to others."""
    return None if at is None else BEGINNING + timedelta(microseconds=at)
