"""Every address on a page is made here: links, forms, streams, assets."""

from collections.abc import Mapping
from contextvars import ContextVar
from urllib.parse import quote, urlencode

# Set for each request by the server, when it is mounted below the root of its host.
root_path: ContextVar[str] = ContextVar("root_path", default="")
# Set for each request by the server: whether the page travels between machines over plain http.
exposed: ContextVar[bool] = ContextVar("exposed", default=False)

_hashed: dict[str, str] = {}


def url(target: str, *parts: object, fragment_: str | None = None, **query: object) -> str:
    """The address of `target`, with each part quoted behind it and each query value that is not None."""
    if not target.startswith("/"):
        raise ValueError(f"an address starts with a slash: {target!r}")
    if any(part is None or str(part) == "" for part in parts):
        # '/chats/' would reach the list, or another route with an empty id.
        raise ValueError(f"an address has no empty parts: {target!r} {parts!r}")
    path = "/".join([target.rstrip("/") if parts else target, *(quote(str(part), safe="") for part in parts)])
    asked = {name: value for name, value in query.items() if value is not None}
    if asked:
        path += ("&" if "?" in path else "?") + urlencode(asked, doseq=True)
    if fragment_:
        path += "#" + quote(fragment_, safe="")
    return root_path.get() + path


def assets_are(mapping: Mapping[str, str]) -> None:
    """Says once, at the start, at which hashed address each asset is served: name -> '<hash>/<name>' below /static/."""
    _hashed.clear()
    _hashed.update(mapping)


def asset(name: str) -> str:
    """The hashed address of an asset, which may be cached for ever; its plain address where no hash is known."""
    return f"{root_path.get()}/static/{_hashed.get(name, name)}"
