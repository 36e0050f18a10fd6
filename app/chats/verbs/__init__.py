"""What programs, agents and models may ask of chats."""

from app.chats.verbs import asking, reading, sharing

__all__ = ["asking", "reading", "sharing"]
