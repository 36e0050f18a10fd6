"""What reaches the network or spends money waits for a person's click, where the agent's program can ask for one.

Programs of protocol 2026-07-28 say whether they can; in all others the click is the one that opened the scope.
"""

import json
from typing import TYPE_CHECKING, Any

from app import clock, secrets
from app.errors import Forbidden, Misconfigured
from app.rights import Caller
from app.verbs import Verb, plainly

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.context import ServerRequestContext

QUESTION = "go"
PATIENCE = 10 * clock.MINUTE
LONGEST = 2_000  # characters of the arguments that are shown; how many more there are is told
MODERN = "2026-07-28"


def missing(
    ctx: "ServerRequestContext[Any, Any]", me: Caller, verb: Verb, params: "types.CallToolRequestParams"
) -> "types.InputRequiredResult | None":
    """The question to the person, None when it needs none or was answered with yes. Raises Forbidden after a no."""
    import mcp_types as types

    able = ctx.session.client_capabilities
    if not (verb.open_world or verb.spends) or able is None or able.elicitation is None:
        return None
    if ctx.protocol_version < MODERN:
        return None  # a question could be sent there, but nobody would take the answer to this request
    meant = secrets.digest(json.dumps([me.id, me.key, verb.name, params.arguments or {}], sort_keys=True))
    said = (params.input_responses or {}).get(QUESTION)
    if isinstance(said, types.ElicitResult) and was_asked(params.request_state, meant):
        if said.action == "accept":
            return None
        raise Forbidden("The person did not agree to this. Ask what they want instead.")
    asked = types.ElicitRequestFormParams(
        message=words(verb, params.arguments or {}), requested_schema={"type": "object", "properties": {}}
    )
    state = secrets.seal(json.dumps([meant, clock.now() + PATIENCE])).decode()
    return types.InputRequiredResult(input_requests={QUESTION: types.ElicitRequest(params=asked)}, request_state=state)


def was_asked(state: str | None, meant: str) -> bool:
    """Whether the question was about this very call, and not long ago."""
    if not state:
        return False
    try:
        asked, until = json.loads(secrets.unseal(state.encode()))
    except Misconfigured:
        return False
    return bool(asked == meant and until > clock.now())


def words(verb: Verb, arguments: dict[str, Any]) -> str:
    """The question, with what would be done."""
    cost = " It can cost money." if verb.spends else ""
    told = plainly(json.dumps(arguments, ensure_ascii=False))
    more = len(told) - LONGEST
    return f"{verb.title}?{cost}\n{told[:LONGEST]}{f'… and {more:,} more characters' if more > 0 else ''}"
