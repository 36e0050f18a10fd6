"""The rules of the house: each takes a file's text and its path, and returns complaints as `line: sentence`."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath

# Inside app/ a module may import its own row and the rows above it.
LAYERS = (
    "config errors clock secrets db transactions group_commit migrations live later rights items verbs markdown "
    "control logs audit lock disk blobs readers children doors",
    "settings accounts spaces usage handbook",
    "holdings",
    "keys files providers gateway",
    "pastes documents memories prompts projects tools",
    "search chats",
    "backups jobs metrics presets",
    "archives releases",
)
# Two nouns of one row, where the first needs the second. Keep this short, and never both ways round.
NEIGHBOURS = {
    ("accounts", "settings"),
    ("accounts", "spaces"),
    ("usage", "settings"),
    ("usage", "accounts"),
    ("gateway", "providers"),
    ("gateway", "keys"),
    ("tools", "prompts"),
}

FORBIDDEN = {
    "app": "fasthtml starlette fastapi sse_starlette uvicorn huey components routes workers main bench",
    "components": "sqlmodel sqlalchemy starlette sse_starlette huey routes workers main bench",
    "routes": "sqlmodel sqlalchemy huey workers main bench",
    "workers": "fasthtml starlette sse_starlette components routes main bench",
}
SLOW = {"openai", "mcp", "authlib", "redis", "numpy", "wordllama", "fastapi", "xllamacpp", "alembic", "aiohttp", "huey"}
PLAIN_ELEMENTS = {"fasthtml.components", "fasthtml.svg"}

BANNED_WORDS = {
    *("service", "services", "repository", "repositories", "manager", "managers", "dto", "dtos", "viewmodel"),
    *("util", "utils", "utilities", "helper", "helpers", "common", "base", "core"),
}
BANNED_STARTS = ("get_", "process_", "handle_", "manage_", "do_")
# Names that a library of others asks for.
GIVEN_METHODS = {
    *("handle_starttag", "handle_startendtag", "handle_endtag", "handle_data"),
    *("handle_entityref", "handle_charref", "handle_decl", "handle_comment"),
    *("handle_error", "do_GET", "do_POST"),
    *("get_client", "get_client_info", "get_tokens"),
}
BANNED_FASTHTML = {
    *("Surreal", "surreal", "On", "Any", "Now", "AnyNow", "Prev", "HtmxOn", "run_js", "jsd", "setup_toasts"),
    *("MarkdownJS", "HighlightJS", "KatexJS", "MermaidJS", "SortableJS", "picolink", "PicoBusy", "fast_app"),
    *("FastHTMLWithLiveReload", "Style", "StyleX", "ScriptX", "fill_form", "fill_dataclass"),
}

DEAD = {"disabled-elt", "ext", "params", "prompt", "vars", "disinherit", "history-elt", "request"}
HANDLER = re.compile(r"on(click|dblclick|change|input|submit|load|error|key\w+|mouse\w+|pointer\w+|focus|blur|toggle)$")
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|<[^>]*\s(style|on[a-z]+)\s*=|javascript:", re.I)
VERBS = {"get", "post", "put", "patch", "delete", "head", "options", "route", "plain", "ws"}

NAMED_COLOURS = (
    "aqua|beige|black|blue|brown|coral|crimson|cyan|fuchsia|gold|gray|green|grey|indigo|ivory|khaki|lavender|lime|"
    "magenta|maroon|navy|olive|orange|orchid|pink|plum|purple|red|salmon|silver|tan|teal|tomato|violet|white|yellow"
)
LITERAL_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(", re.I)
NAMED_COLOUR = re.compile(rf"(?<![\w-])({NAMED_COLOURS})(?![\w-])", re.I)
COLOURED = re.compile(r"color|background|border|outline|fill|stroke|shadow|decoration|accent|caret|column-rule", re.I)
DECLARATION = re.compile(r"(--[\w-]+|[a-z-]+)\s*:\s*([^;{}]+)(?=[;}])", re.I)


@cache
def parsed(source: str) -> ast.Module:
    """A file's syntax tree: every rule looks at the same files."""
    return ast.parse(source)


