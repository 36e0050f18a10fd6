"""What stands at /api/v1, for its description: each verb as a route of FastAPI."""

import re
from collections.abc import Iterator
from inspect import Parameter, Signature
from typing import Annotated, Any

from pydantic import create_model

from app.verbs import Verb
from routes import answers

ALWAYS = {
    400: "The input is wrong: the error names the members, and what would be right.",
    401: "No key, or one that is unknown, revoked or expired.",
    403: "The key lacks the scope, or you may not do this.",
    404: "There is no such thing for you.",
    405: "This address answers other methods.",
    421: "This workspace answers at another address.",
    429: "The key or the address asks too often, or a budget is used up.",
    500: "A mistake of ours.",
}
READING = {410: "It was deleted, or its time is over."}
WRITING = {
    409: "It is in a state in which this cannot be done, or the Idempotency-Key was used for something else.",
    413: "The body is larger than 4 MiB.",
    507: "The disk has no room for it, or your quota is used up.",
}
STALE = {
    409: "Somebody has changed it since: the error holds the present revision and the difference.",
    412: "The same, where If-Match said which state is meant.",
}
SCOPED = "Needs a key with the scope `{scope}`."


def described(verb: Verb, prefix: str = "") -> Any:
    """The verb as a route of FastAPI; what answers there is put into it by others."""
    from fastapi.routing import APIRoute

    def stub(**_: Any) -> None:
        pass

    stub.__signature__ = Signature(list(parameters(verb)))  # type: ignore[attr-defined]
    return APIRoute(
        prefix + verb.path,
        stub,
        methods=[verb.method],
        name=verb.name,
        operation_id=verb.noun + verb.name.partition(".")[2].title().replace("_", ""),
        summary=verb.title,
        description=f"{verb.description}\n\n{SCOPED.format(scope=verb.scope)}",
        tags=[verb.noun.title()],
        status_code=verb.answer,
        response_model=verb.output,
        response_description="Done.",
        responses=responses(verb),
        openapi_extra={"x-verb": verb.name, "x-scope": verb.scope},
    )


def parameters(verb: Verb) -> Iterator[Parameter]:
    """What a handler of this verb would take: members in the path, in the query or in the body, and headers."""
    from fastapi import Body, Header, Path, Query

    rest = {name: field for name, field in verb.input.model_fields.items() if name not in verb.in_path}
    for name in verb.in_path:
        told = Path(description=verb.input.model_fields[name].description)
        yield Parameter(name, Parameter.KEYWORD_ONLY, annotation=Annotated[str, told])
    if verb.method in ("GET", "DELETE"):
        for name, field in rest.items():
            if name in verb.in_headers:
                continue
            default = Parameter.empty if field.is_required() else field.get_default(call_default_factory=True)
            kind = Annotated[field.annotation, Query(description=field.description), *field.metadata]
            yield Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=default)
    elif rest:
        name = body_name(verb)
        body = create_model(name, __base__=None, __config__=verb.input.model_config, **fields(rest))
        body.__doc__ = verb.input.__doc__
        shown = [{each: value for each, value in example.items() if each in rest} for example in verb.examples]
        examples = {f"example {n}": {"value": value} for n, value in enumerate(shown, 1)}
        kind = Annotated[body, Body(openapi_examples=examples)]
        yield Parameter("body", Parameter.KEYWORD_ONLY, annotation=kind)
    for name, told in headers(verb):
        header = Header(alias=name, description=told)
        kind = Annotated[str | None, header]
        yield Parameter(name.lower().replace("-", "_"), Parameter.KEYWORD_ONLY, annotation=kind, default=None)


def body_name(verb: Verb) -> str:
    """What the schema of a verb's body is called: two nouns may call their inputs the same."""
    return "".join(word.title() for word in re.split(r"[._]", verb.name)) + "Body"


def fields(rest: dict[str, Any]) -> dict[str, Any]:
    """Members as `create_model` takes them."""
    return {name: (field.annotation, field) for name, field in rest.items()}


def headers(verb: Verb) -> Iterator[tuple[str, str]]:
    """The headers that a verb takes."""
    for name, header in verb.in_headers.items():
        yield header, str(verb.input.model_fields[name].description)
    if not verb.read_only:
        yield "Idempotency-Key", "A name of your own for this request: sent again, it is done once. Kept for a day."
    if verb.expects:
        yield "If-Match", f"The ETag of the state that you mean, instead of `{verb.expects}`."
    if verb.read_only and verb.version:
        yield "If-None-Match", "The ETag that you have: 304 where it is the present one."


def responses(verb: Verb) -> dict[int | str, Any]:
    """How it is refused, and the headers of its answers."""
    refusals = ALWAYS | READING | ({} if verb.read_only else WRITING) | (STALE if verb.expects else {})
    found: dict[int | str, Any] = {
        status: {"model": answers.Refused, "description": text} | ({"headers": answers.LATER} if status == 429 else {})
        for status, text in sorted(refusals.items())
    }
    told = {"x-request-id": answers.HEADERS["x-request-id"]}
    if verb.version:
        told["etag"] = answers.header("Tells this state from others, for If-Match and If-None-Match.")
    if verb.answer == 201:
        told["location"] = answers.header("Where it can be read.")
    found[verb.answer] = {"headers": told}
    if verb.read_only and verb.version:
        found[304] = {"description": "You have the present state."}
    return found


def mended(document: dict[str, Any]) -> dict[str, Any]:
    """The description without FastAPI's own refusals of inputs: a wrong input is refused with 400 here."""
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
    return document
