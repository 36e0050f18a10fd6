"""What programs, agents and models may ask of chats."""

from app.chats.verbs import asking, ordering, projects, reading, sharing

__all__ = ["asking", "ordering", "projects", "reading", "sharing"]
