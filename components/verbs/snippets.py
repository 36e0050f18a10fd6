"""How a script asks a verb: with curl, from Python and from JavaScript, with the reader's own address filled in."""

import json
import re
import shlex
from typing import Any
from urllib.parse import quote, urlencode

from app.verbs import Verb

LANGUAGES = {"curl": "curl", "python": "Python", "javascript": "JavaScript"}
SHELL, PYTHON, SCRIPT = "sh", "python", "js"
PLACE = re.compile(r"\{(\w+)\}")


def snippet(verb: Verb, language: str, address: str) -> tuple[str, str]:
    """The snippet for the verb's first example, and the syntax that it is written in. `address` is that of /api/v1."""
    target, body = asked(verb, address)
    if language == "python":
        return PYTHON, python(verb, target, body)
    if language == "javascript":
        return SCRIPT, javascript(verb, target, body)
    return SHELL, curl(verb, target, body)


def asked(verb: Verb, address: str) -> tuple[str, dict[str, Any] | None]:
    """The address of the first example, and its body where it has one."""
    example = {name: PLACE.sub(named, value) if isinstance(value, str) else value for name, value in first(verb)}
    path = verb.path
    for name in verb.in_path:
        path = path.replace(f"{{{name}}}", quote(str(example.pop(name, "ID"))))
    if verb.method not in ("GET", "DELETE"):
        return address + path, example
    given = [(name, str(value).lower() if isinstance(value, bool) else value) for name, value in example.items()]
    return address + path + (f"?{urlencode(given)}" if given else ""), None


def first(verb: Verb) -> list[tuple[str, Any]]:
    """The members of the first example."""
    return list(verb.examples[0].items()) if verb.examples else []


def named(match: re.Match[str]) -> str:
    """What stands for an id of the reader's own: {paste} is PASTE_ID."""
    return f"{match[1].upper()}_ID"


def curl(verb: Verb, target: str, body: dict[str, Any] | None) -> str:
    """For a terminal."""
    lines = [f"curl {shlex.quote(target)}", '-H "Authorization: Bearer $INK_KEY"']
    if verb.method != ("GET" if body is None else "POST"):
        lines[0] = f"curl -X {verb.method} {shlex.quote(target)}"
    if body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}"]
    return " \\\n  ".join(lines)


def python(verb: Verb, target: str, body: dict[str, Any] | None) -> str:
    """For Python with requests."""
    words = [f'    "{target}",', '    headers={"Authorization": f"Bearer {os.environ[\'INK_KEY\']}"},']
    if body is not None:
        words.append(f"    json={body!r},")
    call = "\n".join([f"answer = requests.{verb.method.lower()}(", *words, ")"])
    return f"import os\n\nimport requests\n\n{call}\nanswer.raise_for_status()\nprint(answer.json())"


def javascript(verb: Verb, target: str, body: dict[str, Any] | None) -> str:
    """For JavaScript, in Node.js or Deno."""
    headers = {"Authorization": "`Bearer ${process.env.INK_KEY}`"}
    lines = [f'const answer = await fetch("{target}", {{']
    if verb.method != "GET":
        lines.append(f'  method: "{verb.method}",')
    kind = ', "Content-Type": "application/json"' if body is not None else ""
    lines.append(f"  headers: {{ Authorization: {headers['Authorization']}{kind} }},")
    if body is not None:
        lines.append(f"  body: JSON.stringify({json.dumps(body, ensure_ascii=False)}),")
    lines += ["});", "if (!answer.ok) throw new Error(await answer.text());", "console.log(await answer.json());"]
    return "\n".join(lines)
