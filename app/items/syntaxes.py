"""Syntaxes: which there are (by their names in Pygments), and which one a text has."""

import re
from functools import cache, lru_cache

import orjson

PLAIN = "text"
JSON_TRIED = 256 * 1024
# What several languages claim goes to the one that most people mean.
PREFERRED = {
    "h": "c", "m": "objective-c", "pl": "perl", "t": "perl", "cls": "tex", "sql": "sql", "v": "verilog", "s": "gas",
    "inc": "php", "html": "html", "htm": "html", "xml": "xml", "md": "markdown", "markdown": "markdown", "txt": PLAIN,
    "log": PLAIN, "csv": "csv", "tsv": "csv", "cfg": "ini", "conf": "ini", "ts": "typescript", "py": "python",
    "cs": "csharp", "r": "r", "sh": "bash", "rs": "rust", "json": "json", "yml": "yaml", "lock": PLAIN, "kt": "kotlin",
}  # fmt: skip
# Ours, beside those of Pygments: they are shown as tables or as plain text.
OWN = {"csv": ("CSV", ".csv"), PLAIN: ("Plain text", ".txt")}
SHELLS = {"python": "python", "node": "javascript", "deno": "typescript", "perl": "perl", "ruby": "ruby", "php": "php"}
SHEBANG = re.compile(r"#!\s*\S*?/?(?:env\s+(?:-S\s+)?)?([a-z]+)[\d.]*\s", re.I)
# The first that a text has, in its first characters.
SIGNS = tuple(
    (re.compile(pattern, re.M), syntax)
    for pattern, syntax in (
        (r"\A\s*<\?php\b", "php"),
        (r"\A\s*<\?xml\b", "xml"),
        (r"(?i)\A\s*(<!doctype html|<html\b)", "html"),
        (r"\A(diff --git |--- \S.*\n\+\+\+ \S|Index: )", "diff"),
        (r"\ATraceback \(most recent call last\):", "pytb"),
        (r"^#include\s*[<\"][\w/.]+\+?\+?[>\"]", "cpp"),
        (r"\A(\s|//.*\n)*package \w+\s*\n", "go"),
        (r"^(pub )?fn \w+(<.*>)?\(.*\{\s*$", "rust"),
        (r"^(async )?def \w+\(.*\).*:\s*(#.*)?$|^from [\w.]+ import |^class \w+(\(.*\))?:\s*$", "python"),
        (r"^(import|export) .*\bfrom ['\"]|^(const|let|var) \w+ = |^(async )?function \w+\(.*\) ?\{", "javascript"),
        (r"^public (final |abstract )?(class|interface|enum) \w+", "java"),
        (r"(?i)\A\s*(--.*\n\s*)*(select\b[\s\S]*\bfrom|insert into|create (table|index|view)|alter table)\b", "sql"),
        (r"\A(#.*\n)*FROM \S+(:\S+)?( AS \w+)?\s*\n", "docker"),
        (r"\A---\s*\n\w[\w -]*:", "yaml"),
        (r"\A\[[\w. -]+\]\s*\n\s*[\w.-]+\s*=", "ini"),
        (r"^import \w+( as \w+)?$", "python"),
        (r"\A#{1,3} \S.*\n|^```\w*$|^#{2,3} \S.*$", "markdown"),
        (r"^[.#]?[a-z][\w.# >:-]*\{\s*$[\s\S]{0,9}^\s+[a-z-]+:[^;{}]*;$", "css"),
    )
)
# No sign is looked for in more than this: a pattern may take quadratic time of a line, and a line is short then.
LOOKED_AT, LINES, LINE = 8 * 1024, 100, 160


@cache
def table() -> tuple[dict[str, str], dict[str, str], dict[str, tuple[str, str]]]:
    """From alias to syntax, from file name (or ending) to syntax, and of each syntax the title and ending."""
    from pygments.lexers import get_all_lexers

    aliases: dict[str, str] = {}
    names: dict[str, str] = {}
    titles: dict[str, tuple[str, str]] = {}
    for title, spellings, patterns, _ in get_all_lexers(plugins=False):
        if not spellings or spellings[0] in OWN:
            continue
        syntax = spellings[0]
        for spelling in spellings:
            aliases.setdefault(spelling.lower(), syntax)
        endings = [pattern[2:] for pattern in patterns if re.fullmatch(r"\*\.[\w+-]+", pattern)]
        for ending in endings:
            names.setdefault(f".{ending.lower()}", syntax)
        for pattern in patterns:
            if re.fullmatch(r"[\w.+-]+", pattern):
                names.setdefault(pattern.lower(), syntax)
        titles[syntax] = (title, f".{endings[0]}" if endings else ".txt")
    for syntax, (title, ending) in OWN.items():
        aliases[syntax], titles[syntax] = syntax, (title, ending)
    names.update({f".{ending}": aliases.get(syntax, syntax) for ending, syntax in PREFERRED.items()})
    aliases["plain"] = aliases["plaintext"] = PLAIN
    return aliases, names, titles


def known(name: str) -> str | None:
    """The syntax that somebody calls so (an alias or a file's ending), or None."""
    aliases, names, _ = table()
    asked = name.strip().lower()
    return aliases.get(asked) or names.get(f".{asked.lstrip('.')}")


def title(syntax: str) -> str:
    """How people call it."""
    return table()[2].get(syntax, (syntax, ""))[0]


def extension(syntax: str) -> str:
    """How the name of a file in this syntax ends, with its dot."""
    return table()[2].get(syntax, ("", ".txt"))[1]


def all() -> list[tuple[str, str]]:
    """Every syntax and its title, by title."""
    return sorted(((syntax, title) for syntax, (title, _) in table()[2].items()), key=lambda each: each[1].lower())


def guess(name: str, text: str) -> str:
    """The syntax of a text by its file's name, else by how it begins; plain text when nothing tells."""
    return of_name(name) or of_content(text)


@lru_cache(maxsize=1024)
def of_name(name: str) -> str:
    """The syntax that a file's name tells, or ''."""
    names, lower = table()[1], name.lower()
    if lower in names:
        return names[lower]
    dot = lower.rfind(".")
    return names.get(lower[dot:], "") if dot >= 0 else ""


def of_content(text: str) -> str:
    """The syntax that the beginning of a text tells."""
    start = "\n".join(line[:LINE] for line in text[:LOOKED_AT].lstrip("\ufeff").split("\n")[:LINES])
    if found := SHEBANG.match(start):
        return SHELLS.get(found[1].lower(), "bash")
    if start.lstrip()[:1] in ("{", "[") and len(text) <= JSON_TRIED and is_json(text):
        return "json"
    return next((known(syntax) or PLAIN for sign, syntax in SIGNS if sign.search(start)), PLAIN)


def is_json(text: str) -> bool:
    """Whether this is a JSON object or list."""
    try:
        return isinstance(orjson.loads(text), dict | list)
    except orjson.JSONDecodeError:
        return False
