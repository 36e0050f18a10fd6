"""ollama-python."""

from typing import Any

import asking
from ollama import Client
from pydantic import BaseModel

HELLO = [{"role": "user", "content": "Hello there."}]


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


def weather(city: str) -> str:
    """The weather in a city.

    Args:
        city: Its name.
    """
    return f"rain in {city}"


def client(url: str, key: str) -> Client:
    return Client(host=url, headers={"authorization": f"Bearer {key}"})


def models(url: str, key: str) -> Any:
    return [each.model for each in client(url, key).list().models]


def show(url: str, key: str, model: str) -> Any:
    told = client(url, key).show(model)
    return {"abilities": told.capabilities, "facts": told.modelinfo}


def plain(url: str, key: str, model: str) -> Any:
    told = client(url, key).chat(model=model, messages=HELLO)
    return {"text": told.message.content, "end": told.done_reason, "tokens": told.eval_count, "done": told.done}


def streamed(url: str, key: str, model: str) -> Any:
    parts = list(client(url, key).chat(model=model, messages=HELLO, stream=True))
    return {
        "text": "".join(each.message.content or "" for each in parts),
        "thoughts": "".join(each.message.thinking or "" for each in parts),
        "pieces": len(parts),
        "end": parts[-1].done_reason,
        "tokens": parts[-1].eval_count,
    }


def tools(url: str, key: str, model: str, stream: bool) -> Any:
    """The library describes a Python function; what it tells is sent back."""
    asked, said = client(url, key), list(HELLO)
    for _ in range(2):
        told = asked.chat(model=model, messages=said, tools=[weather], stream=stream)
        messages = [each.message for each in told] if stream else [told.message]
        called = [call for each in messages for call in each.tool_calls or []]
        if called:
            calls = [[each.function.name, dict(each.function.arguments)] for each in called]
            said.append({"role": "assistant", "tool_calls": [each.model_dump() for each in called]})
            said += [
                {"role": "tool", "tool_name": each.function.name, "content": weather(**each.function.arguments)}
                for each in called
            ]
    return {"calls": calls, "text": "".join(each.content or "" for each in messages)}


def schema(url: str, key: str, model: str) -> Any:
    told = client(url, key).chat(model=model, messages=HELLO, format=Person.model_json_schema())
    return Person.model_validate_json(told.message.content).model_dump()


def generate(url: str, key: str, model: str, stream: bool) -> Any:
    told = client(url, key).generate(model=model, prompt="Say something.", stream=stream)
    return "".join(each.response for each in told) if stream else told.response


def embed(url: str, key: str, model: str) -> Any:
    return [list(each) for each in client(url, key).embed(model=model, input=["one", "two"]).embeddings]


asking.listen(models, show, plain, streamed, tools, schema, generate, embed)
