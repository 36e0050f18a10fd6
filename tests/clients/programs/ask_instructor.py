"""instructor, over the version of openai that it allows."""

from typing import Any

import asking
import instructor
from openai import OpenAI
from pydantic import BaseModel

HELLO = [{"role": "user", "content": "Hello there."}]


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


def client(url: str, key: str, mode: str) -> instructor.Instructor:
    asked = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)
    return instructor.from_openai(asked, mode=instructor.Mode[mode])


def plain(url: str, key: str, model: str, mode: str) -> Any:
    asked = client(url, key, mode).chat.completions
    told, whole = asked.create_with_completion(model=model, messages=HELLO, response_model=Person, max_retries=0)
    return {"person": told.model_dump(), "tokens": whole.usage.completion_tokens}


def streamed(url: str, key: str, model: str, mode: str) -> Any:
    asked = client(url, key, mode).chat.completions
    return [each.model_dump() for each in asked.create_partial(model=model, messages=HELLO, response_model=Person)][-1]


asking.listen(plain, streamed)
