"""Answers while they are written: the first word, the server's work for each token, many viewers, many answers."""

import asyncio
import gc
import time
from typing import Any

from bench import viewers
from bench.house import House, Person
from bench.pages import browser, signed_in
from bench.table import Figure, median, percentile
from bench.upstream import WRAP
from bench.viewers import Viewer

PACE = 50
WAIT = 300
WATCHERS, ANSWERS = 200, 25
SEEN = """([pace, wrap]) => new Promise((seen) => {
  const find = () => {
    const word = document.querySelector('#turns')?.innerText.match(/\\bt(\\d{6})\\b/);
    if (word) { watcher.disconnect(); seen([Number(word[1]), performance.timeOrigin + performance.now()]); }
  };
  const watcher = new MutationObserver(find);
  watcher.observe(document.body, {childList: true, subtree: true, characterData: true});
  find();
})"""


def models(seconds: int) -> dict[str, str]:
    """The names of the models that are asked, by what they are for."""
    count = PACE * seconds
    first = {"first": f"timed-{PACE}-5-{WAIT}", "seen": f"timed-{PACE}-5-{WAIT * 3}"}
    return first | {"many": f"timed-{PACE}-{count}-{WAIT * 4}", "cpu": f"pace-{PACE}-{count * 3}"}


async def first_words(person: Person, model: str, times: int) -> list[float]:
    """Milliseconds from the upstream's first word to the first event of a stream that holds it."""
    found = []
    for n in range(times):
        viewer = await viewers.watch(person, *person.begin("When?", f"first-{n}-{time.time_ns()}", model))
        await viewers.finished([viewer], 20)
        found.append(viewer.delays()[0] * 1000)
    return found


def first_seen(house: House, person: Person, model: str, times: int) -> list[float]:
    """Milliseconds from the upstream's first word to the moment when it stands in Chromium's page."""
    found = []
    with browser() as chromium:
        page = signed_in(chromium, person).new_page()
        offset = clocks_apart(page, house)
        for n in range(times):
            chat, _ = person.begin("When?", f"seen-{n}-{time.time_ns()}", model)
            page.goto(f"{house.url}/chats/{chat}")
            word, at = page.evaluate(SEEN, [PACE, WRAP])
            found.append((at + offset) - word / 10)
            page.wait_for_selector("[data-stop]", state="detached")
    return [each % (WRAP / 10) for each in found]


def clocks_apart(page: Any, house: House) -> float:
    """Milliseconds to add to the browser's clock for the one of this machine: from the quickest of many questions."""
    page.goto(f"{house.url}/healthz")
    tries = []
    for _ in range(40):
        before = time.monotonic()
        there = page.evaluate("performance.timeOrigin + performance.now()")
        after = time.monotonic()
        tries.append((after - before, (before + after) / 2 * 1000 - there))
    return min(tries)[1]


async def cost(house: House, person: Person, id: str, model: str) -> tuple[float, float]:
    """Milliseconds of the server's processor time for each token of an answer, from its viewer's coming to its end."""
    tokens = int(model.split("-")[2])
    # The first code and the first formula after a start load what colours and sets them.
    warm = await viewers.watch(person, *person.begin("Ready?", f"warm-{time.time_ns()}", person.models()["burst-200"]))
    await viewers.finished([warm], 20)
    await asyncio.sleep(1)
    answer = person.begin("How much?", f"cost-{time.time_ns()}", id)
    before = house.cpu()
    viewer = await viewers.watch(person, *answer)
    await viewers.finished([viewer], tokens / PACE + 20)
    return (house.cpu() - before) * 1000 / tokens, tokens


async def crowd(
    house: House, person: Person, id: str, model: str, answers: int, each: int
) -> tuple[list[Viewer], float]:
    """So many answers with so many viewers each: the viewers, and the cores that the server used."""
    asked = [person.begin("Together?", f"crowd-{n}-{time.time_ns()}", id) for n in range(answers)]
    watching = [await viewers.watch(person, *ids) for ids in asked for _ in range(each)]
    await asyncio.sleep(0.5)
    gc.disable()
    begun, before = time.monotonic(), house.cpu()
    await viewers.finished(watching, 60)
    used = (house.cpu() - before) / (time.monotonic() - begun)
    gc.enable()
    words = int(model.split("-")[2])
    assert min(viewer.words() for viewer in watching) >= words, "a viewer missed words"
    return watching, used


def measure(house: House, person: Person, times: int, seconds: int) -> list[Figure]:
    """All of them, one after the other."""
    import uvloop

    ids, names = person.models(), models(seconds)
    first = uvloop.run(first_words(person, ids[names["first"]], times))
    seen = first_seen(house, person, ids[names["seen"]], times)
    spent, tokens = uvloop.run(cost(house, person, ids[names["cpu"]], names["cpu"]))
    one = uvloop.run(crowd(house, person, ids[names["many"]], names["many"], 1, WATCHERS))
    many = uvloop.run(crowd(house, person, ids[names["many"]], names["many"], ANSWERS, 1))
    return [
        Figure("First word, from the upstream to a viewer's stream", median(first), "ms", 15, f"median of {times}"),
        Figure("First word, from the upstream to Chromium's page", median(seen), "ms", 15, f"median of {times}"),
        Figure("Server CPU for a token, one viewer", spent, "ms", 0.6, f"{tokens:,} of Markdown, {PACE}/s"),
        *together(f"{WATCHERS} viewers of one answer", *one, goals=(100, 1)),
        *together(f"{ANSWERS} answers of {PACE} tokens/s", *many),
    ]


def together(
    name: str, watching: list[Viewer], cores: float, goals: tuple[float | None, float | None] = (None, None)
) -> list[Figure]:
    """How late words are for many, and how much of the machine that takes."""
    late = [delay * 1000 for viewer in watching for delay in viewer.delays()]
    return [
        Figure(f"{name}: text to viewer, p50", percentile(late, 0.5), "ms", note="with the 50 ms tick"),
        Figure(f"{name}: text to viewer, p99", percentile(late, 0.99), "ms", goals[0], "with the 50 ms tick"),
        Figure(f"{name}: cores of the server", cores, "", goals[1]),
    ]
