"""Chats over HTTP: what a browser without a script gets, and the fragments that one with a script gets."""

import json
import random
import re
import time

import pytest

from app import chats, clock, db, providers
from app.chats import books
from components.chats import figures
from components.chats.home import greeting
from components.chats.rendered import Rendered
from tests.upstream import text_of

HTMX = {"hx-request": "true"}
ID = r"[0-9a-hjkmnp-tv-z]{29}"


def key() -> str:
    return clock.new_id()


def chat_of(response) -> str:
    return re.search(rf"/chats/({ID})", str(response.url)).group(1)


def start(someone, model_id: str, text: str = "Hello", **more) -> str:
    """A new chat; its id."""
    return chat_of(someone.post("/chats", data={"text": text, "key": key(), "model": model_id, **more}))


def finished(someone, chat: str, seconds: float = 10) -> str:
    """The chat's page when no answer of it is being written any more."""
    deadline = time.monotonic() + seconds
    while "aria-busy" in (page := someone.get(f"/chats/{chat}").text):
        assert time.monotonic() < deadline, "the answer did not end"
        time.sleep(0.02)
    return page


def messages(chat: str) -> list[tuple]:
    query = "select id, role, state, parent_id from message where chat_id = ? order by created_at, id"
    return db.fetch_all(query, chat)


def leaf(chat: str) -> str:
    return db.fetch("select leaf_id from chat where id = ?", chat)[0]


def test_a_question_is_answered_and_both_are_on_the_page(bob, model):
    page = finished(bob, start(bob, model("words-20"), "What is **bold**?"))
    assert 'class="turn question"' in page and "What is" in page
    assert text_of("words-20") in page
    assert re.search(r"\d+ in · 20 out · first word", page)


def test_home_greets_by_the_hour_and_leads_back_to_what_was_left(bob, model):
    chat = named(bob, model, "Where the river bends")
    bob.post(f"/chats/{chat}/messages", data={"text": "And where does it end?", "key": key()})
    finished(bob, chat)
    home = bob.get("/").text
    assert "And where does it end?" in home and "And where does it end?" in bob.get("/chats").text
    assert "Pick up where you left off" in home and f'href="/chats/{chat}"' in home

    class Me:
        name, timezone = "Ada Lind", "UTC"

    assert [greeting(Me, hour) for hour in (8, 14, 22)] == [
        "Good morning, Ada.",
        "Good afternoon, Ada.",
        "Good evening, Ada.",
    ]


def test_nobody_is_led_to_sign_in_and_a_stranger_sees_nothing(nobody, bob, charlie, model):
    chat = start(bob, model("words-20"))
    assert "/signin" in str(nobody.get(f"/chats/{chat}").url)
    for address in ("", ".md", ".txt", ".json", "/title", "/newer", f"/turns?before={leaf(chat)}"):
        assert charlie.get(f"/chats/{chat}{address}").status_code == 404, address
    message = leaf(chat)
    for address in ("", ".md", "/edit", "/another", "/stream"):
        assert charlie.get(f"/chats/{chat}/messages/{message}{address}").status_code == 404, address
    for verb, address in (
        ("POST", "/messages"),
        ("POST", f"/messages/{message}/versions"),
        ("DELETE", "/reply"),
        ("PUT", "/leaf"),
        ("PUT", "/title"),
        ("PUT", "/pin"),
        ("PUT", "/archive"),
        ("PUT", "/settings"),
        ("DELETE", ""),
        ("POST", "/restoration"),
        ("DELETE", "/remains"),
    ):
        data = {"text": "mine", "title": "mine", "message": message, "key": key()}
        body = {} if verb == "DELETE" else {"data": data}
        assert charlie.request(verb, f"/chats/{chat}{address}", **body).status_code == 404, (verb, address)
    finished(bob, chat)


