"""Pastes in words: who reads them, until when, how large, in which syntax."""

from typing import Any

from app.items import syntaxes
from components.addresses import url
from components.holdings.words import (
    CHOICES,
    LIVES,
    READERS,
    WEEK,
    Expires,
    counted,
    left_words,
    marks_of,
    size_words,
    told_of,
)

# What Pygments calls it, and what people do.
SYNTAXES = (
    ("", "Detected"),
    ("text", "Plain text"),
    ("markdown", "Markdown"),
    ("csv", "CSV"),
    ("bash", "Bash"),
    ("c", "C"),
    ("csharp", "C#"),
    ("cpp", "C++"),
    ("css", "CSS"),
    ("diff", "Diff"),
    ("docker", "Dockerfile"),
    ("elixir", "Elixir"),
    ("go", "Go"),
    ("haskell", "Haskell"),
    ("html", "HTML"),
    ("ini", "INI"),
    ("java", "Java"),
    ("javascript", "JavaScript"),
    ("json", "JSON"),
    ("kotlin", "Kotlin"),
    ("lua", "Lua"),
    ("make", "Makefile"),
    ("nginx", "Nginx"),
    ("nixos", "Nix"),
    ("perl", "Perl"),
    ("php", "PHP"),
    ("powershell", "PowerShell"),
    ("pytb", "Python traceback"),
    ("python", "Python"),
    ("splus", "R"),
    ("ruby", "Ruby"),
    ("rust", "Rust"),
    ("scala", "Scala"),
    ("sql", "SQL"),
    ("swift", "Swift"),
    ("terraform", "Terraform"),
    ("toml", "TOML"),
    ("typescript", "TypeScript"),
    ("xml", "XML"),
    ("yaml", "YAML"),
    ("zig", "Zig"),
)
CALLED = dict(SYNTAXES)


def place(item: Any, *parts: Any, **query: Any) -> str:
    """The address of a paste, or of something below it."""
    return url("/p", item.id, *parts, **query)


def title_of(item: Any, first: str = "") -> str:
    """A paste by its title, else by the name of its first part."""
    if item.title:
        return str(item.title)
    return "Sealed paste" if item.sealed else first or "Untitled"


def name_of(paste: Any) -> str:
    """A paste that is read by its title, else by the name of its first part."""
    return title_of(paste.item, paste.parts[0].name if paste.parts else "")


def syntax_words(syntax: str, type: str = "text/plain") -> str:
    """What people call a syntax."""
    if not syntax:
        return "Text" if type.startswith("text/") else type
    return "Text" if syntax == "text" else CALLED.get(syntax) or syntaxes.title(syntax)


__all__ = [
    "CALLED",
    "CHOICES",
    "LIVES",
    "READERS",
    "SYNTAXES",
    "WEEK",
    "Expires",
    "counted",
    "left_words",
    "marks_of",
    "name_of",
    "place",
    "size_words",
    "syntax_words",
    "title_of",
    "told_of",
]
