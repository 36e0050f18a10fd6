"""The handbook tells all of it: every option, command, event and link is checked against the code."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from app import config

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = ("app", "components", "routes", "workers")
PRODUCT = [HOUSE / "main.py", *(path for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py")))]
PAGES = [HOUSE / "README.md", *sorted((HOUSE / "docs").rglob("*.md"))]
NAME = re.compile(r"[a-z]\w*(\.[a-z]\w*)+")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


@cache
def handbook() -> str:
    return "\n".join(page.read_text() for page in PAGES if page.parent != HOUSE)


def told(name: str, text: str) -> bool:
    """Whether a name stands in a text as code, alone or at the start of a command."""
    return re.search(rf"`[^`\n]*(?<![\w.]){re.escape(name)}(?![\w-])", text) is not None or any(
        re.search(rf"(?<![\w.]){re.escape(name)}(?![\w-])", block) for block in re.findall(r"```.*?```", text, re.S)
    )


# ── options ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_option_is_in_the_handbook() -> None:
    page = (HOUSE / "docs/configure.md").read_text()
    assert not [name for name in config.names() if not told(name, page)]


def test_the_handbook_names_no_option_that_is_not_there() -> None:
    named = {name for page in PAGES for name in re.findall(r"\bINGLENOOK_[A-Z_]*[A-Z]\b", page.read_text())}
    assert not named - set(config.names())


def test_there_are_at_most_thirty_options() -> None:
    assert 0 < len([name for name in config.names() if name.startswith("INGLENOOK_")]) <= 30


# ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def usage(*words: str) -> str:
    command = [sys.executable, str(HOUSE / "main.py"), *words, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=HOUSE).stdout


def commands_in(text: str) -> list[str]:
    """The words that argparse offers: `{serve,accounts}` in the line of usage."""
    head = text.split("\n\n")[0]
    found = re.search(r"\{([\w,-]+)\}\s*\.\.\.", head)
    return found[1].split(",") if found else []


def every_command(*words: str) -> Iterator[tuple[str, str]]:
    """Each command that does something, and its help."""
    text = usage(*words)
    below = commands_in(text)
    for word in below:
        yield from every_command(*words, word)
    if not below:
        yield " ".join(words), text


@cache
def commands() -> dict[str, str]:
    return dict(every_command())


def test_every_command_is_in_the_handbook() -> None:
    assert {"serve", "accounts add", "accounts list", "providers add", "version", "check"} <= set(commands())
    assert not [command for command in commands() if not told(f"main.py {command}", handbook())]


def test_every_flag_of_a_command_is_in_the_handbook() -> None:
    flags = {flag for text in commands().values() for flag in re.findall(r"(?<![\w-])--[a-z][\w-]+", text)} - {"--help"}
    assert not sorted(flag for flag in flags if not told(flag, handbook()))


def test_every_make_target_that_a_page_names_is_there() -> None:
    makefile = (HOUSE / "Makefile").read_text()
    named = {name for page in PAGES for name in re.findall(r"(?:`|^|\$ )make ([a-z][\w-]*)", page.read_text(), re.M)}
    assert {"run", "test"} <= named
    assert not {name for name in named if not re.search(rf"^{name}:", makefile, re.M)}


# ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def log_events(source: str) -> set[str]:
    """`noun.event` of each structured log line: the first text of `log.info(...)`, also through an alias of it."""
    tree = ast.parse(source)
    aliases = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and re.search(r"\blog\.(debug|info|warning|error)\b", ast.unparse(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return written_at(tree, 0, lambda function: logs(function) or ast.unparse(function) in aliases)


def logs(function: ast.AST) -> bool:
    """Whether this is `log.info` or another level of it."""
    return isinstance(function, ast.Attribute) and function.attr in LEVELS and ast.unparse(function.value) == "log"


def audit_events(source: str) -> set[str]:
    """`noun.verb` of each audit entry: the second argument of `tx.audit(me, ...)`."""
    return written_at(
        ast.parse(source), 1, lambda function: isinstance(function, ast.Attribute) and function.attr == "audit"
    )


def written_at(tree: ast.AST, position: int, wanted: Callable[[ast.AST], bool]) -> set[str]:
    """What stands at a position of the wanted calls. Where it is a parameter, what the file's calls hand to it."""
    found: set[str] = set()
    for outer in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))]:
        for node in own_calls(outer):
            if not wanted(node.func) or len(node.args) <= position:
                continue
            value = node.args[position]
            parameters = [] if isinstance(outer, ast.Module) else [word.arg for word in outer.args.args]
            if isinstance(value, ast.Name) and value.id in parameters:
                index = parameters.index(value.id)
                handed = written_at(tree, index, lambda called, name=outer.name: ast.unparse(called) == name)
                found |= handed or {f"line {node.lineno}: nobody hands over {value.id}"}
            else:
                found |= literals(value)
    return found


def own_calls(outer: ast.AST) -> Iterator[ast.Call]:
    """The calls of a function or module, without those of the functions inside it."""
    for node in ast.iter_child_nodes(outer):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from own_calls(node)


@cache
def nouns() -> set[str]:
    """The plurals of the nouns whose common verbs are in app/holdings."""
    return {name for path in PRODUCT for name in re.findall(r"= Noun\(\"\w+\", \"(\w+)\", \w", path.read_text())}


