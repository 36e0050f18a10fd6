"""A paste as a text, as Markdown, as JSON and as a zip: for programs, and for people who take it along."""

import re
import shutil
import zipfile
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import quote

import orjson

from app import pastes
from app.errors import TooLarge
from app.items import ItemPart
from routes.raw.sending import PIECE

LARGEST_JSON = 4 << 20


def text(paste: pastes.Paste, link: str) -> str:
    """The only text as it is, or all of them under their names."""
    if len(paste.parts) == 1 and paste.parts[0].is_text:
        return paste.parts[0].content
    return "\n".join(f"==> {part.name} <==\n{said(part, link)}" for part in paste.parts)


def markdown(paste: pastes.Paste, link: str) -> str:
    """The only Markdown as it is; else a title, and each text in a fence that nothing in it can close."""
    first = paste.parts[0]
    if len(paste.parts) == 1 and first.syntax == "markdown":
        return first.content
    blocks = [f"# {heading(paste.title or 'Untitled')}"]
    for part in paste.parts:
        if part.name and part.name != paste.title:
            blocks.append(f"## {heading(part.name)}")
        blocks.append(fenced(part.content, part.syntax) if part.is_text else said(part, link))
    return "\n\n".join(blocks) + "\n"


def heading(words: str) -> str:
    """Words that are nothing but words in Markdown."""
    return re.sub(r"([\\`*_{}\[\]()<>#!|~&])", r"\\\1", words)


def fenced(code: str, syntax: str) -> str:
    """Code in a fence that is longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{syntax if syntax.isascii() else ''}\n{code}{'' if code.endswith(chr(10)) else chr(10)}{fence}"


def said(part: ItemPart, link: str) -> str:
    """A text, or where to find what is none."""
    return part.content if part.is_text else f"({part.type}, {part.size:,} bytes: {link}/raw/{address(part)})\n"


def address(part: ItemPart) -> str:
    """The name of a part in an address."""
    return quote(part.name, safe="")


def told(paste: pastes.Paste, link: str, parent: str) -> bytes:
    """All of it as JSON; bytes by their address; `parent` is what may be told of its origin. Raises TooLarge."""
    if sum(part.size for part in paste.parts if part.is_text) > LARGEST_JSON:
        raise TooLarge("The texts of this are more than JSON carries here (4 MiB): take them one by one, or as .zip.")
    item = paste.item
    found: dict[str, Any] = {"id": item.id, "url": link, "title": paste.revision.title, "visibility": item.visibility}
    found |= {"revision": paste.revision.number, "sealed": item.sealed, "parent": parent or None}
    found |= {"created_at": item.created_at, "changed_at": item.changed_at, "expires_at": item.expires_at}
    found["parts"] = [
        {
            "name": part.name,
            "syntax": part.syntax,
            "type": part.type,
            "size": part.size,
            "lines": part.lines,
            "sha256": part.hash,
            "raw": f"{link}/raw/{address(part)}",
            "content": part.content if part.is_text else None,
        }
        for part in paste.parts
    ]
    return orjson.dumps(found)


def zipped(paste: pastes.Paste) -> BinaryIO:
    """All parts in one file, at the time of the revision; the same revision makes the same bytes. Where it is large it
    lies on the disk, and nowhere whole in memory."""
    made = datetime.fromtimestamp(max(paste.revision.created_at / 1e6, 315_532_800), UTC)
    file = SpooledTemporaryFile(PIECE)  # noqa: SIM115 - who sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as pack:
        for part in paste.parts:
            entry = zipfile.ZipInfo(part.name, made.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with part.file as given, pack.open(entry, "w") as taken:
                shutil.copyfileobj(given, taken, PIECE)
    file.seek(0)
    return cast(BinaryIO, file)
