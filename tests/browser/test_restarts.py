"""A restart behind a held door, as somebody sees it who is reading an answer while it is written."""

import threading

import pytest

from app import doors
from tests.browser.conftest import prose
from tests.browser.test_resume import Serving, come_in
from tests.replicas import until
from tests.visitors import Visitors


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_restarts_end_an_answer_in_sight_and_keep_the_page(window, upstream, tmp_path):
    serving = Serving(tmp_path, upstream.url)
    serving.start("--hold")
    try:
        page = come_in(window, serving)
        with Visitors(serving.url, 1) as visitors:
            for _ in range(5):
                seen = prose(page)
                before = until(lambda: doors.state(tmp_path))
                starting = threading.Thread(target=doors.restart, args=(tmp_path,))
                starting.start()
                page.wait_for_selector(".callout >> text=Interrupted.", timeout=30_000)
                starting.join()
                assert len(prose(page)) >= len(seen), "nothing that was seen is lost"
                page.click(".callout >> text=Continue")  # waits at the door for the next server
                page.wait_for_selector(".turn.answer[aria-busy] >> text=Part 2", timeout=60_000)
                assert doors.restarted(tmp_path, before.boot, 60).pid == before.pid
        assert page.evaluate("() => window.sameDocument"), "without a reload"
        assert visitors.errors == []
    finally:
        serving.end(15)