def literals(value: ast.AST) -> set[str]:
    """The texts that an expression may be: written out, so that they can be searched for."""
    if isinstance(value, ast.IfExp):
        return literals(value.body) | literals(value.orelse)
    if deed := re.fullmatch(r"f'{noun\.plural}(\.[a-z_]+)'", ast.unparse(value)):
        return {noun + deed[1] for noun in nouns()}
    return {constant(value) or f"line {getattr(value, 'lineno', 0)}: {ast.unparse(value)[:80]}"}


def stream_events(source: str) -> set[str]:
    """Names of server-sent events: `event="..."` of a call, a key of a dict, or `event: ...` in a text."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found |= {constant(word.value) for word in node.keywords if word.arg == "event"}
        if isinstance(node, ast.Dict):
            found |= {constant(v) for k, v in zip(node.keys, node.values, strict=True) if k and constant(k) == "event"}
        if text := constant(node):
            found |= set(re.findall(r"^event: ?([\w-]+)$", text, re.M))
    return found - {""}


def constant(node: ast.AST) -> str:
    value = node.value if isinstance(node, ast.Constant) else ""
    return value.decode(errors="replace") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def emitted(kind) -> dict[str, str]:
    """Each event and the first file that emits it."""
    rows = [(name, path) for path in PRODUCT for name in kind(path.read_text())]
    return {name: str(path.relative_to(HOUSE)) for name, path in reversed(rows)}


@pytest.mark.parametrize("kind", [log_events, audit_events, stream_events])
def test_every_event_is_in_the_handbook(kind) -> None:
    events = emitted(kind)
    assert events, "no event is found, so nothing is checked"
    assert not {name: path for name, path in events.items() if not told(name, handbook())}


@pytest.mark.parametrize("kind", [log_events, audit_events])
def test_events_are_named_noun_dot_event(kind) -> None:
    assert not {name: path for name, path in emitted(kind).items() if not NAME.fullmatch(name)}


# ── links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def links(text: str) -> list[str]:
    """Where the links and pictures of a page lead, without code."""
    plain = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.S)
    return re.findall(r"\]\(([^)\s]+)[^)]*\)", plain) + re.findall(r"(?:src|srcset|href)=\"([^\"]+)\"", plain)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings."""
    headings = re.findall(r"^#+ +(.+?) *$", re.sub(r"```.*?```", "", text, flags=re.S), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken_links(page: Path, text: str) -> list[str]:
    """Relative links of a page that lead to no file, or to no heading."""
    broken = []
    for link in links(text):
        if re.match(r"[a-z]+:|/", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        there = target == page or target.is_file() or (target.is_dir() and not anchor)
        if there and anchor and target.suffix == ".md":
            there = anchor in anchors(text if target == page else target.read_text())
        if not there:
            broken.append(f"{page.relative_to(HOUSE)}: {link}")
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert not broken_links(page, page.read_text())


def test_the_handbook_has_its_pages() -> None:
    assert {"start.md", "use.md", "configure.md", "deploy.md", "develop.md"} <= {page.name for page in PAGES}


# ── the checks can fail ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_name_in_prose_or_inside_another_is_not_told() -> None:
    assert told("chats.start", "It writes `chats.start`.") and told("--data", "```\nmain.py serve --data DIR\n```")
    assert not told("chats.start", "It writes chats.start.")
    assert not told("--data", "`--data-only`") and not told("chats.start", "`chats.start_late` `old.chats.start`")


def test_the_events_of_a_text_are_found() -> None:
    assert log_events("log.info('chats.start', id=1)\nlevel = log.debug if x else log.info\nlevel('http.request')") == {
        "chats.start",
        "http.request",
    }
    assert audit_events("tx.audit(me, 'chats.delete', chat)") == {"chats.delete"}
    assert audit_events("def put(me, verb):\n  tx.audit(me, verb)\nput(me, 'a.b' if on else 'a.c')") == {"a.b", "a.c"}
    assert stream_events("send(event='done')\nx = {'event': 'title'}\ny = b'event: late\\ndata: 1\\n\\n'") == {
        "done",
        "title",
        "late",
    }


def test_an_event_that_is_put_together_is_refused() -> None:
    assert not [name for name in log_events("log.info(f'chats.{what}')") if NAME.fullmatch(name)]
    assert not [name for name in log_events("def f(what):\n    log.info(what)") if NAME.fullmatch(name)]


def test_commands_are_read_from_the_usage() -> None:
    assert commands_in("usage: main.py [-h] {serve,accounts} ...\n\nwords") == ["serve", "accounts"]
    assert commands_in("usage: main.py accounts role [-h] EMAIL {admin,member}\n\nwords") == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    page = HOUSE / "docs/page.md"
    text = "# The one\n[a](nowhere.md) [b](#the-one) [c](#gone) [d](../LICENSE) [e](https://example.org) `[f](x.md)`"
    assert broken_links(page, text) == ["docs/page.md: nowhere.md", "docs/page.md: #gone"]


# ── security ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_case_has_its_number_and_the_test_that_is_named() -> None:
    page = (HOUSE / "docs/develop/security.md").read_text()
    cases = re.findall(r"^\| (\d+) \| .+ \| `([\w/.]+)::(\w+)` \|$", page, re.M)
    assert len(cases) == page.count("::") and [int(number) for number, _, _ in cases] == [*range(1, len(cases) + 1)]
    assert not [name for _, path, name in cases if f"def {name}(" not in (HOUSE / path).read_text()]
