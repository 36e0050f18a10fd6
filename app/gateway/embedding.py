"""Embeddings: those of a provider's model, or where no provider has one those of a small model of our own.

That model is WordLlama: 256 numbers that may be cut to fewer, about 80 MB of memory from its first use on, no network.
"""

import asyncio
import base64
import importlib.util
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import orjson
from pydantic import Field

from app import clock, db, usage
from app.errors import Invalid, NotFound
from app.gateway import routing
from app.gateway.dialects.checking import Open
from app.providers import Model, choosing
from app.rights import Caller

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OURS = routing.OURS
WIDTH = 256
MOST = 2048
# Of one request, in bytes of text and in token ids: more would keep a core busy for seconds.
LARGEST = 4 << 20
MOST_IDS = 1 << 20
SLICE = 4096
EMBEDS = re.compile(r"embed|\bbge-|\be5-|\bgte-|minilm", re.I)
# Models that are there, whether they are in use or not: a name that is missing must not be taken by ours.
OTHERS = f"select m.name, p.name {routing.FROM} where {routing.USABLE.replace('m.enabled and ', '')}"
# Programs count tokens by OpenAI's tables before they send them, whatever the model: that of its models for embeddings,
# or of those for chats, whose ids go further.
TABLE, LARGER = "cl100k_base", "o200k_base"
IDS = {TABLE: 100_277, LARGER: 200_019}
CHATS = re.compile(r"(?:^|/)(?:gpt-4o|gpt-4\.[15]|gpt-5|chatgpt-4o|o[134](?:-|$))")
Inputs = list[str] | list[list[int]]
FIRST = re.compile(rb'"embedding"\s*:\s*([\["])')

# One at a time: it takes a whole core, and those who wait must not hold the threads that others need.
line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")


class EmbeddingRequest(Open):
    """Texts, or the token ids of texts, to be placed in a space where what is alike is near."""

    model: str = Field(min_length=1)
    input: str | list[str] | list[int] | list[list[int]]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = Field(None, ge=1)

    def inputs(self) -> list[str] | list[list[int]]:
        """Each input; one alone is a list of one. Raises Invalid(input)."""
        given: Any = self.input
        found = [given] if isinstance(given, str) or (given and isinstance(given[0], int)) else given
        if not found or any(not each for each in found):
            raise Invalid(input="`input` has to hold at least one text, and no text may be empty.")
        if len(found) > MOST:
            raise Invalid(input=f"`input` may hold at most {MOST:,} texts; these are {len(found):,}.")
        if sum(map(len, found)) > (LARGEST if isinstance(found[0], str) else MOST_IDS):
            raise too_much()
        return list(found)


def too_much() -> Invalid:
    """The refusal for more than can be embedded at a time."""
    return Invalid(input=f"At most {LARGEST >> 20} MiB of text, or {MOST_IDS:,} token ids, can be embedded at a time.")


@dataclass(frozen=True)
class Embedded:
    """Vectors of length 1 in the order of the inputs, the tokens that were read, and the headers that tell of them."""

    vectors: "list[NDArray[np.float32]]"
    tokens: int
    headers: dict[str, str]


def ours(me: Caller, name: str) -> bool:
    """Whether our own model answers to this name: its own, or any where no provider has a model for embeddings.

    Raises NotFound and Forbidden (kind model).
    """
    try:
        routing.find(me, name)
    except NotFound as refusal:
        if name not in (OURS, f"inglenook/{OURS}"):
            check_others(me, name, refusal)
        if not installed():
            raise refusal
        routing.check(me, OURS, name)
        return True
    return False


def check_others(me: Caller, name: str, refusal: NotFound) -> None:
    """Raises NotFound where this person has another model for embeddings, or this very one is not in use."""
    there = [(model, owner) for model, owner in db.fetch_all(OTHERS, *choosing.shut(), me.id)]
    idle = next((owner for model, owner in there if name in (model, f"{owner}/{model}")), "")
    if idle:
        said = f"{idle} has “{name[:200]}”, but it is not in use here. An admin can change that on its page."
        raise NotFound(said, "model", "model")
    if any(EMBEDS.search(model) for model, _ in there):
        raise refusal


@lru_cache(maxsize=1)
def installed() -> bool:
    """Whether our own model is there."""
    return importlib.util.find_spec("wordllama") is not None


