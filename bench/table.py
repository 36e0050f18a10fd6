"""A figure beside its goal, and the table of them as Markdown."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results.md"


@dataclass(frozen=True)
class Figure:
    """One measured number. `goal` is the number it has to stay below (or with `least`, to reach), None without one."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    note: str = ""
    reaches: bool = False  # a goal that may be met exactly, such as a count
    least: bool = False

    @property
    def ok(self) -> bool:
        """Whether the goal is met."""
        if self.goal is None:
            return True
        if self.least:
            return self.value >= self.goal
        return self.value <= self.goal if self.reaches else self.value < self.goal

    def cells(self) -> tuple[str, str, str, str]:
        """What it is, its goal, what was measured, and whether that is enough."""
        sign = "≥" if self.least else "≤" if self.reaches else "<"
        goal = "" if self.goal is None else f"{sign} {written(self.goal)} {self.unit}".rstrip()
        verdict = "" if self.goal is None else "ok" if self.ok else "**not**"
        return self.name + (f" ({self.note})" if self.note else ""), goal, f"{written(self.value)} {self.unit}", verdict


def written(value: float) -> str:
    """A number in three figures."""
    if value == int(value) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def markdown(figures: Sequence[Figure]) -> str:
    """The table, with the machine and the day above it."""
    lines = [f"Measured by `make bench` on {machine()}.", "", "| figure | goal | measured | |", "|---|---:|---:|---|"]
    lines += ["| " + " | ".join(cell.strip() for cell in figure.cells()) + " |" for figure in figures]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """What this machine is, and what day it is."""
    cores = len(os.sched_getaffinity(0))
    kind = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{cores} cores ({kind}), {datetime.now(UTC):%Y-%m-%d}"


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
