"""Archives that somebody changed: sealed again, so that each sum is right and only what is said is not."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

Change = bytes | None | Callable[[dict], None]


def entries(archive: Path | bytes) -> dict[str, bytes]:
    """All entries of an archive, by their names."""
    with zipfile.ZipFile(io.BytesIO(archive) if isinstance(archive, bytes) else archive) as found:
        return {name: found.read(name) for name in found.namelist()}


def zipped(content: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data, packing)
    return out.getvalue()


def sealed(content: dict[str, bytes], **manifest) -> bytes:
    """The entries as an archive whose list and manifest agree with them, whatever they say."""
    told = json.loads(content["manifest.json"]) | manifest
    rest = {name: data for name, data in content.items() if name not in ("entries.jsonl", "manifest.json")}
    listed = b"".join(
        json.dumps({"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}).encode() + b"\n"
        for name, data in rest.items()
    )
    size = sum(len(data) for data in rest.values())
    told["entries"] = {"count": len(rest), "size": size, "sha256": hashlib.sha256(listed).hexdigest()}
    return zipped(rest | {"entries.jsonl": listed, "manifest.json": json.dumps(told).encode()})


def changed(archive: Path | bytes, changes: dict[str, Change], **manifest) -> bytes:
    """The archive with other entries (None: without it), or records that a function has changed, sealed again. Of an
    entry of lines every record is changed."""
    content = entries(archive)
    for name, change in changes.items():
        if change is None:
            del content[name]
        elif isinstance(change, bytes):
            content[name] = change
        else:
            records = [
                json.loads(line) for line in (content[name].splitlines() if name.endswith("l") else [content[name]])
            ]
            for record in records:
                change(record)
            content[name] = b"\n".join(json.dumps(record).encode() for record in records)
    return sealed(content, **manifest)
