"""What an import did: made, there already, left out and why."""

from collections import Counter
from dataclasses import dataclass, field

ONE_AND_MANY = {
    "person": ("person", "people"),
    "reply": ("stored response", "stored responses"),
    "audit": ("line of the audit", "lines of the audit"),
    "usage": ("line of the ledger", "lines of the ledger"),
    "usage day": ("day of the ledger", "days of the ledger"),
    "alias": ("alias", "aliases"),
}

# Characters of a sentence in which words of an archive stand.
LONGEST = 300


@dataclass
class Report:
    """`made` and `here` (there already) count by kind, `left` by kind and reason what was not taken; `notes` are
    sentences, and `new` the (kind, id) of what was made where that is little. `dry`: it is only what would be done."""

    made: Counter[str] = field(default_factory=Counter)
    here: Counter[str] = field(default_factory=Counter)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    new: list[tuple[str, str]] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    dry: bool = False

    def lines(self) -> list[str]:
        """All of it for people, one sentence a line."""
        deed, nothing = ("To be made", "Nothing is to be made.") if self.dry else ("Made", "Nothing was made.")
        found = [told(deed, self.made) or nothing]
        found += [told("There already", self.here)] if self.here else []
        for why in sorted({why for _, why in self.left}):
            these = Counter({kind: count for (kind, other), count in self.left.items() if other == why})
            found.append(f"{told('Left out', these)[:-1]}: {plain(why)}")
        found += [sentence.format(many(count, kind)) for (kind, sentence), count in sorted(self.sentences().items())]
        return found + self.notes

    def sentences(self) -> dict[tuple[str, str], int]:
        """What was counted on the way, by its kind and sentence."""
        return {(key.partition("|")[0], key.partition("|")[2]): count for key, count in self.counted.items()}

    def count(self, kind: str, sentence: str) -> None:
        """Count what one sentence will tell; `{}` in it stands for how many of the kind."""
        self.counted[f"{kind}|{sentence}"] += 1


def plain(words: str) -> str:
    """Words of an archive as a terminal may show them: without what would move it, and not without end."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def many(count: int, kind: str) -> str:
    """So many of a kind, in words."""
    one, more = ONE_AND_MANY.get(kind, (kind, f"{kind}s"))
    return f"{count:,} {one if count == 1 else more}"


def told(words: str, counts: Counter[str]) -> str:
    """Counts on one line, '' for none."""
    some = ", ".join(many(count, kind) for kind, count in sorted(counts.items()) if count)
    return f"{words}: {some}." if some else ""
