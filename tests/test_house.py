"""The house keeps its rules: DESIGN's sections 2 and 3 as checks, each of which is shown a text that breaks it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import rules

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = {"app", "components", "routes", "workers", "static", "data", "docs", "tests", "deploy", "bench"}
ROOMS |= {".ci", ".github"}
PRODUCT = ("app", "components", "routes", "workers", "main.py")
PAGES = ("components", "routes", "main.py")
EVERY_PYTHON = (*PRODUCT, "tests", "bench", "static", "deploy")

Rule = Callable[[str, str], Iterator[str]]
RULES: list[tuple[Rule, tuple[str, ...], str]] = [
    (rules.layers_import_one_way, PRODUCT, ".py"),
    (rules.nouns_import_one_way, ("app",), ".py"),
    (rules.slow_packages_wait, PRODUCT, ".py"),
    (rules.files_are_short, PRODUCT, ".py"),
    (rules.functions_are_short, PRODUCT, ".py"),
    (rules.handlers_are_short, ("routes",), ".py"),
    (rules.names_come_from_the_domain, EVERY_PYTHON, ".py"),
    (rules.names_are_imported_one_by_one, EVERY_PYTHON, ".py"),
    (rules.fasthtml_emits_no_code, PAGES, ".py"),
    (rules.public_verbs_promise, PRODUCT, ".py"),
    (rules.annotations_are_live, ("routes",), ".py"),
    (rules.htmx_attributes_live, PAGES, ".py"),
    (rules.pages_hold_no_code, PAGES, ".py"),
    (rules.colours_stand_in_tokens, ("static/css",), ".css"),
    (rules.errors_are_not_swallowed, EVERY_PYTHON, ".py"),
    (rules.our_code_is_not_mocked, ("tests",), ".py"),
    (rules.nothing_of_one_machine, ("",), ""),
]

# rule, path, a text that breaks it
BROKEN: list[tuple[Rule, str, str]] = [
    (rules.layers_import_one_way, "app/pastes.py", "from starlette.responses import Response"),
    (rules.layers_import_one_way, "app/pastes.py", "def render():\n    import fasthtml.core"),
    (rules.layers_import_one_way, "app/pastes.py", "from components.pastes import PasteRow"),
    (rules.layers_import_one_way, "app/pastes.py", "from . import items"),
    (rules.layers_import_one_way, "components/pastes.py", "from sqlmodel import select"),
    (rules.layers_import_one_way, "components/pastes.py", "from routes import pastes"),
    (rules.layers_import_one_way, "components/pastes.py", "from fasthtml.core import Request"),
    (rules.layers_import_one_way, "routes/pastes.py", "import huey"),
    (rules.layers_import_one_way, "routes/pastes.py", "import sqlmodel"),
    (rules.layers_import_one_way, "workers/pastes.py", "from routes.pastes import create"),
    (rules.nouns_import_one_way, "app/accounts/people.py", "from app import chats"),
    (rules.nouns_import_one_way, "app/providers.py", "from app.gateway import relay"),
    (rules.nouns_import_one_way, "app/db.py", "def late():\n    from app import accounts"),
    (rules.nouns_import_one_way, "app/spaces.py", "from app.accounts import User"),
    (rules.nouns_import_one_way, "app/people.py", "x = 1"),
    (rules.slow_packages_wait, "app/providers.py", "import openai"),
    (rules.slow_packages_wait, "app/providers.py", "try:\n    from redis import Redis\nfinally:\n    x = 1"),
    (rules.slow_packages_wait, "routes/jobs.py", "class A:\n    import huey"),
    (rules.files_are_short, "app/pastes.py", "x = 1\n" * 301),
    (rules.functions_are_short, "app/pastes.py", "def create():\n" + "    x = 1\n" * 60),
    (rules.handlers_are_short, "routes/pastes.py", "@ar.post\ndef create():\n" + "    x = 1\n" * 11),
    (rules.handlers_are_short, "routes/pastes.py", "@pages.get('/x')\nasync def show():\n" + "    x = 1\n" * 11),
    (rules.handlers_are_short, "routes/pastes.py", "@ar.plain('GET', '/x')\ndef raw(r):\n" + "    x = 1\n" * 11),
    (rules.handlers_are_short, "routes/pastes.py", "def raw(r):\n" + "    x = 1\n" * 11 + "hot = [Route('/p', raw)]"),
    (rules.names_come_from_the_domain, "app/paste_utils.py", "x = 1"),
    (rules.names_come_from_the_domain, "app/core/pastes.py", "x = 1"),
    (rules.names_come_from_the_domain, "app/pastes.py", "class PasteManager: ..."),
    (rules.names_come_from_the_domain, "app/pastes.py", "class HTTPService: ..."),
    (rules.names_come_from_the_domain, "app/pastes.py", "def get_paste(): ..."),
    (rules.names_come_from_the_domain, "app/pastes.py", "class Paste:\n    async def _do_it(self): ..."),
    (rules.names_are_imported_one_by_one, "components/pastes.py", "from fasthtml.common import Div"),
    (rules.names_are_imported_one_by_one, "components/pastes.py", "from fasthtml.components import *"),
    (rules.fasthtml_emits_no_code, "main.py", "from fasthtml.toaster import setup_toasts"),
    (rules.fasthtml_emits_no_code, "main.py", "app = FastHTML(hdrs=[])"),
    (rules.fasthtml_emits_no_code, "main.py", "app = FastHTML(default_hdrs=False, exts='sse')"),
    (rules.fasthtml_emits_no_code, "components/page.py", "Style('a { color: var(--ink) }')"),
    (rules.fasthtml_emits_no_code, "components/page.py", "Script('start()')"),
    (rules.public_verbs_promise, "app/pastes.py", "def create(): ..."),
    (rules.public_verbs_promise, "app/pastes.py", "'Pastes.'\ndef create(): ..."),
    (rules.annotations_are_live, "routes/pastes.py", "from __future__ import annotations"),
    (rules.htmx_attributes_live, "components/chats.py", "Div(hx_ext='sse')"),
    (rules.htmx_attributes_live, "components/chats.py", "Div(sse_connect='/x')"),
    (rules.htmx_attributes_live, "components/chats.py", "Div(**{'hx-disabled-elt': 'this'})"),
    (rules.htmx_attributes_live, "components/chats.py", "Div(**{'hx-on:click': 'go()'})"),
    (rules.htmx_attributes_live, "components/chats.py", "Div(hx_vals='js:{a: 1}')"),
    (rules.htmx_attributes_live, "components/chats.py", "Div(hx_trigger='click[ctrlKey]')"),
    (rules.htmx_attributes_live, "components/chats.py", "Form(Input(name='a'), Button(hx_delete='/x'))"),
    (rules.htmx_attributes_live, "components/chats.py", "Form(id='a')(Button(hx_delete='/x'))"),
    (rules.pages_hold_no_code, "components/chats.py", "Div(style='margin: 0')"),
    (rules.pages_hold_no_code, "components/chats.py", "Button(onclick='go()')"),
    (rules.pages_hold_no_code, "components/chats.py", "Div(_='on click go()')"),
    (rules.pages_hold_no_code, "components/chats.py", "NotStr('<p style=\"margin: 0\">')"),
    (rules.pages_hold_no_code, "routes/chats.py", "page = '<script>go()</script>'"),
    (rules.pages_hold_no_code, "components/chats.py", "A(href='javascript:go()')"),
    (rules.pages_hold_no_code, "components/chats.py", "Path(fill='#fff')"),
    (rules.colours_stand_in_tokens, "static/css/chats.css", ".a { color: #fff; }"),
    (rules.colours_stand_in_tokens, "static/css/chats.css", ".a { & .b { border: 1px solid red } }"),
    (rules.colours_stand_in_tokens, "static/css/chats.css", "/* x */ .a { background: oklch(0.2 0 0 / 0.4); }"),
    (rules.errors_are_not_swallowed, "app/pastes.py", "try:\n    x()\nexcept Exception:\n    pass"),
    (rules.errors_are_not_swallowed, "app/pastes.py", "try:\n    x()\nexcept:\n    y()"),
    (rules.errors_are_not_swallowed, "app/pastes.py", "with suppress(Exception):\n    x()"),
    (rules.our_code_is_not_mocked, "tests/test_pastes.py", "from unittest.mock import patch"),
    (rules.nothing_of_one_machine, "docs/start.md", "pip install -i https://" + "pypi" + ".org/simple"),
    (rules.nothing_of_one_machine, "Makefile", "cd /wo" + "rk/main"),
]

# rule, path, a text that keeps it although it looks alike
KEPT: list[tuple[Rule, str, str]] = [
    (
        rules.layers_import_one_way,
        "components/pastes.py",
        "import app.clock\nfrom fasthtml.components import A",
    ),
    (
        rules.nouns_import_one_way,
        "app/chats/replies.py",
        "from app import usage\nfrom app.chats import tree",
    ),
    (rules.slow_packages_wait, "app/providers.py", "def ask():\n    import openai"),
    (rules.slow_packages_wait, "workers/queue.py", "import huey"),
    (
        rules.handlers_are_short,
        "routes/pastes.py",
        "@ar.post\ndef a():\n    '''A.\n\n    '''\n" + "    x = 1\n" * 10,
    ),
    (
        rules.names_come_from_the_domain,
        "app/db.py",
        "class Database:\n    def doing(self): ...\ndef getter(): ...",
    ),
    (rules.htmx_attributes_live, "components/chats.py", "Form(Button(hx_delete='/x', hx_include='closest form'))"),
    (rules.pages_hold_no_code, "components/chats.py", "Script(src='/x.js', type='module')\nTime(only='a')"),
    (
        rules.colours_stand_in_tokens,
        "static/css/a.css",
        "#add, a:hover #fff { color: var(--red); white-space: pre }",
    ),
    (rules.errors_are_not_swallowed, "app/pastes.py", "try:\n    x()\nexcept KeyError:\n    y()"),
]


@cache
def tracked() -> list[str]:
    """What git knows, and what is new and not ignored: a file is judged before it is committed."""
    return [path for path in listed("--cached", "--others", "--exclude-standard") if (HOUSE / path).is_file()]


def listed(*options: str) -> list[str]:
    # A clone that belongs to somebody else, as in a container, is still ours to read.
    command = ["git", "-c", "safe.directory=*", "ls-files", *options]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True)
    return sorted(set(done.stdout.splitlines()))


def under(rooms: tuple[str, ...], suffix: str) -> list[str]:
    return [path for path in tracked() if path.endswith(suffix) and path.startswith(rooms)]


def text_of(path: str) -> str:
    return (HOUSE / path).read_bytes().decode(errors="replace")


def name(rule: Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize(("rule", "rooms", "suffix"), RULES, ids=[name(rule) for rule, _, _ in RULES])
def test_every_file_keeps_the_rule(rule: Rule, rooms: tuple[str, ...], suffix: str) -> None:
    paths = under(rooms, suffix)
    found = [f"{path}:{complaint}" for path in paths for complaint in rule(text_of(path), path)]
    assert not found, "\n" + "\n".join(found)
    assert paths, f"no file is under {rooms}: the rule {name(rule)} checks nothing"


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN, ids=[f"{name(rule)}-{path}" for rule, path, _ in BROKEN])
def test_the_rule_finds_what_breaks_it(rule: Rule, path: str, text: str) -> None:
    assert list(rule(text, path))


@pytest.mark.parametrize(("rule", "path", "text"), KEPT, ids=[name(rule) for rule, _, _ in KEPT])
def test_the_rule_lets_pass_what_only_looks_alike(rule: Rule, path: str, text: str) -> None:
    assert not list(rule(text, path))


def test_every_rule_is_shown_a_text_that_breaks_it() -> None:
    assert {name(rule) for rule, _, _ in RULES} == {name(rule) for rule, _, _ in BROKEN}


def test_no_two_nouns_need_each_other() -> None:
    assert not {(there, here) for here, there in rules.NEIGHBOURS} & rules.NEIGHBOURS
    assert {rules.ROW[here] == rules.ROW[there] for here, there in rules.NEIGHBOURS} == {True}


def test_the_house_has_no_other_rooms() -> None:
    assert {path.split("/")[0] for path in tracked() if "/" in path} <= ROOMS


def test_nothing_that_others_wrote_is_committed() -> None:
    places = ("static/vendor", "static/node_modules", "tests/vendor", ".venv", "uv.lock")
    assert not [path for path in listed() if path.startswith(places)]


START = """
import sys
from pathlib import Path
import main
from app import config
config.use(config.read({}, data=Path(sys.argv[1])))
main.open_house()
main.create_app()
"""


def test_no_slow_package_is_loaded_by_the_start(tmp_path: Path) -> None:
    modules_after(START, tmp_path)  # the first start of all makes the tables, for which it needs Alembic
    assert not modules_after(START, tmp_path) & rules.SLOW


def test_a_slow_package_that_is_loaded_by_the_start_is_found(tmp_path: Path) -> None:
    assert "alembic" in modules_after("import sys, alembic", tmp_path)


def modules_after(code: str, data: Path) -> set[str]:
    """The packages that a new process holds after `code`."""
    program = [sys.executable, "-c", code + "\nprint(*sys.modules)", str(data)]
    done = subprocess.run(program, cwd=HOUSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {module.split(".")[0] for module in done.stdout.splitlines()[-1].split()}
