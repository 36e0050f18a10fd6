"""What can be read without a tool: paste://ID, file://ID and chat://ID, listed to those who may read them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from app import verbs
from app.errors import Invalid, NotFound, Refusal
from app.rights import Caller

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.context import ServerRequestContext

DOOR = "mcp"
# JSON-RPC's code for parameters that are wrong, which MCP uses for a resource that is not there.
WRONG = -32602
PLAIN, MARKDOWN = "text/plain", "text/markdown"


@dataclass(frozen=True)
class Kind:
    """A kind of thing: the scheme of its addresses, the verbs that list and read it, and how it is written as text."""

    scheme: str
    title: str
    description: str
    list_verb: str
    read_verb: str
    texts: Callable[[dict[str, Any]], list[tuple[str, str, str]]]
    named: str = "title"

    def opens(self, me: Caller) -> bool:
        """Whether this caller may read things of this kind."""
        found = verbs.ALL.get(self.read_verb)
        return found is not None and found.scope in me.scopes


def paste_texts(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The parts of a paste: name, type and text."""
    return [(part["name"], MARKDOWN if part["syntax"] == "markdown" else PLAIN, told(part)) for part in found["parts"]]


def told(part: dict[str, Any]) -> str:
    """A part's text, or where it can be had."""
    away = f"This part is no text, or too much for one answer. It is at {part['raw']}."
    return str(part["text"]) if part["text"] is not None else away


def file_texts(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The text of a file, page by page, and what there is besides."""
    pages = [f"## {page['label']}\n\n{page['text']}" if page["label"] else page["text"] for page in found["pages"]]
    more = f"The rest begins at page {found['next']}: files_read gives it." if found["next"] else ""
    return [("", PLAIN, "\n\n".join([each for each in [*pages, found["note"], more] if each]))]


def chat_texts(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The newest messages of a chat as one Markdown text."""
    said = [f"## {'Question' if each['role'] == 'user' else 'Answer'}\n\n{each['text']}" for each in found["data"]]
    return [("", MARKDOWN, "\n\n".join([f"# {found['chat']['title'] or 'Untitled'}", *said]) + "\n")]


KINDS = (
    Kind("paste", "Paste", "A paste by its id: each of its parts.", "pastes.list", "pastes.read", paste_texts),
    Kind("file", "File", "The text of a file, by its id.", "files.list", "files.read", file_texts, "name"),
    Kind("chat", "Chat", "The newest messages of a chat, by its id.", "chats.list", "chats.read", chat_texts),
)


def me_of(ctx: "ServerRequestContext[Any, Any]") -> Caller:
    """Who asks: the door has put it on the request."""
    request: Any = ctx.request
    me: Caller = request.state.me
    return me


async def listed(ctx: "ServerRequestContext[Any, Any]", params: Any) -> "types.ListResourcesResult":
    """The things that this caller may read, 50 at a time, kind by kind."""
    import mcp_types as types

    me = me_of(ctx)
    open_kinds = [kind for kind in KINDS if kind.opens(me)]
    scheme, _, cursor = ((params.cursor if params else None) or "").partition(":")
    at = next((n for n, kind in enumerate(open_kinds) if kind.scheme == scheme), 0 if not scheme else -1)
    if at < 0:
        refuse(Invalid(cursor="This is no cursor of this list."))
    if not open_kinds:
        return types.ListResourcesResult(resources=[])
    kind = open_kinds[at]
    try:
        page = await verbs.run(verbs.find(kind.list_verb), me, {"cursor": cursor}, door=DOOR)
    except Refusal as refusal:
        refuse(refusal)
    found = page.model_dump(mode="json")
    behind = f"{kind.scheme}:{found['next']}" if found["next"] else ""
    if not behind and at + 1 < len(open_kinds):
        behind = f"{open_kinds[at + 1].scheme}:"
    return types.ListResourcesResult(
        resources=[
            types.Resource(uri=f"{kind.scheme}://{row['id']}", name=row[kind.named] or row["id"], title=row[kind.named])
            for row in found["data"]
        ],
        next_cursor=behind or None,
    )


async def templates(ctx: "ServerRequestContext[Any, Any]", params: Any) -> "types.ListResourceTemplatesResult":
    """How the addresses of things look that this caller may read."""
    import mcp_types as types

    return types.ListResourceTemplatesResult(
        resource_templates=[
            types.ResourceTemplate(
                uri_template=f"{kind.scheme}://{{id}}", name=kind.scheme, title=kind.title, description=kind.description
            )
            for kind in KINDS
            if kind.opens(me_of(ctx))
        ]
    )


async def read(
    ctx: "ServerRequestContext[Any, Any]", params: "types.ReadResourceRequestParams"
) -> "types.ReadResourceResult":
    """A thing as text."""
    import mcp_types as types

    return types.ReadResourceResult(contents=list(await contents(me_of(ctx), params.uri)))


async def contents(me: Caller, uri: str) -> "list[types.TextResourceContents]":
    """A thing as the package's contents. Raises its MCPError where it is not there for this caller."""
    import mcp_types as types

    scheme, _, id = uri.partition("://")
    kind = next((each for each in KINDS if each.scheme == scheme and each.opens(me)), None)
    try:
        if kind is None:
            raise NotFound(f"There is no resource {uri[:200]!r}, or what you came in with does not open it.")
        found = await verbs.run(verbs.find(kind.read_verb), me, {"id": id}, door=DOOR)
    except Refusal as refusal:
        refuse(refusal)
    return [
        types.TextResourceContents(uri=f"{uri}/{name}" if name else uri, mime_type=type, text=text)
        for name, type, text in kind.texts(found.model_dump(mode="json"))
    ]


def refuse(refusal: Refusal) -> NoReturn:
    """A refusal as an error of the protocol."""
    from mcp.shared.exceptions import MCPError

    raise MCPError(WRONG, verbs.said(refusal) if isinstance(refusal, Invalid) else refusal.message) from refusal
