"""The page of the JSON interface at /docs/api."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from fastcore.xml import NotStr
from fasthtml.components import A, Article, B, Code, Div, Li, P, Section, Span, Ul

from app import markdown
from app.verbs import Verb
from components.addresses import url
from components.page import Page, PageHead, Part, Shelf, ShelfGroup, ShelfLink
from components.parts import Badge, Fold, Table, Tabs
from components.verbs.snippets import LANGUAGES, snippet

PLACE = "/docs/api"


def VerbsPage(me: Any, verbs: Sequence[Verb], address: str, language: str, workspace: str) -> Any:
    """Every verb by its noun; `address` is that of /api/v1, `language` the one of the snippets."""
    nouns = [(noun, list(some)) for noun, some in groupby(verbs, key=lambda verb: verb.noun)]
    tabs = ((words, url(PLACE, language=name), name == language) for name, words in LANGUAGES.items())
    lead = "What programs can ask of this workspace, as JSON. The same verbs are tools for agents at /mcp."
    return Page(
        me,
        Article(cls="column verbs")(
            PageHead("API", lead),
            About(address),
            Tabs("Language of the examples", *tabs),
            *(NounPart(noun, some, address, language) for noun, some in nouns),
        ),
        title="API",
        place="handbook",
        shelf=Shelf("Verbs", *(VerbsShelf(noun, some) for noun, some in nouns)),
        crumbs=[("Handbook", url("/docs/handbook")), ("API", None)],
        scripts=("verbs.js",),
        workspace=workspace,
    )


def About(address: str) -> Any:
    """What holds for all of them."""
    keys, openapi = A(href=url("/keys"))("key"), A(href=url("/api/v1/openapi.json"))("OpenAPI 3.1")
    more = A(href=url("/docs/handbook/use/api"))("in the handbook")
    return Section(cls="prose")(
        P(
            *("Send a ", keys, " with the scope of the verb as ", Code("Authorization: Bearer ink-…"), " to "),
            *(Code(address), ". The examples take it from the environment variable ", Code("INK_KEY"), "."),
        ),
        P("Errors, pages of lists, repeating safely and writing without losing what others wrote: ", more, ". "),
        P("For programs that make programs: the description as ", openapi, "."),
    )


def VerbsShelf(noun: str, verbs: Sequence[Verb]) -> Any:
    """A noun and its verbs in the shelf."""
    return ShelfGroup(noun.title(), *(ShelfLink(verb.title, f"#{anchor(verb)}") for verb in verbs))


def NounPart(noun: str, verbs: Sequence[Verb], address: str, language: str) -> Any:
    """A noun and its verbs."""
    return Part(noun.title(), *(VerbFold(verb, address, language) for verb in verbs), id=noun)


def VerbFold(verb: Verb, address: str, language: str) -> Any:
    """A verb: one line that says what it does and where, and opens."""
    what = (B(verb.title), " ", Code(cls="where")(f"{verb.method} {verb.path}"))
    syntax, text = snippet(verb, language, address)
    fence = "~~~~"
    return Fold(
        "link",
        Span(*what),
        P(*coded(verb.description)),
        Ul(cls="marks")(*(Li(mark) for mark in marks(verb))),
        Members(verb),
        Div(cls="prose")(NotStr(markdown.render(f"{fence}{syntax}\n{text}\n{fence}\n"))),
        id=anchor(verb),
    )


def coded(text: str) -> list[Any]:
    """A sentence in which names stand between backticks."""
    return [Code(piece) if n % 2 else piece for n, piece in enumerate(text.split("`")) if piece]


def marks(verb: Verb) -> Iterator[Any]:
    """What a caller has to know before the call."""
    yield Badge(verb.scope)
    if verb.read_only:
        yield Badge("only reads")
    if verb.destructive:
        yield Badge("takes away", "warn")
    if verb.spends:
        yield Badge("costs money", "warn")
    if verb.version:
        yield Badge("ETag")


def Members(verb: Verb) -> Any:
    """What it takes."""
    schema = verb.input_schema()
    needed = schema.get("required", ())
    rows = [
        (Code(name), kind(told, schema), P(*coded(told.get("description", ""))), place(verb, name, name in needed))
        for name, told in schema.get("properties", {}).items()
    ]
    if not rows:
        return P(cls="soft")("It takes nothing.")
    return Table(("Member", "Kind", "What it is", ("Note", "soft")), rows, f"What {verb.name} takes")


def place(verb: Verb, name: str, needed: bool) -> str:
    """Where a member stands, and whether it has to."""
    if name in verb.in_path:
        return "in the address"
    if name in verb.in_headers and verb.read_only:
        return f"as the header {verb.in_headers[name]}"
    return "needed" if needed else ""


def kind(told: dict[str, Any], schema: dict[str, Any]) -> str:
    """A member's kind in words."""
    if "anyOf" in told:
        return " or ".join(kind(each, schema) for each in told["anyOf"])
    if "$ref" in told:
        name = told["$ref"].rsplit("/", 1)[1]
        members = ", ".join(schema["$defs"][name].get("properties", {}))
        return f"object of {members}"
    if "enum" in told:
        return " or ".join(map(str, told["enum"]))
    if told.get("type") == "array":
        return f"list of {kind(told['items'], schema)}"
    return {"string": "text", "integer": "number", "boolean": "true or false"}.get(told.get("type", ""), "value")


def anchor(verb: Verb) -> str:
    """Its place on the page."""
    return f"verb-{verb.tool_name}"
