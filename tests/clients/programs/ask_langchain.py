"""langchain-openai."""

import os
from typing import Any

import asking
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel


class Person(BaseModel):
    """Somebody."""

    name: str
    age: int
    tags: list[str]


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"rain in {city}"


def chat(url: str, key: str, model: str, responses: bool) -> ChatOpenAI:
    return ChatOpenAI(
        base_url=f"{url}/v1", api_key=key, model=model, max_retries=0, stream_usage=True, use_responses_api=responses
    )


def plain(url: str, key: str, model: str, responses: bool = False) -> Any:
    told = chat(url, key, model, responses).invoke("Hello there.")
    return {"text": told.text, "tokens": told.usage_metadata["output_tokens"]}


def streamed(url: str, key: str, model: str, responses: bool = False) -> Any:
    pieces = list(chat(url, key, model, responses).stream("Hello there."))
    whole = sum(pieces[1:], pieces[0])
    return {"text": whole.text, "pieces": len(pieces), "tokens": whole.usage_metadata["output_tokens"]}


def tools(url: str, key: str, model: str, stream: bool, responses: bool = False) -> Any:
    bound, said = chat(url, key, model, responses).bind_tools([weather]), [HumanMessage("Hello there.")]
    for _ in range(2):
        if stream:
            pieces = list(bound.stream(said))
            told = sum(pieces[1:], pieces[0])
        else:
            told = bound.invoke(said)
        if told.tool_calls:
            calls = [[each["name"], each["args"]] for each in told.tool_calls]
            said.append(told)
            said += [ToolMessage(weather.invoke(each["args"]), tool_call_id=each["id"]) for each in told.tool_calls]
    return {"calls": calls, "text": told.text}


def schema(url: str, key: str, model: str, method: str, responses: bool = False) -> Any:
    asked = chat(url, key, model, responses).with_structured_output(Person, method=method)
    return asked.invoke("Who?").model_dump()


def embed(url: str, key: str, model: str) -> Any:
    # Without the check, which fetches a table of tokens from elsewhere.
    asked = OpenAIEmbeddings(base_url=f"{url}/v1", api_key=key, model=model, check_embedding_ctx_length=False)
    return asked.embed_documents(["one", "two"])


def embed_by_default(url: str, key: str, model: str, tables: str) -> Any:
    # Where its table of tokens lies, which it would fetch from elsewhere.
    os.environ["TIKTOKEN_CACHE_DIR"] = tables
    asked = OpenAIEmbeddings(base_url=f"{url}/v1", api_key=key, model=model)
    return asked.embed_documents(["A cat sleeps.", "The kitten naps.", "Taxes rise. " * 5000])


asking.listen(plain, streamed, tools, schema, embed, embed_by_default)
