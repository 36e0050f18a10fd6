"""Presets: the addresses that people add most, and how a pasted key tells whose it is."""

from dataclasses import dataclass

ENVIRONMENT, BUNDLED, OTHER = "environment", "bundled", "other"


@dataclass(frozen=True)
class Preset:
    """One kind of provider. `local` ones cost nothing, `starts` is how its keys begin, `port` its usual port."""

    kind: str
    title: str
    url: str
    starts: str = ""
    local: bool = False
    port: int = 0
    keys: str = ""
    # A path that is refused without a right key, where the list of models is open to everybody.
    proof: str = ""
    # The newer name of `max_tokens`, which its reasoning models insist on.
    limit: str = "max_tokens"
    # The dialects beside chat completions that it answers itself.
    speaks: str = ""
    # Members of chat completions that OpenAI does not have, and that most others refuse.
    knows: tuple[str, ...] = ()


SAMPLING = ("top_k", "min_p")
PRESETS = (
    Preset(
        "openai",
        "OpenAI",
        "https://api.openai.com/v1",
        starts="sk-",
        keys="platform.openai.com/api-keys",
        limit="max_completion_tokens",
        speaks="responses",
    ),
    Preset(
        "anthropic",
        "Anthropic",
        "https://api.anthropic.com/v1",
        starts="sk-ant-",
        keys="console.anthropic.com/settings/keys",
        speaks="messages",
    ),
    Preset(
        "google",
        "Google",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        starts="AIza",
        keys="aistudio.google.com/apikey",
    ),
    Preset("mistral", "Mistral", "https://api.mistral.ai/v1", keys="console.mistral.ai/api-keys"),
    Preset(
        "openrouter",
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        starts="sk-or-",
        keys="openrouter.ai/keys",
        proof="/key",
        knows=SAMPLING,
    ),
    Preset("ollama", "Ollama", "http://127.0.0.1:11434/v1", local=True, port=11434),
    Preset("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1", local=True, port=1234, knows=SAMPLING),
    Preset("vllm", "vLLM", "http://127.0.0.1:8000/v1", local=True, port=8000, knows=SAMPLING),
    Preset("llamacpp", "llama.cpp", "http://127.0.0.1:8080/v1", local=True, port=8080, knows=SAMPLING),
    Preset(OTHER, "Another address", ""),
)
UNLISTED = {
    ENVIRONMENT: Preset(ENVIRONMENT, "From the environment", PRESETS[0].url, limit="max_completion_tokens"),
    BUNDLED: Preset(BUNDLED, "On this machine", "", local=True, knows=SAMPLING),
}


def preset(kind: str) -> Preset:
    """The preset with this name; an unknown name is another address."""
    return next((each for each in PRESETS if each.kind == kind), UNLISTED.get(kind, PRESETS[-1]))


def recognise(key: str) -> Preset | None:
    """Whose key this is by its shape, or None: some providers' keys have no shape of their own."""
    key = key.strip()
    fitting = [each for each in PRESETS if each.starts and key.startswith(each.starts) and len(key) >= 20]
    return max(fitting, key=lambda each: len(each.starts), default=None)


def kind_of(url: str) -> str:
    """The kind of provider that lives at this address."""
    url = url.rstrip("/")
    return next((each.kind for each in PRESETS if each.url and each.url == url), OTHER)