def test_sending_twice_with_one_key_makes_one_message(bob, model):
    data = {"text": "Once", "key": key(), "model": model("words-20")}
    first, second = (chat_of(bob.post("/chats", data=data)) for _ in range(2))
    assert first == second and len(messages(first)) == 2
    finished(bob, first)
    follow = {"text": "And once more", "key": key(), "leaf": leaf(first)}
    for _ in range(2):
        assert bob.post(f"/chats/{first}/messages", data=follow, headers=HTMX).status_code == 200
    assert len(messages(first)) == 4


def test_a_stale_leaf_makes_a_branch_and_the_walker_leads_between_both(bob, model):
    chat = start(bob, model("words-20"), "First")
    finished(bob, chat)
    seen = leaf(chat)
    for text in ("From this tab", "From the other tab"):
        bob.post(f"/chats/{chat}/messages", data={"text": text, "key": key(), "leaf": seen})
        page = finished(bob, chat)
    assert "From the other tab" in page and "From this tab" not in page and "2/2" in page
    button = re.search(r"<button[^>]*Earlier version[^>]*>", page).group()
    earlier = re.search(rf'value="({ID})"', button).group(1)
    page = bob.post(f"/chats/{chat}/leaf", data={"message": earlier}).text
    assert "From this tab" in page and "From the other tab" not in page and "1/2" in page


def test_sending_while_an_answer_runs_is_refused_with_a_sentence_and_the_text_stays(bob, model):
    chat = start(bob, model("pace-50-2000"))
    refused = bob.post(f"/chats/{chat}/messages", data={"text": "Too soon, but kept", "key": key()})
    assert refused.status_code == 409
    assert "still being written" in refused.text and "Too soon, but kept" in refused.text
    toast = bob.post(f"/chats/{chat}/messages", data={"text": "Too soon", "key": key()}, headers=HTMX)
    assert toast.status_code == 409 and 'hx-target="#toasts"' in toast.text
    bob.post(f"/chats/{chat}/reply/stop")
    assert "Stopped." in finished(bob, chat)


def test_a_text_that_is_too_long_comes_back_in_the_composer(bob, model):
    text = "x" * (chats.messages.LARGEST + 1)
    refused = bob.post("/chats", data={"text": text, "key": key(), "model": model("words-20")})
    assert refused.status_code == 413 and text in refused.text
    assert "262,145 bytes; at most 262,144 (256 KiB)" in refused.text
    page = finished(bob, start(bob, model("words-20"), text[:-1]))
    assert 'class="prose long"' in page and text[:-1] in page


def test_nothing_is_not_a_question(bob, model):
    assert bob.post("/chats", data={"text": "  ", "key": key(), "model": model("words-20")}).status_code == 422


def test_stop_closes_the_upstream_within_a_second_and_keeps_the_text(bob, model, upstream):
    chat = start(bob, model("pace-51-2000"))
    while not upstream.sent.get("pace-51-2000"):
        time.sleep(0.01)
    time.sleep(0.3)
    closed = upstream.closed_early
    began = time.monotonic()
    assert bob.delete(f"/chats/{chat}/reply").status_code == 204
    while upstream.closed_early == closed:
        time.sleep(0.01)
        assert time.monotonic() - began < 1
    page = finished(bob, chat)
    assert "Stopped." in page and "Part 1" in page and "Continue" in page


def test_answering_again_editing_and_continuing_each_make_a_version(bob, model):
    chat = start(bob, model("words-20"), "One")
    finished(bob, chat)
    question, answer = messages(chat)[0][0], leaf(chat)
    bob.post(f"/chats/{chat}/messages/{answer}/versions", data={"key": key()})
    assert "2/2" in finished(bob, chat)
    other = {"key": key(), "model": model("words-200")}
    bob.post(f"/chats/{chat}/messages/{answer}/versions", data=other)
    page = finished(bob, chat)
    assert "3/3" in page and "word199" in page
    bob.post(f"/chats/{chat}/messages/{question}/versions", data={"key": key(), "text": "One, but better"})
    page = finished(bob, chat)
    assert "One, but better" in page and "Versions of this question" in page
    assert len(messages(chat)) == 6


