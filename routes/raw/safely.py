"""Bytes of people, sent so that no browser runs them as the site: a few types keep theirs, the rest is plain or a file.

Three locks, each of which holds alone: the type is ours and `nosniff` keeps it, the policy gives the document an origin
of its own in which nothing loads or runs, and what is not on the list is downloaded.
"""

from urllib.parse import quote

TEXT, OCTETS, PDF = "text/plain; charset=utf-8", "application/octet-stream", "application/pdf"
# What a browser shows by itself, in which nothing runs as a page of ours. SVG, HTML and XML are not among them.
SHOWN = frozenset(
    ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", PDF)
    + ("audio/mpeg", "audio/flac", "audio/ogg", "audio/wav", "audio/mp4", "video/webm", "video/mp4")
)
# What people read as a text, whatever its type is called.
TEXTS = frozenset(("application/json", "application/xml", "image/svg+xml"))
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
# Chromium's viewer shows nothing in a sandbox; what a PDF may run, it runs in the viewer, which is no page of ours.
POLICY_PDF = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


def headers(type: str, name: str, download: bool = False) -> dict[str, str]:
    """What is said of bytes of this (told, not believed) type and name."""
    known = type in SHOWN
    is_text = type.startswith("text/") or type in TEXTS
    kind = type if known else TEXT if is_text else OCTETS
    shown = (known or is_text) and not download
    return {
        "content-type": kind,
        "content-disposition": disposition(name, shown),
        "content-security-policy": POLICY_PDF if kind == PDF and shown else POLICY,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
    }


def disposition(name: str, shown: bool) -> str:
    """To show or to save, and under which name (RFC 6266): ASCII for old programs, and as it is."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name) or "paste"
    return f"{'inline' if shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
