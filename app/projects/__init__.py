"""Projects: folders for chats, with instructions, a default model and files for every chat inside.

A chat says by its `project_id` where it lies; what is attached to a project is kept as what is attached to chats is.
"""

from app.projects.keeping import change, create, delete, find, instructions, mine, model_of, name_of, names, place
from app.projects.rows import Project

__all__ = [
    "Project",
    "change",
    "create",
    "delete",
    "find",
    "instructions",
    "mine",
    "model_of",
    "name_of",
    "names",
    "place",
]