def test_a_repeated_click_on_again_makes_one_version(bob, model):
    chat = start(bob, model("words-20"))
    finished(bob, chat)
    data, answer = {"key": key()}, leaf(chat)
    for _ in range(2):
        bob.post(f"/chats/{chat}/messages/{answer}/versions", data=data, headers=HTMX)
    assert len(messages(chat)) == 3


@pytest.mark.parametrize(
    "name, said, ways",
    [
        ("fail-401", "key", ("Retry", "Another model")),
        ("fail-cut", "Interrupted.", ("Continue", "Retry", "Another model")),
        ("fail-context", "", ("Retry", "Another model")),
        ("fail-length", "Not finished.", ("Continue",)),
    ],
)
def test_a_failure_is_told_with_the_ways_on(bob, model, name, said, ways):
    page = finished(bob, start(bob, model(name)))
    callout = page[page.index('class="callout') :]
    assert said in callout and all(word in callout for word in ways)


def test_reasoning_is_folded_and_not_part_of_the_text(bob, model):
    chat = start(bob, model("think"))
    page = finished(bob, chat)
    assert '<details class="fold">' in page and "Thought: First I count to 42." in page
    assert bob.get(f"/chats/{chat}/messages/{leaf(chat)}.md").text == text_of("think")


def test_unknown_cost_is_not_shown_as_nothing(bob, model):
    page = finished(bob, start(bob, model("words-20")))
    assert "$" not in re.search(r'<span class="details">(.*?)</span>', page).group(1)
    assert figures.money(0) == "$0.00" and figures.money(3_100_000) == "$0.0031"


def test_a_page_shows_the_last_fifty_messages_and_leads_to_older_ones(bob, model):
    chat = start(bob, model("echo"), "question number 0")
    finished(bob, chat)
    fill(chat, 60)
    page = bob.get(f"/chats/{chat}").text
    assert page.count('class="turn ') == 50 and "question number 5 " not in page
    older = re.search(r'href="(/chats/[^"]*/turns\?before=[^"]*)"', page).group(1)
    plain = bob.get(older).text
    assert "question number 0" in plain and "<html" in plain and "To the end of the chat" in plain
    fragment = bob.get(older, headers=HTMX).text
    assert "<html" not in fragment and fragment.count('class="turn ') == 12


def fill(chat: str, count: int, size: int = 0) -> None:
    """More messages of `size` letters below the leaf, written straight into the tables."""
    now = clock.now()
    with db.write() as tx:
        parent = tx.find(chats.Chat, chat).leaf_id
        for n in range(count):
            id, role = clock.new_id(), ("user", "assistant")[n % 2]
            text = f"question number {n + 1} " if role == "user" else f"answer number {n + 1} "
            text += "".join(random.Random(n).choices("etaoin shrdlu ", k=size))
            tx.add(
                chats.Message(
                    id=id,
                    chat_id=chat,
                    parent_id=parent,
                    role=role,
                    model="m",
                    html=f"<p>{text}</p>",
                    created_at=now + n,
                )
            )
            tx.add(chats.Part(message_id=id, n=0, kind="text", text=text))
            parent = id
        tx.run("update chat set leaf_id = :leaf where id = :chat", leaf=parent, chat=chat)


def test_newer_says_nothing_to_a_page_that_is_up_to_date(bob, model):
    chat = named(bob, model, "Settled")
    address, seen = newer(bob.get(f"/chats/{chat}").text)
    assert bob.get(f"{address}&seen={seen}", headers=HTMX).status_code == 204
    finished(bob, chat_of(bob.post(f"/chats/{chat}/messages", data={"text": "More", "key": key()})))
    fresh = bob.get(f"{address}&seen={seen}", headers=HTMX)
    assert fresh.status_code == 200 and "More" in fresh.text and 'hx-target="#turns"' in fresh.text


