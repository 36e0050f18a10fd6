"""Small marks inside other parts: icons, badges, states, people, times, progress."""

from datetime import UTC, datetime, timedelta, tzinfo
from html import escape
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastcore.xml import NotStr, ft
from fasthtml.components import Span

from app.clock import now
from components.addresses import asset

STATE_ICONS = {"good": "ok", "warn": "warn", "bad": "bad", "note": "info"}
AVATAR_TONES = ("", "b", "c", "d")


def Icon(name: str, small: bool = False, view: str = "") -> NotStr:
    """A picture from the sprite, hidden from readers: a word or an `aria-label` stands beside it."""
    # A string instead of elements: a chat of fifty messages shows three hundred icons.
    box = f' viewBox="{escape(view)}"' if view else ""
    kind = "icon small" if small else "icon"
    target = escape(f"{asset('icons.svg')}#{name}")
    return NotStr(f'<svg class="{kind}" aria-hidden="true"{box}><use href="{target}"/></svg>')


def Badge(word: str, kind: str = "", icon: str | None = None, live: bool = False) -> Any:
    """A word in a thin frame; kind is '', good, warn, bad, note or live."""
    dot = Span(cls="dot live") if live else ""
    return Span(cls=f"badge {kind}".strip())(dot, Icon(icon) if icon else "", word)


def State(words: Any, kind: str = "", icon: str | None = None) -> Any:
    """How something is, in words and, with the kinds good, warn, bad and note, an icon."""
    picture = icon or STATE_ICONS.get(kind)
    return Span(cls=f"state {kind}".strip())(Icon(picture, small=True) if picture else "", words)


def Avatar(name: str, big: bool = False) -> Any:
    """The first letter of a name in the shape of the arch; the name itself stands beside it."""
    letter = next((letter for letter in name if letter.isalnum()), "?").upper()
    tone = AVATAR_TONES[sum(map(ord, name)) % len(AVATAR_TONES)]
    return Span(cls=" ".join(filter(None, ("avatar", "big" if big else "", tone))), aria_hidden="true")(letter)


def Progress(value: float, label: str, most: float = 100, kind: str = "") -> Any:
    """How far something is, of `most`; kind is '', live, warn or bad."""
    return ft("progress", cls=f"progress {kind}".strip(), max=f"{most:g}", value=f"{value:g}", aria_label=label)


def Ago(time_us: int, me: Any) -> Any:
    """A moment in plain words of the person's time zone, exact in its title: 'just now', '14:02', 'yesterday'."""
    zone = _zone_of(me)
    return _moment(time_us, zone, _plain_words(_at(time_us, zone), _at(now(), zone)))


def Clock(time_us: int, me: Any) -> Any:
    """The hour and minute of a moment in the person's time zone, its day in the title."""
    zone = _zone_of(me)
    return _moment(time_us, zone, f"{_at(time_us, zone):%H:%M}")


def Exact(time_us: int, me: Any) -> Any:
    """A moment to the second in the person's time zone: '21 Nov, 14:02:07'; its year where that is another."""
    zone = _zone_of(me)
    then, today = _at(time_us, zone), _at(now(), zone)
    year = "" if then.year == today.year else f" {then.year}"
    return _moment(time_us, zone, f"{then.day} {then:%b}{year}, {then:%H:%M:%S}")


def day_words(time_us: int, me: Any) -> str:
    """The heading of a day in a list: Today, Yesterday, Last week, Last month, or the month."""
    zone = _zone_of(me)
    day, today = _at(time_us, zone).date(), _at(now(), zone).date()
    age = (today - day).days
    if age <= 0:
        return "Today"
    if age == 1:
        return "Yesterday"
    if age <= 7:
        return "Last week"
    if age <= 30:
        return "Last month"
    return f"{day:%B %Y}" if day.year != today.year else f"{day:%B}"


def _plain_words(then: datetime, today: datetime) -> str:
    seconds = (today - then).total_seconds()
    days = (today.date() - then.date()).days
    if abs(seconds) < 60:
        return "just now" if seconds >= 0 else "in a moment"
    if abs(seconds) < 3600:
        return _counted(int(abs(seconds) // 60), "minute", past=seconds > 0)
    if days == 0:
        return f"{then:%H:%M}"
    if abs(days) == 1:
        return "yesterday" if days == 1 else f"tomorrow, {then:%H:%M}"
    if 1 < days < 7:
        return f"{then:%a %H:%M}"
    if -60 < days < 0:
        return _counted(-days, "day", past=False)
    year = "" if then.year == today.year else f" {then.year}"
    return f"{then.day} {then:%b}{year}"


def _counted(number: int, unit: str, past: bool) -> str:
    words = f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return f"{words} ago" if past else f"in {words}"


def _moment(time_us: int, zone: tzinfo, words: str) -> Any:
    exact = _at(time_us, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    local = _at(time_us, zone)
    return ft("time", words, datetime=exact, title=f"{local.day} {local:%B %Y, %H:%M:%S}")


def local(time_us: int, me: Any) -> datetime:
    """A moment as the clock of the person's time zone shows it."""
    return _at(time_us, _zone_of(me))


def _at(time_us: int, zone: tzinfo) -> datetime:
    return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=time_us)).astimezone(zone)


def _zone_of(me: Any) -> tzinfo:
    name = getattr(me, "timezone", None) or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
