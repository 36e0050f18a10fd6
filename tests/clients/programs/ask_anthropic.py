"""anthropic, Anthropic's own package."""

from typing import Any

import asking
from anthropic import Anthropic
from pydantic import BaseModel

HELLO = [{"role": "user", "content": "Hello there."}]
TOOL = {
    "name": "weather",
    "description": "The weather in a city.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


def client(url: str, key: str) -> Anthropic:
    return Anthropic(base_url=url, api_key=key, max_retries=0)


def models(url: str, key: str) -> Any:
    return [each.id for each in client(url, key).models.list(limit=1000)]


def plain(url: str, key: str, model: str) -> Any:
    told = client(url, key).messages.create(model=model, messages=HELLO, max_tokens=500, system="Be short.")
    return {
        "texts": [each.text for each in told.content],
        "end": told.stop_reason,
        "tokens": [told.usage.input_tokens, told.usage.output_tokens],
        "request": told._request_id,
    }


def bearer(url: str, key: str, model: str) -> Any:
    """As Claude Code asks: the key as Bearer, the system as a list, members of tomorrow."""
    asked = Anthropic(base_url=url, auth_token=key, api_key=None, max_retries=0).beta.messages
    system = [{"type": "text", "text": "Be short.", "cache_control": {"type": "ephemeral"}}]
    told = asked.create(
        model=model, messages=HELLO, max_tokens=500, system=system, extra_body={"of_tomorrow": {"a": 1}}
    )
    return told.content[0].text


def streamed(url: str, key: str, model: str) -> Any:
    thinking = {"type": "enabled", "budget_tokens": 2000}
    with client(url, key).messages.stream(model=model, messages=HELLO, max_tokens=5000, thinking=thinking) as events:
        kinds = [each.type for each in events]
        told = events.get_final_message()
    texts = [each.text for each in told.content if each.type == "text"]
    thoughts = [each.thinking for each in told.content if each.type == "thinking"]
    return {
        "text": "".join(texts),
        "thoughts": "".join(thoughts),
        "kinds": kinds,
        "end": told.stop_reason,
        "tokens": told.usage.output_tokens,
    }


def tools(url: str, key: str, model: str, stream: bool) -> Any:
    asked, said = client(url, key).messages, list(HELLO)
    for _ in range(2):
        question = {"model": model, "messages": said, "max_tokens": 500, "tools": [TOOL]}
        if stream:
            with asked.stream(**question) as events:
                told = events.get_final_message()
        else:
            told = asked.create(**question)
        called = [each for each in told.content if each.type == "tool_use"]
        if called:
            calls = [[each.name, each.input] for each in called]
            end = told.stop_reason
            said.append({"role": "assistant", "content": told.content})
            results = [
                {"type": "tool_result", "tool_use_id": each.id, "content": f"rain {n}"} for n, each in enumerate(called)
            ]
            said.append({"role": "user", "content": results})
    return {"calls": calls, "end": end, "text": "".join(each.text for each in told.content)}


def schema(url: str, key: str, model: str) -> Any:
    told = client(url, key).messages.parse(model=model, messages=HELLO, max_tokens=500, output_format=Person)
    return told.parsed_output.model_dump()


def forced(url: str, key: str, model: str) -> Any:
    choice = {"type": "tool", "name": "weather"}
    told = client(url, key).messages.create(
        model=model, messages=HELLO, max_tokens=500, tools=[TOOL], tool_choice=choice
    )
    return [[each.name, each.input] for each in told.content if each.type == "tool_use"]


def picture(url: str, key: str, model: str, data: str) -> Any:
    source = {"type": "base64", "media_type": "image/png", "data": data}
    content = [{"type": "text", "text": "See "}, {"type": "image", "source": source}]
    told = client(url, key).messages.create(
        model=model, messages=[{"role": "user", "content": content}], max_tokens=500
    )
    return told.content[0].text


def count(url: str, key: str, model: str, words: int) -> Any:
    said = [{"role": "user", "content": "word " * words}]
    return client(url, key).messages.count_tokens(model=model, messages=said).input_tokens


asking.listen(models, plain, bearer, streamed, tools, schema, forced, picture, count)
