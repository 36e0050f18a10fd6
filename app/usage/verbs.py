"""What programs and agents may ask of usage: what oneself has used. And who counts the calls of all verbs."""

from datetime import date
from typing import Literal

from pydantic import Field

from app import clock, verbs
from app.rights import Caller
from app.usage import pots, purses, reporting
from app.usage.reserving import SUBJECTS
from app.usage.summing import Sum
from app.verbs import Input, Output, Verb, moment, verb

Period = Literal["week", "month", "year"]


class UsageInput(Input):
    """How far back."""

    period: Period = Field("month", description="The last 7 days, 30 days or 12 months, until now.")


class Numbers(Output):
    """Calls of models, their tokens, and what they cost in billionths of the currency."""

    calls: int
    failed: int
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    cost: int


class DayUsed(Numbers):
    """A day, or in a year a month: its first day, in UTC."""

    since: date


class ModelUsed(Numbers):
    """What one model was used for."""

    model: str
    provider: str


class UsageSeen(Output):
    """The whole, its days and its models, the most expensive model first."""

    period: Period
    total: Numbers
    earlier: Numbers = Field(description="The same number of days before.")
    days: list[DayUsed]
    models: list[ModelUsed]


@verb(
    "usage.read",
    scope="usage:read",
    title="Read usage",
    description="What you have used of models in the last week, month or year: calls, tokens and cost, by day and by "
    "model. Costs are whole numbers in billionths of the currency; divide by 1,000,000,000.",
    input=UsageInput,
    output=UsageSeen,
    method="GET",
    path="/usage",
    read_only=True,
    examples=[{"period": "week"}],
)
def read(me: Caller, asked: UsageInput) -> UsageSeen:
    """What `me` has used; an admin's own too."""
    report = reporting.report(me, asked.period, user_id=me.id)
    return UsageSeen(
        period=asked.period,
        total=Numbers(**numbers(report.total)),
        earlier=Numbers(**numbers(report.earlier)),
        days=[DayUsed(since=moment(bar.since * clock.DAY).date(), **numbers(bar.sum)) for bar in report.bars],
        models=[ModelUsed(model=line.name, provider=line.note, **numbers(line.sum)) for line in report.models],
    )


def numbers(sum: Sum) -> dict[str, int]:
    """The numbers that are told."""
    return {name: int(getattr(sum, name)) for name in Numbers.model_fields}


def counted(me: Caller, verb: Verb) -> None:
    """Count a call by what its key may ask in a minute. Raises OverLimit. What asks a model is counted there."""
    if not me.key or verb.spends:
        return
    now = clock.ticks()
    with purses.lock:
        for pace in purses.here().of(me.id, me.key).paces:
            if pace.kind == pots.KEY and pace.requests is not None:
                pace.check_rate(now, SUBJECTS[pace.kind])
                pace.asked.append(now)


verbs.count_by(counted)
