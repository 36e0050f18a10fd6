"""openai-python."""

from typing import Any

import asking
from openai import OpenAI
from pydantic import BaseModel

HELLO = [{"role": "user", "content": "Hello there."}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}
FLAT = {"type": "function", "name": "weather", "parameters": PARAMETERS, "strict": False}


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


def client(url: str, key: str) -> OpenAI:
    return OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


def models(url: str, key: str) -> Any:
    return [each.id for each in client(url, key).models.list()]


def plain(url: str, key: str, model: str, **more: Any) -> Any:
    raw = client(url, key).chat.completions.with_raw_response.create(model=model, messages=HELLO, **more)
    told = raw.parse()
    return {
        "texts": [each.message.content for each in told.choices],
        "ends": [each.finish_reason for each in told.choices],
        "tokens": [told.usage.prompt_tokens, told.usage.completion_tokens],
        "request": raw.request_id,
        "provider": raw.headers["x-inglenook-provider"],
        "likely": [each.token for each in (told.choices[0].logprobs.content if told.choices[0].logprobs else [])],
    }


def streamed(url: str, key: str, model: str) -> Any:
    pieces, thoughts, usage, end = [], [], None, None
    options = {"include_usage": True}
    for chunk in client(url, key).chat.completions.create(
        model=model, messages=HELLO, stream=True, stream_options=options
    ):
        usage = chunk.usage or usage
        for each in chunk.choices:
            pieces.append(each.delta.content or "")
            thoughts.append((each.delta.model_extra or {}).get("reasoning_content") or "")
            end = each.finish_reason or end
    return {
        "text": "".join(pieces),
        "pieces": len(pieces),
        "thoughts": "".join(thoughts),
        "end": end,
        "tokens": usage.completion_tokens,
    }


def tools(url: str, key: str, model: str, stream: bool) -> Any:
    """The library's own gathering of a streamed call, its results sent back, and what is said then."""
    asked, said = client(url, key).chat.completions, list(HELLO)
    for _ in range(2):
        if stream:
            with asked.stream(model=model, messages=said, tools=[TOOL]) as events:
                message = events.get_final_completion().choices[0].message
        else:
            message = asked.create(model=model, messages=said, tools=[TOOL]).choices[0].message
        if message.tool_calls:
            calls = [[each.function.name, each.function.arguments] for each in message.tool_calls]
            said.append({"role": "assistant"} | message.model_dump(exclude_none=True, exclude={"parsed"}))
            said += [
                {"role": "tool", "tool_call_id": each.id, "content": f"rain {n}"}
                for n, each in enumerate(message.tool_calls)
            ]
    return {"calls": calls, "text": message.content}


def schema(url: str, key: str, model: str) -> Any:
    told = client(url, key).chat.completions.parse(model=model, messages=HELLO, response_format=Person)
    return told.choices[0].message.parsed.model_dump()


def picture(url: str, key: str, model: str, address: str) -> Any:
    content = [{"type": "text", "text": "See "}, {"type": "image_url", "image_url": {"url": address}}]
    told = client(url, key).chat.completions.create(model=model, messages=[{"role": "user", "content": content}])
    return told.choices[0].message.content


def embeddings(url: str, key: str, model: str) -> Any:
    asked = client(url, key).embeddings
    default = asked.create(model=model, input=["one", "two"])  # asks for base64, and decodes it
    floats = asked.create(model=model, input="one", encoding_format="float")
    numbers = asked.create(model=model, input=[[1, 2], [3]])
    return [[each.embedding for each in told.data] for told in (default, floats, numbers)]


def response(url: str, key: str, model: str) -> Any:
    asked = client(url, key).responses
    first = asked.create(model=model, input="Hello there.", instructions="Be short.")
    second = asked.create(model=model, input="And then?", previous_response_id=first.id)
    kept = asked.retrieve(second.id)
    items = [each.content[0].text for each in asked.input_items.list(second.id, order="asc").data]
    asked.delete(second.id)
    return {
        "text": first.output_text,
        "status": first.status,
        "tokens": first.usage.output_tokens,
        "follows": second.previous_response_id == first.id,
        "kept": kept.output_text,
        "items": items,
    }


def response_streamed(url: str, key: str, model: str) -> Any:
    with client(url, key).responses.stream(model=model, input="Hello there.") as events:
        kinds = [[each.type, each.sequence_number] for each in events]
        told = events.get_final_response()
    return {"text": told.output_text, "kinds": kinds, "tokens": told.usage.output_tokens}


def response_tools(url: str, key: str, model: str, stream: bool) -> Any:
    asked, said = client(url, key).responses, [{"role": "user", "content": "Hello there."}]
    for _ in range(2):
        if stream:
            with asked.stream(model=model, input=said, tools=[FLAT]) as events:
                told = events.get_final_response()
        else:
            told = asked.create(model=model, input=said, tools=[FLAT])
        called = [each for each in told.output if each.type == "function_call"]
        if called:
            calls = [[each.name, each.arguments] for each in called]
            said += [each.model_dump(exclude_none=True) for each in told.output]
            said += [
                {"type": "function_call_output", "call_id": each.call_id, "output": f"rain {n}"}
                for n, each in enumerate(called)
            ]
    return {"calls": calls, "text": told.output_text}


def response_schema(url: str, key: str, model: str) -> Any:
    return client(url, key).responses.parse(model=model, input="Who?", text_format=Person).output_parsed.model_dump()


asking.listen(
    *(models, plain, streamed, tools, schema, picture, embeddings),
    *(response, response_streamed, response_tools, response_schema),
)
