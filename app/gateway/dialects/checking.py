"""Checking a request against the model of its dialect: the refusal names the member that is wrong."""

from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import Invalid

Number = int | float


class Open(BaseModel):
    """A request, or a part of one: members that are not declared are kept, as the originals do."""

    model_config = ConfigDict(extra="allow", strict=True, protected_namespaces=())


Model = TypeVar("Model", bound=BaseModel)


def parsed(data: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises Invalid."""
    try:
        body = orjson.loads(data)
        # What cannot be written again, because it is nested too deep, cannot be sent on, where it may stand deeper.
        orjson.dumps([[[[[[[[body]]]]]]]])
    except orjson.JSONDecodeError as error:
        raise Invalid(f"The body is not JSON: {error}.") from None
    except orjson.JSONEncodeError:
        raise Invalid("The body is nested too deep.") from None
    if not isinstance(body, dict):
        raise Invalid("The body has to be a JSON object.")
    return body


def listed(given: Any, place: str) -> list[Any]:
    """A list, or none. Raises Invalid."""
    if given is not None and not isinstance(given, list):
        raise Invalid(**{place: f"`{place}` has to be a list."})
    return given or []


def checked(model: type[Model], given: Any, place: str = "") -> Model:
    """The part of a request as an object; `place` is where it stands. Raises Invalid naming the member."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise wrong(error, given, place) from None


def wrong(error: ValidationError, given: Any, place: str = "") -> Invalid:
    """The refusal for the first of the innermost mistakes."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    deepest = max(found, key=lambda each: len(each["loc"]))
    path = spelled(deepest["loc"], given, place)
    same = [each["msg"] for each in found if spelled(each["loc"], given, place) == path]
    if deepest["type"] == "missing":
        said = f"`{path}` is needed."
    else:
        said = f"`{path}`: {' or '.join(dict.fromkeys(same)).replace('Input should', 'it should')}."
    return Invalid(**{path or "body": said})


def spelled(loc: tuple[int | str, ...], given: Any, place: str = "") -> str:
    """A place in a request as people write it: messages[0].content; names of branches that were tried are left out."""
    path, here = place, given
    for n, part in enumerate(loc):
        if isinstance(part, int) and isinstance(here, list):
            path, here = f"{path}[{part}]", here[part] if part < len(here) else None
        elif isinstance(part, str) and isinstance(here, dict) and (part in here or n == len(loc) - 1):
            path, here = f"{path}.{part}" if path else part, here.get(part)
    return path
