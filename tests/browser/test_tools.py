"""Tools and links of chats in a browser: a call is allowed by a click, and what is shared is read."""

import json

from app import chats, clock
from tests.browser.conftest import aside
from tests.browser.test_pages import looked_at
from tests.test_chats_tools import caller, made


def begin(bob, model, rounds, on="pastes.list pastes.create"):
    """A chat with tools, in which nothing was called yet; what the model is to call, as a question."""
    me = caller(bob)
    chat = aside(chats.create, me, "[]", clock.new_id(), model("calls")).chat
    aside(stopped, bob, chat)
    aside(chats.change, me, chat.id, verbs=on)
    aside(chats.rename, me, chat.id, "Kettles")
    return chat, json.dumps(rounds)


def stopped(bob, chat):
    assert bob.delete(f"/chats/{chat.id}/reply").status_code == 204
    from app import db

    with db.write() as tx:
        tx.run("update message set state = 'stopped' where chat_id = :id and state = 'pending'", id=chat.id)


def call(name, **arguments):
    return {"name": name, "arguments": arguments}


def test_a_call_waits_for_a_click_and_is_shown(window, bob, model, models):
    rounds = [[call("pastes_list")], [call("pastes_create", text="Green and black.", title="Teas")]]
    chat, question = begin(bob, model, rounds)
    page = window(bob).open(f"/chats/{chat.id}")
    page.get_by_label("Your message").fill(question)
    page.keyboard.press("Enter")
    allow = page.get_by_role("button", name="Allow")
    allow.wait_for()
    card = page.locator(".call-card.waiting")
    assert "Green and black." in card.inner_text() and card.get_attribute("open") is not None
    assert page.locator(".writing:visible").count() == 0
    assert looked_at(page, "call-waits") == []
    allow.click()
    page.locator(".turn-foot").last.wait_for()
    page.locator(".call-card.done").nth(1).wait_for()
    assert page.locator(".call-card").count() == 2
    page.locator(".call-card summary").last.click()
    page.locator(".call-card").last.get_by_text("Told").wait_for()
    assert looked_at(page, "call-done") == []


def test_a_call_is_refused_and_stopped(window, bob, model, models):
    chat, question = begin(bob, model, [[call("pastes_create", text="One")], [call("pastes_create", text="Two")]])
    page = window(bob).open(f"/chats/{chat.id}")
    page.get_by_label("Your message").fill(question)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Refuse").click()
    page.locator(".call-card.refused").wait_for()
    page.locator(".call-card.waiting").wait_for()
    page.get_by_role("button", name="Stop the answer").click()
    page.locator(".call-card.stopped").wait_for()
    me = caller(bob)
    turn = aside(lambda: chats.turn(me, chat, chats.find(chat.id, me).leaf_id))
    assert [card.call.state for card in made(turn)] == ["refused", "stopped"]


def test_a_click_works_without_a_script(window, bob, model, models):
    chat, question = begin(bob, model, [[call("pastes_create", text="One")]])
    page = window(bob, java_script_enabled=False).open(f"/chats/{chat.id}")
    page.get_by_label("Your message").fill(question)
    page.get_by_role("button", name="Send").click()
    for _ in range(20):
        if page.get_by_role("button", name="Allow").count():
            break
        page.wait_for_timeout(200)
        page.reload()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_timeout(500)
    page.reload()
    assert page.locator(".call-card.done").count() == 1


def test_tools_are_switched_on_in_the_settings(window, bob, model, models):
    chat, _ = begin(bob, model, [], on="")
    page = window(bob).open(f"/chats/{chat.id}")
    page.get_by_role("button", name="Settings of this chat").click()
    page.get_by_label("List pastes").check()
    page.get_by_label("Create a paste").check()
    assert looked_at(page, "tool-switches") == []
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("It holds from the next answer on").wait_for()
    assert aside(chats.find, chat.id, caller(bob)).verbs == "pastes.list pastes.create"


def test_tools_are_switched_on_before_the_first_question(window, bob, model, models):
    answering = model("calls")
    page = window(bob).open("/")
    page.get_by_role("button", name="Tools of the new chat").click()
    page.get_by_label("List pastes", exact=True).check()
    assert looked_at(page, "first-tools") == []
    page.get_by_role("button", name="Done").click()
    page.locator("#composer-model").select_option(answering)
    page.get_by_label("Your message").fill(json.dumps([[call("pastes_list")]]))
    page.keyboard.press("Enter")
    page.locator(".call-card.done").wait_for()


def test_a_chat_is_shared_and_read_by_nobody_in_particular(window, bob, model, models):
    chat, _ = begin(bob, model, [])
    page = window(bob).open(f"/chats/{chat.id}/shares")
    page.get_by_label("Who", exact=True).select_option("link")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("The link").input_value()
    assert looked_at(page, "shares") == []
    assert page.goto(link).status == 200 and page.get_by_role("heading", name="Kettles").count() == 1
    assert looked_at(page, "shared") == []