@cache
def walked(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Every node of a tree, the outer ones first."""
    return tuple(ast.walk(tree))


def layer(path: str) -> str:
    """The top folder of a path, or the name of a file that lies at the top."""
    return PurePosixPath(path).parts[0]


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every module that is imported anywhere in the file; `from app import x` counts as app.x."""
    for node in walked(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            if module in FORBIDDEN or module.startswith("."):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in walked(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in walked(tree) if isinstance(node, ast.Call))


def called(node: ast.Call) -> str:
    """The last name of what is called: `parts.Form(...)` is Form, and so is `Form(...)(...)`."""
    target = node.func
    while isinstance(target, ast.Call):
        target = target.func
    return target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""


def attributes(node: ast.AST) -> Iterator[tuple[int, str, ast.AST]]:
    """HTML attributes as they are written: keywords of a call, and text keys of a dict, with dashes."""
    if isinstance(node, ast.Call):
        for word in node.keywords:
            if word.arg:
                yield word.value.lineno, word.arg.strip("_").replace("_", "-").lower() or "_", word.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield value.lineno, key.value.lower(), value


def all_attributes(tree: ast.AST) -> Iterator[tuple[int, str, ast.AST]]:
    for node in walked(tree):
        yield from attributes(node)


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Text constants that are used: docstrings are not."""
    docs = {
        id(node.body[0].value)
        for node in walked(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in walked(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


# ── which way the imports run ─────────────────────────────────────────────────────────────────────────────────────────
def layers_import_one_way(source: str, path: str) -> Iterator[str]:
    forbidden = FORBIDDEN.get(layer(path), "").split()
    for line, module in imported(parsed(source)):
        if module.startswith("."):
            yield f"{line}: write the whole name instead of {module}"
        elif module.split(".")[0] in forbidden:
            yield f"{line}: {layer(path)}/ never imports {module}"
        elif layer(path) == "components" and module.startswith("fasthtml") and module not in PLAIN_ELEMENTS:
            yield f"{line}: components/ takes elements from fasthtml.components or fasthtml.svg, not from {module}"


def nouns_import_one_way(source: str, path: str) -> Iterator[str]:
    parts = PurePosixPath(path).with_suffix("").parts
    if parts[0] != "app" or parts[1:] == ("__init__",):
        return
    here = parts[1]
    if here not in ROW:
        yield f"1: app/{here} stands in no row of LAYERS"
        return
    for line, module in imported(parsed(source)):
        names = module.split(".")
        there = names[1] if names[0] == "app" and len(names) > 1 else ""
        lower = ROW.get(there, -1) < ROW[here] or (ROW.get(there) == ROW[here] == 0)
        if there and there != here and not lower and (here, there) not in NEIGHBOURS:
            yield f"{line}: app/{here} may not import app.{there}, which stands in its row of LAYERS or a later one"


ROW = {noun: row for row, nouns in enumerate(LAYERS) for noun in nouns.split()}


def slow_packages_wait(source: str, path: str) -> Iterator[str]:
    if path.startswith("app/migrations/") and not path.endswith("__init__.py"):
        return  # these files are read by Alembic alone
    allowed = {"huey"} if layer(path) == "workers" else set()
    for node in top_level(parsed(source)):
        for line, module in imported(node) if isinstance(node, ast.Import | ast.ImportFrom) else ():
            if module.split(".")[0] in SLOW - allowed:
                yield f"{line}: import {module} inside the function that needs it"


def top_level(tree: ast.AST) -> Iterator[ast.AST]:
    """Statements that run when the module is loaded."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node
            yield from top_level(node)


# ── how long things are ───────────────────────────────────────────────────────────────────────────────────────────────
def files_are_short(source: str, path: str) -> Iterator[str]:
    if path.startswith("app/migrations/versions/"):
        return  # a migration is written once and never grows
    if (length := len(source.splitlines())) > 300:
        yield f"{length}: over 300 lines: split it by ability into a package of the same name"


def functions_are_short(source: str, path: str) -> Iterator[str]:
    if path.startswith("app/migrations/versions/"):
        return
    for function in functions(parsed(source)):
        if (length := (function.end_lineno or 0) - function.lineno + 1) > 60:
            yield f"{function.lineno}: {function.name} has {length} lines, over 60"


def routed_lambdas_and_names(tree: ast.AST) -> set[str]:
    """Functions that are handed to Starlette's Route(path, endpoint)."""
    found = (node for node in calls(tree) if called(node) in ("Route", "WebSocketRoute"))
    endpoints = [value for node in found for value in [*node.args[1:2], *(k.value for k in node.keywords)]]
    return {value.id for value in endpoints if isinstance(value, ast.Name)}


def handlers_are_short(source: str, path: str) -> Iterator[str]:
    if layer(path) != "routes":
        return
    tree = parsed(source)
    plain = routed_lambdas_and_names(tree)
    for function in functions(tree):
        marks = [mark.func if isinstance(mark, ast.Call) else mark for mark in function.decorator_list]
        handler = any(isinstance(mark, ast.Attribute) and mark.attr in VERBS for mark in marks)
        if (handler or function.name in plain) and (length := body_lines(function)) > 10:
            yield f"{function.lineno}: the handler {function.name} has {length} lines, over 10: find, act, render"


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def words(name: str) -> set[str]:
    """`UserManager` and `user_manager` are both user and manager."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)}


def names_come_from_the_domain(source: str, path: str) -> Iterator[str]:
    for part in PurePosixPath(path).with_suffix("").parts:
        if bad := words(part) & BANNED_WORDS:
            yield f"1: the path {path} says {min(bad)}"
    tree = parsed(source)
    for node in walked(tree):
        if isinstance(node, ast.ClassDef) and (bad := words(node.name) & BANNED_WORDS):
            yield f"{node.lineno}: the class {node.name} says {min(bad)}"
    for node in functions(tree):
        if node.name.lstrip("_").startswith(BANNED_STARTS) and node.name not in GIVEN_METHODS:
            yield f"{node.lineno}: {node.name} says get, process, handle, manage or do; take a verb of the domain"


def names_are_imported_one_by_one(source: str, path: str) -> Iterator[str]:
    for node in walked(parsed(source)):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield f"{node.lineno}: import the names of {node.module} one by one"
        if isinstance(node, ast.ImportFrom | ast.Import) and "fasthtml.common" in ast.unparse(node):
            yield f"{node.lineno}: fasthtml.common makes a new tag of each misspelt name"


def fasthtml_emits_no_code(source: str, path: str) -> Iterator[str]:
    tree = parsed(source)
    for node in walked(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fasthtml"):
            for alias in node.names:
                if alias.name in BANNED_FASTHTML:
                    yield f"{node.lineno}: {alias.name} emits inline code or loads from elsewhere"
    for node in calls(tree):
        if called(node) == "Style":
            yield f"{node.lineno}: Style(...) is inline style; write it in static/css/"
        if called(node) == "Script" and node.args:
            yield f"{node.lineno}: Script(code) is inline code; write it in static/js/"
        if called(node) == "FastHTML":
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if given.get("default_hdrs") != "False" or "exts" in given:
                yield f"{node.lineno}: FastHTML(default_hdrs=False, ...) and no exts="


def annotations_are_live(source: str, path: str) -> Iterator[str]:
    for node in walked(parsed(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__" and layer(path) == "routes":
            yield f"{node.lineno}: annotations that are text break the bodies of handlers"


def public_verbs_promise(source: str, path: str) -> Iterator[str]:
    tree = parsed(source)
    if source.strip() and ast.get_docstring(tree) is None and not path.startswith("app/migrations/versions/"):
        yield f"1: {path} does not say what it is"
    for node in tree.body if layer(path) == "app" else []:
        verb = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
        if verb and not path.startswith("app/migrations/versions/") and ast.get_docstring(node) is None:
            yield f"{node.lineno}: {node.name} does not say what it promises"


# ── what a page may say ───────────────────────────────────────────────────────────────────────────────────────────────
def htmx_attributes_live(source: str, path: str) -> Iterator[str]:
    tree = parsed(source)
    for line, name, value in all_attributes(tree):
        short = name.removeprefix("data-")
        if short.startswith(("sse-", "ws-")) or (short.startswith("hx-") and short[3:] in DEAD):
            yield f"{line}: {name} is dead in htmx 4"
        if short.startswith(("hx-on", "hx:on")):
            yield f"{line}: {name} needs eval, which the policy forbids"
        if not short.startswith("hx-"):
            continue
        for _, text in texts(value):
            if re.match(r"\s*(js|javascript):", text):
                yield f"{line}: {name} with js: needs eval, which the policy forbids"
            if short == "hx-trigger" and "[" in text:
                yield f"{line}: a filter in {name} needs eval, which the policy forbids"
    for form in calls(tree):
        for node in calls(form) if called(form) == "Form" else ():
            given = {name for _, name, _ in attributes(node)}
            if node is not form and "hx-delete" in given and "hx-include" not in given:
                yield f"{node.lineno}: hx-delete does not send the form around it; say hx-include or post"


def pages_hold_no_code(source: str, path: str) -> Iterator[str]:
    tree = parsed(source)
    for line, name, value in all_attributes(tree):
        if name == "style" and layer(path) == "components":
            yield f"{line}: the attribute style is forbidden by the policy; use a class"
        if HANDLER.match(name) or name == "_":
            yield f"{line}: {name} is inline code; attach the behaviour by a data attribute"
        if name in ("fill", "stroke", "stop-color", "color"):
            for _, text in texts(value):
                if LITERAL_COLOUR.search(text) or NAMED_COLOUR.search(text):
                    yield f"{line}: {name} names a colour; colours stand in static/css/tokens.css"
    for line, text in texts(tree):
        if layer(path) in ("components", "routes") and INLINE.search(text):
            yield f"{line}: markup with inline code or style"


def colours_stand_in_tokens(source: str, path: str) -> Iterator[str]:
    if path == "static/css/tokens.css":
        return
    plain = re.sub(r"/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match[0]), source, flags=re.S)
    for match in DECLARATION.finditer(plain):
        name, value = match[1], re.sub(r"url\([^)]*\)|var\(--[\w-]+\)", "", match[2])
        coloured = name.startswith("--") or COLOURED.search(name)
        if LITERAL_COLOUR.search(value) or (coloured and NAMED_COLOUR.search(value)):
            yield f"{plain.count(chr(10), 0, match.start()) + 1}: {name} names a colour; colours stand in tokens.css"


# ── nothing is hidden ─────────────────────────────────────────────────────────────────────────────────────────────────
def errors_are_not_swallowed(source: str, path: str) -> Iterator[str]:
    for node in walked(parsed(source)):
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                yield f"{node.lineno}: a bare except catches what nobody meant"
            elif all(isinstance(step, ast.Pass | ast.Continue) for step in node.body) and "Exception" in broad(node):
                yield f"{node.lineno}: an except that recovers nothing hides the error"
        if isinstance(node, ast.Call) and called(node) == "suppress" and "Exception" in ast.unparse(node):
            yield f"{node.lineno}: suppress(Exception) hides every error"


def broad(node: ast.ExceptHandler) -> set[str]:
    return set(re.findall(r"\w+", ast.unparse(node.type))) if node.type else set()


def our_code_is_not_mocked(source: str, path: str) -> Iterator[str]:
    for line, module in imported(parsed(source)):
        if module.startswith(("unittest", "mock", "pytest_mock", "responses", "respx")):
            yield f"{line}: {module}: tests use a real server, database and model"


# ── every tracked file ────────────────────────────────────────────────────────────────────────────────────────────────
# In pieces, so that this file does not hold what it looks for.
HOSTS = tuple(f"{name}.org" for name in ("pypi", "pythonhosted", "registry.npmjs", "deb.debian"))
MACHINE = re.compile("|".join(("/wo" + "rk/", r"(?<![\w.~$}])/ro" + r"ot/\.?\w", r"/opt/(whe" + "els|py" + "pi)")))


def nothing_of_one_machine(source: str, path: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        if any(host in line for host in HOSTS):
            yield f"{number}: the host of a package registry"
        if MACHINE.search(line):
            yield f"{number}: a path of one machine"