def named(someone, model, title: str, name: str = "words-20") -> str:
    """A finished chat with a title of the person's own, which no model changes."""
    chat = start(someone, model(name), title)
    finished(someone, chat)
    someone.put(f"/chats/{chat}/title", data={"title": title}, headers=HTMX)
    return chat


def newer(page: str) -> tuple[str, str]:
    address = re.search(r'data-newer="([^"]+)"', page).group(1).replace("&amp;", "&")
    return address, re.findall(r'data-seen="([^"]+)"', page)[-1]


def test_a_chat_is_named_pinned_archived_deleted_restored_and_erased(bob, model):
    chat = start(bob, model("words-20"), "Of many names")
    finished(bob, chat)
    named = bob.put(f"/chats/{chat}/title", data={"title": "A name of my own"}, headers=HTMX)
    assert "A name of my own" in named.text and 'hx-target="#shelf"' in named.text
    assert "Give it a name." in bob.put(f"/chats/{chat}/title", data={"title": " "}, headers=HTMX).text
    assert 'aria-pressed="true"' in bob.put(f"/chats/{chat}/pin", headers=HTMX).text
    assert "Pinned" in bob.get("/").text
    bob.delete(f"/chats/{chat}/pin", headers=HTMX)
    bob.put(f"/chats/{chat}/archive", headers=HTMX)
    assert "A name of my own" in bob.get("/chats?shelf=archived").text
    bob.delete(f"/chats/{chat}/archive", headers=HTMX)
    gone = bob.delete(f"/chats/{chat}?row=1", headers=HTMX).text
    assert "Undo" in gone and f"/chats/{chat}/restoration" in gone
    assert bob.get(f"/chats/{chat}").status_code == 410
    assert "30 days left" in bob.get("/chats?shelf=deleted").text
    assert "A name of my own" in bob.post(f"/chats/{chat}/restoration").text
    bob.delete(f"/chats/{chat}", headers=HTMX)
    bob.delete(f"/chats/{chat}/remains", headers=HTMX)
    assert bob.get(f"/chats/{chat}").status_code == 404


def test_the_list_is_filtered_by_title(bob, model):
    for title in ("A heron by the lake", "Bread at home"):
        named(bob, model, title)
    found = bob.get("/chats", params={"q": "HERON"}, headers=HTMX).text
    assert "A heron by the lake" in found and "Bread" not in found and "<html" not in found
    assert "Nothing has these words" in bob.get("/chats", params={"q": "zebra"}).text


def test_settings_are_kept_and_bad_ones_come_back_with_a_sentence(bob, model, upstream):
    chat = start(bob, model("words-20"))
    finished(bob, chat)
    given = {"system": "Be brief.", "temperature": "0,5", "top_p": "", "max_tokens": "300", "effort": ""}
    assert "Kept." in bob.put(f"/chats/{chat}/settings", data=given, headers=HTMX).text
    bob.post(f"/chats/{chat}/messages", data={"text": "And now?", "key": key()})
    finished(bob, chat)
    known = [each.body for each in upstream.asked("words-20") if each.path.endswith("/chat/completions")]
    asked = [each for each in known if each["messages"][-1]["content"] == "And now?"][-1]
    assert (
        asked["temperature"] == 0.5 and "top_p" not in asked and asked["messages"][0]["content"].endswith("Be brief.")
    )
    refused = bob.put(f"/chats/{chat}/settings", data={**given, "temperature": "9"}, headers=HTMX)
    assert refused.status_code == 422 and "between 0 and 2" in refused.text and "Be brief." in refused.text
    words = bob.put(f"/chats/{chat}/settings", data={**given, "max_tokens": "many"}, headers=HTMX)
    assert words.status_code == 422 and 'value="many"' in words.text


