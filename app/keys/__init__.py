"""Keys: how scripts, editors and agents come in."""

from app.keys.rows import Key

__all__ = ["Key"]
