"""Picturing: small and bare pictures of files, made in confined processes and kept in data/derived."""

from pathlib import Path

WIDTHS = (96, 320, 1280)
# What thumbnails are.
TYPE = "image/webp"


def thumbnail(hash: str, type: str, width: int = 320) -> bytes | None:
    """A WebP picture of these bytes (a picture, or the first page of a PDF) of which no side is longer than `width`
    (96, 320 or 1280), without any metadata; None where there is none, or where it could not be made. Waits."""
    return None


def scaled(hash: str, type: str, *, longest: int = 1568, most_bytes: int = 4 << 20) -> tuple[bytes, str] | None:
    """The picture as a model takes it: its bytes (at most so many) and its media type (image/png or image/jpeg), no
    side longer than `longest`, upright, without any metadata; None where it could not be made. Waits."""
    return None


def bare(hash: str, type: str) -> Path | None:
    """A file with the same picture without what else it tells (place, time, camera, author), for all but those who may
    change it; None where such bytes tell nothing of the kind, so that they are sent as they are. Waits."""
    return None