def test_a_temporary_chat_says_what_it_is_and_leaves_no_trace(bob, model):
    chat = start(bob, model("words-20"), "A secret of the heart", temporary="1")
    page = finished(bob, chat)
    assert "Temporary chat." in page and "at a restart, it is gone" in page and "A secret of the heart" in page
    assert messages(chat) == [] and db.fetch("select 1 from chat where id = ?", chat) is None
    bob.put(f"/drafts/{chat}", data={"text": "more secrets"})
    assert "more secrets" in bob.get(f"/chats/{chat}").text
    assert db.fetch("select 1 from draft where text like '%secret%'") is None
    assert "nothing is left of it" in bob.delete(f"/chats/{chat}", headers=HTMX).text
    assert bob.get(f"/chats/{chat}").status_code == 404


def test_a_temporary_chat_that_is_over_says_so_to_its_owner_only(bob, charlie, model):
    chat = start(bob, model("words-20"), "Gone with the wind", temporary="1")
    finished(bob, chat)
    books.temporary.clear()  # as a start of the server does
    said = "This chat is gone. A temporary chat ends"
    assert said in bob.get(f"/chats/{chat}").text
    assert said in bob.get(f"/chats/{chat}/newer", headers=HTMX).text
    sent = bob.post(f"/chats/{chat}/messages", data={"text": "Are you there?", "key": key()}, headers=HTMX)
    assert sent.status_code == 404 and said in sent.text
    assert said not in charlie.get(f"/chats/{chat}").text


def test_an_export_imports_again_byte_for_byte(bob, charlie, model):
    chat = named(bob, model, "Say it\nin two lines", "reference")
    exported = bob.get(f"/chats/{chat}.json")
    assert "attachment" in exported.headers["content-disposition"]
    taken = charlie.post("/chats/import", files={"file": ("chat.json", exported.content, "application/json")})
    copy = chat_of(taken)
    assert copy != chat and charlie.get(f"/chats/{copy}.json").content == exported.content
    text = bob.get(f"/chats/{chat}.md").text
    plain = bob.get(f"/chats/{chat}.txt")
    assert text.startswith("# Say it in two lines\n") and plain.text == text
    assert plain.headers["content-type"] == "text/plain; charset=utf-8" and "content-disposition" not in plain.headers


def test_a_file_that_is_no_chat_is_refused_on_the_same_page(bob):
    refused = bob.post("/chats/import", files={"file": ("x.json", b"{}", "application/json")})
    assert refused.status_code == 422 and "Import chats" in refused.text
    assert bob.post("/chats/import", data={}).status_code == 422


def test_a_draft_survives_and_goes_when_it_is_sent(bob, model):
    assert bob.put("/drafts/new", data={"text": "half a thought"}).status_code == 204
    assert "half a thought" in bob.get("/").text
    chat = start(bob, model("words-20"), "half a thought, whole")
    finished(bob, chat)
    assert "half a thought</textarea>" not in bob.get("/").text
    bob.put(f"/drafts/{chat}", data={"text": "and then"})
    assert "and then</textarea>" in bob.get(f"/chats/{chat}").text


def test_the_stream_brings_blocks_once_and_ends_with_done(bob, model):
    chat = start(bob, model("pace-200-400"))
    events = read_stream(bob, chat, 0)
    numbers = [int(event["id"]) for event in events if "id" in event]
    assert numbers == sorted(numbers) and numbers[-1] > 3
    assert events[-1]["event"] == "done"
    assert 'hx-swap="outerMorph"' in events[-2]["data"] and "Part 1" in events[-2]["data"]
    blocks = "".join(
        re.findall(r'hx-swap="beforebegin">(.*?)</hx-partial>', "\n".join(e["data"] for e in events), re.S)
    )
    assert blocks.count("Part 1") == 1


def test_a_stream_resumes_where_the_viewer_stands(bob, model):
    chat = start(bob, model("pace-200-600"))
    first = read_stream(bob, chat, 0, until=4)
    held = int(first[-1]["id"])
    address = f"/chats/{chat}/messages/{leaf(chat)}/stream?after=0"
    with bob.stream("GET", address, headers={"last-event-id": str(held)}) as answer:
        rest = list(parsed(answer.iter_lines()))
    assert int(rest[0]["id"]) >= held and rest[-1]["event"] == "done"
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in answer.headers


