"""What to paste where: one snippet for each client, with the address, the key and a model filled in."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fasthtml.components import Code, Div, Figcaption, Figure, P, Pre, Span

from components.parts import Button, Fold

PLACEHOLDER = "ink-YOUR-KEY"
NO_MODEL = "MODEL"


@dataclass(frozen=True)
class Filled:
    """What goes into the snippets: where the house is, the key, and a model that it opens."""

    address: str
    key: str = PLACEHOLDER
    model: str = NO_MODEL


def Snippets(filled: Filled) -> Any:
    """All clients, the first one open."""
    folds = (
        Fold("doc", name, P(gist) if gist else "", *(CodeBox(what, text) for what, text in codes), open=n == 0)
        for n, (name, gist, codes) in enumerate(clients(filled))
    )
    plain = P(cls="soft")(
        "Put your key in the place of ", Code(PLACEHOLDER), "; right after it was made it stands there."
    )
    none = P(cls="soft")(
        "There is no model yet: once there is one, its name stands in the place of ", Code(NO_MODEL), "."
    )
    return Div(cls="snippets")(
        plain if filled.key == PLACEHOLDER else "", none if filled.model == NO_MODEL else "", *folds
    )


def CodeBox(what: str, text: str) -> Any:
    """Text to copy; `what` says where it goes."""
    copy = Button("Copy", "quiet", short=True, data_copy="", aria_label=f"Copy: {what}")
    return Figure(cls="code")(
        Figcaption(Span(what), Span(cls="acts")(copy)),
        Pre(tabindex="0", aria_label=what)(Code(text)),
    )


def clients(filled: Filled) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Each client: its name, a sentence, and its snippets with where they go."""
    yield "curl", "", [("Terminal", curl(filled))]
    yield "openai-python", "", [("Python", openai_python(filled))]
    yield (
        "Claude Code",
        "It asks /v1/messages; the address stands without /v1.",
        [("Terminal", claude_code(filled))],
    )
    yield (
        "Codex",
        "It asks /v1/responses.",
        [("~/.codex/config.toml", codex(filled)), ("Terminal", f"export INK_KEY={filled.key}\ncodex")],
    )
    yield "aider", "", [("Terminal", aider(filled))]
    yield "llm", "", [("Terminal", llm(filled))]


def curl(filled: Filled) -> str:
    """A question from the terminal."""
    # On two lines, because one would be wider than the page.
    body = f'{{"model": {quoted(filled.model)},\n       "messages": [{{"role": "user", "content": "Hello!"}}]}}'
    return (
        f"curl {filled.address}/v1/chat/completions \\\n"
        f'  -H "Authorization: Bearer {filled.key}" \\\n'
        f'  -H "Content-Type: application/json" \\\n'
        f"  -d {shlex.quote(body)}"
    )


def openai_python(filled: Filled) -> str:
    """The official package."""
    return (
        "from openai import OpenAI\n\n"
        f'client = OpenAI(base_url="{filled.address}/v1", api_key="{filled.key}")\n'
        "answer = client.chat.completions.create(\n"
        f"    model={quoted(filled.model)},\n"
        '    messages=[{"role": "user", "content": "Hello!"}],\n'
        ")\n"
        "print(answer.choices[0].message.content)"
    )


def claude_code(filled: Filled) -> str:
    """Anthropic's agent for the terminal."""
    model = shlex.quote(filled.model)
    return (
        f"export ANTHROPIC_BASE_URL={filled.address}\n"
        f"export ANTHROPIC_AUTH_TOKEN={filled.key}\n"
        f"export ANTHROPIC_MODEL={model}\n"
        f"export ANTHROPIC_DEFAULT_HAIKU_MODEL={model}\n"
        "claude"
    )


def codex(filled: Filled) -> str:
    """OpenAI's agent for the terminal."""
    return (
        f"model = {quoted(filled.model)}\n"
        'model_provider = "inglenook"\n\n'
        "[model_providers.inglenook]\n"
        'name = "Inglenook"\n'
        f'base_url = "{filled.address}/v1"\n'
        'env_key = "INK_KEY"\n'
        'wire_api = "responses"'
    )


def aider(filled: Filled) -> str:
    """Pair programming in the terminal."""
    return (
        f"export OPENAI_API_BASE={filled.address}/v1\n"
        f"export OPENAI_API_KEY={filled.key}\n"
        f"aider --model {shlex.quote(f'openai/{filled.model}')}"
    )


def llm(filled: Filled) -> str:
    """Simon Willison's command line."""
    return (
        f"llm keys set inglenook --value {filled.key}\n"
        'cat >> "$(dirname "$(llm logs path)")/extra-openai-models.yaml" <<\'END\'\n'
        "- model_id: inglenook\n"
        f"  model_name: {quoted(filled.model)}\n"
        f"  api_base: {filled.address}/v1\n"
        "  api_key_name: inglenook\n"
        "  supports_tools: true\n"
        "  supports_schema: true\n"
        "END\n"
        'llm -m inglenook "Hello!"'
    )


def quoted(text: str) -> str:
    """A text as Python, TOML and YAML write it."""
    return json.dumps(text, ensure_ascii=False)
