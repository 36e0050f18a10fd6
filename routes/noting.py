"""The line in the log that every request leaves."""

from app import clock
from app.logs import log


def told(path: str) -> str:
    """A path as the log may tell it: what opens something is blanked, and nothing in it speaks to a terminal."""
    # A proxy that leaves its prefix in the path leaves a link's token in it too.
    for kind in ("/links/", "/shared/"):
        before, link, _ = path.partition(kind)
        path = f"{before}{link}…" if link else path
    return path if path.isprintable() else ascii(path)[1:-1]


def note(scope, status: int, started: float) -> None:
    """One line for each request."""
    path = told(scope["path"])
    milliseconds = round((clock.ticks() - started) * 1000, 1)
    level = log.debug if path.startswith(("/static/", "/healthz", "/readyz")) else log.info
    level("http.request", method=scope["method"], path=path, status=status, ms=milliseconds)
