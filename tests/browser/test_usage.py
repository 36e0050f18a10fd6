"""Usage and aliases in a browser: read by keyboard, in any look, and on paper."""

import re

from app import gateway, rights
from tests.browser.conftest import aside
from tests.browser.test_pages import looked_at
from tests.test_usage_pages import DOLLAR, called, key_of

ADMIN = rights.machine()


def busy(bob):
    """A few weeks of calls; what a key made is among them."""
    key, _ = key_of(bob, "nightly jobs")
    for n in range(24):
        model = ("large", "small", "tiny-with-quite-a-long-name-2026-11", "local")[n % 4]
        cost = None if n % 4 == 3 else DOLLAR * (n % 5) // 3
        more = {"key_id": key.id, "door": "api"} if n % 3 else {}
        called(bob, ago=n, model=model, cost=cost, into=1_000 * n, estimated=n == 3, **more)


def test_usage_is_read_from_the_chart_to_a_key(window, bob):
    aside(busy, bob)
    page = window(bob).open("/usage")
    page.get_by_role("heading", name="Cost by day").wait_for()
    page.locator("summary", has_text="The same as a table").focus()
    page.keyboard.press("Enter")
    assert page.locator(".behind tbody tr").count() == 30 and looked_at(page, "/usage") == []
    page.get_by_role("link", name="12 months").click()
    page.get_by_role("heading", name="Cost by month").wait_for()
    page.get_by_role("link", name="Tokens", exact=True).click()
    page.get_by_role("heading", name="Tokens by month").wait_for()
    assert page.locator(".plot g").count() >= 1 and looked_at(page, "year") == []
    page.set_viewport_size({"width": 1280, "height": 760})
    page.locator("main").get_by_role("link", name="nightly jobs").click()
    page.get_by_role("heading", name="Usage of “nightly jobs”").wait_for()
    page.get_by_role("link", name="list them").click()
    page.get_by_role("heading", name="Calls").wait_for()
    assert page.locator("tbody tr").count() == 16 and looked_at(page, "/usage/calls") == []


def test_a_statement_prints_without_the_house(window, bob):
    aside(busy, bob)
    page = window(bob).open("/usage/statements")
    assert looked_at(page, "/usage/statements") == []
    page.emulate_media(media="print")
    assert page.locator(".table").is_visible() and page.locator("h1").is_visible()
    for gone in ("#rail", ".choose", "#bar", ".head .actions"):
        assert page.locator(gone).is_hidden(), gone


def test_a_scale_has_even_steps_that_say_what_they_are(window, bob):
    for _ in range(9):
        aside(called, bob, cost=DOLLAR // 100)
    page = window(bob).open("/usage?period=week&show=calls")
    assert page.locator(".scale span").all_inner_texts() == ["20", "15", "10", "5", "0"]
    page.get_by_role("link", name="Cost", exact=True).click()
    page.get_by_role("heading", name="Cost by day").wait_for()
    assert page.locator(".scale span").all_inner_texts() == ["$0.10", "$0.075", "$0.05", "$0.025", "$0.00"]


def test_large_numbers_stay_in_their_places(window, bob):
    aside(called, bob, cost=4_115_226 * DOLLAR, into=987_654_321_000, out=12_345_678_000)
    page = window(bob, viewport={"width": 360, "height": 760}).open("/usage")
    assert page.get_by_text("987.65").first.is_visible() and page.get_by_text("billion").count() == 2
    for figure in page.locator(".figures > div").all():
        assert figure.evaluate("it => it.scrollWidth - it.clientWidth") == 0
    assert looked_at(page, "large") == []


def test_a_weight_is_asked_for_only_where_it_decides(window, alice, model):
    model("words-20")
    page = window(alice).open("/admin/aliases")
    assert page.get_by_label("Weight 1").is_hidden() and page.get_by_label("Model 1").is_visible()
    page.get_by_label("Which one answers").select_option("weight")
    assert page.get_by_label("Weight 1").is_visible() and looked_at(page, "by weight") == []


def test_a_table_is_kept_as_a_file(window, bob):
    aside(called, bob)
    page = window(bob).open("/usage")
    with page.expect_download() as kept:
        page.get_by_role("link", name="CSV").click()
    assert kept.value.suggested_filename == "inglenook-usage-month.csv"


def test_an_alias_is_made_ordered_and_removed(window, alice, model):
    for name in ("words-20", "words-200"):
        model(name)
    page = window(alice).open("/admin/aliases")
    page.get_by_label("Name").fill("in two words")
    page.get_by_label("Model 1").select_option(label="words-20")
    page.get_by_role("button", name="Make it").click()
    page.get_by_text("Give it a name of at most 80").wait_for()
    assert looked_at(page, "refused") == []
    page.set_viewport_size({"width": 1280, "height": 760})
    page.get_by_label("Name").fill("browser-quick")
    page.get_by_label("Model 2").select_option(label="words-200")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("heading", name="browser-quick").wait_for()
    assert looked_at(page, "alias") == []
    page.set_viewport_size({"width": 1280, "height": 760})
    page.get_by_role("button", name=re.compile("Move words-200 .* up")).press("Enter")
    page.get_by_role("button", name=re.compile("Move words-20 .* up")).wait_for()
    behind = aside(gateway.find_alias, "browser-quick", ADMIN)[1]
    assert [each.model for each in behind] == ["words-200", "words-20"]
    page.get_by_role("button", name="Remove this alias").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.wait_for_url("**/admin/aliases")
    assert looked_at(page, "/admin/aliases") == [] and "browser-quick" not in page.content()
