"""Words that people write in headers."""

from collections.abc import Mapping


def heard(headers: Mapping[str, str], name: str) -> str:
    """What a header says, '' without it: UTF-8, which terminals send and HTTP hands on as Latin-1; else as it is."""
    said = headers.get(name, "")
    try:
        return said.encode("latin-1").decode()
    except UnicodeError:
        return said
