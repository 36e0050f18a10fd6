"""`python -m bench`: measure all, print the table, and keep it in bench/results.md. `--quick` is a rehearsal."""

import argparse
import sys

from bench import (
    answers,
    archives,
    files,
    gateway,
    jobs,
    lengths,
    mcp,
    pages,
    pastes,
    reading,
    replication,
    restarts,
    starting,
)
from bench.house import House, Model, Person
from bench.table import RESULTS, Figure, markdown

PARTS = (
    "starting",
    "restarts",
    "pages",
    "pastes",
    "files",
    "reading",
    "archives",
    "lengths",
    "jobs",
    "answers",
    "gateway",
    "mcp",
    "replication",
)


def main() -> int:
    """0 when all goals are met."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer of everything, in a minute, without `replication`; keeps nothing"
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these: {', '.join(PARTS)}; keeps nothing")
    chosen = parser.parse_args()
    unknown = set(chosen.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {unknown.pop()}")
    figures = measured(chosen.parts or (PARTS[:-1] if chosen.quick else PARTS), chosen.quick)
    table = markdown(figures)
    print(table)
    if not chosen.quick and not chosen.parts:
        RESULTS.write_text(table)
    return int(not all(figure.ok for figure in figures))


def measured(parts: list[str] | tuple[str, ...], quick: bool) -> list[Figure]:
    """The figures of these parts."""
    seconds = 3 if quick else 10
    model, found = Model(*answers.models(seconds).values(), *gateway.models(seconds).values()), []
    try:
        with House() as house:
            house.prepare(model, "words-20")
            house.start()
            found += starting.measure(house, 1 if quick else 5) if "starting" in parts else []
            found += restarts.measure(house, 1 if quick else 5) if "restarts" in parts else []
            person = Person(house)
            found += pages.measure(house, person) if "pages" in parts else []
            found += pastes.measure(house, person, quick) if "pastes" in parts else []
            found += files.measure(house, person, quick) if "files" in parts else []
            found += reading.measure(house, person, quick) if "reading" in parts else []
            found += archives.measure(house, person, quick) if "archives" in parts else []
            found += lengths.measure(person, 10 if quick else 40) if "lengths" in parts else []
            found += jobs.measure(40 if quick else 200) if "jobs" in parts else []
            found += answers.measure(house, person, 4 if quick else 24, seconds) if "answers" in parts else []
            found += gateway.measure(house, person, model, seconds, quick) if "gateway" in parts else []
            found += mcp.measure(house, 100 if quick else 500) if "mcp" in parts else []
    finally:
        model.stop()
    if "replication" in parts:
        found += replication.measure((20,), 1, 2.0) if quick else replication.measure()
    return found


if __name__ == "__main__":
    sys.exit(main())
