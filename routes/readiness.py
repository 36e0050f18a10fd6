"""Whether this server is ready, and which of its parts is not."""

from dataclasses import dataclass

from app.doors import handing


@dataclass(frozen=True)
class Readiness:
    """Each part with what is wrong with it in one sentence, '' while nothing is."""

    parts: dict[str, str]

    @property
    def ready(self) -> bool:
        """Whether all of them are well."""
        return not any(self.parts.values())

    @property
    def why(self) -> tuple[str, ...]:
        """What is wrong, one sentence each."""
        return tuple(said for said in self.parts.values() if said)


def look() -> Readiness:
    """How it is now."""
    return Readiness({"server": "This server is on its way out." if handing.ending else ""})
