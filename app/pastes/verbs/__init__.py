"""What programs, agents and models may ask of pastes."""

from app.pastes.verbs import reading, sharing, writing

__all__ = ["reading", "sharing", "writing"]
