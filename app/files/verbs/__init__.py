"""What programs, agents and models may ask of files and folders."""

from app.files.verbs import bringing, foldering, moving, reading, sharing, writing

__all__ = ["bringing", "foldering", "moving", "reading", "sharing", "writing"]
