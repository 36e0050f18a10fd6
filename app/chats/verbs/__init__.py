"""What programs, agents and models may ask of chats."""

from app.chats.verbs import asking, comparing, importing, ordering, projects, reading, sharing

__all__ = ["asking", "comparing", "importing", "ordering", "projects", "reading", "sharing"]