def test_a_stream_of_a_finished_answer_ends_at_once(bob, model):
    chat = start(bob, model("words-20"))
    finished(bob, chat)
    events = read_stream(bob, chat, 7)
    assert [event.get("event") for event in events] == [None, "done"] and text_of("words-20") in events[0]["data"]


def read_stream(someone, chat: str, after: int, until: int = 0) -> list[dict]:
    """The events of the chat's running answer; only those with up to `until` blocks when it is given."""
    events = []
    with someone.stream("GET", f"/chats/{chat}/messages/{leaf(chat)}/stream?after={after}") as answer:
        for event in parsed(answer.iter_lines()):
            events.append(event)
            if until and int(event.get("id", 0)) >= until:
                break
    return events


def parsed(lines):
    event: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            continue
        if not line:
            if event:
                yield event
            event = {}
            continue
        name, _, value = line.partition(": ")
        event[name] = f"{event[name]}\n{value}" if name in event else value


def test_the_palette_finds_pages_chats_models_and_themes(bob, alice, model):
    named(bob, model, "A chat to be found")
    found = bob.get("/palette", headers=HTMX).text
    assert "A chat to be found" in found and "words-20" in found and "#theme-dark" in found and "/admin" not in found
    assert "/admin" in alice.get("/palette", headers=HTMX).text
    assert "A chat to be found" not in bob.get("/palette", params={"q": "nothing"}, headers=HTMX).text


def test_home_says_when_only_the_demo_model_is_here(bob, alice, model):
    choice = providers.Choice("id", "SmolLM2 135M", "This machine", demo=True)
    from components.chats.composer import ModelPicker
    from components.chats.home import ModelNote
    from components.page import document

    class Admin:
        is_admin = True

    note = document(ModelNote(Admin, [choice]))
    assert "Only the tiny demo model is here." in note and 'href="/admin/providers"' in note
    assert "(tiny demo model)" in document(ModelPicker([choice], ""))
    model("words-20")
    assert "tiny demo model is here" not in alice.get("/").text


def test_opening_costs_the_same_number_of_statements_at_any_length(bob, model):
    short, long = (start(bob, model("echo"), "hello") for _ in range(2))
    finished(bob, short), finished(bob, long)
    fill(short, 60)
    fill(long, 2000)
    times = {}
    for chat in (short, long):
        bob.get(f"/chats/{chat}")
        taken = []
        for _ in range(8):
            began = time.perf_counter()
            assert bob.get(f"/chats/{chat}").text.count('class="turn ') == 50
            taken.append(time.perf_counter() - began)
        # The best of some: what else the machine does at the time makes the others longer.
        times[chat] = min(taken)
    assert times[long] < 2 * times[short] + 0.01


def test_every_answer_and_page_is_json_free_of_secrets(bob, model):
    exported = json.loads(bob.get(f"/chats/{quick(bob, model)}.json").content)
    assert bob.id not in json.dumps(exported)


def quick(someone, model) -> str:
    chat = start(someone, model("words-20"))
    finished(someone, chat)
    return chat


def test_reading_works_without_a_script_while_an_answer_is_written(bob, model):
    chat = start(bob, model("pace-100-500"))
    deadline = time.monotonic() + 5
    while "Part 1" not in (page := bob.get(f"/chats/{chat}").text):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "<noscript>" in page and "Show what was written since" in page and "Writing" in page
    bob.delete(f"/chats/{chat}/reply")


def test_a_finished_turn_is_built_once_and_never_shown_to_another_name():
    kept = Rendered(most=10)
    made = []

    def make(text: str):
        return lambda: made.append(text) or text

    assert [kept.once(("m", name), make(name)) for name in ("Ada", "Ada", "Bob")] == ["Ada", "Ada", "Bob"]
    assert made == ["Ada", "Bob"]
    kept.once(("n", "Ada"), make("12345678"))
    assert kept.size <= 10 and kept.once(("m", "Ada"), make("anew")) == "anew"
