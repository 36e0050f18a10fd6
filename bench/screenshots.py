"""`python -m bench.screenshots`: the pictures of the README, taken of the running product in Chromium."""

import sys
from typing import Any

from bench import content
from bench.house import ROOT, House, Model, Person
from bench.pages import browser, signed_in

PICTURES = ROOT / "docs" / "screenshots"
WIDTH, HEIGHTS = 1280, {"chat": 1040, "home": 800}
SCALE = 1.5
LARGEST = 250_000


def main() -> int:
    """Take all of them."""
    PICTURES.mkdir(exist_ok=True)
    model = Model(*content.MODELS)
    try:
        with House() as house:
            house.prepare(model, content.MODELS[0])
            house.start()
            person = Person(house)
            for each in reversed(content.others()):
                person.bring(each)
            chat = person.bring(content.shown())
            with browser() as chromium:
                for look in ("light", "dark"):
                    take(chromium, person, look, {"chat": f"/chats/{chat}", "home": "/"})
    finally:
        model.stop()
    return 0


def take(chromium: Any, person: Person, look: str, addresses: dict[str, str]) -> None:
    """One picture of each address, in the light or the dark."""
    options = {"device_scale_factor": SCALE, "color_scheme": look, "reduced_motion": "reduce"}
    page = signed_in(chromium, person, **options, timezone_id="Europe/Vienna").new_page()
    for name, address in addresses.items():
        page.set_viewport_size({"width": WIDTH, "height": HEIGHTS[name]})
        page.goto(person.house.url + address)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        path = PICTURES / f"{name}-{look}.png"
        page.screenshot(path=path)
        assert path.stat().st_size < LARGEST, f"{path.name} has {path.stat().st_size:,} bytes"
        print(path.relative_to(ROOT), f"{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
