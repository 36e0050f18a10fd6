"""Moderations, images and sound: passed on as they came, to providers that have them."""

import httpx2
import openai
import pytest

from app import db, keys, rights

FORM = {"file": ("a.mp3", b"ID3\x00\r\n--not the boundary\r\n\xff", "audio/mpeg")}


@pytest.fixture
def token(house, bob):
    return keys.create(rights.machine(), "script", user=bob.id)[1]


@pytest.fixture
def client(house, token):
    """Bob's own script, with a key."""
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=20) as it:
        yield it


@pytest.fixture
def official(house, token):
    """OpenAI's client."""
    with openai.OpenAI(base_url=f"{house.url}/v1", api_key=token, max_retries=0) as it:
        yield it


def test_texts_are_judged(official, model, upstream):
    model("judge-moderation")
    assert official.moderations.create(model="fake/judge-moderation", input="a").results[0].flagged is False
    assert upstream.relayed().path == "/v1/moderations"
    assert upstream.relayed().body == {"model": "judge-moderation", "input": "a"}


def test_a_model_that_nobody_named_is_found(client, model, upstream):
    model("judge-moderation")
    assert client.post("/v1/moderations", json={"input": ["a"]}).status_code == 200
    assert upstream.relayed().body["model"] == "judge-moderation"


def test_a_picture_is_drawn_and_its_tokens_counted(official, model, bob):
    model("draw-image")
    answer = official.images.generate(model="fake/draw-image", prompt="a cat")
    assert answer.data[0].b64_json == "aGk="
    row = db.fetch("select model, state, tokens_in, tokens_out from usage where user_id = ?", bob.id)
    assert row == ("draw-image", "done", 5, 1056)


def test_sound_goes_through_as_bytes(official, client, model):
    model("tts-9")
    assert official.audio.speech.create(model="fake/tts-9", voice="alto", input="Hi").content == b"ID3 sound"
    answer = client.post("/v1/audio/speech", json={"model": "fake/tts-9", "voice": "alto", "input": "Hi"})
    assert answer.headers["content-type"] == "audio/mpeg" and answer.headers["x-inglenook-provider"] == "fake"


def test_a_form_goes_through_with_another_name_in_it(client, model, upstream):
    model("whisper-9")
    answer = client.post("/v1/audio/transcriptions", files=FORM, data={"language": "de", "model": "fake/whisper-9"})
    assert answer.json() == {"text": "Hello."}
    request = upstream.relayed()
    sent = answer.request.read().replace(b"fake/whisper-9", b"whisper-9")
    assert request.body == sent and request.headers["content-type"] == answer.request.headers["content-type"]


def test_a_form_without_a_model_gets_one(client, model, upstream):
    model("draw-image")
    assert client.post("/v1/images/edits", files={"image": FORM["file"]}, data={"prompt": "hat"}).status_code == 200
    assert b'name="model"\r\n\r\ndraw-image\r\n' in upstream.relayed().body
    assert FORM["file"][1] in upstream.relayed().body


def test_the_official_client_sends_sound(official, model):
    model("whisper-9")
    assert official.audio.transcriptions.create(model="fake/whisper-9", file=FORM["file"]).text == "Hello."


@pytest.mark.parametrize(
    ("path", "options", "field"),
    [
        ("moderations", {"json": {"model": "a"}}, "input"),
        ("images/generations", {"json": {"model": "a"}}, "prompt"),
        ("audio/speech", {"json": {"model": "a", "input": "b"}}, "voice"),
        ("audio/speech", {"content": b"{"}, None),
        ("audio/transcriptions", {"json": {"model": "a"}}, None),
        ("audio/transcriptions", {"content": b"x", "headers": {"content-type": "multipart/form-data"}}, None),
        ("audio/translations", {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=a"}}, None),
        (
            "images/edits",
            {"content": b"--a\r\nendless", "headers": {"content-type": "multipart/form-data; boundary=a"}},
            None,
        ),
    ],
)
def test_what_is_needed_is_told(client, path, options, field):
    refused = client.post(f"/v1/{path}", **options)
    assert refused.status_code == 400 and refused.json()["error"]["param"] == field


def test_a_form_of_endless_parts_is_refused(client):
    body = b"--a\r\n\r\n\r\n" * 1000 + b"--a--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=a"}
    assert client.post("/v1/audio/transcriptions", content=body, headers=headers).status_code == 400


def test_what_is_heard_may_come_as_events(client, model, bob):
    model("whisper-9")
    answer = client.post("/v1/audio/translations", files=FORM, data={"model": "fake/whisper-9", "stream": "true"})
    assert answer.headers["content-type"] == "text/event-stream" and b"transcript.text.done" in answer.content
    assert b'"error"' not in answer.content
    row = db.fetch("select state, tokens_in, tokens_out from usage where user_id = ?", bob.id)
    assert row == ("done", 14, 3)


def test_without_a_model_for_it_that_is_said(client):
    refused = client.post("/v1/audio/translations", files=FORM, data={"model": "of-nobody"})
    assert refused.status_code == 404 and "of-nobody" in refused.json()["error"]["message"]


def test_a_provider_that_does_not_have_it_is_not_to_blame(client, model):
    """Five of these in a row do not make it rest."""
    model("words-20")
    for _ in range(6):
        refused = client.post("/v1/images/variations", files={"image": FORM["file"]}, data={"model": "fake/words-20"})
        assert refused.status_code == 404
        assert "fake does not offer images/variations" in refused.json()["error"]["message"]
    body = {"model": "fake/words-20", "messages": [{"role": "user", "content": "a"}]}
    assert client.post("/v1/chat/completions", json=body).status_code == 200
