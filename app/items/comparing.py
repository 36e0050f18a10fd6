"""Comparing: what changed between two revisions, as a unified difference and as rows side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from app.items import rendering
from app.items.rows import ItemPart

LARGEST = 2 << 20
AROUND = 3
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Line:
    """A row side by side. `kind` is same, changed, added, removed or gap; numbers begin at 1, None is no line."""

    kind: str
    old_number: int | None = None
    old_text: str = ""
    new_number: int | None = None
    new_text: str = ""


@dataclass(frozen=True)
class FileDiff:
    """What became of one part. `state` is same, added, removed, changed, binary or large (both too much to compare);
    `old_name` differs from `name` where it was renamed. `rows` are the changed lines with three around them;
    `is_cut` says that there are more than 20,000."""

    name: str
    old_name: str
    state: str
    unified: str = ""
    rows: list[Line] = field(default_factory=list)
    added: int = 0
    removed: int = 0
    is_cut: bool = False


Codes = list[tuple[str, int, int, int, int]]


def compared(before: list[ItemPart], after: list[ItemPart]) -> list[FileDiff]:
    """What became of each part: those of the same name (else of the same bytes, else of the same place) are one."""
    pairs = paired(before, after)
    return [different(old, new) for old, new in pairs]


def paired(before: list[ItemPart], after: list[ItemPart]) -> list[tuple[ItemPart | None, ItemPart | None]]:
    """The parts of two revisions that are the same part."""
    left = {part.name: part for part in before}
    partner: dict[int, ItemPart] = {}
    for new in after:
        if new.name in left:
            partner[new.position] = left.pop(new.name)
    for new in after:
        if new.position not in partner:
            old = next((each for each in left.values() if each.hash == new.hash), None)
            if old is None and len(before) == len(after):
                old = next((each for each in left.values() if each.position == new.position), None)
            if old is not None:
                partner[new.position] = left.pop(old.name)
    return [(partner.get(new.position), new) for new in after] + [(old, None) for old in left.values()]


def different(old: ItemPart | None, new: ItemPart | None) -> FileDiff:
    """What became of one part."""
    some = new or old
    assert some is not None
    name, old_name = some.name, (old or some).name
    if old and new and old.hash == new.hash:
        return FileDiff(name, old_name, "same")
    if any(each is not None and not each.is_text for each in (old, new)):
        return FileDiff(name, old_name, "binary")
    if (old.size if old else 0) + (new.size if new else 0) > LARGEST:
        return FileDiff(name, old_name, "large")
    before, after = (old.content if old else ""), (new.content if new else "")
    state = "added" if old is None else "removed" if new is None else "changed"
    a, b = lines_of(before), lines_of(after)
    codes = opcodes(a, b)
    removed = sum(i2 - i1 for tag, i1, i2, _, _ in codes if tag != "equal")
    added = sum(j2 - j1 for tag, _, _, j1, j2 in codes if tag != "equal")
    text = unified(before, after, old.name if old else "/dev/null", new.name if new else "/dev/null", codes)
    shown = list(islice(rows(a, b, codes), MOST_ROWS + 1))
    return FileDiff(name, old_name, state, text, shown[:MOST_ROWS], added, removed, len(shown) > MOST_ROWS)


def opcodes(a: list[str], b: list[str]) -> Codes:
    """How `a` becomes `b`; what both begin and end with needs no comparing."""
    start, end = 0, 0
    least = min(len(a), len(b))
    while start < least and a[start] == b[start]:
        start += 1
    while end < least - start and a[-1 - end] == b[-1 - end]:
        end += 1
    before, after = a[start : len(a) - end], b[start : len(b) - end]
    middle: Codes = []
    if before or after:
        codes = rendering.opcodes(before, after) if before and after else [("replace", 0, len(before), 0, len(after))]
        middle = [(tag, i1 + start, i2 + start, j1 + start, j2 + start) for tag, i1, i2, j1, j2 in codes]
    first: Codes = [("equal", 0, start, 0, start)] if start else []
    last: Codes = [("equal", len(a) - end, len(a), len(b) - end, len(b))] if end else []
    return merged(first + middle + last)


def merged(codes: Codes) -> Codes:
    """Equal runs that touch are one."""
    found: Codes = []
    for code in codes:
        if found and found[-1][0] == code[0] == "equal":
            found[-1] = ("equal", found[-1][1], code[2], found[-1][3], code[4])
        else:
            found.append(code)
    return found


def groups(codes: Codes) -> Iterator[Codes]:
    """The changes with the lines around them, parted where more than those are equal (as difflib's)."""
    if not any(tag != "equal" for tag, *_ in codes):
        return
    codes = list(codes)
    tag, i1, i2, j1, j2 = codes[0]
    if tag == "equal":
        codes[0] = tag, max(i1, i2 - AROUND), i2, max(j1, j2 - AROUND), j2
    tag, i1, i2, j1, j2 = codes[-1]
    if tag == "equal":
        codes[-1] = tag, i1, min(i2, i1 + AROUND), j1, min(j2, j1 + AROUND)
    group: Codes = []
    for tag, i1, i2, j1, j2 in codes:
        if tag == "equal" and i2 - i1 > 2 * AROUND:
            group.append((tag, i1, i1 + AROUND, j1, j1 + AROUND))
            yield group
            group, i1, j1 = [], i2 - AROUND, j2 - AROUND
        group.append((tag, i1, i2, j1, j2))
    if any(tag != "equal" for tag, *_ in group):
        yield group


def unified(before: str, after: str, old_name: str, new_name: str, codes: Codes | None = None) -> str:
    """The unified difference of two texts, '' when they are equal."""
    if before == after:
        return ""
    a, b = lines_of(before), lines_of(after)
    lines = [f"--- {old_name}", f"+++ {new_name}"]
    for group in groups(opcodes(a, b) if codes is None else codes):
        first, last = group[0], group[-1]
        lines.append(f"@@ -{span(first[1], last[2])} +{span(first[3], last[4])} @@")
        for tag, i1, i2, j1, j2 in group:
            same = tag == "equal"
            lines += marked(" ", a[i1:i2]) if same else marked("-", a[i1:i2]) + marked("+", b[j1:j2])
    return "\n".join(lines) + "\n"


def lines_of(text: str) -> list[str]:
    """The lines of a text as its line numbers count them, each with its end: a last one without it is another line."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def marked(sign: str, lines: list[str]) -> list[str]:
    """Lines of one side; one that does not end says so, as patch wants it."""
    return [
        f"{sign}{line[:-1]}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file" for line in lines
    ]


def span(start: int, end: int) -> str:
    """The lines of a hunk, as the unified format counts them."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def rows(a: list[str], b: list[str], codes: Codes) -> Iterator[Line]:
    """The changes side by side, with the lines around them."""
    for n, group in enumerate(groups(codes)):
        if n or group[0][1] > 0:
            yield Line("gap")
        for tag, i1, i2, j1, j2 in group:
            for step in range(max(i2 - i1, j2 - j1)):
                i, j = i1 + step, j1 + step
                old, new = (i < i2), (j < j2)
                kind = "same" if tag == "equal" else "changed" if old and new else "removed" if old else "added"
                left = (i + 1, a[i].removesuffix("\n")) if old else (None, "")
                right = (j + 1, b[j].removesuffix("\n")) if new else (None, "")
                yield Line(kind, *left, *right)