async def embed(me: Caller, inputs: Inputs, width: int = WIDTH, name: str = OURS) -> Embedded:
    """The inputs as our own model places them, with a row in the ledger; `name` is how it was called.

    Raises Invalid(input, dimensions), OverLimit.
    """
    if not 1 <= width <= WIDTH:
        raise Invalid(dimensions=f"`dimensions` of this model can be from 1 to {WIDTH}.")
    began = clock.ticks()
    size = sum(len(each.encode(errors="replace")) if isinstance(each, str) else 3 * len(each) for each in inputs)
    model = Model(id=OURS, provider_id="", name=OURS, created_at=0, price_in=0, price_cached=0, price_out=0)
    paid = await usage.reserve(me, model, tokens_in=-(-size // 3), tokens_out=0)
    state, tokens = usage.FAILED, 0
    try:
        found, tokens = await asyncio.get_running_loop().run_in_executor(line, vectors, inputs, width, name)
        state = usage.DONE
    finally:
        took = int((clock.ticks() - began) * clock.SECOND)
        await paid.settle(state, usage.Count(into=tokens, out=0), first_token_us=took, duration_us=took)
    told = {"x-inglenook-provider": "inglenook", "x-inglenook-model": OURS, "x-inglenook-fallbacks": "0"}
    return Embedded(found, tokens, told | {"openai-processing-ms": str(took // 1000)} | paid.headers())


def vectors(inputs: Inputs, width: int, name: str = OURS) -> "tuple[list[NDArray[np.float32]], int]":
    """The mean of the tokens' vectors of each input, cut to `width` and made 1 long; and how many tokens there were."""
    import numpy as np

    found, tokens = [], 0
    model = loaded()
    table = model.embedding[:, :width]
    for each in texts(inputs, name):
        ids = model.tokenizer.encode(each, add_special_tokens=False).ids
        total = np.zeros(width, dtype=np.float32)
        for start in range(0, len(ids), SLICE):
            total += table[ids[start : start + SLICE]].sum(axis=0)
        length = float(np.linalg.norm(total))
        found.append(total / np.float32(length) if length else total)
        tokens += len(ids)
    return found, tokens


def texts(inputs: Inputs, name: str) -> list[str]:
    """The inputs as texts: token ids are those of the table that is meant. Raises Invalid(input)."""
    ids = [id for each in inputs if not isinstance(each, str) for id in each]
    if not ids:
        return [each for each in inputs if isinstance(each, str)]
    wanted = LARGER if max(ids) >= IDS[TABLE] or CHATS.search(name) else TABLE
    if min(ids) < 0 or max(ids) >= IDS[wanted]:
        raise Invalid(input="These are no token ids of OpenAI's tables (cl100k_base, o200k_base): send the texts.")
    decode, told, size = words(wanted).decode_bytes, [], 0
    for each in inputs:
        # A piece of a longer text may begin or end inside a letter.
        told.append(each if isinstance(each, str) else decode(each).decode(errors="replace"))
        size += len(told[-1])
        if size > LARGEST:
            raise too_much()
    return told


@lru_cache(maxsize=2)
def words(wanted: str) -> Any:
    """One of OpenAI's tables of tokens: half a second to two, and 25 to 60 MB, from its first use on."""
    from toktok._toktok import Tokenizer

    return Tokenizer(wanted, "")


@lru_cache(maxsize=1)
def loaded() -> Any:
    """Our own model, read from its package; its usual way would ask the network."""
    import wordllama

    model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    model.tokenizer.no_padding()
    return model


# ── in OpenAI's dialect ───────────────────────────────────────────────────────────────────────────────────────────────
def written(embedded: Embedded, as_base64: bool) -> bytes:
    """The answer of our own model."""
    numbers = [packed(each) if as_base64 else each for each in embedded.vectors]
    data = [{"object": "embedding", "index": n, "embedding": each} for n, each in enumerate(numbers)]
    count = {"prompt_tokens": embedded.tokens, "total_tokens": embedded.tokens}
    told = {"object": "list", "data": data, "model": OURS, "usage": count}
    return orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY)


def shaped(answer: bytes, as_base64: bool) -> Any:
    """A provider's answer in the form that was asked for, whichever it knows."""
    first = FIRST.search(answer)
    if first is None or (first[1] == b'"') == as_base64:
        return orjson.Fragment(answer)
    told = orjson.loads(answer)
    for each in told["data"]:
        each["embedding"] = packed(each["embedding"]) if as_base64 else unpacked(each["embedding"])
    return told


def packed(numbers: Any) -> str:
    """Numbers as base64 of 32-bit floats, little-endian."""
    import numpy as np

    return base64.b64encode(np.asarray(numbers, dtype="<f4").tobytes()).decode()


def unpacked(text: str) -> list[float]:
    """The numbers in such a text."""
    import numpy as np

    return [float(each) for each in np.frombuffer(base64.b64decode(text), dtype="<f4")]
