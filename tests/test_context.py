"""What the model is really sent: a person's instructions, and only those parameters that it has."""

from app import db, providers, rights
from app.chats.titles import cleaned
from tests.test_chats_pages import HTMX, finished, key, start


def asked(upstream, name: str, question: str) -> dict:
    """The body of the last request of this model that ends with the question."""
    return [each.body for each in upstream.asked(name) if each.body["messages"][-1]["content"] == question][-1]


def test_reasoning_effort_is_offered_and_sent_only_where_the_model_has_it(bob, model, upstream):
    thinker = model("words-23")
    chat = start(bob, thinker, "Think of a number")
    assert "Reasoning effort" not in finished(bob, chat)
    bob.put(f"/chats/{chat}/settings", data={"effort": "high"}, headers=HTMX)
    bob.post(f"/chats/{chat}/messages", data={"text": "Without", "key": key()})
    finished(bob, chat)
    assert "reasoning_effort" not in asked(upstream, "words-23", "Without")
    providers.change_model(rights.machine(), thinker, reasons=True)
    bob.post(f"/chats/{chat}/messages", data={"text": "With", "key": key()})
    assert "Reasoning effort" in finished(bob, chat)
    assert asked(upstream, "words-23", "With")["reasoning_effort"] == "high"


def test_what_people_say_about_themselves_goes_to_the_model_before_the_chats_prompt(bob, model, upstream):
    bob.post("/settings", data={"name": "Bob", "timezone": "UTC", "instructions": "Answer in haiku."})
    chat = start(bob, model("words-24"), "What is rain?")
    finished(bob, chat)
    bob.put(f"/chats/{chat}/settings", data={"system": "Talk of weather."}, headers=HTMX)
    bob.post(f"/chats/{chat}/messages", data={"text": "What is snow?", "key": key()})
    finished(bob, chat)
    first, second = asked(upstream, "words-24", "What is rain?"), asked(upstream, "words-24", "What is snow?")
    assert first["messages"][0] == {"role": "system", "content": "Answer in haiku."}
    assert second["messages"][0] == {"role": "system", "content": "Answer in haiku.\n\nTalk of weather."}
    assert not {"temperature", "top_p", "max_tokens", "max_completion_tokens", "reasoning_effort"} & set(second)


def test_the_answer_and_its_title_have_a_row_each_in_the_ledger_with_the_price_in_force(bob, model):
    priced = model("words-25")
    providers.change_model(rights.machine(), priced, price_in="2", price_out="4")
    chat = start(bob, priced, "Name this chat")
    finished(bob, chat)
    assert bob.get(f"/chats/{chat}/title/late").status_code == 200
    rows = db.fetch_all(
        "select purpose, state, tokens_in, tokens_out, cost from usage where chat_id = ? order by id", chat
    )
    assert [(purpose, state) for purpose, state, *_ in rows] == [("chat", "done"), ("title", "done")]
    for _, _, into, out, cost in rows:
        assert into and out and cost == into * 2_000 + out * 4_000


def test_a_title_is_plain_text_without_the_marks_that_models_put_around_it():
    said = ["The answer is **42**.", "**“Rain and snow”**\nI hope this helps.", "# Title: `code` names", " \n", ""]
    assert [cleaned(each) for each in said] == ["The answer is 42", "Rain and snow", "Title: code names", "", ""]
